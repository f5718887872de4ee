-- grain: one row per month, shop, currency and product of which k or more known people rated a line
-- of n ratings the sum has 2n - 1 equal steps from all 1 to all 5, so that at either end two sums are one step
select
    month,
    source_name,
    currency_code,
    product_key,
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
from dw.agg_rating_month
group by month, source_name, currency_code, product_key
-- a row per person
having count(*) filter (where customer_key >= 0) >= %(minimum_group_size)s
