-- grain: one row per period (month, quarter, year, all), shop, currency, product and kind of line: its sums
-- a person counts once in a period: where the earlier month, if any, lies before it; an order too: less those that
-- an earlier month of the period has
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
    sum(months.person_count) filter (
        where months.earlier_month is null or months.earlier_month < periods.first_day
    ) as person_count,
    -- in tenths, halves or whole stars, so that the sum of ratings does not follow from their number
    case
        when sum(months.rating_count) >= 200 then round(sum(months.rating_sum) / sum(months.rating_count), 1)
        when sum(months.rating_count) >= 20
            then round(sum(months.rating_sum) / (sum(months.rating_count) / 2), 0) / 2
        else round(sum(months.rating_sum) / nullif(sum(months.rating_count), 0), 0)
    end as average_rating
from product_months as months
cross join
    lateral (
        values
        ('month', months.month),
        ('quarter', date_trunc('quarter', months.month::timestamp)::date),
        ('year', date_trunc('year', months.month::timestamp)::date),
        ('all', '-infinity')
    ) as periods (period_kind, first_day)
group by
    months.product_key,
    periods.period_kind,
    periods.first_day,
    months.source_name,
    months.currency_code,
    months.is_product
having sum(months.line_count) > 0
