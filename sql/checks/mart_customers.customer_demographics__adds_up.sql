-- attributes whose members do not add up to all customers
select
    attribute,
    sum(customer_count) as customer_count
from mart_customers.customer_demographics
group by attribute
having
    sum(customer_count) <> (
        select every.customer_count
        from mart_customers.customer_demographics as every
        where every.attribute = 'All'
    )
