-- grain: one row per known customer
with
declared as (
    select
        customer_key,
        count(*) as observation_count,
        max(nullif(status, '')) as status,
        bool_and(is_declared_churned) as is_declared_churned,
        max(observed_at) as newest_observed_at,
        min(signup_date) as signup_date,
        max(last_login_date) as last_login_date,
        max(last_purchase_date) as last_purchase_date
    from staging.customers
    group by customer_key
),

-- the newest observation applies; among several of one time, the one with the greater content
statuses as (
    select distinct on (observations.customer_key)
        observations.customer_key,
        nullif(observations.status, '') as status,
        observations.is_declared_churned
    from declared
    inner join staging.customers as observations
        on
            declared.customer_key = observations.customer_key
            and declared.newest_observed_at = observations.observed_at
    where declared.observation_count > 1
    order by
        observations.customer_key,
        row(
            observations.age, observations.gender, observations.geography_key, observations.channel_key,
            observations.segment, observations.status, observations.purchase_frequency,
            observations.is_declared_churned, observations.birth_month
        )::text collate "C" desc
),

purchases as (
    select
        customer_key,
        min(first_sale_date) as first_sale_date,
        max(last_sale_date) as last_sale_date,
        max(last_line_date) as last_line_date
    from dw.agg_customer_month
    group by customer_key
)

select
    customers.customer_key,
    declared.signup_date,
    purchases.first_sale_date as first_purchase_date,
    greatest(declared.last_purchase_date, purchases.last_sale_date) as last_purchase_date,
    declared.last_purchase_date as declared_last_purchase_date,
    declared.last_login_date,
    greatest(
        declared.last_login_date, declared.last_purchase_date, purchases.last_sale_date, purchases.last_line_date
    ) as last_seen_date,
    case when declared.observation_count > 1 then statuses.status else declared.status end as declared_status,
    case
        when declared.observation_count > 1 then statuses.is_declared_churned
        else declared.is_declared_churned
    end as is_declared_churned
from dw.dim_customer as customers
left join declared on customers.customer_key = declared.customer_key
left join statuses on customers.customer_key = statuses.customer_key
left join purchases on customers.customer_key = purchases.customer_key
where customers.customer_key >= 0
