"""SELECTs that a mart may have, by the forms of the grammar."""

from __future__ import annotations

from warehouse_assets_tests.unit.lineage.corpus.named import named

KEYS = named(
    """
-- buyers and their attributes
select c.gender, sum(s.net_amount) as n from dw.fct_sales as s
inner join dw.dim_customer as c on s.customer_key = c.customer_key group by c.gender
-- using a key
select l.declared_status, count(*) as n from dw.fct_customer_lifecycle as l
inner join dw.dim_customer as c using (customer_key) group by l.declared_status
-- people without reviews
select count(*) as n from dw.dim_customer as c left join
(select customer_key from dw.fct_reviews group by customer_key) as r on c.customer_key = r.customer_key
where r.customer_key is null
-- people with reviews
select age_band, count(*) as n from dw.dim_customer
where customer_key in (select customer_key from dw.fct_reviews) group by age_band
-- people who are not restricted
select status, count(*) as n from dw.dim_customer
where customer_key not in (select restricted.customer_key from governance.restrictions as restricted) group by status
-- people with a sale
select c.segment, count(*) as n from dw.dim_customer as c where exists (
select 1 from dw.agg_customer_month as a where a.customer_key = c.customer_key and a.has_sale) group by c.segment
-- people without one
select count(*) as n from dw.dim_customer as c where not exists (
select 1 from dw.fct_sales as s where s.customer_key = c.customer_key)
-- known people
select country, count(*) filter (where customer_key >= 0) as known, count(*) filter (where customer_key < 0) as others
from dw.agg_customer_month group by country
-- neither Unknown nor Anonymous
select sum(net_amount) as n from dw.fct_sales where customer_key <> -1 and customer_key <> -2
-- different orders
select month, count(distinct order_key) as n from dw.agg_order_month where order_key >= 0 group by month
-- different orders by a sub-query
select month, count(*) as n from (select distinct month, order_key from dw.agg_order_month) as orders group by month
-- orders of one line
select count(*) filter (where order_key = line_key) as n from dw.fct_sales
-- orders that were sold
select country, count(*) as n from dw.agg_order_month where sold_order_count > 0 and order_key >= 0 group by country
-- countries of people
select g.continent, g.country, count(*) as n from dw.dim_customer as c
inner join dw.dim_geography as g on c.geography_key = g.geography_key group by g.continent, g.country
"""
)

GROUPS = named(
    """
-- everybody
select count(*) as n from dw.fct_reviews
-- by band and gender
select age_band, gender, count(*) as n from dw.dim_customer group by age_band, gender
-- by position
select purchase_frequency, count(*) as n from dw.dim_customer group by 1
-- by the name of a result
select status as member, count(*) as n from dw.dim_customer group by member order by member
-- in sets
select segment, status, count(*) as n from dw.dim_customer group by grouping sets ((segment), (status))
-- ages in a mean
select gender, round(avg(age), 1) as average_age, count(age) as known from dw.dim_customer group by gender
-- amounts of a group
select currency_code, sum(gross_amount) - sum(discount_amount) as n from dw.fct_sales group by currency_code
-- amounts with a condition
select coalesce(-sum(net_amount) filter (where is_return), 0) as n from dw.fct_sales where not is_cancelled
-- a condition as numbers
select segment, avg(case when status = 'churned' then 1 else 0 end) as rate from dw.dim_customer group by segment
-- lines of products
select source_name, line_type = 'product' as is_product, sum(quantity) as n from dw.fct_sales group by source_name, 2
-- one country
select sum(net_revenue_amount) as n from dw.agg_customer_month where country = 'France'
-- some countries
select country, count(*) as n from dw.agg_customer_month where country in ('France', 'Spain') group by country
-- large groups
select segment, count(*) as n from dw.dim_customer group by segment having count(*) >= %(minimum_group_size)s
-- shares
select segment, round(count(*) / sum(count(*)) over (), 6) as share from dw.dim_customer group by segment
-- places of groups
select product_key, row_number() over (order by sum(net_amount) desc, product_key) as r from dw.fct_sales
group by product_key
-- the largest group
select segment, count(*) as n from dw.dim_customer group by segment order by n desc, segment limit 1
-- groups of groups
with months as (select month, country, count(*) as n from dw.agg_customer_month group by month, country)
select country, max(n) as most, min(n) as fewest, avg(n) as mean from months group by country
-- a member of all
with members as (select segment, count(*) as n from dw.dim_customer group by segment)
select m.member, sum(members.n) as n from members
cross join lateral (values ('All'), (members.segment)) as m (member) group by m.member
-- a total beside its parts
select 'All' as member, count(*) as n from dw.dim_customer union all
select segment as member, count(*) as n from dw.dim_customer group by segment
-- a figure of all
select status, count(*) / (select count(*) from dw.dim_customer) as share from dw.dim_customer group by status
-- bands of groups
with months as (select month, count(*) as n from dw.agg_customer_month group by month)
select case when n >= 1000 then 'many' else 'few' end as member, count(*) as months from months group by 1
-- products
select p.category, array_agg(p.product_name order by p.product_name) as names from dw.dim_product as p
group by p.category
-- stored figures
select month, sum(net_revenue_amount) / nullif(sum(units_sold), 0) as price from dw.agg_sales_month group by month
-- a mart from a mart
select month, net_revenue_amount / order_count as n from mart_sales.sales_by_month where order_count <> 0
"""
)

