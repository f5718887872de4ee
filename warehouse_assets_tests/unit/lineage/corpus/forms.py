"""Leaks and the unknown in rarer forms of SQL."""

FORMS = {
    "table x": "with x as (table dw.dim_customer) select customer_key as n from x",
    "whole row": "select t as member from dw.dim_customer as t",
    "whole row count distinct": "select count(distinct t) as n from dw.dim_customer as t",
    "whole row group": "select count(*) as n from dw.dim_customer as t group by t",
    "whole row text eq": "select count(*) as n from dw.dim_customer as t where t::text = '(1,2)'",
    "exists key const": "select exists (select 1 from dw.dim_customer where customer_key = 5) as member",
    "scalar in limit": "select segment, count(*) as n from dw.dim_customer group by 1 limit"
    " (select count(*) from dw.dim_customer where age = 93)",
    "offset key": "select segment from dw.dim_customer group by 1 offset (select"
    " min(customer_key) from dw.dim_customer)",
    "natural": "select count(*) as n from dw.dim_customer natural join dw.agg_customer_month",
    "uni": 'select U&"customer\\005fkey" as n from dw.dim_customer',
    "quoted upper": 'select "CUSTOMER_KEY" as n from dw.dim_customer',
    "comment trick": "select count(*) /* */ as n, customer_key from dw.dim_customer group by customer_key -- count",
    "comment nested": "select /* /* x */ count(*) as n, */ customer_key as n from dw.dim_customer",
    "dollar hiding": "select $a$ ' $a$ as member, customer_key as n from dw.dim_customer",
    "backslash": "select '\\' as member, customer_key as n from dw.dim_customer where segment <> '\\'",
    "recursive": "with recursive r (n) as (select 1 union all select n + 1 from r where n"
    " < (select max(age) from dw.dim_customer)) select n from r",
    "cte write": "with x as (update dw.dim_customer set age = 1 returning customer_key) select count(*) as n from x",
    "on conflict": "with x as (insert into dw.dim_channel select 1, 'a' on conflict do"
    " nothing returning channel_key) select count(*) as n from x",
    "set_config": "select set_config('a.b', segment, false) as member from dw.dim_customer group by 1",
    "query_to_xml from": "select * from query_to_xml('select 1', true, false, '') as t (x)",
    "rows from": "select * from rows from (generate_series(1,2), generate_series(1,3)) as t (a, b)",
    "json_table": "select * from json_table('[1]', '$[*]' columns (a int path '$')) as t",
    "xmltable": "select * from xmltable('/a' passing '<a/>' columns b text path '.') as t",
    "alias list": "select c.a from dw.dim_customer as c (a, b)",
    "alias shadows": "select segment as n from (select customer_key as segment from"
    " dw.dim_customer) as x group by segment",
    "group by alias shadow": "select customer_key as segment, count(*) as n from dw.dim_customer group by segment",
    "order by shadow": "select count(*) as n from dw.dim_customer group by segment order by max(customer_key) limit 1",
    "lateral sum": "select max(x.s) as n from dw.agg_customer_month as a cross join lateral"
    " (select sum(a.net_revenue_amount) as s) as x",
    "window frame": "select sum(x) as n from (select sum(age) over (order by segment rows"
    " between current row and current row) as x, row_number() over (order by"
    " segment) as r from dw.dim_customer) as y where r = 1",
    "lag age": "select sum(d) as n from (select lag(age) over (order by segment) as d"
    " from dw.dim_customer) as y group by d",
    "nth": "select max(v) as n from (select nth_value(age, 3) over (order by segment) as v from dw.dim_customer) as x",
    "array subs": "select (array_agg(age order by age))[1] as n from dw.dim_customer",
    "string_agg": "select string_agg(age::text, ',') as n from dw.dim_customer",
    "json_agg": "select json_agg(age) as n from dw.dim_customer",
    "jsonb_object_agg": "select jsonb_object_agg(segment, age) as n from dw.dim_customer",
    "json_build": "select json_build_object('a', age) as n from dw.dim_customer",
    "within group": "select percentile_cont(0.5) within group (order by age) as n from dw.dim_customer",
    "cube": "select segment, age, count(*) as n from dw.dim_customer group by cube (segment, age)",
    "rollup": "select segment, age, count(*) as n from dw.dim_customer group by rollup (segment, age)",
    "tablesample": "select segment from dw.dim_customer tablesample bernoulli (1) group by 1",
    "call in from": "select * from pg_ls_dir('/') as t (x)",
    "set returning": "select generate_series(1, age) as n from dw.dim_customer",
    "set returning2": "select unnest(array_agg(age)) as n from dw.dim_customer",
    "position key": "select count(*) as n from dw.dim_customer where customer_key::text like '1%'",
    "key eq sum": "select count(*) as n from dw.dim_customer where customer_key = (select"
    " sum(k) from (values (4711)) as v (k))",
    "key in values": "select count(*) as n from dw.dim_customer where customer_key in (values (4711))",
    "key all": "select count(*) as n from dw.dim_customer where customer_key <> all(array[4711])",
    "key between keys": "select count(*) as n from dw.dim_customer as c where customer_key"
    " between c.customer_key and 4711",
    "key with unknown arithmetic": "select count(*) as n from dw.dim_customer where customer_key = -1 - -4712",
    "key gte 0 trick": "select count(*) as n from dw.dim_customer where customer_key - 4711 >= 0",
    "key eq key+lit": "select count(*) as n from dw.dim_customer as a inner join"
    " dw.dim_customer as b on a.customer_key = b.customer_key + 1",
    "per person max": "select max(n) as n from (select customer_key, sum(net_revenue_amount) as"
    " n from dw.agg_customer_month group by customer_key) as x",
    "rank literal": "select sum(n) as n from (select net_revenue_amount as n, rank() over"
    " (order by net_revenue_amount) as r from dw.agg_customer_month) as x"
    " where r between 3 and 3",
    "percent rank case": "select case when t > 0.99 then 'top' else 'rest' end as member, count(*)"
    " as n from (select percent_rank() over (order by net_revenue_amount) as"
    " t from dw.agg_customer_month) as x group by 1",
    "agg order by": "select array_agg(segment order by age) as n from dw.dim_customer",
    "collate": 'select segment collate "fr" as member from dw.dim_customer group by 1',
    "xid": "select xmin as n from dw.dim_customer group by 1",
    "tableoid": "select tableoid as n from dw.dim_customer group by 1",
    "double only": "select customer_key as n from only dw.dim_customer",
    "limit ties": "select segment, count(*) as n from dw.dim_customer group by 1 order by 2"
    " fetch first 1 row with ties",
    "grouping fn": "select grouping(segment) as n, count(*) from dw.dim_customer group by"
    " grouping sets ((segment), (customer_key))",
    "row per person via lateral": "select l.x from dw.dim_customer as c cross join lateral (select"
    " c.segment as x) as l",
    "cross join per person": "select s.n from dw.dim_customer as c cross join generate_series(1,2) as s (n)",
    "array of segments": "select array_agg(segment) as n from dw.dim_customer",
    "array by age": "select array_agg(segment order by customer_key) as n from dw.dim_customer",
    "distinct on key": "select distinct on (customer_key) segment from dw.dim_customer",
    "window count": "select count(*) over () as n from dw.dim_customer",
    "group by row number": "select segment, count(*) as n from (select segment, row_number() over"
    " (partition by segment order by segment) as r from dw.dim_customer) as x"
    " group by segment, r",
    "order id count group": "select count(*) as n from dw.fct_sales group by order_key, product_key",
    "coalesce key": "select coalesce(customer_key, 0) as n from dw.agg_customer_month",
    "case key": "select case when has_sale then customer_key end as n from dw.agg_customer_month",
    "bool key": "select customer_key is not null as member, count(*) as n from"
    " dw.agg_customer_month group by customer_key",
    "key isin own max": "select segment, count(*) as n from dw.dim_customer where customer_key >="
    " all (select customer_key from dw.dim_customer) group by 1",
    "key limit sub eq": "select segment from dw.dim_customer where customer_key = (select"
    " customer_key from dw.fct_sales order by net_amount desc limit 1) group"
    " by 1",
    "having key eq": "select segment from dw.dim_customer group by segment having"
    " min(customer_key) = max(customer_key)",
    "governance": "select subject_hash as member from governance.requests",
    "logins": "select login_name as member from governance.login_countries",
    "requests vault": "select answer as member from vault.requests",
    "avg window": "select segment, max(a) as n from (select segment, avg(age) over"
    " (partition by segment, gender) as a from dw.dim_customer) as x group by"
    " 1",
    "stddev": "select stddev(age) as n from dw.dim_customer",
    "date bin": "select date_bin('1 day', signup_date::timestamp, timestamp '2000-01-01')"
    " as d, count(*) as n from dw.fct_customer_lifecycle group by 1",
    "sum shift": "select sum(1 << age) as n from dw.dim_customer",
}
"""What hides in names, comments, quotes, rows, frames and writing queries."""
