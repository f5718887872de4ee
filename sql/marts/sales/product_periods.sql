-- grain: one row per period (month, quarter, year, all), shop, currency, product and kind of line: its sums
-- an order counts once in a period: less those that an earlier month of the period has
select
    months.product_key,
    periods.period_kind,
    periods.first_day,
    months.source_name,
    months.currency_code,
    months.is_product,
    sum(months.units_sold) as units_sold,
    sum(months.net_revenue_amount) as net_revenue_amount,
    sum(months.returned_amount) as returned_amount,
    sum(months.order_count) filter (
        where months.earlier_month is null or months.earlier_month >= periods.first_day
    ) as order_count,
    -- a group of ratings is in the periods that have the whole of it
    round(
        sum(months.rating_sum) filter (where months.period_level <= periods.period_level)
        / nullif(sum(months.rating_count) filter (where months.period_level <= periods.period_level), 0),
        1
    ) as average_rating
from product_months as months
cross join
    lateral (
        values
        ('month', 1, months.month),
        ('quarter', 2, date_trunc('quarter', months.month::timestamp)::date),
        ('year', 3, date_trunc('year', months.month::timestamp)::date),
        ('all', 4, '-infinity')
    ) as periods (period_kind, period_level, first_day)
group by
    months.product_key,
    periods.period_kind,
    periods.first_day,
    months.source_name,
    months.currency_code,
    months.is_product
having sum(months.line_count) > 0
