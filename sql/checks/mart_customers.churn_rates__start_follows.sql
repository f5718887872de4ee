-- months whose customers at the start differ from the previous month's start + new + reactivated - churned
with months as (
    select
        source_name,
        month,
        attribute,
        member,
        customers_at_start,
        lag(customers_at_start + new_count + reactivated_count - churned_count) over history as expected
    from mart_customers.churn_rates
    window history as (partition by source_name, attribute, member order by month)
)

select
    source_name,
    month,
    attribute,
    member,
    customers_at_start,
    expected
from months
where customers_at_start <> expected
