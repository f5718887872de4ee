-- grain: one row per period (month, quarter, year, all), shop, currency and category member: the mean of its ratings
-- a group of ratings is in the periods that have the whole of it
select
    periods.period_kind,
    periods.first_day,
    ratings.source_name,
    ratings.currency_code,
    members.category,
    members.subcategory,
    round(sum(ratings.rating_sum) / sum(ratings.rating_count), 1) as average_rating
from member_ratings as ratings
inner join category_members as members on ratings.product_key = members.product_key
cross join
    lateral (
        values
        ('month', 1, ratings.first_day),
        ('quarter', 2, date_trunc('quarter', ratings.first_day::timestamp)::date),
        ('year', 3, date_trunc('year', ratings.first_day::timestamp)::date),
        ('all', 4, '-infinity')
    ) as periods (period_kind, period_level, first_day)
where ratings.period_level <= periods.period_level
group by
    periods.period_kind,
    periods.first_day,
    ratings.source_name,
    ratings.currency_code,
    members.category,
    members.subcategory
