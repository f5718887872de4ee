-- grain: one row per known customer as of the shop's date: today's attributes, no date that is later
with late_sales as (
    select customer_key, max(last_line_date) as last_line_date
    from dw.agg_customer_month
    where
        last_line_date <= %(as_of)s::date and customer_key in (
            select late.customer_key
            from dw.fct_customer_lifecycle as late
            where late.last_seen_date > %(as_of)s::date
        )
    group by customer_key
),

dates as (
    select
        lifecycle.customer_key,
        lifecycle.is_declared_churned,
        case when lifecycle.signup_date <= %(as_of)s::date then lifecycle.signup_date end as signup_date,
        case when lifecycle.last_login_date <= %(as_of)s::date then lifecycle.last_login_date end
            as last_login_date,
        case when lifecycle.last_purchase_date <= %(as_of)s::date then lifecycle.last_purchase_date end
            as last_purchase_date,
        case
            when lifecycle.declared_last_purchase_date <= %(as_of)s::date then lifecycle.declared_last_purchase_date
        end as declared_last_purchase_date,
        case when lifecycle.last_seen_date <= %(as_of)s::date then lifecycle.last_seen_date end
            as last_seen_date,
        late_sales.last_line_date,
        least(
            lifecycle.signup_date, lifecycle.first_purchase_date, lifecycle.last_purchase_date,
            lifecycle.last_login_date, lifecycle.last_seen_date, late_sales.last_line_date
        ) as first_known_date
    from dw.fct_customer_lifecycle as lifecycle
    left join late_sales on lifecycle.customer_key = late_sales.customer_key
),

first_signups as (
    select customers.source_name, min(lifecycle.signup_date) as signup_date
    from dw.fct_customer_lifecycle as lifecycle
    inner join dw.dim_customer as customers on lifecycle.customer_key = customers.customer_key
    where
        lifecycle.signup_date <= %(as_of)s::date
        and lifecycle.customer_key not in (select restricted.customer_key from governance.restrictions as restricted)
    group by customers.source_name
)

select
    customer.customer_key,
    customer.source_name,
    shops.as_of_date,
    -- without a month of birth: as of the observation
    case
        when customer.birth_month is null then customer.age
        when ages.age between 13 and 120 then ages.age
    end as age,
    case
        when customer.birth_month is null then customer.age_band
        when ages.age between 13 and 17 then '13-17'
        when ages.age between 18 and 24 then '18-24'
        when ages.age between 25 and 34 then '25-34'
        when ages.age between 35 and 44 then '35-44'
        when ages.age between 45 and 54 then '45-54'
        when ages.age between 55 and 64 then '55-64'
        when ages.age between 65 and 120 then '65+'
        else 'Unknown'
    end as age_band,
    customer.gender,
    geography.country,
    geography.continent,
    customer.segment,
    channel.acquisition_channel,
    customer.status,
    customer.purchase_frequency,
    case
        when dates.is_declared_churned then 'churned'
        when not dates.is_declared_churned then 'active'
        -- the customer has no known activity
        when greatest(dates.signup_date, seen.last_seen_date) is null then 'never active'
        when
            greatest(dates.signup_date, seen.last_seen_date)
            < date_trunc('month', shops.as_of_date::timestamp) - make_interval(months => %(inactivity_months)s - 1)
            then 'churned'
        else 'active'
    end as activity,
    dates.signup_date,
    -- of the shop, not of the person: with a month it would tell the day
    extract(day from first_signups.signup_date) = 1 as are_signups_from_first_day,
    dates.last_login_date,
    dates.declared_last_purchase_date,
    seen.last_seen_date
from dw.dim_customer as customer
inner join dw.dim_geography as geography on customer.geography_key = geography.geography_key
inner join dw.dim_channel as channel on customer.channel_key = channel.channel_key
inner join dates on customer.customer_key = dates.customer_key
inner join shops on customer.source_name = shops.source_name
left join first_signups on customer.source_name = first_signups.source_name
-- whole years from the month of birth to the as-of month
cross join
    lateral (
        values (
            div(
                (extract(year from shops.as_of_date) - extract(year from customer.birth_month)) * 12
                + extract(month from shops.as_of_date) - extract(month from customer.birth_month),
                12
            )
        )
    ) as ages (age)
cross join
    lateral (
        values (greatest(dates.last_login_date, dates.last_purchase_date, dates.last_seen_date, dates.last_line_date))
    ) as seen (last_seen_date)
where
    customer.customer_key >= 0
    and customer.customer_key not in (select restricted.customer_key from governance.restrictions as restricted)
    -- only later dates: not a customer yet; no date at all: a customer
    and (dates.first_known_date <= %(as_of)s::date or dates.first_known_date is null)
