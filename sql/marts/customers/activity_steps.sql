-- grain: one row per known customer and thing that makes a month active, with the months before and after it
with activity as (
    select
        customer_key,
        month
    from dw.agg_customer_month
    where
        (first_sale_date <= %(as_of)s::date or last_line_date <= %(as_of)s::date)
        and customer_key >= 0
        and customer_key not in (select restricted.customer_key from governance.restrictions as restricted)
    union all
    select
        customer_key,
        date_trunc('month', signup_date::timestamp)::date as month
    from known_customers
    where signup_date is not null
    union all
    select
        customer_key,
        date_trunc('month', last_login_date::timestamp)::date as month
    from known_customers
    where last_login_date is not null
    union all
    select
        customer_key,
        date_trunc('month', declared_last_purchase_date::timestamp)::date as month
    from known_customers
    where declared_last_purchase_date is not null
)

select
    customer_key,
    month,
    lag(month) over by_month as previous_month,
    lead(month) over by_month as next_month
from activity
window by_month as (partition by customer_key order by month)
