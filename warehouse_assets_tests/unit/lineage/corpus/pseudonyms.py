"""Leaks of pseudonyms, of exact details of people, and through what the proof does not know."""

PSEUDONYMS = {
    "projection": "select customer_key as member from dw.dim_customer",
    "order": "select order_key as member from dw.fct_sales",
    "line": "select line_key as member from dw.fct_sales",
    "under another name": "select k as n from (select customer_key as k from dw.dim_customer) as c group by k",
    "as text": "select customer_key::text as member from dw.dim_customer",
    "arithmetic": "select customer_key + 1 as n from dw.dim_customer",
    "modulo": "select customer_key % 1000 as n, count(*) as m from dw.dim_customer group by 1",
    "modulo in a filter": "select count(*) filter (where customer_key % 2 = 0) as n from dw.dim_customer",
    "bits": "select customer_key & 255 as n from dw.dim_customer",
    "unkeyed hash": "select md5(customer_key::text) as member from dw.dim_customer group by 1",
    "hash": "select encode(sha256(int8send(customer_key)), 'hex') as member from dw.dim_customer group by 1",
    "max": "select max(customer_key) as n from dw.dim_customer",
    "sum": "select sum(customer_key) as n from dw.dim_customer",
    "avg by country": "select country, avg(customer_key) as n from dw.agg_customer_month group by country",
    "array_agg": "select segment, array_agg(customer_key) as n from dw.dim_customer group by segment",
    "any_value": "select segment, any_value(customer_key) as n from dw.dim_customer group by segment",
    "bit_xor": "select bit_xor(customer_key) as n from dw.dim_customer",
    "group by only": "select count(*) as n from dw.fct_sales group by customer_key",
    "group by two": "select currency_code, sum(net_amount) as n from dw.fct_sales group by currency_code, order_key",
    "grouping sets": "select segment, count(*) as n from dw.dim_customer group by grouping sets ((segment),"
    " (customer_key))",
    "rollup": "select count(*) as n from dw.agg_customer_month group by rollup (country, customer_key)",
    "one row per person": "select country, net_revenue_amount from dw.agg_customer_month",
    "one row per person, nothing of it": "select 1 as n from dw.dim_customer",
    "distinct": "select distinct customer_key, currency_code from dw.agg_customer_month",
    "distinct on": "select distinct on (country) country, customer_key from dw.agg_customer_month order by country",
    "distinct on order": "select distinct on (country) country, has_sale from dw.agg_customer_month"
    " order by country, customer_key",
    "literal": "select count(*) as n from dw.agg_customer_month where customer_key = 4711",
    "literal on the left": "select count(*) as n from dw.agg_customer_month where 4711 = customer_key",
    "list of literals": "select sum(net_revenue_amount) as n from dw.agg_customer_month where customer_key in (1, 2)",
    "literal through a union": "select count(*) as n from dw.dim_customer where customer_key in"
    " (select customer_key from dw.fct_reviews union select 4711)",
    "literal through coalesce": "select count(*) as n from dw.dim_customer"
    " where customer_key = coalesce(nullif(customer_key, customer_key), 4711)",
    "range": "select count(*) as n from dw.dim_customer where customer_key > 4000000000000000000",
    "between": "select count(*) as n from dw.dim_customer where customer_key between 0 and 1000",
    "parameter": "select count(*) as n from dw.dim_customer where customer_key = %(minimum_group_size)s",
    "compared with a product": "select count(*) as n from dw.fct_sales where customer_key = product_key",
    "less than another": "select count(*) as n from dw.dim_customer as a inner join dw.dim_customer as b"
    " on a.customer_key < b.customer_key",
    "the greatest one": "select sum(net_revenue_amount) as n from dw.agg_customer_month where customer_key ="
    " (select max(customer_key) from dw.dim_customer)",
    "having": "select country, count(*) as n from dw.agg_customer_month group by country having max(customer_key) > 9",
    "window order": "select segment, count(*) as n from (select segment, row_number() over (order by customer_key)"
    " as r from dw.dim_customer) as x where r <= 10 group by segment",
    "window without order": "select segment, count(*) as n from (select segment, row_number() over ()"
    " as r from dw.dim_customer) as x where r <= 10 group by segment",
    "first_value": "select country, sum(v) as n from (select country, first_value(net_revenue_amount) over"
    " (order by customer_key) as v from dw.agg_customer_month) as x group by country",
    "limit": "select sum(n) as n from (select net_revenue_amount as n from dw.agg_customer_month"
    " order by net_revenue_amount desc limit 1) as best",
    "fetch first": "select sum(n) as n from (select net_revenue_amount as n from dw.agg_customer_month"
    " order by customer_key fetch first 1 row only) as best",
    "limit in a subquery of IN": "select sum(net_revenue_amount) as n from dw.agg_customer_month where customer_key in"
    " (select customer_key from dw.dim_customer order by segment limit 1)",
    "case": "select case when customer_key > 5 then 'a' else 'b' end as member, count(*) as n"
    " from dw.dim_customer group by 1",
    "order by and physical order": "select count(*) as n from dw.fct_sales group by order_key order by order_key",
    "series": "select s.n from dw.dim_customer as c cross join lateral generate_series(1, c.customer_key) as s (n)"
    " group by s.n",
    "union": "select product_key as n from dw.fct_sales group by 1 union select customer_key from dw.dim_customer",
    "correlated sum picked by max": "select c.segment, max(l.v) as n from dw.dim_customer as c cross join lateral"
    " (select sum(a.net_revenue_amount) as v from dw.agg_customer_month as a where a.customer_key = c.customer_key)"
    " as l group by c.segment",
    "sum over one row": "select max(l.v) as n from dw.agg_customer_month as c cross join lateral"
    " (select sum(c.net_revenue_amount + z.one) as v from (values (0)) as z (one)) as l",
    "concatenated": "select string_agg(customer_key::text, ',') as member from dw.dim_customer",
    "concatenation with a country": "select country || '-' || customer_key as member"
    " from dw.agg_customer_month group by 1",
    "literal through USING": "with t as (select 4711 as customer_key) select count(*) as n from dw.dim_customer"
    " inner join t using (customer_key)",
    "literal through INTERSECT": "select count(*) as n from (select customer_key from dw.dim_customer intersect"
    " select 4711) as x",
    "literal through VALUES": "select count(*) as n from dw.dim_customer as c inner join (values (4711)) as v (k)"
    " on c.customer_key = v.k",
    "the first of a ranking": "select country, sum(net_revenue_amount) as n from (select *, rank() over"
    " (order by net_revenue_amount desc) as r from dw.agg_customer_month) as x where r = 1 group by country",
    "row number by amount": "select sum(net_revenue_amount) as n from (select *, row_number() over"
    " (partition by country order by net_revenue_amount) as r from dw.agg_customer_month) as x where r <= 3",
    "system column": "select ctid as member from dw.dim_customer",
}

