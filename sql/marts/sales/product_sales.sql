-- grain: one row per period (month, quarter, year, all), currency and product with a line in the period
with spans as (
    select currency_code, min(month) as first_month
    from dw.agg_sales_month
    where month <= %(as_of)s
    group by currency_code
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
        month, currency_code, product_key, actor_key, is_order, rating_count, rating_sum,
        lag(month) over (partition by actor_key, product_key, is_order, currency_code order by month) as earlier_month
    from events
),

months as materialized (
    select
        month, null::date as earlier_month, currency_code, product_key, is_product,
        sum(line_count) as line_count, sum(units_sold) as units_sold, sum(net_revenue_amount) as net_revenue_amount,
        0 as order_count, 0 as person_count, 0 as rating_count, 0 as rating_sum
    from dw.agg_sales_month
    where month <= %(as_of)s
    group by month, currency_code, product_key, is_product
    union all
    select
        month, earlier_month, currency_code, product_key, true, 0, 0, 0,
        count(*) filter (where is_order), count(*) filter (where not is_order and actor_key >= 0),
        sum(rating_count), sum(rating_sum)
    from steps
    group by month, earlier_month, currency_code, product_key
),

-- an order or a person counts once in a period: where its earlier month, if any, lies before the period
sums as (
    select
        months.product_key, periods.period_kind, periods.first_day, months.currency_code, months.is_product,
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
    group by months.product_key, periods.period_kind, periods.first_day, months.currency_code, months.is_product
    having sum(months.line_count) > 0
),

totals as (
    select period_kind, first_day, currency_code, nullif(sum(net_revenue_amount), 0) as amount
    from sums
    group by period_kind, first_day, currency_code
)

select
    sums.period_kind,
    case sums.period_kind when 'all' then spans.first_month else sums.first_day end as period_start,
    sums.currency_code, sums.product_key, products.product_name, products.category, products.subcategory,
    sums.units_sold, sums.net_revenue_amount, sums.order_count,
    case when sums.person_count >= %(minimum_group_size)s then round(sums.average_rating, 6) end as average_rating,
    row_number() over (
        period order by sums.net_revenue_amount desc, products.product_name collate "C",
        products.category collate "C", products.subcategory collate "C", sums.product_key
    ) as revenue_rank,
    row_number() over (
        period order by sums.units_sold desc, products.product_name collate "C",
        products.category collate "C", products.subcategory collate "C", sums.product_key
    ) as units_rank,
    round(sums.net_revenue_amount / totals.amount, 6) as revenue_share,
    %(as_of)s::date as as_of_date
from sums
inner join spans on sums.currency_code = spans.currency_code
inner join dw.dim_product as products on sums.product_key = products.product_key
inner join totals
    on
        sums.period_kind = totals.period_kind and sums.first_day = totals.first_day
        and sums.currency_code = totals.currency_code
where sums.is_product
window period as (partition by sums.period_kind, sums.first_day, sums.currency_code)
