"""The same star the way a tutorial builds it: read_csv, clean, to_sql, keys, the sales mart by SQL."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from common import Clock, settings_of

from warehouse_assets import database
from warehouse_assets.database.databases import make_database
from warehouse_assets.database.urls import with_database

CUSTOMER = ["Age", "Gender", "City", "Country", "UserSignUpDate", "UserLastPurchaseDate", "UserStatus"]
CUSTOMER += ["UserTotalPurchases", "UserSegment", "UserSourceType", "UserLastLoginDate", "UserPurchaseFrequency"]
PRODUCT = ["Product Name", "Category", "Subcategory"]
KEYS = """
alter table dim_customer add primary key (customer_key);
alter table dim_product add primary key (product_key);
alter table fct_sales add primary key (line_key);
alter table fct_sales add foreign key (customer_key) references dim_customer;
alter table fct_sales add foreign key (product_key) references dim_product;
create index on fct_sales (sold_on);
"""
MARTS = """
create table sales_by_month as
select date_trunc('month', sold_on) as month, count(*) as orders, sum(amount) as revenue,
    count(distinct customer_key) as customers
from fct_sales group by 1;
create table product_sales as
select date_trunc('month', sold_on) as month, p.*, sum(f.amount) as revenue, sum(f.quantity) as units,
    rank() over (partition by date_trunc('month', sold_on) order by sum(f.amount) desc) as revenue_rank
from fct_sales as f join dim_product as p using (product_key)
group by 1, p.product_key, p.name, p.category, p.subcategory;
"""

clock = Clock()
files, home = Path(sys.argv[1]), sys.argv[2]
url = with_database(database.ensure_running(settings_of(home)).warehouse, "tutorial")
make_database(url, "WAREHOUSE_DATABASE_URL")
engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://", 1))
with clock.phase("read and clean"):
    rows = pd.read_csv(files / "export.csv", dtype=str, keep_default_na=False).drop_duplicates()
    rows["sold_on"] = pd.to_datetime(rows["Date_Purchase"], format="%Y-%m-%d", errors="coerce")
    rows["quantity"] = pd.to_numeric(rows["Quantity"], errors="coerce")
    rows["price"] = pd.to_numeric(rows["Price"], errors="coerce")
    rows["customer_key"] = [int(hashlib.sha256(x.encode()).hexdigest()[:15], 16) for x in rows["ID"]]
    customers = rows.drop_duplicates("customer_key")[["customer_key", *CUSTOMER]]
    products = (
        rows[PRODUCT].drop_duplicates().reset_index(drop=True).set_axis(["name", "category", "subcategory"], axis=1)
    )
    products.insert(0, "product_key", range(len(products)))
    sales = rows[rows["sold_on"].notna() & (rows["quantity"] > 0) & (rows["price"] > 0)]
    sales = sales.merge(products, left_on=PRODUCT, right_on=["name", "category", "subcategory"])
    sales = sales.assign(amount=sales["quantity"] * sales["price"], line_key=range(len(sales)))
    facts = sales[["line_key", "customer_key", "product_key", "sold_on", "quantity", "price", "amount", "Rating"]]
with clock.phase("to_sql"):
    for name, frame in (
        ("staging", rows),
        ("dim_customer", customers),
        ("dim_product", products),
        ("fct_sales", facts),
    ):
        frame.to_sql(name, engine, index=False, chunksize=10_000)
with clock.phase("keys and marts"), engine.begin() as connection:
    for statement in (KEYS + MARTS).split(";"):
        if statement.strip():
            connection.execute(sa.text(statement))
clock.print_result()
