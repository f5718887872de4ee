-- one row per order: the customer's number, the only customer data in an order of the webservice
-- layout: https://devdocs.prestashop-project.org/8/webservice/resources/orders/
select
    source_line,
    id_customer as customer_id,
    date_add as observed_at
from orders
where id_customer not in ('', '0')
