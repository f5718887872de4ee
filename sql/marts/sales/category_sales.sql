-- grain: one row per period (month, quarter, year, all), currency, category and subcategory (All: the whole category)
with spans as (
    select currency_code, min(month) as first_month
    from dw.agg_sales_month
    where month <= %(as_of)s
    group by currency_code
),

members as materialized (
    select products.product_key, products.category, members.subcategory
    from dw.dim_product as products
    cross join lateral (
        values ('All'), (case products.subcategory when 'All' then 'All (subcategory)' else products.subcategory end)
    ) as members (subcategory)
),

-- orders, ratings of lines, and reviews: these in every currency, and without a day in the period "all" only
events as (
    select
        month, currency_code, product_key, order_key as actor_key, true as is_order, 0 as rating_count, 0 as rating_sum
    from dw.agg_order_month
    where month <= %(as_of)s and has_sale and is_product
    union all
    select month, currency_code, product_key, customer_key, false, rating_count, rating_sum
    from dw.agg_rating_month
    where month <= %(as_of)s
    union all
    select
        coalesce(date_trunc('month', reviews.reviewed_date::timestamp)::date, '-infinity'),
        spans.currency_code, reviews.product_key, reviews.customer_key, false, 1, reviews.rating
    from dw.fct_reviews as reviews
    cross join spans
    where reviews.reviewed_date is null or reviews.reviewed_date <= %(as_of)s
),

steps as (
    select
        events.month, events.currency_code, members.category, members.subcategory,
        events.actor_key, events.is_order, events.rating_count, events.rating_sum,
        lag(events.month) over (
            partition by events.actor_key, members.category, members.subcategory, events.is_order, events.currency_code
            order by events.month
        ) as earlier_month
    from events
    inner join members on events.product_key = members.product_key
),

months as materialized (
    select
        sales.month, null::date as earlier_month, sales.currency_code, members.category, members.subcategory,
        sales.is_product, sum(sales.line_count) as line_count, sum(sales.units_sold) as units_sold,
        sum(sales.net_revenue_amount) as net_revenue_amount,
        0 as order_count, 0 as person_count, 0 as rating_count, 0 as rating_sum
    from dw.agg_sales_month as sales
    inner join members on sales.product_key = members.product_key
    where sales.month <= %(as_of)s
    group by sales.month, sales.currency_code, members.category, members.subcategory, sales.is_product
    union all
    select
        month, earlier_month, currency_code, category, subcategory, true, 0, 0, 0,
        count(*) filter (where is_order), count(*) filter (where not is_order and actor_key >= 0),
        sum(rating_count), sum(rating_sum)
    from steps
    group by month, earlier_month, currency_code, category, subcategory
),

-- an order or a person counts once in a period: where its earlier month, if any, lies before the period
sums as (
    select
        periods.period_kind, periods.first_day, months.currency_code, months.category, months.subcategory,
        months.is_product,
        sum(months.units_sold) as units_sold,
        sum(months.net_revenue_amount) as net_revenue_amount,
        sum(months.order_count) filter (where coalesce(months.earlier_month < periods.first_day, true)) as order_count,
        sum(months.person_count) filter (where coalesce(months.earlier_month < periods.first_day, true)) as person_count,
        sum(months.rating_sum) / nullif(sum(months.rating_count), 0) as average_rating
    from months
    cross join lateral (
        values
        ('month', months.month),
        ('quarter', date_trunc('quarter', months.month::timestamp)::date),
        ('year', date_trunc('year', months.month::timestamp)::date),
        ('all', '-infinity')
    ) as periods (period_kind, first_day)
    group by
        periods.period_kind, periods.first_day, months.currency_code, months.category, months.subcategory,
        months.is_product
    having sum(months.line_count) > 0
),

ranked as (
    select
        period_kind, first_day, currency_code, category, subcategory, is_product, units_sold, net_revenue_amount,
        order_count, average_rating, person_count,
        sum(net_revenue_amount) filter (where subcategory = 'All') over (
            partition by period_kind, first_day, currency_code
        ) as currency_amount,
        case when lag(first_day) over history = date_trunc(nullif(period_kind, 'all'), first_day - interval '1 day')
            then lag(net_revenue_amount) over history
        end as previous_amount
    from sums
    window history as (
        partition by period_kind, currency_code, category, subcategory, is_product order by first_day
    )
)

select
    ranked.period_kind,
    case ranked.period_kind when 'all' then spans.first_month else ranked.first_day end as period_start,
    ranked.currency_code, ranked.category, ranked.subcategory, ranked.units_sold, ranked.net_revenue_amount,
    ranked.order_count,
    case when ranked.person_count >= %(minimum_group_size)s then round(ranked.average_rating, 6) end as average_rating,
    row_number() over (
        level order by ranked.net_revenue_amount desc, ranked.category collate "C", ranked.subcategory collate "C"
    ) as revenue_rank,
    row_number() over (
        level order by ranked.units_sold desc, ranked.category collate "C", ranked.subcategory collate "C"
    ) as units_rank,
    round(ranked.net_revenue_amount / nullif(ranked.currency_amount, 0), 6) as revenue_share,
    case when date_trunc(nullif(ranked.period_kind, 'all'), %(as_of)s + interval '1 day') > ranked.first_day
        then round(ranked.net_revenue_amount / nullif(greatest(ranked.previous_amount, 0), 0) - 1, 6)
    end as growth_vs_previous,
    %(as_of)s::date as as_of_date
from ranked
inner join spans on ranked.currency_code = spans.currency_code
where ranked.is_product
window level as (
    partition by ranked.period_kind, ranked.first_day, ranked.currency_code, ranked.subcategory = 'All'
)
