"""A small shop with numbered orders and people of its own file, loaded into a real database."""

from __future__ import annotations

import subprocess
from pathlib import Path

from warehouse_assets.building.dimensions import build_dimensions, ensure_dates, prune_dimensions
from warehouse_assets.building.facts import build_month
from warehouse_assets.building.marts import MART_SELECTS, build_mart, find_as_of
from warehouse_assets.building.migrations import SCHEMAS
from warehouse_assets.building.rebuild_queue import pending_months
from warehouse_assets.building.whole_facts import build_lifecycle, build_reviews
from warehouse_assets.database.software import installed_software
from warehouse_assets.privacy.persons import PrivacySession, open_privacy_session
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion.loading import Loading, own_source

SHOP = """
description = "numbered orders"
duplicates = "keep"
[tables.lines]
files = ["lines*.csv"]
[tables.people]
files = ["people*.csv"]
[tables.stars]
files = ["stars*.csv"]
[sales]
driving = "lines"
[customers]
driving = "people"
[reviews]
driving = "stars"
"""
SALES = """select l.source_line, l.who as customer_id, l.nr as order_id, l.what as product_name, l.day as sold_at,
'1' as quantity, l.price as unit_price from lines as l"""
PEOPLE = """select source_line, who as customer_id, name as full_name, mail as email, country, city,
joined as signup_at, seen as last_login_at from people"""
STARS = "select source_line, who as customer_id, what as product_id, stars as rating from stars"
LINES = (
    "who,nr,what,day,price\nann77,A,Lamp,2023-05-01,10\nann77,A,Lamp,2023-05-01,10\nbob,A,Lamp,2023-05-02,3\n"
    "ann77,B,Desk,2023-06-01,20\nbob,B2,Lamp,2023-05-01,-1\nann77,B3,Lamp,2023-05-01,-1\nbob,C,Desk,2023-06-01,7\n"
    ",,Pen,2023-06-01,1\nann77,,Pen,2023-06-03,2\n"
)
NAME, MAIL = "Annabelle Zweistein", "annabelle@zweistein.example"
PERSONS = (
    f"who,name,mail,country,city,joined,seen\nann77,{NAME},{MAIL},France,Trifouillis,2022-01-01,2023-05-02\n"
    "bob,Bob Example,bob@shop.example,Spain,Madrid,2022-01-01,2023-05-02\n"
)
REVIEWS = "who,what,stars\nann77,Lamp,5\nbob,Lamp,2\n"
TOTALS = "month, currency_code, order_count, line_count, units_sold, gross_revenue_amount, net_revenue_amount"
BY_COUNTRY = "month, currency_code, country, order_count, units_sold, net_revenue_amount"


def shop_settings(settings: Settings) -> Settings:
    """The settings with the shop as the only source."""
    return own_source(settings, "shop", SHOP, sales=SALES, customers=PEOPLE, reviews=STARS)


def put_all(warehouse: Loading, lines: str = LINES) -> None:
    """The shop's three files, one delivery."""
    for name, text in (("lines.csv", lines), ("people.csv", PERSONS), ("stars.csv", REVIEWS)):
        warehouse.put(name, text)


def build(warehouse: Loading) -> None:
    """Everything that the queues ask for, and every mart."""
    connection = warehouse.connection
    ensure_dates(connection, warehouse.settings.first_month)
    build_dimensions(connection)
    for month in pending_months(connection):
        build_month(connection, month)
    build_reviews(connection)
    build_lifecycle(connection)
    prune_dimensions(connection)
    as_of = find_as_of(connection)
    for name in MART_SELECTS:
        build_mart(connection, name, warehouse.settings, as_of)


def session(warehouse: Loading) -> PrivacySession:
    return open_privacy_session(warehouse.settings, warehouse.connection)


def totals(warehouse: Loading) -> tuple[list[object], list[object]]:
    """What sales add up to, by month and by country."""
    return (
        list(warehouse.rows("mart_sales.sales_by_month", TOTALS)),
        list(warehouse.rows("mart_sales.sales_by_country", BY_COUNTRY)),
    )


def records(warehouse: Loading) -> dict[str, list[str]]:
    """Vault, staging and ledger, without queues and what says which tombstones were applied."""
    found = warehouse.contents()
    left = {"staging.pending_months", "staging.pending_customers", "ops.fingerprints"}
    return {name: rows for name, rows in found.items() if name not in left}


def dump(warehouse: Loading, path: Path) -> None:
    """A backup by the programs that come with the embedded server."""
    command = [
        str(installed_software().programs / "pg_dump"),
        "--format=custom",
        f"--file={path}",
        str(warehouse.settings.database_url),
    ]
    subprocess.run(command, check=True, capture_output=True)


def restore(warehouse: Loading, path: Path) -> None:
    """Puts the backup in the place of what is there."""
    warehouse.connection.execute(f"drop schema {', '.join(SCHEMAS)} cascade".encode())
    url = str(warehouse.settings.database_url)
    subprocess.run([str(installed_software().programs / "pg_restore"), f"--dbname={url}", str(path)], check=True)
