-- grain: one row per group of ratings by k or more people: a cell, or a unit's month, or what such months leave over of
-- its quarter, or what is left over of its year, or of all time
-- A rating is in one group at most, and a mean has the whole of a group or nothing of it: means differ by groups only.
-- What fewer than k people leave over at last is in no mean.
select
    cells.product_key,
    cells.source_name,
    cells.currency_code,
    true as is_one_product,
    1 as period_level,
    cells.month as first_day,
    cells.rating_count,
    cells.rating_sum
from rating_cells as cells
inner join shops on cells.source_name = shops.source_name and cells.month <= shops.as_of_date
union all
select
    product_key,
    source_name,
    currency_code,
    is_one_product,
    case when is_of_month then 1 when is_of_quarter then 2 when is_of_year then 3 else 4 end as period_level,
    case when is_of_month then month when is_of_quarter then quarter when is_of_year then year else '-infinity' end
        as first_day,
    sum(rating_count) as rating_count,
    case %(minimum_group_size)s
        when 1 then sum(rating_sum)
        else
            round(
                round(
                    (sum(rating_sum) - sum(rating_count)) * (2 * sum(rating_count) - 1) / (4 * sum(rating_count)), 0
                )
                * (4 * sum(rating_count)) / (2 * sum(rating_count) - 1)
                + sum(rating_count),
                6
            )
    end as rating_sum
from rating_levels
group by product_key, source_name, currency_code, is_one_product, period_level, first_day
having count(distinct customer_key) filter (where customer_key >= 0) >= %(minimum_group_size)s
