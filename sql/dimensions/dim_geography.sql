-- grain: one row per country, region and city named by a current delivery, and Unknown
with
places as (
    select distinct on (geography_key)
        geography_key,
        coalesce(nullif(country, ''), 'Unknown') as country,
        region,
        city,
        country_iso2,
        country_iso3,
        coalesce(nullif(continent, ''), 'Unknown') as continent
    from staging.geographies
    where geography_key >= 0
    order by geography_key, country_iso2 nulls last, country_iso3 nulls last, continent collate "C" desc
)

select
    geography_key,
    country,
    region,
    city,
    country_iso2,
    country_iso3,
    continent
from places
union all
select
    -1 as geography_key,
    'Unknown' as country,
    '' as region,
    '' as city,
    null as country_iso2,
    null as country_iso3,
    'Unknown' as continent
