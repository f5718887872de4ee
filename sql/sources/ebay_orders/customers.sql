-- one row per order: the row that names the buyer
-- layout: eBay Help, "Downloading order reports from Seller Hub"
select
    source_line,
    "Buyer Username" as customer_id,
    "Buyer Name" as full_name,
    "Buyer Email" as email,
    "Ship To City" as city,
    "Ship To Country" as country,
    "Sale Date" as observed_at
from report
where "Buyer Username" <> '' and "Ship To Country" <> ''
