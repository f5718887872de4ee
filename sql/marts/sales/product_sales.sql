-- grain: one row per period (month, quarter, year, all), shop, currency and product with a line in the period
with
-- one number per period, shop and currency is compared faster than the four
periods as (
    select
        period_kind,
        first_day,
        source_name,
        currency_code,
        nullif(sum(net_revenue_amount), 0) as currency_amount,
        row_number() over (order by period_kind, first_day, source_name, currency_code) as period_number
    from product_periods
    group by period_kind, first_day, source_name, currency_code
),

named as (
    select
        sums.*,
        spans.is_total,
        -- up to this day the row tells what was sold
        least(spans.as_of_date, sums.last_day) as as_of_date,
        spans.covered_from,
        spans.covered_to,
        products.product_name,
        products.category,
        products.subcategory,
        case sums.period_kind when 'all' then spans.first_month else sums.first_day end as period_start,
        periods.currency_amount,
        periods.period_number,
        ratings.average_rating
    from product_periods as sums
    inner join periods
        on
            sums.period_kind = periods.period_kind
            and sums.first_day = periods.first_day
            and sums.source_name = periods.source_name
            and sums.currency_code = periods.currency_code
    inner join dw.dim_product as products on sums.product_key = products.product_key
    inner join span_months as spans
        on
            sums.source_name = spans.source_name
            and sums.currency_code = spans.currency_code
            and spans.month = spans.first_month
    left join product_ratings as ratings
        on
            sums.period_kind = ratings.period_kind
            and sums.first_day = ratings.first_day
            and sums.source_name = ratings.source_name
            and sums.currency_code = ratings.currency_code
            and sums.product_key = ratings.product_key
    where sums.is_product
),

-- a product without a line in the period before has no earlier row that starts with it
compared as (
    select
        *,
        -- the period before is in the span from its first day on, and the period is over
        lag(first_day) over history >= covered_from
        and date_trunc(nullif(period_kind, 'all'), covered_to + interval '1 day') > first_day as is_comparable,
        case lag(first_day) over history
            when date_trunc(nullif(period_kind, 'all'), first_day - interval '1 day')::date
                then lag(net_revenue_amount) over history
        end as previous_amount
    from named
    window history as (partition by product_key, period_kind, source_name, currency_code order by first_day)
)

select
    source_name,
    period_kind,
    period_start,
    currency_code,
    product_key,
    product_name,
    category,
    subcategory,
    units_sold,
    net_revenue_amount,
    order_count,
    average_rating,
    row_number() over (
        period
        order by
            net_revenue_amount desc,
            product_name collate "C" asc,
            category collate "C" asc,
            subcategory collate "C" asc,
            product_key asc
    ) as revenue_rank,
    row_number() over (
        period
        order by
            units_sold desc,
            product_name collate "C" asc,
            category collate "C" asc,
            subcategory collate "C" asc,
            product_key asc
    ) as units_rank,
    round(net_revenue_amount / currency_amount, 6) as revenue_share,
    case
        when is_comparable and previous_amount > 0 then round(net_revenue_amount / previous_amount - 1, 6)
    end as growth_vs_previous,
    returned_amount,
    is_total,
    as_of_date
from compared
where is_built
window period as (partition by period_number)