DETAILS = {
    "city": "select city as member, count(*) as n from dw.dim_geography as g inner join dw.dim_customer as c"
    " on g.geography_key = c.geography_key group by city",
    "city, group by only": "select count(*) as n from dw.dim_customer as c inner join dw.dim_geography as g"
    " on g.geography_key = c.geography_key group by g.city",
    "city in a filter": "select count(*) filter (where g.city = 'Lyon') as n from dw.dim_customer as c"
    " inner join dw.dim_geography as g on g.geography_key = c.geography_key",
    "place": "select geography_key, count(*) as n from dw.dim_customer group by geography_key",
    "age": "select age as n, count(*) as m from dw.dim_customer group by age",
    "oldest": "select max(age) as n from dw.dim_customer",
    "one age": "select count(*) as n from dw.dim_customer where age = 93",
    "one age by BETWEEN": "select count(*) as n from dw.dim_customer where age between 93 and 93",
    "oldest, hidden in a mean": "select avg(m) as n from (select segment, max(age) as m from dw.dim_customer"
    " group by segment) as x",
    "youngest of each segment, added up": "select segment, sum(x) as n from (select segment, first_value(age) over"
    " (partition by segment order by age) as x from dw.dim_customer) as y group by segment",
    "city of a list": "select v.c, count(*) as n from dw.dim_geography as g inner join (values ('Lyon')) as v (c)"
    " on g.city = v.c group by v.c",
    "rejected record as text": "select record::text as member from staging.rejected_records group by 1",
    "day of sign-up": "select signup_date, count(*) as n from dw.fct_customer_lifecycle group by signup_date",
    "week of sign-up": "select date_trunc('week', signup_date::timestamp)::date as week, count(*) as n"
    " from dw.fct_customer_lifecycle group by 1",
    "last login by segment": "select c.segment, max(l.last_login_date) as day from dw.fct_customer_lifecycle as l"
    " inner join dw.dim_customer as c on l.customer_key = c.customer_key group by c.segment",
    "day as text": "select to_char(signup_date, 'YYYY-MM-DD') as member, count(*) as n"
    " from dw.fct_customer_lifecycle group by 1",
    "greatest amount": "select country, max(net_revenue_amount) as n from dw.agg_customer_month group by country",
    "amounts as members": "select net_revenue_amount, count(*) as n from dw.agg_customer_month group by 1",
    "list of amounts": "select country, array_agg(net_revenue_amount) as n from dw.agg_customer_month group by country",
    "unit of a parameter": "select date_trunc(%(period)s, signup_date::timestamp) as day, count(*) as n"
    " from dw.fct_customer_lifecycle group by 1",
    "identity in disguise of the warehouse": "select valid_from, count(*) as n from dw.dim_customer_history group by 1",
}

