-- grain: one row per delivery with a sale line in the month
select
    file_key,
    'sales' as record_kind,
    %(month_start)s::date as month,
    count(*) filter (where is_fact) as fact_count,
    count(*) filter (where not is_fact and not is_repeated) as superseded_count,
    count(*) filter (where not is_fact and is_repeated) as repeated_count,
    count(*) filter (
        where
        is_fact and is_returned and quantity >= 0 and gross_amount >= 0 and (quantity > 0 or gross_amount > 0)
    ) as returned_count
from sale_lines
where sale_date >= %(month_start)s and sale_date < %(month_end)s
group by file_key
