-- grain: one row per period (month, quarter, year, all), shop, currency and product: the mean of its groups of ratings
-- a group of ratings is in the periods that have the whole of it
select
    periods.period_kind,
    periods.first_day,
    ratings.source_name,
    ratings.currency_code,
    ratings.product_key,
    round(sum(ratings.rating_sum) / sum(ratings.rating_count), 1) as average_rating
from member_ratings as ratings
cross join
    lateral (
        values
        ('month', 1, ratings.first_day),
        ('quarter', 2, date_trunc('quarter', ratings.first_day::timestamp)::date),
        ('year', 3, date_trunc('year', ratings.first_day::timestamp)::date),
        ('all', 4, '-infinity')
    ) as periods (period_kind, period_level, first_day)
where ratings.is_one_product and ratings.period_level <= periods.period_level
group by
    periods.period_kind, periods.first_day, ratings.source_name, ratings.currency_code, ratings.product_key
