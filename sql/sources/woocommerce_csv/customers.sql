-- one row per order: the buyer as its first row has them
-- layout: https://woocommerce.com/document/ordercustomer-csv-export/
select
    source_line,
    billing_email as customer_id,
    billing_email as email,
    concat_ws(' ', billing_first_name, billing_last_name) as full_name,
    billing_phone as phone,
    billing_address_1 as address,
    billing_city as city,
    billing_country as country,
    "date" as observed_at
from orders_export
where billing_email <> ''
qualify row_number() over (partition by order_id order by source_line) = 1
