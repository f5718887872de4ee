-- one row per order: the buyer as the order has them
-- layout: https://developer.adobe.com/commerce/webapi/rest/quick-reference/ (salesOrderRepositoryV1)
select
    source_line,
    customer_email as customer_id,
    customer_email as email,
    concat_ws(' ', customer_firstname, customer_lastname) as full_name,
    billing_address ->> '$.telephone' as phone,
    billing_address ->> '$.street[0]' as address,
    billing_address ->> '$.city' as city,
    billing_address ->> '$.country_id' as country,
    created_at as observed_at
from orders
where customer_email <> ''
