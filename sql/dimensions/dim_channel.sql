-- grain: one row per acquisition channel named by a current delivery, and Unknown
select
    channel_key,
    max(acquisition_channel collate "C") as acquisition_channel
from staging.channels
where channel_key >= 0
group by channel_key
union all
select
    -1 as channel_key,
    'Unknown' as acquisition_channel
