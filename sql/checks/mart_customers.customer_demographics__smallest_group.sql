-- groups of fewer people than the smallest that may be shown
select
    attribute,
    member
from mart_customers.customer_demographics
where
    customer_count between 1 and %(minimum_group_size)s - 1
    or active_count between 1 and %(minimum_group_size)s - 1
    or churned_count between 1 and %(minimum_group_size)s - 1
