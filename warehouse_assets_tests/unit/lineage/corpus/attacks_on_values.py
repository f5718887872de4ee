"""Leaks by what is done to a value: names, units, constants, thresholds, NULL, and values dressed as others."""

from __future__ import annotations

from warehouse_assets_tests.unit.lineage.corpus.named import named

LONG = "a" * 63
NAMES = named(
    f"""
-- a quoted cte named like a table
with "dw.dim_channel" as (select customer_key as channel_key from dw.dim_customer)
select channel_key from "dw.dim_channel" group by channel_key
-- a quoted alias with capitals
select "Band" as member from (select customer_key as "Band", age_band as band from dw.dim_customer) as x
-- the Kelvin sign in a name
select segment as member, count(*) as n from dw.dim_customer as \u212a group by segment, \u212a.customer_key
-- a long name that the server cuts
select {LONG}b as member from (select customer_key as {LONG}c from dw.dim_customer) as x
-- two long names that are one
with {LONG}b as (select customer_key as member from dw.dim_customer) select member from {LONG}c group by member
-- a cte with the name of a helper
with sellers as (select customer_key as member from dw.dim_customer) select member from sellers group by member
-- a cte with the bare name of a table
with dim_channel as (select customer_key as channel_key from dw.dim_customer) select channel_key from dim_channel
-- an inner cte that hides the outer
with g as (select segment as m from dw.dim_customer)
select m from (with g as (select city as m from dw.dim_geography) select m from g) as x group by m
-- an alias that hides a column
select age_band from (select age as age_band from dw.dim_customer) as dim_customer group by age_band
-- a row through a column's name
select (c).age as n, count(*) as m from dw.dim_customer as c group by 1
-- a function called as a column
select c.int8send as member from (select customer_key as int8send, segment from dw.dim_customer) as c
-- names by unicode escapes
select U&"\\0061ge" as n, count(*) as m from dw.dim_customer group by 1
-- a comment within a comment
select segment, /* /* */ count(*) as n, /* */ customer_key */ 1 as o from dw.dim_customer group by segment
-- an escaped quote
select E'a\\' as member, count(*) as n from dw.dim_customer group by customer_key --' as member
-- a string in dollars
select $q$'$q$ as member, customer_key as n, $q$'$q$ as o from dw.dim_customer
-- a column list renames
select c.segment from (select customer_key, gender from dw.dim_customer) as c (segment, gender) group by c.segment
-- a cte renames its columns
with c (segment, gender) as (select age, gender from dw.dim_customer) select segment, count(*) as n from c group by 1
-- a table of another schema by the search path
select member from dim_customer
-- a partition of a table
select sum(net_amount) as n from dw.fct_sales_2023_05
-- positions that swap
select gender, age, count(*) as n from dw.dim_customer group by 2, 1
-- an alias of a result before a column
select city as country, count(*) as n from dw.dim_geography group by 1
-- the same alias twice
select count(*) as n from dw.dim_customer as a, (select age as segment from dw.dim_customer) as b group by b.segment
"""
)

GENERALISERS = named(
    """
-- a year of a made date
select extract(year from make_date(age, 1, 1)) as year, count(*) as n from dw.dim_customer group by 1
-- a month of days times thirty
select date_trunc('month', timestamp '2000-01-01' + (l.signup_date - date '2020-01-01') * interval '1 month') as m,
count(*) as n from dw.fct_customer_lifecycle as l group by 1
-- a year of the amount
select date_trunc('year', timestamp '1900-01-01' + net_amount * interval '1 year')::date as y, count(*) as n
from dw.fct_sales group by 1
-- a month whose unit hides in a case
select date_trunc(case when true then 'day' else 'month' end, signup_date::timestamp) as m, count(*) as n
from dw.fct_customer_lifecycle group by 1
-- a quarter of an epoch
select extract(quarter from to_timestamp(age * 7776000)) as q, count(*) as n from dw.dim_customer group by 1
-- a century turned into days
select to_char(make_date(2000 + age, 1, 1), 'YYYY') as y, count(*) as n from dw.dim_customer group by 1
-- a month of birth
select birth_month as member, count(*) as n from dw.dim_customer group by birth_month
-- a month of birth, grouped only
select count(*) as n from dw.dim_customer where gender = 'F' group by birth_month
-- years of age
select extract(year from age(birth_month)) as n, count(*) as m from dw.dim_customer group by 1
-- a band of one year
select case when age between 13 and 92 then 'most' when age = 93 then 'one' end as band, count(*) as n
from dw.dim_customer group by 1
-- bands by division
select width_bucket(age, 0, 120, 120) as band, count(*) as n from dw.dim_customer group by 1
-- bands by rounding
select round(age, 0) as band, count(*) as n from dw.dim_customer group by 1
-- a region for a country
select g.region as country, count(*) as n from dw.dim_customer as c
inner join dw.dim_geography as g on c.geography_key = g.geography_key group by g.region
-- a city behind a country
select g.country || g.city as country, count(*) as n from dw.dim_geography as g group by 1
-- an instant as a month
select date_trunc('month', h.valid_from + interval '3 days')::date as m, count(*) as n
from dw.dim_customer_history as h group by 1
-- months and weeks
select date_trunc('month', signup_date::timestamp) as m, extract(week from signup_date) as w, count(*) as n
from dw.fct_customer_lifecycle group by 1, 2
-- a sale's hour
select extract(hour from reviewed_at) as h, count(*) as n from dw.fct_reviews group by 1
-- an age in a column of bands
select coalesce(nullif(age_band, 'Unknown'), age::text) as band, count(*) as n from dw.dim_customer group by 1
"""
)

