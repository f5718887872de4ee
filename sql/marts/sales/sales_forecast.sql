-- grain: one row per shop, month and currency: the three months after the last complete one, where two years are known
select
    ahead.source_name,
    ahead.month,
    ahead.currency_code,
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
    ahead.is_better_than_naive,
    spans.is_total,
    spans.as_of_date
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
inner join seller_spans as spans
    on
        ahead.source_name = spans.member
        and ahead.currency_code = spans.currency_code
