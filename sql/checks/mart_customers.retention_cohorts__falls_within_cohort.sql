-- cohorts with more people retained than they have, or shown below the smallest group
select
    source_name,
    basis,
    cohort_month,
    months_since
from mart_customers.retention_cohorts
where retained_count > cohort_size or cohort_size < %(minimum_group_size)s
