-- one row per order: the buyer as the order has them
-- layout: https://woocommerce.github.io/woocommerce-rest-api-docs/#order-billing-properties
select
    source_line,
    billing ->> '$.email' as customer_id,
    billing ->> '$.email' as email,
    concat_ws(' ', billing ->> '$.first_name', billing ->> '$.last_name') as full_name,
    billing ->> '$.phone' as phone,
    billing ->> '$.address_1' as address,
    billing ->> '$.city' as city,
    billing ->> '$.country' as country,
    date_created as observed_at
from orders
where billing ->> '$.email' <> ''
