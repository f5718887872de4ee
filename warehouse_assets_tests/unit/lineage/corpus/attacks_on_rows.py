"""Leaks by which rows are left: one person picked, sets combined, bounds, reviewed texts, and what is not a column."""

from __future__ import annotations

from warehouse_assets_tests.unit.lineage.corpus.named import named

PICKED = named(
    """
-- nobody has more
select sum(a.net_revenue_amount) as n from dw.agg_customer_month as a where not exists (
select 1 from dw.agg_customer_month as b where b.net_revenue_amount > a.net_revenue_amount)
-- all have less
select sum(net_amount) as n from dw.fct_sales where net_amount >= all (select net_amount from dw.fct_sales)
-- the top of a distribution
select avg(x.age) as n from (select age, floor(cume_dist() over (order by age)) as top from dw.dim_customer) as x
where x.top = 1
-- the first of each country
select distinct on (country) country, net_revenue_amount from dw.agg_customer_month
order by country, net_revenue_amount desc
-- the first of each country, within
select sum(n) as n from (select distinct on (country) country, net_revenue_amount as n from dw.agg_customer_month
order by country, n desc) as x
-- a rank joined to a rank
select sum(x.age) as n from (select age, row_number() over (order by age) as r from dw.dim_customer) as x
inner join (select row_number() over (order by date_key) as r from dw.dim_date where iso_week = 1) as y on x.r = y.r
-- a rank by a case
select sum(case row_number when 1 then age end) as n
from (select age, row_number() over (order by age desc) from dw.dim_customer) as x
-- a rank within a key's own
select sum(x.net_amount) as n from (select net_amount, rank() over (partition by customer_key order by sale_date) as r
from dw.fct_sales) as x where x.r = 1
-- tiles of one
select t, sum(age) as n from (select age, ntile(100000) over (order by age) as t from dw.dim_customer) as x group by t
-- the last value of a window
select country, sum(v) as n from (select country, last_value(net_revenue_amount) over (partition by country
order by net_revenue_amount rows between unbounded preceding and unbounded following) as v
from dw.agg_customer_month) as x group by country
-- a window's greatest
select avg(m) as n from (select max(age) over (partition by segment) as m from dw.dim_customer) as x
-- a window's frame of one
select sum(m) as n from (select sum(age) over (order by age rows current row) as m from dw.dim_customer) as x
-- a running sum
select max(m) as n from (select sum(net_amount) over (order by sale_date) as m from dw.fct_sales) as x
-- a window's size of one
select sum(x.age) as n from (select age, count(*) over (partition by birth_month) as c from dw.dim_customer) as x
where x.c = 1
-- a size compared with the size of all
select sum(x.age) as n from (select age, count(*) over (partition by segment, gender) as c from dw.dim_customer) as x
where x.c < 2
-- the first by a limit
select sum(age) as n from (select age from dw.dim_customer limit 1) as x
-- the first by an offset
select sum(age) as n from (select age from dw.dim_customer offset 9973) as x
-- the first by fetch
select avg(net_amount) as n from (select net_amount from dw.fct_sales fetch first row only) as x
-- a sample
select avg(age) as n from dw.dim_customer tablesample system (0.01) repeatable (1)
-- any value
select segment, any_value(age) as n from dw.dim_customer group by segment
-- the first of an array
select (array_agg(net_amount order by net_amount desc))[1] as n from dw.fct_sales
-- the greatest text
select max(city) as member from dw.dim_geography
-- the least month of birth
select min(birth_month) as n from dw.dim_customer
-- the newest login
select source_name, max(l.last_login_date) as as_of_date from dw.fct_customer_lifecycle as l
inner join dw.dim_customer as c on l.customer_key = c.customer_key group by source_name
-- the key of the most
select sum(a.net_revenue_amount) as n from dw.agg_customer_month as a
where a.customer_key = (select max(b.customer_key) from dw.agg_customer_month as b)
-- keys of those with much
select count(*) as n from dw.dim_customer where customer_key in
(select customer_key from dw.agg_customer_month group by customer_key having sum(net_revenue_amount) > 9999)
-- keys of one order
select avg(c.age) as n from dw.dim_customer as c inner join dw.fct_sales as s on c.customer_key = s.customer_key
where s.order_key = 815
-- keys of two kinds
select count(*) as n from dw.fct_sales where customer_key = order_key
-- keys of a file
select count(*) as n from dw.fct_sales where line_key = (select min(line_key) from staging.sales where source_line = 2)
-- an unknown member that is none
select sum(net_amount) as n from dw.fct_sales where customer_key > -1 and customer_key < 1000000
-- a remainder of a key
select sum(net_amount) as n from dw.fct_sales where mod(customer_key, 9973) = 0
-- grouped by a key in sets
select segment, sum(age) as n from dw.dim_customer group by grouping sets ((segment), (segment, customer_key))
-- grouped by the row
select count(*) as n from dw.agg_customer_month as a group by a.country, a.*
"""
)

