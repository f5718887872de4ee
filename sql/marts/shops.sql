-- grain: one row per shop with any known activity, with its newest date
select
    bound.source_name,
    bound.as_of_date
from unnest(%(shop_names)s::text[], %(shop_dates)s::date[]) as bound (source_name, as_of_date)
