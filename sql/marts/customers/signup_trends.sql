-- grain: one row per month and acquisition channel (All too), dense from the first sign-up to the as-of month
with signups as (
    select
        date_trunc('month', signup_date::timestamp)::date as month,
        acquisition_channel,
        count(*) as signup_count
    from known_customers
    where signup_date is not null
    group by month, acquisition_channel
),

channel_sizes as (
    select
        acquisition_channel,
        acquisition_channel in ('All', 'Other') as is_other,
        sum(signup_count) as people
    from signups
    group by acquisition_channel
),

-- folded while it is small, or while the smaller ones together are
channels as (
    select
        acquisition_channel,
        case
            when is_other or people < %(minimum_group_size)s then 'Other'
            when
                sum(people) over (by_size rows between unbounded preceding and 1 preceding)
                < %(minimum_group_size)s then 'Other'
            else acquisition_channel
        end as shown
    from channel_sizes
    window by_size as (order by is_other desc, people asc, acquisition_channel collate "C")
),

shown_signups as (
    select
        signups.month,
        channels.shown as acquisition_channel,
        signups.signup_count
    from signups
    inner join channels on signups.acquisition_channel = channels.acquisition_channel
    union all
    select
        month,
        'All' as acquisition_channel,
        signup_count
    from signups
),

spans as (
    select
        acquisition_channel,
        (select min(signups.month) from signups) as first_month
    from shown_signups
    group by acquisition_channel
    having (select sum(signups.signup_count) from signups) >= %(minimum_group_size)s
),

months as (
    select
        spans.acquisition_channel,
        calendar.month_start::date as month,
        calendar.month_start + interval '1 month' <= %(as_of)s::timestamp + interval '1 day' as is_complete
    from spans
    cross join generate_series(spans.first_month::timestamp, %(as_of)s::timestamp, interval '1 month')
        as calendar (month_start)
),

counts as (
    select
        months.acquisition_channel,
        months.month,
        months.is_complete,
        coalesce(sum(shown_signups.signup_count), 0) as signup_count
    from months
    left join shown_signups
        on
            months.acquisition_channel = shown_signups.acquisition_channel
            and months.month = shown_signups.month
    group by months.acquisition_channel, months.month, months.is_complete
),

compared as (
    select
        acquisition_channel,
        month,
        is_complete,
        signup_count,
        sum(signup_count) over by_month as cumulative_signups,
        lag(signup_count) over by_month as previous_count,
        lag(signup_count, 12) over by_month as last_year_count,
        sum(signup_count) over (by_month rows 2 preceding) as rolling_sum,
        row_number() over by_month as month_number
    from counts
    window by_month as (partition by acquisition_channel order by month)
)

select
    month,
    acquisition_channel,
    signup_count,
    cumulative_signups,
    case
        when
            is_complete and previous_count > 0
            then round((signup_count - previous_count) / previous_count, 6)
    end as growth_vs_previous,
    case
        when
            is_complete and last_year_count > 0
            then round((signup_count - last_year_count) / last_year_count, 6)
    end as growth_vs_last_year,
    case when is_complete and month_number >= 3 then round(rolling_sum / 3, 6) end as rolling_3m_average,
    %(as_of)s::date as as_of_date
from compared
