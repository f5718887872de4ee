"""Leaks of each class from A (names) to K (bounds), and SELECTs beside them that a mart may have."""

from __future__ import annotations

from warehouse_assets_tests.unit.lineage.corpus.named import named

BY_CLASS = named(
    """
-- A: a named query with the name of a schema's table, without its schema
with agg_customer_month as (select customer_key as month from dw.dim_customer) select month from agg_customer_month
-- A: a result named like a column that is grouped by
select c.age as gender, count(*) as n from dw.dim_customer as c group by gender, c.age
-- A: a renamed column list in a join
select x.segment, sum(x.n) as n from (select age, count(*) as n from dw.dim_customer group by age) as x (segment, n)
group by x.segment
-- B: a reviewed name over other columns
with known_customers as (select customer_key, age, customer_key as age_band from dw.dim_customer)
select age_band, count(*) as n from known_customers group by age_band
-- B: a reviewed name in a query within
select v.member, sum(v.n) as n from (with value_groups as (select birth_month as member, 1 as n from dw.dim_customer)
select member, n from value_groups) as v group by v.member
-- C: a year of a birth month moved
select extract(year from c.birth_month - interval '6 months') as y, count(*) as n from dw.dim_customer as c group by 1
-- C: a month of a day and a key
select date_trunc('month', l.signup_date + (l.customer_key % 31)::int) as m, count(*) as n
from dw.fct_customer_lifecycle as l group by 1
-- C: a quarter of an amount in epochs
select extract(quarter from timestamp 'epoch' + net_amount * interval '1 day') as q, count(*) as n from
dw.fct_sales group by 1
-- C: an ISO year of a day
select extract(isoyear from signup_date) as y, count(*) as n from dw.fct_customer_lifecycle group by 1
-- D: nought of a difference of keys
select count(*) as n from dw.fct_sales where customer_key - 4711 >= 0 and customer_key - 4711 < 1
-- D: less than nothing of an age
select count(*) as n from dw.dim_customer where -age < -92
-- D: a key above -1 less one
select count(*) as n from dw.dim_customer where customer_key >= 0 - 1 + 4712
-- E: a mean by a threshold in a divisor
select avg(age / nullif(age - 93, 0)) as n from dw.dim_customer
-- E: a power that is nought under a threshold
select sum(power(0.0, abs(age - 93))) as n from dw.dim_customer
-- E: a remainder within a sum
select sum(mod(age, 94)) as n from dw.dim_customer
-- E: a sum of greatest ones
select sum(greatest(age, 92)) - sum(age) as n from dw.dim_customer
-- E: lines counted by keys that differ
select c.segment, count(*) as n from dw.dim_customer as c where exists (
select 1 from dw.fct_sales as a where a.customer_key = c.customer_key and exists (
select 1 from dw.fct_sales as b where b.customer_key = a.customer_key and b.line_key <> a.line_key)) group by
c.segment
-- E: lines counted by keys in a list that are not the same
select count(*) as n from dw.dim_customer as c where exists (
select 1 from dw.fct_sales as a where a.customer_key = c.customer_key and exists (
select 1 from dw.fct_sales as b where b.customer_key = a.customer_key and b.line_key not in (a.line_key)))
-- E: orders counted by keys that are distinct
select count(*) as n from dw.dim_customer as c where exists (
select 1 from dw.fct_sales as a where a.customer_key = c.customer_key and exists (
select 1 from dw.fct_sales as b where b.customer_key = a.customer_key and b.order_key is distinct from a.order_key))
-- E: places counted by keys that differ
select count(*) as n from dw.fct_sales as a where exists (select 1 from dw.fct_sales as b
where b.customer_key = a.customer_key and b.geography_key <> a.geography_key)
-- E: lines counted by sets that the key is not in
select count(*) as n from dw.dim_customer as c where exists (
select 1 from dw.fct_sales as a where a.customer_key = c.customer_key and exists (
select 1 from dw.fct_sales as b where b.customer_key = a.customer_key and b.line_key not in (
select d.line_key from dw.fct_sales as d where d.line_key = a.line_key)))
-- E: lines counted by nobody that is the same
select count(*) as n from dw.dim_customer as c where exists (
select 1 from dw.fct_sales as a where a.customer_key = c.customer_key and exists (
select 1 from dw.fct_sales as b where b.customer_key = a.customer_key and not exists (
select 1 from dw.fct_sales as d where d.line_key = a.line_key and d.line_key = b.line_key)))
-- E: months counted by months that differ
select count(*) as n from dw.agg_customer_month as a where exists (
select 1 from dw.agg_customer_month as b where b.customer_key = a.customer_key and b.month <> a.month)
-- F: a null by a cast of a part
select count(nullif(left(gender, age - 92), '')) as n from dw.dim_customer
-- F: a null by a series that does not start
select count(x.v) as n from dw.dim_customer as c left join lateral generate_series(93, c.age) as x (v) on true
-- F: a null of an outer join by a detail
select count(d.date_key) as n from dw.dim_customer as c left join dw.dim_date as d on d.iso_week = c.age
-- F: a null by a length
select count(substring(c.segment from c.age)) as n from dw.dim_customer as c
-- G: a constant from a window over one's own key
select count(*) as n from (select age, max(age) over (partition by customer_key) as own from dw.dim_customer) as x
where x.age >= x.own
-- G: a constant from a count of one's own rows
select sum(x.age) as n from (select c.age, count(*) as one from dw.dim_customer as c group by c.age,
c.customer_key) as x
where x.age - 92 * x.one > 0
-- H: weekdays as keys
select sum(s.net_amount) as n from dw.fct_sales as s inner join dw.dim_date as d on s.customer_key = d.weekday
-- H: years as ages
select d.iso_year, count(*) as n from dw.dim_customer as c inner join dw.dim_date as d on c.age + 1900 = d.iso_year
group by 1
-- H: a product's key as a person's
select sum(s.net_amount) as n from dw.fct_sales as s inner join dw.dim_product as p on s.customer_key = p.product_key
-- H: days of the calendar as days of persons
select d.iso_week, count(*) as n from dw.fct_customer_lifecycle as l inner join dw.dim_date as d
on l.signup_date = d.date_key group by d.iso_week
-- I: one town of each country
select sum(net_amount) as n from dw.fct_sales where geography_key in (
select distinct on (country) geography_key from dw.dim_geography order by country, city)
-- I: one town of all
select count(*) as n from dw.dim_customer as c inner join (
select distinct on (country) geography_key, country from dw.dim_geography order by country, geography_key desc) as g
on c.geography_key = g.geography_key
-- I: towns in the order of their keys
select sum(s.net_amount) as n from dw.fct_sales as s inner join (
select geography_key, row_number() over (partition by country order by city) as r from dw.dim_geography) as g
on s.geography_key = g.geography_key where g.r = 1
-- I: towns without a later one
select count(*) as n from dw.dim_customer as c inner join dw.dim_geography as g on c.geography_key = g.geography_key
where not exists (select 1 from dw.dim_geography as h where h.country = g.country and h.city > g.city)
-- I: the first of an ordered set
select percentile_disc(1.0) within group (order by age) as n from dw.dim_customer
-- I: a mode
select mode() within group (order by geography_key) as n from dw.dim_customer
-- I: the group with the largest sum
select x.segment from (select segment, sum(age) as n from dw.dim_customer group by segment) as x
where x.n >= (select sum(age) / 2 from dw.dim_customer)
-- I: the group with the largest place
select x.segment from (select segment, rank() over (order by sum(age) desc) as r from dw.dim_customer group by
segment)
as x where x.r = 1
-- J: distinct towns and ages
select count(*) as n, sum(x.age) as m from (select distinct geography_key, age from dw.dim_customer) as x
-- J: distinct towns and amounts
select sum(x.net_amount) as n from (select distinct geography_key, net_amount from dw.fct_sales) as x
-- J: people and people again
select count(*) as n from (select customer_key from dw.dim_customer except all select customer_key from
dw.fct_sales) as x
-- J: a union that is distinct
select count(*) as n from (select age from dw.dim_customer union select 93) as x
-- J: measures beside a constant in one list
select count(distinct v.x) as n from dw.dim_customer as c cross join lateral (values (c.age), (93)) as v (x)
-- J: a list with a constant that is grouped
select v.x, count(*) as n from dw.dim_customer as c cross join lateral (values (c.age), (93)) as v (x) group by v.x
-- K: a bound less days of a list
select count(*) as n from dw.fct_customer_lifecycle as l cross join (values (1), (2)) as v (n)
where l.signup_date <= %(as_of)s::date - v.n
-- K: a bound as a text
select count(*) as n from dw.fct_customer_lifecycle where signup_date::text <= %(as_of)s::text
-- K: a bound of a case
select count(*) as n from dw.fct_customer_lifecycle where signup_date <=
case when declared_status = 'x' then %(as_of)s::date else date '2020-02-15' end
-- K: a bound beside a constant in a list
select count(*) as n from dw.fct_customer_lifecycle as l cross join (values (%(as_of)s::date), (date '2020-02-15'))
as v (d)
where l.signup_date <= v.d
-- K: the other side of a bound
select count(*) as n from dw.fct_customer_lifecycle where not (signup_date <= %(as_of)s::date)
-- K: both sides of a bound
select count(*) as n from dw.fct_customer_lifecycle where signup_date <= %(as_of)s::date and signup_date >=
%(as_of)s::date
-- K: a bound that is the least of two
select count(*) as n from dw.fct_customer_lifecycle where signup_date <= least(%(as_of)s::date, date '2020-02-15')
-- K: a bound by a coalesce
select count(*) as n from dw.fct_customer_lifecycle where signup_date <= coalesce(null, date '2020-02-15',
%(as_of)s::date)
-- K: a bound of one person's own days
select count(*) as n from dw.fct_customer_lifecycle where signup_date < last_login_date
-- G: a mean divided by its own people's measure
select sum(age) / max(age) as n from dw.dim_customer
-- E: a mean that decides
select x.segment from (select segment, avg(age) / 2 as n from dw.dim_customer group by segment) as x where x.n > 20
-- E: a mean that orders
select x.segment from (select segment, round(avg(age), 0) / 2 as n from dw.dim_customer group by segment) as x
order by x.n limit 1
-- E: keys that differ by a truth
select count(*) as n from dw.fct_sales as a where exists (select 1 from dw.fct_sales as b
where b.customer_key = a.customer_key and (b.line_key = a.line_key) = false)
-- E: keys that differ by a case
select count(*) as n from dw.fct_sales as a where exists (select 1 from dw.fct_sales as b
where b.customer_key = a.customer_key and case when b.line_key = a.line_key then 0 else 1 end = 1)
-- E: keys that differ by a case of a key
select count(*) as n from dw.fct_sales as a where exists (select 1 from dw.fct_sales as b
where b.customer_key = a.customer_key and case b.line_key when a.line_key then 0 else 1 end = 1)
-- E: keys that differ by a truth that is not true
select count(*) as n from dw.fct_sales as a where exists (select 1 from dw.fct_sales as b
where b.customer_key = a.customer_key and (b.line_key = a.line_key) is not true)
-- I: a group by the first of its means
select distinct on (x.gender) x.gender, x.segment from (select gender, segment, avg(age) as n from dw.dim_customer
group by gender, segment) as x order by x.gender, x.n desc
"""
)
BESIDE = named(
    """
-- means in halves
select segment, round(sum(age) / (count(age) / 2), 0) / 2 as n from dw.dim_customer group by segment
-- people of a place's country without reviews
select g.country, count(*) as n from dw.dim_customer as c inner join dw.dim_geography as g on c.geography_key =
g.geography_key
where not exists (select 1 from dw.fct_reviews as r where r.customer_key = c.customer_key) group by g.country
-- orders and their customers
select c.segment, count(distinct s.order_key) as n from dw.fct_sales as s inner join dw.dim_customer as c
on s.customer_key = c.customer_key where s.customer_key <> -2 group by c.segment
-- months of people with reviews
select a.month, count(distinct a.customer_key) as n from dw.agg_customer_month as a where a.customer_key in (
select r.customer_key from dw.fct_reviews as r where r.customer_key <> -1) group by a.month
-- kinds of countries
select distinct country, continent from dw.dim_geography
-- a country of each continent in the order of names
select distinct on (continent) continent, country from dw.dim_geography order by continent, country
-- quarters by channel
select date_trunc('quarter', l.signup_date::timestamp) as q, n.acquisition_channel, count(*) as n
from dw.fct_customer_lifecycle as l inner join dw.dim_customer as c on l.customer_key = c.customer_key
inner join dw.dim_channel as n on c.channel_key = n.channel_key where l.signup_date <= %(as_of)s::date group by 1, 2
-- amounts by case
select country, sum(case when has_sale then net_sale_amount else 0 end) as n from dw.agg_customer_month group by
country
-- shares
select gender, count(*) / nullif(sum(count(*)) over (), 0) as share from dw.dim_customer group by gender
-- places of groups
select segment, rank() over (order by sum(age) desc) as place from dw.dim_customer group by segment
-- different places of one's months
select a.country, count(*) filter (where a.customer_key >= 0) as n from dw.agg_customer_month as a
where a.month <= %(as_of)s::date group by a.country
-- orders of one line, by a column of truth
select count(*) filter (where not x.same) as n from (select order_key = line_key as same from dw.fct_sales) as x
"""
)
