-- one row per order: the buyer of its first row
-- layout: Etsy Help, "How to download your shop data" (sold order items)
select
    source_line,
    "Buyer" as customer_id,
    "Ship Name" as full_name,
    "Ship Address1" as address,
    "Ship City" as city,
    "Ship Country" as country,
    "Sale Date" as observed_at
from order_items
where "Buyer" <> ''
qualify row_number() over (partition by "Order ID" order by source_line) = 1
