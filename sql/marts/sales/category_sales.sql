-- grain: one row per period (month, quarter, year, all), shop, currency, category and subcategory (All of it too)
-- an order counts once in a period: less those that an earlier month of the period has
with sums as materialized (
    select
        needed.period_kind,
        needed.first_day,
        needed.last_day,
        needed.is_built,
        months.source_name,
        months.currency_code,
        months.category,
        months.subcategory,
        months.is_product,
        sum(months.units_sold) as units_sold,
        sum(months.net_revenue_amount) as net_revenue_amount,
        sum(months.order_count) filter (
            where months.earlier_month is null or months.earlier_month >= needed.first_day
        ) as order_count
    from category_months as months
    cross join
        lateral (
            values
            ('month', months.month),
            ('quarter', date_trunc('quarter', months.month::timestamp)::date),
            ('year', date_trunc('year', months.month::timestamp)::date),
            ('all', '-infinity')
        ) as periods (period_kind, first_day)
    inner join needed_periods as needed
        on periods.period_kind = needed.period_kind and periods.first_day = needed.first_day
    group by
        needed.period_kind,
        needed.first_day,
        needed.last_day,
        needed.is_built,
        months.source_name,
        months.currency_code,
        months.category,
        months.subcategory,
        months.is_product
    having sum(months.line_count) > 0
),

totalled as (
    select
        sums.*,
        case sums.period_kind when 'all' then spans.first_month else sums.first_day end as period_start,
        spans.covered_from,
        spans.covered_to,
        -- up to this day the row tells what was sold
        least(spans.as_of_date, sums.last_day) as as_of_date,
        spans.is_total as is_all_shops,
        ratings.average_rating,
        nullif(sum(sums.net_revenue_amount) filter (where sums.subcategory = 'All') over period, 0)
            as currency_amount
    from sums
    inner join span_months as spans
        on
            sums.source_name = spans.source_name
            and sums.currency_code = spans.currency_code
            and spans.month = spans.first_month
    left join category_ratings as ratings
        on
            sums.period_kind = ratings.period_kind
            and sums.first_day = ratings.first_day
            and sums.source_name = ratings.source_name
            and sums.currency_code = ratings.currency_code
            and sums.category = ratings.category
            and sums.subcategory = ratings.subcategory
    window period as (partition by sums.period_kind, sums.first_day, sums.source_name, sums.currency_code)
),

-- a member without a line in the period before has no earlier row that starts with it
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
    from totalled
    where is_product
    window history as (
        partition by period_kind, source_name, currency_code, category, subcategory order by first_day
    )
)

select
    source_name,
    period_kind,
    period_start,
    currency_code,
    category,
    subcategory,
    units_sold,
    net_revenue_amount,
    order_count,
    average_rating,
    row_number() over (
        level
        order by net_revenue_amount desc, category collate "C" asc, subcategory collate "C" asc
    ) as revenue_rank,
    row_number() over (
        level
        order by units_sold desc, category collate "C" asc, subcategory collate "C" asc
    ) as units_rank,
    round(net_revenue_amount / currency_amount, 6) as revenue_share,
    case
        when is_comparable and previous_amount > 0 then round(net_revenue_amount / previous_amount - 1, 6)
    end as growth_vs_previous,
    is_all_shops or subcategory = 'All' as is_total,
    as_of_date
from compared
where is_built
window level as (partition by period_kind, first_day, source_name, currency_code, subcategory = 'All')
