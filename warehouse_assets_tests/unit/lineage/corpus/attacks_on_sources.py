"""Fields by which a source's SELECT would publish a person, beside `Who` as the name and `Nr` as the number."""

from __future__ import annotations

from warehouse_assets_tests.unit.lineage.corpus.named import named

_CUSTOMERS = named(
    """
-- the third column
#3 as acquisition_channel
-- a number with nothing added
("Nr" || '') as segment
-- a hash of the number
md5("Nr") as segment
-- a number in other words
replace("Nr", '1', 'one') as status
-- a number's digits
right("Nr", 2) as segment
-- a number looked up
case when "Nr" = '4711' then 'him' else 'others' end as segment
-- a number compared
case when "Nr" in ('1', '2', '3') then 'few' end as status
-- a number by its start
case when "Nr" like 'C%' then 'company' end as segment
-- a name compared
case when "Who" = 'Ann' then 'Ann' else 'others' end as status
-- a name tested
case when "Who" like '%a' then 'a' end as segment
-- a name by its length
length("Who") as purchase_frequency
-- a name in a null
nullif("Who", 'Ann') as segment
-- a name in order
row_number() over (order by "Who") as segment
-- a name's rank by hand
(select count(*) from export as other where other."Who" < export."Who") as segment
-- a name out of a list
x.a as segment from (select "Who", "Nr", source_line, "Mail", "Street" from export) as x (a, "Nr", source_line) --
-- a name by columns
columns(c -> c = 'Who') as segment
-- a name by an alias before it
"Who" as w, w as segment
-- a name by a struct
struct_pack(a := "Who").a as segment
-- a name by braces
{'a': "Who"}.a as segment
-- a name in a list
["Who"][1] as segment
-- a name by a list's function
list_transform(["Who"], x -> x)[1] as segment
-- a name by a row
export as segment
-- a name by a row with a text
export::text as segment
-- another file
(select max(a) from read_csv('/etc/passwd') as t (a)) as segment
-- another file by name
(select max(a) from 'people.csv') as segment
-- another table
(select max(name) from duckdb_settings()) as segment
-- the machine
getenv('HOME') as segment
-- the settings
current_setting('temp_directory') as segment
-- a text of SQL
(select * from query('select "Who" from export')) as segment
-- all names
(select string_agg("Who", ',') from export) as segment
-- the first name
(select first("Who") from export) as segment
-- the most frequent
(select mode("Who") from export) as segment
-- a name in nested data
"Buyer" ->> '$.name' as phone, "Buyer" as segment
-- a name by a wider path
"Buyer" ->> '$.name.full' as phone, "Buyer" ->> '$.name' as segment
-- a name by a deeper path
"Buyer" ->> '$.name' as phone, "Buyer" ->> '$.name.first' as segment
-- a name by a wild path
"Buyer" ->> '$.name' as phone, "Buyer" ->> '$.*' as segment
-- a name by a path that is made
"Buyer" ->> '$.name' as phone, "Buyer" ->> ('$.' || 'name') as segment
-- a name by a pointer
"Buyer" ->> '$.name' as phone, json_extract_string("Buyer", '/name') as segment
-- a thing of a list
thing ->> '$.who' as phone, parts.thing as segment
from export, unnest(from_json("Things", '["json"]')) as parts (thing) --
-- a mail's shop
regexp_extract("Mail", '@(.*)$', 1) as acquisition_channel
-- an address as a channel
"Street" as acquisition_channel
-- a name that only its heading tells
"Customer Name" as segment
-- a first name that only its heading tells
"Nom" as status
-- all but some
* exclude ("Age")
-- a sample of names
max("Who") over () as segment
-- names of a union
segment from (select "Mail" as segment, source_line, "Nr", "Who", "Street", "Mail" from export) as x --
-- values by place
"Age" as segment from export group by 2 --
-- a label joined by the name in a named query
v.l as segment from export inner join (select 'Ann' as n, 'him' as l) as v on v.n = export."Who" --
-- a label left joined by the number
v.l as segment from export left join (select '4711' as n, 'him' as l) as v on v.n = export."Nr" --
-- a label joined by a start
v.l as segment from export left join (select 'A' as n, 'a' as l) as v on starts_with(export."Who", v.n) --
-- a rank by the number
row_number() over (partition by "Kind" order by "Nr") as segment
-- a count of a name's rows
count(*) over (partition by "Who") as segment
-- a neighbour's kind in the order of names
lag("Kind") over (order by "Who") as segment
-- rows by a rank of names
"Kind" as segment from export qualify row_number() over (order by "Who") = 1 --
-- having a name
max("Kind") as segment from export group by "Kind" having max("Who") = 'Ann' --
-- a sum filtered by a name
count(*) filter (where "Who" = 'Ann') over () as segment
-- a name in a nulled text
coalesce(nullif("Kind", "Who"), 'him') as segment
-- a part of the name by position
strpos("Who", 'a') as segment
-- the name in a greater text
greatest("Who", "Kind") as segment
-- the name between two
case when "Kind" between "Who" and "Who" then 1 end as segment
-- the mail reversed
reverse("Mail") as acquisition_channel
-- first by name
first_value("Kind") over (partition by "Group" order by "Nr") as segment
-- a union with a name
"Kind" as segment from export union all select source_line, "Nr", "Who", "Mail", "Street", "Who" from export --
-- the line of the file
source_line as segment
-- card digits in a channel
"Pan" as payment_card, right("Pan", 4) as acquisition_channel
-- a card cast
"Pan" as payment_card, try_cast("Pan" as bigint) as segment
"""
)
_SALES = named(
    """
-- a name as a product
"Who" as category
-- a number as a product
"Nr" as product_id
-- an order as a category
"No" as category
-- an order in a category
concat('order ', "No") as category
-- an order looked up
case when "No" = '17' then 'that' end as order_status
-- an order by a long start
case when "No" like 'ORDER-4711%' then 'that' end as order_status
-- an order by its digits
case when "No" like '17%' then 'that' end as order_status
-- a comment's start
left("Text", 3) as subcategory
-- a comment counted
length("Text") as subcategory
-- the buyer's place in a name
split_part("Street", ' ', 1) as category
-- a mail for the kind
case when "Mail" like '%.edu' then 'school' else 'product' end as line_type
-- the line in a text
concat('l', source_line) as category
"""
)
ATTACKS = {
    **{f"customers: {name}": ("customers", text) for name, text in _CUSTOMERS.items()},
    **{f"sales: {name}": ("sales", text) for name, text in _SALES.items()},
}
