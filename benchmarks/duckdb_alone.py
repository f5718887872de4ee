"""The machine's limit: star and main figures of both marts in DuckDB, from the same file, in one process.

DuckDB keeps no history, rejects or ledger here, hides no small groups and checks no keys. Its sales by month are
compared with the warehouse's, column by column; the bench says which differ.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from common import Clock, settings_of
from peers import COMPARED, differences

_STAR = """
create table sales as
select * from (
    select
        "ID" as customer_id, "Product Name" as product, "Category" as category, "Subcategory" as subcategory,
        coalesce("Country", 'Unknown') as country, coalesce("City", 'Unknown') as city,
        "UserSourceType" as channel, "Gender" as gender, try_cast("Age" as integer) as age,
        try_cast("UserSignUpDate" as date) as signed_up_on, try_cast("Date_Purchase" as date) as sold_on,
        try_cast("Quantity" as decimal(18, 4)) as quantity, try_cast("Price" as decimal(18, 4)) as price,
        try_cast("Rating" as decimal(3, 2)) as rating, "Comment" as comment, "UserLastLoginDate" as last_login
    from (select distinct * from read_csv('{export}', all_varchar = true))
)
where sold_on < date '2100-01-01' and quantity > 0 and price > 0;
create table dim_customer as
select row_number() over () as customer_key, *
from (select distinct on (customer_id) customer_id, country, channel, gender, age, signed_up_on
      from sales order by customer_id, sold_on desc);
create table dim_product as
select row_number() over () as product_key, *
from (select distinct product, category, subcategory from sales);
create table dim_geography as
select row_number() over () as geography_key, * from (select distinct country, city from sales);
create table fct_sales as
select
    s.sold_on, c.customer_key, p.product_key, g.geography_key, s.quantity, s.price, s.rating,
    cast(s.quantity * s.price as decimal(18, 4)) as amount
from sales as s
join dim_customer as c using (customer_id)
join dim_product as p
    on s.product is not distinct from p.product and s.category is not distinct from p.category
    and s.subcategory is not distinct from p.subcategory
join dim_geography as g on s.country = g.country and s.city = g.city;
"""
_PERIODS = """
create table sales_by_{period} as
select *, net_revenue_amount / lag(net_revenue_amount) over (order by period_start) - 1 as growth_vs_previous
from (
    select date_trunc('{period}', sold_on) as period_start, count(*) as order_count, count(*) as line_count,
        sum(quantity) as units_sold, sum(amount) as net_revenue_amount, count(distinct customer_key) as customer_count
    from fct_sales group by 1
)
"""
_MARTS = (
    *(_PERIODS.format(period=period) for period in ("month", "quarter", "year")),
    """create table product_sales as
    select date_trunc('month', sold_on) as period_start, product_key, sum(quantity) as units_sold,
        sum(amount) as net_revenue_amount, avg(rating) as average_rating, count(distinct customer_key) as buyers,
        rank() over (partition by date_trunc('month', sold_on) order by sum(amount) desc) as revenue_rank
    from fct_sales group by 1, 2""",
    """create table category_sales as
    select date_trunc('month', sold_on) as period_start, category, subcategory, sum(quantity) as units_sold,
        sum(amount) as net_revenue_amount, count(distinct customer_key) as buyers
    from fct_sales join dim_product using (product_key) group by grouping sets ((1, 2), (1, 2, 3))""",
    """create table sales_by_country as
    select date_trunc('month', sold_on) as period_start, country, sum(amount) as net_revenue_amount,
        count(distinct customer_key) as buyers
    from fct_sales join dim_geography using (geography_key) group by 1, 2""",
    """create table customer_demographics as
    select country, gender, age // 10 as age_band, count(*) as customers, avg(age) as average_age
    from dim_customer group by grouping sets ((), (country), (gender), (age // 10), (age // 10, gender))""",
    """create table retention_cohorts as
    select date_trunc('month', signed_up_on) as cohort, datediff('month', signed_up_on, sold_on) as months,
        count(distinct customer_key) as retained
    from fct_sales join dim_customer using (customer_key) where sold_on >= signed_up_on group by 1, 2""",
    """create table churn_rates as
    select date_trunc('month', last_on) as month, count(*) as churned
    from (select customer_key, max(sold_on) as last_on from fct_sales group by 1) group by 1""",
    """create table customer_value as
    select date_trunc('month', signed_up_on) as cohort, sum(amount) as revenue, count(distinct customer_key) as buyers
    from fct_sales join dim_customer using (customer_key) group by 1""",
)


def main() -> None:
    clock, connection = Clock(), duckdb.connect()
    with clock.phase("read, clean and star"):
        connection.execute(_STAR.format(export=Path(sys.argv[1]) / "export.csv"))
    with clock.phase("marts"):
        for statement in _MARTS:
            connection.execute(statement)
    query = f"select period_start::date, {', '.join(COMPARED)} from sales_by_month order by 1"
    found = connection.execute(query).fetchall()
    clock.print_result(differs=differences(found, settings_of(sys.argv[2])))


main()
