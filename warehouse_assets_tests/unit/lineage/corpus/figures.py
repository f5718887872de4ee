"""Leaks by figures of small groups: the sum of a group of one person is that person's, so a sum decides nothing."""

from __future__ import annotations

from warehouse_assets_tests.unit.lineage.corpus.named import named

_CELLS = """(select source_name, age_band, gender, segment, status, count(*) as people, sum(age) as s, avg(age) as a
from dw.dim_customer group by source_name, age_band, gender, segment, status) as cells"""

FIGURES = {
    name: text.replace("CELLS", _CELLS)
    for name, text in named(
        """
-- the age of a group of one
select source_name, max(s) as n from CELLS where people = 1 group by source_name
-- groups with a sum above
select source_name, count(*) as n from CELLS where s > 92 group by source_name
-- groups with a mean above
select source_name, count(*) filter (where a > 92) as n from CELLS group by source_name
-- groups with one sum
select count(*) as n from CELLS where s = 93
-- groups by their sum
select s as member, count(*) as n from CELLS group by s
-- different sums
select distinct s as n from CELLS
-- the number of different sums
select count(distinct s) as n from CELLS
-- whole parts of sums
select sum(floor(s / 93.0)) as n from CELLS
-- parts of sums
select count(distinct s / 93) as n from CELLS
-- a threshold by integers
select sum(s / 93) as n from CELLS
-- rounded sums added
select sum(round(s, -2)) as n from CELLS
-- means added
select sum(a) as n from CELLS
-- the square of a mean
select sum(a * a) as n from CELLS
-- the smallest mean
select min(a) as n from CELLS
-- the smaller of a sum and a threshold
select sum(least(s, 92)) as n from CELLS
-- a sum in a null
select count(nullif(s, 93)) as n from CELLS
-- a sum in a case
select sum(case when s > 92 then 1 else 0 end) as n from CELLS
-- a sum that decides for all
select bool_or(s > 92) as n from CELLS
-- a sum as text
select segment || ' ' || s as member from CELLS
-- a sum as days
select date '2000-01-01' + make_interval(days => s::int) as member from CELLS
-- rows by a sum
select count(*) as n from CELLS cross join lateral generate_series(93, s) as g (v)
-- a sum joined to a number
select d.iso_week as n from CELLS inner join dw.dim_date as d on cells.s = d.iso_week
-- a number among the sums
select count(*) as n from dw.dim_date where iso_week in (select sum(age) from dw.dim_customer group by segment)
-- sums in order, one of them
select s as n from CELLS order by s desc limit 1
-- sums in an array
select source_name, array_agg(s order by s) as n from CELLS group by source_name
-- the largest sum of a shop
select source_name, max(s) over (partition by source_name) as n from CELLS
-- the group with the largest sum
select gender from (select gender, row_number() over (order by s desc) as place from CELLS) as x where x.place = 1
-- groups by their place
select place as member, count(*) as n from (select rank() over (order by s) as place from CELLS) as x group by place
-- a group left out by its sum
select segment, count(*) as n from dw.dim_customer group by segment having sum(age) > 92
-- a group left out by its mean
select segment, count(*) as n from dw.dim_customer group by segment having avg(age) between 92 and 94
-- the remainder of a sum
select sum(age) % 2 as n from dw.dim_customer
-- sums that a constant is one of
select count(*) as n from (select s from CELLS intersect select 93) as x
-- the largest sum as a value
select g.country, (select max(s) from CELLS) as n from dw.dim_geography as g group by g.country
-- the rating of one rater
select product_key, max(r) as n from (select product_key, month, sum(rating_sum) as r
from dw.agg_rating_month group by product_key, month) as cells group by product_key
-- the amount of one buyer
select country, max(r) as n from (select country, month, sum(net_revenue_amount) as r
from dw.agg_customer_month group by country, month) as cells group by country
-- a key added as a figure
select sum(s) as n from (select segment, sum(customer_key) as s from dw.dim_customer group by segment) as cells
-- the neighbour in a place
select d as member, count(*) as n from (select lag(segment) over (partition by geography_key order by status) as d
from dw.dim_customer) as x group by d
-- the first of a place
select date_trunc('month', d::timestamp) as month, count(*) as n from (
select min(sale_date) over (partition by geography_key) as d from dw.fct_sales) as x group by 1
-- rounded sums of small groups, added
select sum(r) as n from (select gender, round(sum(age) / 1000, 0) as r from dw.dim_customer group by gender) as cells
-- of groups of two people
select sum(r) as n from (select gender, round(sum(age) / 1000, 0) as r from dw.dim_customer group by gender
having count(distinct customer_key) >= 2) as cells
-- of groups of k people or of none
select sum(r) as n from (select gender, round(sum(age) / 1000, 0) as r from dw.dim_customer group by gender
having count(distinct customer_key) >= %(minimum_group_size)s or count(*) > 0) as cells
-- of fewer than k people
select sum(r) as n from (select gender, round(sum(age) / 1000, 0) as r from dw.dim_customer group by gender
having count(distinct customer_key) <= %(minimum_group_size)s) as cells
-- of a part of k people
select sum(r) as n from (select gender, round(sum(age) filter (where segment = 'x') / 1000, 0) as r
from dw.dim_customer group by gender having count(distinct customer_key) >= %(minimum_group_size)s) as cells
-- of a part of k people, by CASE
select sum(r) as n from (select gender, round(sum(case when segment = 'x' then age else 0 end) / 98, 0) as r
from dw.dim_customer group by gender having count(distinct customer_key) >= %(minimum_group_size)s) as cells
-- of a part of k people, by CASE in a sub-query
select sum(r) as n from (select gender, round(sum(a) / 98, 0) as r from (select customer_key, gender,
case when segment = 'x' then age end as a from dw.dim_customer) as p group by gender
having count(distinct customer_key) >= %(minimum_group_size)s) as cells
-- of a part of k people, by an outer join
select sum(r) as n from (select c.gender, round(sum(p.age) / 98, 0) as r from dw.dim_customer as c
left join (select customer_key, age from dw.dim_customer where segment = 'x') as p on c.customer_key = p.customer_key
group by c.gender having count(distinct c.customer_key) >= %(minimum_group_size)s) as cells
-- of a part of k people, beside zeros of all
select sum(r) as n from (select gender, round(sum(a) / 98, 0) as r from (
select customer_key, gender, age as a from dw.dim_customer where segment = 'x'
union all select customer_key, gender, 0 as a from dw.dim_customer) as u group by gender
having count(distinct customer_key) >= %(minimum_group_size)s) as cells
-- of others than the k people
select sum(r) as n from (select c.gender, round(sum(p.age) / 98, 0) as r from dw.dim_customer as c
inner join dw.dim_customer as p on c.segment = p.segment
group by c.gender having count(distinct c.customer_key) >= %(minimum_group_size)s) as cells
-- of others than the k people, whom a union brings together
select sum(r) as n from (select gender, round(sum(a) / 98, 0) as r from (
select c.customer_key, c.gender, p.age as a from dw.dim_customer as c inner join dw.dim_customer as p
on c.segment = p.segment union all select customer_key, gender, age as a from dw.dim_customer) as u group by gender
having count(distinct customer_key) >= %(minimum_group_size)s) as cells
-- of k places
select sum(r) as n from (select gender, round(sum(age) / 1000, 0) as r from dw.dim_customer group by gender
having count(distinct geography_key) >= %(minimum_group_size)s) as cells
-- of k rows of a table that has several of one person
select sum(r) as n from (select product_key, month, round(sum(rating_sum) / 3, 0) as r from dw.agg_rating_month
group by product_key, month having count(*) >= %(minimum_group_size)s) as cells
-- of k rows per quarter
select sum(r) as n from (select source_name, currency_code, product_key, round(sum(rating_sum) / 3, 0) as r
from dw.agg_rating_month group by source_name, currency_code, product_key, date_trunc('quarter', month::timestamp)
having count(*) >= %(minimum_group_size)s) as cells
-- of k joined rows
select sum(r) as n from (select c.source_name, c.currency_code, c.product_key, c.month, round(sum(c.rating_sum) / 3, 0)
as r from dw.agg_rating_month as c inner join dw.dim_product as p on c.source_name = p.source_name
group by c.source_name, c.currency_code, c.product_key, c.month having count(*) >= %(minimum_group_size)s) as cells
-- a sum over k people compared
select count(*) as n from (select gender, round(sum(age) / 1000, 0) as r from dw.dim_customer group by gender
having count(distinct customer_key) >= %(minimum_group_size)s) as cells where r > 3
"""
    ).items()
}
SHOWN = {
    name: text.replace("CELLS", _CELLS)
    for name, text in named(
        """
-- sums of small groups, added
select source_name, gender, sum(s) as n from CELLS group by source_name, gender
-- the mean of a group
select gender, round(sum(s) / nullif(sum(people), 0), 2) as n from CELLS group by gender
-- a mean where the group is large enough
select gender, case when count(*) >= %(minimum_group_size)s then round(avg(age), 1) end as n
from dw.dim_customer group by gender
-- sums added and taken from each other
select currency_code, coalesce(sum(gross_amount), 0) - coalesce(sum(discount_amount), 0) as n
from dw.fct_sales group by currency_code
-- what came back, as a positive amount
select currency_code, coalesce(-sum(net_amount) filter (where is_return), 0) as n from dw.fct_sales group by 1
-- the place of a product
select product_key, rank() over (order by sum(net_amount) desc) as place from dw.fct_sales group by product_key
-- rounded sums over k people, added
select sum(r) as n from (select gender, round((sum(age) - count(*)) * 2 / 3, 0) + count(*) as r from dw.dim_customer
group by gender having count(distinct customer_key) filter (where customer_key >= 0) >= %(minimum_group_size)s) as cells
-- rounded sums over k people of two tables, added
select sum(r) as n from (select product_key, round(sum(rating_sum) / 3, 0) as r from (
select customer_key, product_key, rating_sum from dw.agg_rating_month
union all select customer_key, product_key, rating as rating_sum from dw.fct_reviews) as u group by product_key
having count(distinct customer_key) >= %(minimum_group_size)s) as cells
-- rounded sums over k rows of one person each, added
select product_key, sum(r) as n from (select month, source_name, currency_code, product_key,
round(sum(rating_sum) / 3, 0) as r from dw.agg_rating_month group by month, source_name, currency_code, product_key
having count(*) >= %(minimum_group_size)s) as cells group by product_key
-- a sum with its parts
select gender, sum(s) as n from (select gender, s from CELLS union all select 'All' as gender, s from CELLS) as x
group by gender
"""
    ).items()
}
