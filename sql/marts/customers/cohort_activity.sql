-- grain: one row per shop, basis, cohort month and month: people seen last in it (last_seen) or buying in it
with customers as not materialized (
    select
        customer_key,
        source_name,
        date_trunc('month', signup_date::timestamp)::date as signup_month,
        date_trunc('month', last_seen_date::timestamp)::date as last_seen_month
    from known_customers
),

purchases as (
    select
        customers.source_name,
        months.first_month,
        customers.signup_month,
        months.month,
        count(*) as people
    from (
        select
            customer_key,
            month,
            min(month) over (partition by customer_key) as first_month
        from dw.agg_customer_month
        where has_sale and first_sale_date <= %(as_of)s::date
        group by customer_key, month
    ) as months
    inner join customers on months.customer_key = customers.customer_key
    group by customers.source_name, months.first_month, customers.signup_month, months.month
)

select
    source_name,
    'last_seen' as basis,
    signup_month as cohort_month,
    last_seen_month as month,
    count(*) as people
from customers
where signup_month is not null
group by source_name, signup_month, last_seen_month
union all
select
    purchases.source_name,
    bases.basis,
    bases.cohort_month,
    purchases.month,
    sum(purchases.people) as people
from purchases
cross join
    lateral (
        values ('purchase', purchases.signup_month), ('repeat_purchase', purchases.first_month)
    ) as bases (basis, cohort_month)
where bases.cohort_month is not null
group by purchases.source_name, bases.basis, bases.cohort_month, purchases.month