SETS = named(
    """
-- a key that is in a list
select count(*) as n from (select customer_key from dw.dim_customer intersect all select 4711) as x
-- a key that is not
select count(*) as n from (select 4711 as k except select customer_key from dw.dim_customer) as x
-- an age that is in a list
select count(*) as n from (select age from dw.dim_customer intersect select 93) as x
-- an age left out
select avg(age) as n from (select age from dw.dim_customer except all select 93) as x
-- distinct ages
select count(*) as n from (select age from dw.dim_customer union select age from staging.customers) as x
-- distinct rows
select count(*) as n from (select distinct age, gender, segment from dw.dim_customer) as x
-- distinct amounts
select count(distinct net_amount) as n from dw.fct_sales
-- distinct days
select count(distinct signup_date) as n from dw.fct_customer_lifecycle
-- a sum of distinct ages
select sum(distinct age) as n from dw.dim_customer
-- a constant added to ages
select max(n) as n from (select age as n from dw.dim_customer union all select 0) as x
-- a constant key added
select count(*) as n from dw.fct_reviews where customer_key in
(select customer_key from dw.dim_customer where segment = 'VIP' union all select 4711)
-- groups without somebody
select country from dw.agg_customer_month except select country from dw.agg_customer_month where net_sale_amount <> 12
-- people and their dates
select segment from dw.dim_customer intersect
select c.segment from dw.dim_customer as c inner join dw.fct_customer_lifecycle as l using (customer_key)
where l.signup_date > date '2023-05-16'
-- an age called a month
select month, count(*) as n from (select month from dw.agg_sales_month union all
select date '2000-01-01' + age from dw.dim_customer) as x group by month
-- values beside people
select v.x as member, count(*) as n from (select age::text as x from dw.dim_customer union all values ('All')) as v
group by 1
-- a recursion over keys
with recursive r (k) as (select min(customer_key) from dw.dim_customer union all
select (select min(c.customer_key) from dw.dim_customer as c where c.customer_key > r.k) from r where r.k < 9)
select count(*) as n from r
"""
)

