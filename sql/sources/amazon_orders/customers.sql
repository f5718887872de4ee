-- one row per line of an order: the buyer as Amazon shows them
-- layout: https://developer-docs.amazon.com/sp-api/docs/report-type-values-order

select
    source_line,
    "buyer-email" as customer_id,
    "buyer-email" as email,
    "buyer-name" as full_name,
    "buyer-phone-number" as phone,
    "ship-address-1" as address,
    "ship-city" as city,
    "ship-country" as country,
    "purchase-date" as observed_at
from orders
where "buyer-email" <> ''