CONSTANTS = named(
    """
-- an age minus a number
select count(*) filter (where age - 92 > 0) as n from dw.dim_customer
-- an age compared with nobody's number
select count(*) as n from dw.dim_customer where age - 92 > -1 and age - 94 < 0
-- zero of a difference
select count(*) as n from dw.dim_customer where (age - 93) * (age - 93) <= 0
-- a constant from the age itself
select count(*) as n from dw.dim_customer where age > 92 + 0 * age
-- a constant from the key itself
select sum(net_amount) as n from dw.fct_sales where customer_key = 4711 + 0 * customer_key
-- a constant from a coalesced age
select count(*) as n from dw.dim_customer where age = coalesce(nullif(age, age), 93)
-- a constant from a greatest
select count(*) as n from dw.dim_customer where greatest(age, 93) = least(age, 93)
-- a constant from a week number
select count(*) as n from dw.dim_customer as c inner join dw.dim_date as d on c.age = d.iso_week + 41
-- a week number itself
select d.iso_week, count(*) as n from dw.dim_customer as c inner join dw.dim_date as d on c.age = d.iso_week
group by d.iso_week
-- a product's number
select sum(c.age) as n from dw.dim_customer as c inner join dw.dim_product as p on c.age = p.product_key
-- a line of a file
select sum(s.quantity) as n from staging.sales as s where s.source_line = 17
-- a channel of one
select sum(age) as n from dw.dim_customer where channel_key = age
-- the length of a name
select count(*) as n from dw.dim_geography where length(city) = 17
-- a parameter for an age
select count(*) as n from dw.dim_customer where age <= %(inactivity_months)s
-- a parameter for an amount
select count(*) as n from dw.fct_sales where net_amount > %(minimum_group_size)s * 100
-- the as-of day moved
select count(*) as n from dw.fct_customer_lifecycle where signup_date <= %(as_of)s::date - 12
-- the as-of day moved by rows
select v.n, count(*) as m from dw.fct_customer_lifecycle as l cross join (values (90), (91)) as v (n)
where l.last_seen_date > %(as_of)s::date - v.n group by v.n
-- the as-of day moved by an interval
select count(*) as n from dw.fct_sales where sale_date < %(as_of)s::date - make_interval(days => 3)
-- the as-of day itself
select count(*) as n from dw.fct_customer_lifecycle where last_login_date >= %(as_of)s::date
-- the as-of day by equality
select sum(net_amount) as n from dw.fct_sales where sale_date = %(as_of)s::date
-- days of a month's start
select m.month, count(*) as n from dw.fct_sales as s inner join dw.agg_sales_month as m on s.sale_date = m.month
group by m.month
-- days between two months
select count(*) as n from dw.fct_sales as s cross join dw.dim_date as d
where s.sale_date >= d.date_key and s.sale_date < d.date_key + 1 group by d.date_key
-- months as days
select d.date_key, sum(s.net_amount) as n from dw.dim_date as d inner join dw.agg_sales_day as a
on a.sale_date = d.date_key inner join dw.fct_sales as s on s.sale_date = a.sale_date group by d.date_key
-- a set that holds one
select count(*) as n from dw.dim_customer where age in (select iso_week + 40 from dw.dim_date where iso_week = 53)
-- any of an array of parameters
select count(*) as n from dw.dim_customer where age = any(array[%(minimum_group_size)s, 93])
-- between two sub-queries
select count(*) as n from dw.dim_customer where age between (select 93) and (select 93)
-- a tuple of constants
select count(*) as n from dw.dim_customer where (age, gender) in (select 93, 'F')
-- a constant by a scalar aggregate
select count(*) as n from dw.dim_customer where age = (select max(iso_week) + 40 from dw.dim_date)
-- a text of a date
select count(*) as n from dw.fct_customer_lifecycle where signup_date::text like '2023-05-1%%'
"""
)

