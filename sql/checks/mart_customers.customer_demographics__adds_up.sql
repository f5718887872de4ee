-- attributes whose members do not add up to all customers of the shop, and members whose activity does not
select
    members.source_name,
    members.attribute,
    sum(members.customer_count) as customer_count
from mart_customers.customer_demographics as members
inner join mart_customers.customer_demographics as totals
    on members.source_name = totals.source_name and totals.attribute = 'All'
group by members.source_name, members.attribute, totals.customer_count
having
    sum(members.customer_count) <> totals.customer_count
    or bool_or(
        members.active_count + members.churned_count + members.never_active_count <> members.customer_count
    )
