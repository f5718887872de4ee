-- grain: one row per basis, cohort month and month: people seen last in it (last_seen) or buying in it
with customers as (
    select
        customer_key,
        date_trunc('month', signup_date::timestamp)::date as signup_month,
        date_trunc('month', last_seen_date::timestamp)::date as last_seen_month
    from known_customers
    where signup_date is not null
),

purchases as (
    select
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
        where
            has_sale and first_sale_date <= %(as_of)s::date and customer_key >= 0
            and customer_key not in (select restricted.customer_key from governance.restrictions as restricted)
        group by customer_key, month
    ) as months
    left join customers on months.customer_key = customers.customer_key
    group by months.first_month, customers.signup_month, months.month
)

select
    'last_seen' as basis,
    signup_month as cohort_month,
    last_seen_month as month,
    count(*) as people
from customers
group by signup_month, last_seen_month
union all
select
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
group by bases.basis, bases.cohort_month, purchases.month
