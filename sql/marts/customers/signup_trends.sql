-- grain: one row per shop, month and acquisition channel (All too), dense from the first sign-up to the as-of month
with spans as (
    select
        signups.source_name,
        shops.as_of_date,
        signups.are_signups_from_first_day,
        min(signups.month) as first_month
    from signup_channels as signups
    inner join shops on signups.source_name = shops.source_name
    where signups.acquisition_channel = 'All'
    group by signups.source_name, signups.are_signups_from_first_day, shops.as_of_date
    having sum(signups.signup_count) >= %(minimum_group_size)s
),

channels as (
    select distinct
        source_name,
        acquisition_channel
    from signup_channels
),

-- a month is complete if the span of sign-ups covers its first day, and the shop's data its last
months as (
    select
        spans.source_name,
        channels.acquisition_channel,
        spans.as_of_date,
        calendar.month_start::date as month,
        (calendar.month_start > spans.first_month or spans.are_signups_from_first_day)
        and calendar.month_start + interval '1 month' <= spans.as_of_date::timestamp + interval '1 day' as is_complete
    from spans
    inner join channels on spans.source_name = channels.source_name
    cross join
        lateral generate_series(spans.first_month::timestamp, spans.as_of_date::timestamp, interval '1 month')
            as calendar (month_start)
),

compared as (
    select
        months.source_name,
        months.acquisition_channel,
        months.as_of_date,
        months.month,
        coalesce(sum(signups.signup_count), 0) as signup_count,
        sum(coalesce(sum(signups.signup_count), 0)) over by_month as cumulative_signups,
        lag(coalesce(sum(signups.signup_count), 0)) over by_month as previous_count,
        lag(coalesce(sum(signups.signup_count), 0), 12) over by_month as last_year_count,
        avg(coalesce(sum(signups.signup_count), 0)) over last_3 as mean_of_3,
        count(*) filter (where months.is_complete) over last_3 as size_of_3,
        months.is_complete and lag(months.is_complete, 1, false) over by_month as has_previous,
        months.is_complete and lag(months.is_complete, 12, false) over by_month as has_last_year
    from months
    left join signup_channels as signups
        on
            months.source_name = signups.source_name
            and months.acquisition_channel = signups.acquisition_channel
            and months.month = signups.month
    group by
        months.source_name, months.acquisition_channel, months.as_of_date, months.month, months.is_complete
    window
        by_month as (partition by months.source_name, months.acquisition_channel order by months.month),
        last_3 as (
            partition by months.source_name, months.acquisition_channel order by months.month rows 2 preceding
        )
)

select
    source_name,
    month,
    acquisition_channel,
    signup_count,
    cumulative_signups,
    case
        when has_previous and previous_count > 0 then round((signup_count - previous_count) / previous_count, 6)
    end as growth_vs_previous,
    case
        when has_last_year and last_year_count > 0
            then round((signup_count - last_year_count) / last_year_count, 6)
    end as growth_vs_last_year,
    case when size_of_3 = 3 then round(mean_of_3, 6) end as rolling_3m_average,
    acquisition_channel = 'All' as is_total,
    as_of_date
from compared
