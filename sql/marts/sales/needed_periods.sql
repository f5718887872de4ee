-- grain: one row per period (month, quarter, year, all) that is built, or that one which is built is compared with
-- built are the periods of changed months and the next ones, which are compared with them
with changed as (
    select bound.month
    from unnest(%(changed_months)s::date[]) as bound (month)
    union
    select months.month
    from span_months as months
    where %(changed_months)s::date[] is null
),

around as (
    select
        periods.period_kind,
        periods.period_level,
        periods.length,
        periods.first_day::timestamp + steps.number * periods.length as start,
        steps.number >= 0 as is_built
    from changed
    cross join
        lateral (
            values
            ('month', 1, changed.month, interval '1 month'),
            ('quarter', 2, date_trunc('quarter', changed.month::timestamp)::date, interval '3 months'),
            ('year', 3, date_trunc('year', changed.month::timestamp)::date, interval '1 year')
        ) as periods (period_kind, period_level, first_day, length)
    cross join (values (-1), (0), (1)) as steps (number)
    -- a period that is not over is compared with none
    where steps.number >= 0 or (periods.first_day + periods.length - interval '1 day')::date <= %(as_of)s::date
)

select
    period_kind,
    period_level,
    start::date as first_day,
    (start + length - interval '1 day')::date as last_day,
    bool_or(is_built) as is_built
from around
group by period_kind, period_level, length, start
union all
select
    'all' as period_kind,
    4 as period_level,
    '-infinity'::date as first_day,
    'infinity'::date as last_day,
    true as is_built
