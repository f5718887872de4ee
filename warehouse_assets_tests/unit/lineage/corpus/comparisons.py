"""Leaks of single people by comparing their details with constants, one by one or by two ranges."""

COMPARED = {
    "range": "select count(*) as n from dw.dim_customer where age > 92 and age < 94",
    "range filter": "select count(*) filter (where age >= 93) as n from dw.dim_customer",
    "range nested": "select count(*) as n from (select * from dw.dim_customer where age > 92) as x where age < 94",
    "range reversed": "select count(*) as n from dw.dim_customer where 92 < age",
    "not range": "select count(*) as n from dw.dim_customer where not age <= 92",
    "age arithmetic": "select count(*) as n from dw.dim_customer where age + 0 = 93",
    "age arithmetic range": "select count(*) as n from dw.dim_customer where age * 1 > 93",
    "age cast": "select count(*) as n from dw.dim_customer where age::text = '93'",
    "age cast like": "select count(*) as n from dw.dim_customer where age::text like '9%'",
    "epoch": "select count(*) as n from dw.fct_customer_lifecycle where extract(epoch from signup_date) = 1693526400",
    "day of": "select count(*) as n from dw.fct_customer_lifecycle where extract(day from signup_date) = 17",
    "difference": "select count(*) as n from dw.fct_customer_lifecycle where signup_date - date '2023-01-01' = 5",
    "difference range": "select count(*) as n from dw.fct_customer_lifecycle where signup_date - date '2023-01-01' < 5",
    "values range": "select count(*) as n from dw.dim_customer as c inner join (values (92)) as v (x) on c.age > v.x",
    "literal via cte": "with t as (select 92 as x) select count(*) as n from dw.dim_customer as"
    " c cross join t where c.age > t.x",
    "literal via scalar": "select count(*) as n from dw.dim_customer where age > (select 92)",
    "literal via coalesce": "select count(*) as n from dw.dim_customer where age > coalesce(null, 92)",
    "literal via case": "select count(*) as n from dw.dim_customer where age > case when true then 92 end",
    "series of ages": "select count(*) as n from dw.dim_customer as c inner join"
    " generate_series(93, 93) as s (x) on c.age = s.x",
    "greatest": "select count(*) as n from dw.dim_customer where greatest(age, 92) = age",
    "least trick": "select count(*) as n from dw.dim_customer where least(age, 93) = 93",
    "param window": "select count(*) as n from dw.fct_customer_lifecycle where signup_date >"
    " %(as_of)s::date - 90 and signup_date <= %(as_of)s::date - 89",
    "param window between": "select count(*) as n from dw.fct_customer_lifecycle where signup_date"
    " between %(as_of)s::date - 90 and %(as_of)s::date - 89",
    "param eq": "select count(*) as n from dw.fct_customer_lifecycle where signup_date = %(as_of)s::date - 90",
    "in list ages": "select count(*) as n from dw.dim_customer where age in (93, 94)",
    "any array": "select count(*) as n from dw.dim_customer where age = any(array[93])",
    "row compare": "select count(*) as n from dw.dim_customer where (age, gender) = (93, 'F')",
    "row compare lt": "select count(*) as n from dw.dim_customer where (age, gender) > (93, 'F')",
    "row in": "select count(*) as n from dw.dim_customer where (age, segment) in ((93, 'a'))",
    "bool as column": "select age > 92 as member, count(*) as n from dw.dim_customer group by 1",
    "case age": "select case when age > 92 then 'old' else 'young' end as member,"
    " count(*) as n from dw.dim_customer group by 1",
    "case switch": "select case age when 93 then 'old' end as member, count(*) as n from dw.dim_customer group by 1",
    "sum case": "select sum(case when age = 93 then 1 else 0 end) as n from dw.dim_customer",
    "sum cast bool": "select sum((age = 93)::int) as n from dw.dim_customer",
    "sum age filter": "select sum(age) filter (where gender = 'F') - sum(age) filter (where"
    " gender = 'F' and age < 93) as n from dw.dim_customer",
    "amount range": "select count(*) as n from dw.agg_customer_month where net_revenue_amount"
    " > 1234.5 and net_revenue_amount < 1234.7",
    "amount equal": "select count(*) as n from dw.agg_customer_month where net_revenue_amount = 1234.56",
    "quantity mod": "select count(*) as n from dw.fct_sales where quantity % 7 = 3",
    "sale day": "select sum(net_amount) as n from dw.fct_sales where sale_date = date '2023-05-01'",
    "city like": "select count(*) as n from dw.dim_geography where city like 'Trif%'",
    "city range": "select count(*) as n from dw.dim_geography as g inner join"
    " dw.dim_customer as c on g.geography_key=c.geography_key where city >="
    " 'Trif' and city < 'Trig'",
    "city upper": "select count(*) as n from dw.dim_geography as g inner join"
    " dw.dim_customer as c on g.geography_key=c.geography_key where"
    " upper(city) = 'LYON'",
    "city left": "select count(*) as n from dw.dim_geography as g inner join"
    " dw.dim_customer as c on g.geography_key=c.geography_key where"
    " left(city, 4) = 'Lyon'",
    "filter is null trick": "select count(*) as n from dw.dim_customer where nullif(age, 93) is null",
    "coalesce trick": "select count(*) as n from dw.dim_customer where coalesce(nullif(age, 93), 0) = 0",
    "abs": "select count(*) as n from dw.dim_customer where abs(age - 93) < 1",
    "sign": "select sign(age - 93) as n, count(*) as m from dw.dim_customer group by 1",
    "to_char day": "select count(*) as n from dw.fct_customer_lifecycle where"
    " to_char(signup_date, 'YYYYMMDD') = '20230501'",
    "month of one": "select count(*) as n from dw.fct_customer_lifecycle where"
    " date_trunc('day', signup_date) = timestamp '2023-05-01'",
    "interval": "select count(*) as n from dw.fct_customer_lifecycle where signup_date +"
    " interval '1 day' = timestamp '2023-05-01'",
    "age fn": "select count(*) as n from dw.fct_customer_lifecycle where age(signup_date) > interval '1 day'",
    "union count": "select count(*) as n from (select age from dw.dim_customer union select 93) as x",
    "is distinct": "select count(*) as n from dw.dim_customer where age is not distinct from 93",
    "not in ages": "select count(*) as n from dw.dim_customer where age not in (select 92)",
    "exists literal": "select count(*) as n from dw.dim_customer as c where exists (select 1"
    " from (values (93)) as v (x) where v.x < c.age)",
    "scalar count": "select (select count(*) from dw.dim_customer where age > 92) as n",
    "having max": "select segment, count(*) as n from dw.dim_customer group by 1 having max(age) > 92",
    "bool_and age": "select bool_and(age > 92) as member from dw.dim_customer",
    "except": "select segment as member from dw.dim_customer except select segment from"
    " dw.dim_customer where age <> 93",
    "intersect": "select segment as member from dw.dim_customer intersect select segment"
    " from dw.dim_customer where age >= 93",
    "power": "select sum(power(10, age)) as n from dw.dim_customer",
    "sum of amount powers": "select sum(2 ^ age) as n from dw.dim_customer",
    "mod": "select age % 10 as n, count(*) from dw.dim_customer group by 1",
    "floor": "select floor(age / 10) as n, count(*) as m from dw.dim_customer group by 1",
    "avg of one": "select avg(age) filter (where geography_key = 4711) as n from dw.dim_customer",
    "window filter": "select max(s) as n from (select sum(age) filter (where age > 92) over ()"
    " as s from dw.dim_customer) as y",
    "window exclude": "select max(d) as n from (select sum(age) over () - sum(age) over (order"
    " by segment rows between unbounded preceding and unbounded following"
    " exclude current row) as d from dw.dim_customer) as y",
    "rank minus rank": "select sum(n) as n from (select net_revenue_amount as n, rank() over"
    " (order by net_revenue_amount) - 1 as r from dw.agg_customer_month) as x"
    " where r = 0",
    "rank lt": "select sum(n) as n from (select net_revenue_amount as n, rank() over"
    " (order by net_revenue_amount) as r from dw.agg_customer_month) as x"
    " where r < 2",
    "only": "select count(*) as n from only dw.dim_customer where age > 92",
    "is of": "select count(*) as n from dw.dim_customer where (age between symmetric 93 and 92)",
    "ordinality of people": "select o.n from dw.dim_customer as c, unnest(array[c.age]) with"
    " ordinality as o (x, n) where o.x = 93",
    "lateral no from": "select sum(x.s) as n from dw.dim_customer as c cross join lateral"
    " (select c.age as s where c.age > 92) as x",
    "cal const": "select count(*) as n from dw.fct_customer_lifecycle as l inner join"
    " dw.dim_date as d on l.signup_date = d.date_key where d.date_key = date"
    " '2023-05-01'",
    "cal group day": "select d.date_key, count(*) as n from dw.fct_customer_lifecycle as l"
    " inner join dw.dim_date as d on l.signup_date = d.date_key group by 1",
    "cal sliding": "select d.date_key, count(*) as n from dw.dim_date as d left join"
    " dw.fct_customer_lifecycle as l on l.signup_date <= d.date_key group by"
    " 1",
    "cal in": "select count(*) as n from dw.fct_customer_lifecycle where signup_date in"
    " (select date_key from dw.dim_date where date_key = date '2023-05-01')",
    "cal range": "select count(*) as n from dw.fct_customer_lifecycle as l inner join"
    " dw.dim_date as d on l.signup_date < d.date_key where d.date_key = date"
    " '2023-05-01'",
    "cal using": "select count(*) as n from (select signup_date as date_key from"
    " dw.fct_customer_lifecycle) as l inner join dw.dim_date using (date_key)"
    " where date_key = date '2023-05-01'",
    "cal offset": "select d.month_start, count(*) as n from dw.fct_customer_lifecycle as l"
    " inner join dw.dim_date as d on l.signup_date = d.month_start + 4 group"
    " by 1",
    "person sum eq": "select count(*) as n from (select customer_key, sum(net_revenue_amount)"
    " as s from dw.agg_customer_month group by customer_key) as x where s ="
    " 1234.56",
    "in person": "select count(*) as n from dw.dim_customer where customer_key in (select"
    " customer_key from dw.agg_customer_month where net_revenue_amount ="
    " 1234.56)",
    "exists person": "select count(*) as n from dw.dim_customer as c where exists (select 1"
    " from dw.agg_customer_month as a where a.customer_key = c.customer_key"
    " and a.first_sale_date = date '2023-01-05')",
    "month shifted": "select date_trunc('month', signup_date::timestamp + interval '1 day') as"
    " d, count(*) as n from dw.fct_customer_lifecycle group by 1",
    "month shifted 2 cols": "select date_trunc('month', signup_date::timestamp) as a,"
    " date_trunc('month', signup_date::timestamp + interval '30 days') as d,"
    " count(*) as n from dw.fct_customer_lifecycle group by 1, 2",
    "month shifted param": "select date_trunc('month', signup_date::timestamp +"
    " %(period)s::interval) as d, count(*) as n from"
    " dw.fct_customer_lifecycle group by 1",
    "case between params": "select count(*) filter (where age between %(minimum_group_size)s and"
    " %(minimum_group_size)s + 1) as n from dw.dim_customer",
    "param age": "select count(*) as n from dw.dim_customer where age > %(minimum_group_size)s + 80",
    "param age eq": "select count(*) as n from dw.dim_customer where age = %(minimum_group_size)s + 80",
    "param age two": "select count(*) as n from dw.dim_customer where age >="
    " %(minimum_group_size)s and age <= %(minimum_group_size)s",
    "as_of bare two": "select count(*) as n from dw.fct_customer_lifecycle where signup_date >="
    " %(as_of)s::date and signup_date <= %(as_of)s::date",
    "as_of bare minus": "select count(*) as n from dw.fct_customer_lifecycle where signup_date >"
    " %(as_of)s::date - 1 and signup_date <= %(as_of)s::date",
    "as_of diff": "select count(*) as n from dw.fct_customer_lifecycle where %(as_of)s::date - signup_date = 3",
    "as_of diff range": "select count(*) as n from dw.fct_customer_lifecycle where %(as_of)s::date - signup_date < 3",
    "as_of diff group": "select %(as_of)s::date - signup_date as d, count(*) as n from"
    " dw.fct_customer_lifecycle group by 1",
    "windows in ctes": "with a as (select * from dw.fct_customer_lifecycle where signup_date >"
    " %(as_of)s::date - 90), b as (select * from a where signup_date <"
    " %(as_of)s::date - 88) select count(*) as n from b",
    "windows via except": "select segment as member from dw.dim_customer as c inner join"
    " dw.fct_customer_lifecycle as l using (customer_key) where l.signup_date"
    " > %(as_of)s::date - 90 group by 1 except select segment from"
    " dw.dim_customer as c inner join dw.fct_customer_lifecycle as l using"
    " (customer_key) where l.signup_date > %(as_of)s::date - 89 group by 1",
    "difference of two filters": "select count(*) filter (where signup_date > %(as_of)s::date - 90) -"
    " count(*) filter (where signup_date > %(as_of)s::date - 89) as n from"
    " dw.fct_customer_lifecycle",
    "two filters side by side": "select count(*) filter (where signup_date > %(as_of)s::date - 90) as a,"
    " count(*) filter (where signup_date > %(as_of)s::date - 89) as n from"
    " dw.fct_customer_lifecycle",
    "boolean sum": "select sum(case when age >= 65 then 1 end) as n from dw.dim_customer",
    "having min age": "select segment, min(age) = max(age) as m from dw.dim_customer group by segment",
    "rank of age groups": "select r, count(*) as n from (select dense_rank() over (order by age) as"
    " r from dw.dim_customer) as x group by r",
    "to_char month literal": "select count(*) as n from dw.fct_customer_lifecycle where"
    " to_char(signup_date, 'MM-DD') = '05-01'",
    "extract month,year,day": "select extract(year from signup_date), extract(month from signup_date),"
    " extract(day from signup_date), count(*) as n from"
    " dw.fct_customer_lifecycle group by 1, 2, 3",
    "unit in lower": "select date_trunc('DAY', signup_date::timestamp) as d, count(*) as n"
    " from dw.fct_customer_lifecycle group by 1",
    "trunc col unit": "select date_trunc(segment, signup_date::timestamp) as d, count(*) as n"
    " from dw.fct_customer_lifecycle, dw.dim_customer group by 1",
    "extract dow": "select extract(dow from signup_date) as d, count(*) as n from dw.fct_customer_lifecycle group by 1",
    "geo key eq": "select count(*) as n from dw.dim_customer as c inner join"
    " dw.dim_geography as g on c.geography_key = g.geography_key where"
    " g.geography_key = 4711",
    "geo distinct": "select distinct geography_key from dw.dim_customer",
    "restrictions": "select count(*) as n from governance.restrictions where since_date = date '2023-01-01'",
}
"""Whoever knows the constant, or subtracts two such counts, knows a person."""