THRESHOLDS = named(
    """
-- a floor
select sum(floor(age / 93.0)) as n from dw.dim_customer
-- a sign
select sum(sign(age - 93)) as n from dw.dim_customer
-- whole quotients
select count(distinct age / 93) as n from dw.dim_customer
-- an integer division
select sum(age / 93) as n from dw.dim_customer
-- a least
select sum(least(greatest(age - 92, 0), 1)) as n from dw.dim_customer
-- a cast to a boolean
select count(*) filter (where (age / 93)::boolean) as n from dw.dim_customer
-- a cast that rounds
select sum((age / 186.0)::int) as n from dw.dim_customer
-- a small number type
select avg((age * 350)::smallint) as n from dw.dim_customer
-- bits of an age
select bit_or(age) as n from dw.dim_customer
-- digits of amounts
select sum(net_amount * 1000000000000 * (customer_key %% 7)) as n from dw.fct_sales
-- a power
select avg(exp(age)) as n from dw.dim_customer
-- a square
select sum(age * age) as n from dw.dim_customer
-- a product of two details
select sum(age * geography_key) as n from dw.dim_customer
-- a deviation
select country, variance(net_revenue_amount) as n from dw.agg_customer_month group by country
-- a median
select percentile_disc(0.99) within group (order by net_amount) as n from dw.fct_sales
-- a mode
select mode() within group (order by city) as n from dw.dim_geography
-- a having of the greatest
select country from dw.agg_customer_month group by country having max(net_revenue_amount) > 99999
-- a having of a spread
select segment, count(*) as n from dw.dim_customer group by segment having max(age) - min(age) = 1
-- every one older
select every(age > 92) as n from dw.dim_customer
-- the sum of one key's
select sum(case when customer_key = 4711 then net_amount end) as n from dw.fct_sales
-- people by what they spent
select case when x.n > 1000 then 'big' else 'small' end as member, count(*) as m
from (select customer_key, sum(net_amount) as n from dw.fct_sales group by customer_key) as x group by 1
-- people by how often they came
select x.n, count(*) as m from (select customer_key, count(*) as n from dw.fct_sales group by 1) as x group by x.n
-- the greatest month of a person
select sum(x.n) as n from (select customer_key, max(net_revenue_amount) as n from dw.agg_customer_month
group by customer_key having count(*) = 17) as x
"""
)

NULLS = named(
    """
-- a substring of a city
select count(substring(city from '^Tri')) as n from dw.dim_geography
-- an element of an array
select count((array[1, 2, 3])[age - 92]) as n from dw.dim_customer
-- a division by zero that is null
select count(1 / nullif(age - 93, 0)) as n from dw.dim_customer
-- a nullif counted
select count(*) - count(nullif(age, 93)) as n from dw.dim_customer
-- a nullif of a key
select count(nullif(customer_key, 4711)) as n from dw.agg_customer_month
-- a case without else
select count(case when age > 92 then 1 end) as n from dw.dim_customer
-- a strict function
select count(make_date(age - 93, 1, 1)) as n from dw.dim_customer
-- a look-up that misses
select count(v.x) as n from dw.dim_customer as c left join (values (93, 1)) as v (k, x) on c.age = v.k
-- an expression that is null
select count(*) as n from dw.dim_customer where nullif(age, 93) is null and age is not null
-- a date that is null after a cast
select count(*) filter (where to_date(nullif(signup_date::text, '2023-05-17'), 'YYYY-MM-DD') is null) as n
from dw.fct_customer_lifecycle
-- a json value
select count(to_jsonb(c) ->> 'age') as n from dw.dim_customer as c
-- a lag that is null
select count(*) filter (where p is null) as n from (select lag(age) over (order by age) as p from dw.dim_customer) as x
-- a scalar query that finds nothing
select count((select 1 where c.age = 93)) as n from dw.dim_customer as c
-- regexp match
select count(regexp_match(city, 'ville$')) as n from dw.dim_geography
-- the null of a full join
select count(*) as n from dw.dim_customer as c full join (values (93)) as v (k) on c.age = v.k where c.age is null
"""
)
