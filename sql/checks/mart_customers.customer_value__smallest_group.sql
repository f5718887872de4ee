-- groups with fewer buyers or cohort members than the smallest group that may be shown
select
    source_name,
    currency_code,
    grouping,
    member
from mart_customers.customer_value
where customer_count < %(minimum_group_size)s
