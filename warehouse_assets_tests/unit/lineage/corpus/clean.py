"""SELECTs that a mart may have."""

CLEAN = {
    "count": "select count(*) as n from dw.dim_customer",
    "count by band": "select age_band, count(*) as n from dw.dim_customer group by age_band",
    "count by position": "select gender, age_band, count(*) as n from dw.dim_customer group by 1, 2",
    "count by alias": "select segment as member, count(*) as n from dw.dim_customer group by member order by member",
    "distinct customers": "select country, count(distinct customer_key) as n from dw.agg_customer_month"
    " group by country",
    "known customers": "select count(*) filter (where customer_key >= 0) as n from dw.agg_customer_month",
    "without unknown": "select count(*) as n from dw.fct_sales where customer_key <> -1 and customer_key != -2",
    "sum": "select country, sum(net_revenue_amount) as net from dw.agg_sales_month group by country",
    "sum over people": "select currency_code, sum(net_revenue_amount) as n from dw.agg_customer_month group by 1",
    "sum of filtered": "select sum(net_amount) filter (where not is_return) as n from dw.fct_sales",
    "mean": "select segment, round(avg(age), 1) as average_age from dw.dim_customer group by segment",
    "rate": "select round(count(*) filter (where status = 'gone')::numeric / nullif(count(*), 0), 6) as r"
    " from dw.dim_customer",
    "join of keys": "select c.segment, sum(a.net_revenue_amount) as n from dw.dim_customer as c inner join"
    " dw.agg_customer_month as a on c.customer_key = a.customer_key group by c.segment",
    "using": "select c.segment, count(*) as n from dw.dim_customer as c inner join dw.agg_customer_month"
    " using (customer_key) group by c.segment",
    "left join and null": "select count(*) as n from dw.dim_customer as c left join dw.agg_customer_month as a"
    " on c.customer_key = a.customer_key where a.customer_key is null",
    "in": "select count(*) as n from dw.dim_customer where customer_key in (select customer_key from dw.fct_reviews)",
    "not in": "select count(*) as n from dw.dim_customer where customer_key not in"
    " (select r.customer_key from dw.fct_reviews as r)",
    "exists": "select count(*) as n from dw.dim_customer as c where exists (select 1 from dw.agg_customer_month as a"
    " where a.customer_key = c.customer_key and a.has_sale)",
    "country of a customer": "select g.country, count(*) as n from dw.dim_customer as c"
    " inner join dw.dim_geography as g on c.geography_key = g.geography_key group by g.country",
    "month of sign-up": "select date_trunc('month', signup_date::timestamp)::date as month, count(*) as n"
    " from dw.fct_customer_lifecycle where signup_date is not null group by 1",
    "month as text": "select to_char(signup_date, 'YYYY-MM') as member, count(*) as n"
    " from dw.fct_customer_lifecycle group by 1",
    "year": "select extract(year from signup_date) as year, count(*) as n from dw.fct_customer_lifecycle group by 1",
    "per person, then by group": "select n, count(*) as people from (select customer_key, count(*) as n"
    " from dw.agg_customer_month group by customer_key) as x group by n",
    "cte chain": "with a as (select customer_key, segment from dw.dim_customer), b as (select segment, count(*) as n"
    " from a group by segment) select segment, n from b order by n desc, segment limit 5",
    "partition by key": "select first_month, count(*) as n from (select customer_key, min(month) over"
    " (partition by customer_key) as first_month from dw.agg_customer_month) as x group by first_month",
    "lag of a month": "select previous, count(*) as n from (select lag(month) over (partition by customer_key"
    " order by month) as previous from dw.agg_customer_month) as x group by previous",
    "rank of groups": "select segment, rank() over (order by count(*) desc) as r from dw.dim_customer group by segment",
    "share": "select segment, count(*) / sum(count(*)) over () as share from dw.dim_customer group by segment",
    "running sum": "select month, sum(sum(net_revenue_amount)) over (order by month rows 2 preceding) as n"
    " from dw.agg_sales_month group by month",
    "banding": "select case when n >= 10 then 'many' else 'few' end as member,"
    " count(*) as people from (select customer_key, count(*) as n from dw.fct_sales group by 1) as x group by 1",
    "date limits": "select count(*) as n from dw.fct_customer_lifecycle where signup_date <= %(as_of)s::date"
    " and last_login_date > %(as_of)s::date - 90",
    "union": "select 'All' as member, count(*) as n from dw.dim_customer union all"
    " select segment, count(*) from dw.dim_customer group by segment",
    "lateral values": "select m.member, sum(x.n) as n from (select segment, count(*) as n from dw.dim_customer"
    " group by segment) as x cross join lateral (values ('All'), (x.segment)) as m (member) group by m.member",
    "grouping sets": "select segment, gender, count(*) as n from dw.dim_customer"
    " group by grouping sets ((segment), (gender), ())",
    "calendar": "select d.month_start, count(s.month) as n from dw.dim_date as d left join dw.agg_sales_month as s"
    " on d.month_start = s.month group by d.month_start",
    "series of months": "select calendar.day::date as month, %(as_of)s::date as as_of_date from"
    " generate_series('2020-01-01'::timestamp, %(as_of)s::timestamp, interval '1 month') as calendar (day)",
    "products": "select p.product_name, array_agg(p.category order by p.category) as c from dw.dim_product as p"
    " group by p.product_name",
    "having": "select country, count(*) as n from dw.agg_customer_month group by country having count(*) >= 11",
    "scalar total": "select segment, count(*)::numeric / (select count(*) from dw.dim_customer) as share"
    " from dw.dim_customer group by segment",
    "distinct orders": "select count(*) as n from (select distinct order_key, country from dw.agg_order_month) as o",
    "since a month before": "select count(*) as n from dw.fct_customer_lifecycle where last_login_date >"
    " %(as_of)s::date - 90 and last_login_date <= %(as_of)s::date",
    "positive amounts": "select country, count(*) as n from dw.agg_customer_month where net_revenue_amount > 0"
    " group by country",
    "whether an age is known": "select segment, count(*) as n from dw.dim_customer where age is not null group by 1",
    "month compared with a constant": "select count(*) as n from dw.fct_customer_lifecycle"
    " where date_trunc('month', signup_date::timestamp)::date = date '2023-05-01'",
    "year in a list": "select count(*) as n from dw.fct_customer_lifecycle"
    " where extract(year from signup_date) in (1, 2)",
    "quintile of people": "select tile, count(*) as n from (select ceil(5.0 * r / n) as tile from (select rank()"
    " over (order by net_revenue_amount) as r, count(*) over () as n from dw.agg_customer_month) as x) as y"
    " group by tile",
    "greatest of groups": "select greatest(count(*), 1) as n from dw.dim_customer group by segment",
    "nullif of a group": "select nullif(segment, '') as member, count(*) as n from dw.dim_customer group by 1",
    "sums of groups with a bound": "select segment from (select segment, sum(age) as years, count(*) as n"
    " from dw.dim_customer group by segment) as x where n >= 11",
    "rolled up twice": "select max(n) as n from (select country, count(*) as n from dw.agg_customer_month"
    " group by country) as x",
    "nested ctes with the same name": "with a as (select segment from dw.dim_customer group by 1) select segment from"
    " (with a as (select segment from a) select segment from a) as b",
    "power of a count": "select power(count(*), 2) as n from dw.dim_customer group by segment",
    "row of groups": "select count(*) as n from dw.dim_customer where (segment, gender) in (('a', 'F'))",
    "statuses": "select declared_status, count(*) as n from dw.fct_customer_lifecycle group by declared_status",
}
