-- grain: one row per delivery with a review
select
    file_key,
    'reviews' as record_kind,
    null::date as month,
    count(*) filter (where is_fact) as fact_count,
    count(*) filter (where not is_fact and not is_repeated) as superseded_count,
    count(*) filter (where not is_fact and is_repeated) as repeated_count,
    0 as returned_count,
    0 as contradicted_count
from review_versions
group by file_key
