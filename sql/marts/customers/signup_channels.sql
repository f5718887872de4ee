-- grain: one row per shop, month with a sign-up and acquisition channel as published, including All
-- a channel that is folded among all customers is folded here too
with signups as (
    select
        known.source_name,
        date_trunc('month', known.signup_date::timestamp)::date as month,
        names.shown_member as acquisition_channel,
        known.are_signups_from_first_day,
        count(*) as signup_count
    from known_customers as known
    inner join group_members as names
        on
            known.source_name = names.source_name
            and names.attribute = 'channel'
            and known.acquisition_channel = names.member
    where known.signup_date is not null
    group by known.source_name, known.are_signups_from_first_day, month, names.shown_member
),

channel_sizes as (
    select
        source_name,
        acquisition_channel,
        acquisition_channel in ('All', 'Other') as is_other,
        sum(signup_count) as people
    from signups
    group by source_name, acquisition_channel
),

-- folded if it is small, or if the smaller ones together are
channels as (
    select
        source_name,
        acquisition_channel,
        case
            when is_other or people < %(minimum_group_size)s then 'Other'
            when
                sum(people) over (by_size rows between unbounded preceding and 1 preceding)
                < %(minimum_group_size)s then 'Other'
            else acquisition_channel
        end as shown
    from channel_sizes
    window by_size as (partition by source_name order by is_other desc, people asc, acquisition_channel collate "C")
)

select
    signups.source_name,
    signups.month,
    channels.shown as acquisition_channel,
    signups.are_signups_from_first_day,
    signups.signup_count
from signups
inner join channels
    on signups.source_name = channels.source_name and signups.acquisition_channel = channels.acquisition_channel
union all
select
    source_name,
    month,
    'All' as acquisition_channel,
    are_signups_from_first_day,
    signup_count
from signups
