-- groups with fewer people than the smallest group that may be shown
select
    source_name,
    attribute,
    member
from mart_customers.customer_demographics
where
    customer_count between 1 and %(minimum_group_size)s - 1
    or active_count between 1 and %(minimum_group_size)s - 1
    or churned_count between 1 and %(minimum_group_size)s - 1
    or never_active_count between 1 and %(minimum_group_size)s - 1
    or customer_count - churned_count between 1 and %(minimum_group_size)s - 1