UNKNOWN = {
    "dynamic SQL": "select query_to_xml('select * from vault.identities', true, false, '') as member",
    "table_to_xml": "select table_to_xml('vault.identities'::regclass, true, false, '') as member",
    "xmlelement": "select xmlelement(name a, segment) as member from dw.dim_customer group by segment",
    "xmlforest": "select xmlforest(segment) as member from dw.dim_customer group by segment",
    "dblink": "select * from dblink('dbname=warehouse', 'select full_name from vault.identities') as t (x text)",
    "own function": "select leak_names() as member",
    "function of a schema": "select vault.names() as member",
    "qualified function": "select pg_catalog.lower('A') as member",
    "function in FROM": "select * from leak_names() as t (member)",
    "rows from": "select * from rows from (leak_names()) as t (member)",
    "file": "select pg_read_file('/etc/passwd') as member",
    "large object": "select lo_get(4711) as member",
    "setting": "select current_setting('app.person') as member",
    "user": "select current_user as member",
    "clock": "select now() as as_of_date",
    "random": "select random() as n",
    "regclass": "select 'vault.identities'::regclass::text as member",
    "cast to a record": "select ('(1,2)'::vault.identities).email as member",
    "statistics": "select most_common_vals::text as member from pg_stats",
    "system catalog": "select relname as member from pg_catalog.pg_class",
    "partition": "select count(*) as n from dw.fct_sales_2023_08",
    "undeclared table": "select count(*) as n from public.people",
    "undeclared column": "select count(nickname) as n from dw.dim_customer",
    "another database": "select count(*) as n from other.dw.dim_customer",
    "operator of a schema": "select count(*) as n from dw.dim_channel where channel_key operator(public.=) 3",
    "table sample": "select segment, count(*) as n from dw.dim_customer tablesample system (1) group by segment",
    "locks": "select count(*) as n from dw.dim_channel for update",
    "select into": "select count(*) as n into leak from dw.dim_channel",
    "merge": "merge into mart_customers.customer_value as m using vault.identities as i on true"
    " when matched then update set member = i.email",
    "update": "update mart_customers.customer_value set member = i.email from vault.identities as i",
    "insert": "insert into mart_customers.customer_value (member) select email from vault.identities",
    "delete returning": "with x as (delete from vault.identities returning email) select email as member from x",
    "insert returning": "with x as (insert into dw.dim_channel select 1, email from vault.identities returning *)"
    " select acquisition_channel from x",
    "copy": "copy vault.identities to '/tmp/people'",
    "do block": "do $$ begin execute 'select 1'; end $$",
    "execute": "execute leak",
    "call": "call leak()",
    "create table as": "create table mart_sales.leak as select * from vault.identities",
    "view": "create view mart_sales.leak as select * from vault.identities",
    "two statements": "select 1 as n; select full_name from vault.identities",
    "nonsense": "select from where",
    "nothing": "",
    "union of different widths": "select 1 as n union select 1, 2",
    "position that is none": "select segment from dw.dim_customer group by 7",
    "array of a subquery": "select array(select full_name from vault.identities) as member",
    "join within brackets": "select count(*) as n from (dw.dim_customer as c inner join vault.identities as i on true)",
    "unused query of the vault": "with u as (select full_name from vault.identities) select count(*) as n"
    " from dw.dim_channel",
    "keys of the vault": "select count(*) as n from vault.customer_keys",
    "unknown parameter": "select %(full_name)s as member",
    "collation": 'select max(acquisition_channel collate "fr_FR") as member from dw.dim_channel',
    "unicode escapes": r"select U&'\0041' as member",
}
