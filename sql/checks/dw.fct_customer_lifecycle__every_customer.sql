-- known customers without a lifecycle, and lifecycles without a customer
select
    customers.source_name,
    lifecycle.customer_key is null as has_no_lifecycle
from (
    select
        customer_key,
        source_name
    from dw.dim_customer
    where customer_key >= 0
) as customers
full join dw.fct_customer_lifecycle as lifecycle on customers.customer_key = lifecycle.customer_key
where customers.customer_key is null or lifecycle.customer_key is null