TIMES = named(
    """
-- months of sign-ups
select date_trunc('month', signup_date::timestamp)::date as month, count(*) as n from dw.fct_customer_lifecycle
where signup_date is not null group by month
-- quarters of sales
select date_trunc('quarter', sale_date::timestamp)::date as quarter, sum(net_amount) as n from dw.fct_sales group by 1
-- years of reviews
select extract(year from reviewed_date) as year, avg(rating) as rating from dw.fct_reviews group by 1
-- months as text
select to_char(last_login_date, 'YYYY-MM') as month, count(*) as n from dw.fct_customer_lifecycle group by 1
-- a known month
select coalesce(date_trunc('month', reviewed_date::timestamp)::date, '-infinity') as month, count(*) as n
from dw.fct_reviews group by 1
-- one month
select count(*) as n from dw.fct_customer_lifecycle
where date_trunc('month', signup_date::timestamp)::date = date '2024-02-01'
-- up to the day of the data
select count(*) as n from dw.fct_sales where sale_date <= %(as_of)s::date
-- the lines of a month
select sum(net_amount) as n from dw.fct_sales where sale_date >= %(month_start)s and sale_date < %(month_end)s
-- months up to the day of the data
select month, count(distinct customer_key) as n from dw.agg_customer_month where month <= %(as_of)s::date group by month
-- first months of buyers
select first_month, count(*) as n from (select min(month) over (partition by customer_key) as first_month
from dw.agg_customer_month) as months group by first_month
-- months before
select month, former, count(*) as n from (select month, lag(month) over (partition by customer_key order by month)
as former from dw.agg_customer_month where has_sale) as steps group by month, former
-- first months by groups
select first_month, count(*) as n from (select customer_key, min(month) as first_month from dw.agg_customer_month
group by customer_key) as buyers group by first_month
-- steps that return
select month, count(*) filter (where former is not null) as n from (select month, lead(month) over w as former
from dw.agg_customer_month window w as (partition by customer_key order by month desc)) as steps group by month
-- running sums of months
select month, sum(sum(units_sold)) over (order by month rows 11 preceding) as n from dw.agg_sales_month group by month
-- a calendar
select calendar.day::date as month, coalesce(sum(s.units_sold), 0) as n from
generate_series(timestamp '2020-01-01', %(as_of)s::timestamp, interval '1 month') as calendar (day)
left join dw.agg_sales_month as s on calendar.day = s.month group by 1
-- days of the calendar
select d.quarter_start, sum(s.net_revenue_amount) as n from dw.agg_sales_month as s
inner join dw.dim_date as d on s.month = d.date_key group by d.quarter_start
"""
)

CLEAN = {**KEYS, **GROUPS, **TIMES}
