-- grain: one row per needed period, shop, currency, product and kind of line: its sums
-- an order counts once in a period: less those that an earlier month of the period has
select
    months.product_key,
    needed.period_kind,
    needed.first_day,
    needed.last_day,
    needed.is_built,
    months.source_name,
    months.currency_code,
    months.is_product,
    sum(months.units_sold) as units_sold,
    sum(months.net_revenue_amount) as net_revenue_amount,
    sum(months.returned_amount) as returned_amount,
    sum(months.order_count) filter (
        where months.earlier_month is null or months.earlier_month >= needed.first_day
    ) as order_count
from product_months as months
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
    months.product_key,
    needed.period_kind,
    needed.first_day,
    needed.last_day,
    needed.is_built,
    months.source_name,
    months.currency_code,
    months.is_product
having sum(months.line_count) > 0
