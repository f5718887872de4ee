-- grain: one row per known customer and thing that makes a month active, and its end; and the month before
with activity as (
    select
        customer_key,
        month
    from dw.agg_customer_month
    where
        least(first_sale_date, last_line_date) <= %(as_of)s::date and customer_key >= 0
        and customer_key not in (select restricted.customer_key from governance.restrictions as restricted)
    union all
    select
        known.customer_key,
        date_trunc('month', dates.active_date::timestamp)::date as month
    from known_customers as known
    -- the endless one closes a customer's months
    cross join
        lateral (
            values
            (known.signup_date), (known.last_login_date), (known.declared_last_purchase_date), ('infinity')
        ) as dates (active_date)
    where dates.active_date is not null
)

select
    customer_key,
    month,
    lag(month) over (partition by customer_key order by month) as previous_month
from activity