READ = named(
    """
-- the name of a person
select count(distinct full_name) as n from vault.identities
-- the vault for a count of rows
select source_name as member from vault.customer_keys group by source_name
-- orders of the vault
select count(*) as n from dw.fct_sales where order_key in (select order_key from vault.orders where order_id like '1%%')
-- a rejected record
select record ->> 'age' as member, count(*) as n from staging.rejected_records group by 1
-- reasons with a value
select count(*) as n from staging.rejected_records where record @> '{"city": "Lyon"}'
-- requests of a person
select outcome as member, count(*) as n from governance.requests group by outcome
-- who asked for what
select c.segment, count(*) as n from dw.dim_customer as c
inner join governance.restrictions as r on c.customer_key = r.customer_key and r.restriction_kind = 'object' group by 1
-- the login that looks
select login_name as member, country from governance.login_countries
-- the login that is looked at
select session_user as member
-- statistics of the server
select most_common_vals::text as member from pg_stats where attname = 'city'
-- a description
select obj_description('dw.dim_customer'::regclass) as member
-- a query by its text
select query_to_xml('select age from dw.dim_customer', true, false, '')::text as member
-- a sequence that counts
select nextval('leak') as n from dw.dim_customer where age > 92
-- a lock that tells
select pg_advisory_lock(age) as n from dw.dim_customer
-- a sleep that tells
select count(*) as n from dw.dim_customer where age > 92 and pg_sleep(1) is not null
-- an error that tells
select count(1 / (age - 93)) as n from dw.dim_customer
-- an error in a cast
select sum(case when city like 'Tri%%' then city::int else 0 end) as n from dw.dim_geography
-- a message
select format('%%s', age) as member from dw.dim_customer group by 1
-- a plan of people
select s.n from dw.dim_customer as c cross join lateral generate_series(1, c.age) as s (n) group by s.n
-- rows by the age
select sum(1) as n from dw.dim_customer as c cross join lateral generate_series(93, c.age) as s (n)
-- a row for each person
select 'x' as member from dw.agg_customer_month
-- a month for each person
select month from dw.agg_customer_month where has_sale
-- bands person by person
select age_band, gender from dw.dim_customer order by customer_key
-- counts person by person
select count(*) as n from dw.fct_reviews group by customer_key, product_key
-- people's places
select geography_key as member from dw.dim_customer group by geography_key
-- the hash of a place
select md5(geography_key::text) as member, count(*) as n from dw.dim_customer group by 1
-- the sum of places
select sum(geography_key) as n from dw.dim_customer
-- a country's number of cities
select country, count(distinct city) as n from dw.dim_geography group by country
-- the first letters
select left(city, 1) as member, count(*) as n from dw.dim_geography group by 1
-- ages joined to ages
select count(*) as n from dw.dim_customer as a inner join dw.dim_customer as b on a.age = b.age + 1
-- ages in order
select string_agg(segment, ',' order by age) as member from dw.dim_customer
-- people as json
select json_agg(c) as member from dw.dim_customer as c
-- one in an array
select country, array_agg(age_band) as member from dw.dim_customer as c
inner join dw.dim_geography as g on c.geography_key = g.geography_key group by country
-- a correlated sum
select c.segment, max((select sum(s.net_amount) from dw.fct_sales as s where s.customer_key = c.customer_key)) as n
from dw.dim_customer as c group by c.segment
-- a day's revenue
select sale_date as month, sum(net_revenue_amount) as n from dw.agg_sales_day group by sale_date
-- the greatest day
select max(net_revenue_amount) as n from dw.agg_sales_day
-- the number of the greatest day
select extract(day from sale_date) as n, sum(net_revenue_amount) as m from dw.agg_sales_day group by 1
"""
)

MULTIPLIED = named(
    """
-- lines times lines of one buyer
select count(*) as n from dw.fct_sales as a inner join dw.fct_sales as b on a.customer_key = b.customer_key
-- lines times reviews of one buyer
select count(*) as n from dw.fct_sales as a inner join dw.fct_reviews as b using (customer_key)
-- lines times reviews beside people
select count(*) as n from dw.dim_customer as c inner join dw.fct_sales as s on c.customer_key = s.customer_key
inner join dw.fct_reviews as r on s.customer_key = r.customer_key
-- people times people
select sum(a.age) as n from dw.dim_customer as a cross join dw.dim_customer as b where a.segment = b.segment
-- people times people by a place
select count(*) as n from dw.dim_customer as a inner join dw.dim_customer as b on a.geography_key = b.geography_key
-- people times their lines, or not
select sum(c.age) as n from dw.dim_customer as c
inner join dw.fct_sales as s on c.customer_key = s.customer_key or s.is_return
-- people times lines by a comma
select sum(c.age) as n from dw.dim_customer as c, dw.fct_sales as s where c.customer_key = s.customer_key
-- people with many lines
select count(*) as n from dw.dim_customer as c where exists (
select 1 from dw.fct_sales as s where s.customer_key = c.customer_key having count(*) > 17)
-- people with few months
select count(*) as n from dw.dim_customer as c where c.customer_key in (
select a.customer_key from dw.agg_customer_month as a group by a.customer_key having count(*) = 1)
-- people with one line
select count(*) as n from dw.dim_customer as c where c.customer_key in (
select s.customer_key from dw.fct_sales as s where s.customer_key = c.customer_key limit 1)
-- the products of the oldest
select (array_agg(s.product_key order by s.net_amount desc))[1] as n from dw.fct_sales as s
-- products in the order of amounts
select source_name, array_agg(product_key order by net_amount) as n from dw.fct_sales group by source_name
-- a frame whose bound is a person's
select sum(n) over (order by n rows (select max(age) from dw.dim_customer) preceding) as m
from (select segment, count(*) as n from dw.dim_customer group by segment) as x
-- a limit that is a person's
select segment, count(*) as n from dw.dim_customer group by segment limit (select max(age) from dw.dim_customer)
-- a year of birth
select date_trunc('year', birth_month::timestamp) as member, count(*) as n from dw.dim_customer group by 1
"""
)
