-- grain: one row per shop, month and currency: the three months after the last complete one, where two years are known
-- a shop without a forecast of a month has a row without amounts where another one has one, so that no shop's
-- forecast can be taken for that of several
with ahead as (
    select *
    from
        -- computed of complete_months by building/forecasting.py
        unnest(
            %(forecast_shop)s::text[],
            %(forecast_month)s::date[],
            %(forecast_currency)s::text[],
            %(forecast_amount)s::numeric[],
            %(forecast_lower)s::numeric[],
            %(forecast_upper)s::numeric[],
            %(forecast_method)s::text[],
            %(forecast_known_months)s::bigint[],
            %(forecast_tested)s::bigint[],
            %(forecast_error)s::numeric[],
            %(forecast_mase)s::numeric[],
            %(forecast_naive_mase)s::numeric[],
            %(forecast_hit_rate)s::numeric[],
            %(forecast_is_better)s::boolean[]
        ) as ahead (
            source_name,
            month,
            currency_code,
            forecast_amount,
            lower_amount,
            upper_amount,
            forecast_method,
            known_month_count,
            tested_count,
            mean_absolute_error_amount,
            mase,
            naive_mase,
            interval_hit_rate,
            is_better_than_naive
        )
),

months as (
    select distinct
        currency_code,
        month
    from ahead
)

select
    spans.member as source_name,
    months.month,
    months.currency_code,
    ahead.forecast_amount,
    ahead.lower_amount,
    ahead.upper_amount,
    ahead.forecast_method,
    ahead.known_month_count,
    ahead.tested_count,
    ahead.mean_absolute_error_amount,
    ahead.mase,
    ahead.naive_mase,
    ahead.interval_hit_rate,
    coalesce(ahead.is_better_than_naive, false) as is_better_than_naive,
    spans.is_total,
    spans.as_of_date
from seller_spans as spans
inner join months on spans.currency_code = months.currency_code
left join ahead
    on
        spans.member = ahead.source_name
        and months.currency_code = ahead.currency_code
        and months.month = ahead.month
