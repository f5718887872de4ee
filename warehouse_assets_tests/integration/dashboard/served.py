"""A warehouse with figures in its marts, logins with several rights, and a browser without a screen."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from flask.testing import FlaskClient
from psycopg import sql
from werkzeug.test import TestResponse

from warehouse_assets.dashboard.web.app import create_app
from warehouse_assets.dashboard.web.connections import Connections
from warehouse_assets.dashboard.web.service import Service
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.integration.deliveries import empty_warehouse

PASSWORD = "a password, not a secret"
MARTS = ("mart_sales", "mart_customers", "ops")
GRANTS = {
    "sees_sales": ("mart_sales",),
    "sells_too": ("mart_sales",),
    "sees_customers": ("mart_customers",),
    "sees_all": MARTS,
    "sees_nothing": (),
}
COUNTRY_LOGIN = "sees_france"
AS_OF = date(2023, 3, 31)
MONTHS = (date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1))
Row = dict[str, Any]
Filling = Callable[[psycopg.Connection[Any]], None]


@dataclass(frozen=True)
class Shop:
    """The warehouse's address, and the names that its logins have in this test."""

    url: str
    prefix: str

    def login(self, name: str) -> str:
        """A login's full name: logins belong to the server, which several tests share."""
        return f"{self.prefix}_{name}"


@contextmanager
def shop_with_logins(server: DatabaseUrls, filling: Filling | None = None) -> Iterator[Shop]:
    """An empty warehouse with the logins, and the rows that `filling` makes, else those of `fill`."""
    with empty_warehouse(server) as url, connect(url, autocommit=True) as connection:
        shop = Shop(url, f"t{uuid.uuid4().hex[:8]}")
        (filling or fill)(connection)
        for name, schemas in GRANTS.items():
            _make_login(connection, shop.login(name))
            for schema in schemas:
                _grant(connection, "usage on schema {}", schema, shop.login(name))
                _grant(connection, "select on all tables in schema {}", schema, shop.login(name))
        _add_country_login(connection, shop)
        try:
            yield shop
        finally:
            for name in (*GRANTS, COUNTRY_LOGIN):
                connection.execute(sql.SQL("drop owned by {}").format(sql.Identifier(shop.login(name))))
                connection.execute(sql.SQL("drop role {}").format(sql.Identifier(shop.login(name))))


def _make_login(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(PASSWORD)))
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(name)))


def _grant(connection: psycopg.Connection[Any], what: str, schema: str, login: str) -> None:
    right = sql.SQL(what).format(sql.Identifier(schema))
    connection.execute(sql.SQL("grant {} to {}").format(right, sql.Identifier(login)))


def _add_country_login(connection: psycopg.Connection[Any], shop: Shop) -> None:
    """Reads sales by country only, and of France only; the others read all rows."""
    login, everybody = shop.login(COUNTRY_LOGIN), [shop.login("sees_sales"), shop.login("sees_all")]
    _make_login(connection, login)
    _grant(connection, "usage on schema {}", "mart_sales", login)
    table = "mart_sales.sales_by_country"
    connection.execute(
        sql.SQL("grant select on {} to {}").format(sql.Identifier(*table.split(".")), sql.Identifier(login))
    )
    connection.execute(f"alter table {table} enable row level security".encode())
    rules = {"own": ([login], "country = 'France'"), "others": (everybody, "true")}
    for name, (logins, rule) in rules.items():
        statement = sql.SQL("create policy {} on mart_sales.sales_by_country for select to {} using ({})").format(
            sql.Identifier(f"{shop.prefix}_{name}"), sql.SQL(", ").join(map(sql.Identifier, logins)), sql.SQL(rule)
        )
        connection.execute(statement)


def fill(connection: psycopg.Connection[Any]) -> None:
    """A few rows in each mart table."""
    for table, row in (*_sales_rows(), *_product_rows(), *_customer_rows(), *_quality_rows()):
        insert(connection, table, row)


def _sales_rows() -> Iterator[tuple[str, Row]]:
    for number, month in enumerate(MONTHS, 1):
        net = Decimal(100) * number
        row = {"day": month, "week": month - timedelta(days=month.weekday()), "net_revenue_amount": net}
        yield "mart_sales.sales_by_day", row | {"order_count": 1}
        yield "mart_sales.sales_by_month", {"month": month, "net_revenue_amount": net, "is_complete": True}
        yield "mart_sales.sales_trends", {"month": month, "net_revenue_amount": net}
        for country, part in (("France", Decimal("0.75")), ("Germany", Decimal("0.25"))):
            row = {"month": month, "country": country, "net_revenue_amount": net * part, "order_count": 1}
            yield "mart_sales.sales_by_country", row
    for period in ("quarter", "year"):
        yield f"mart_sales.sales_by_{period}", {period: MONTHS[0], "net_revenue_amount": 600, "is_complete": True}


def _product_rows() -> Iterator[tuple[str, Row]]:
    whole = {"period_kind": "all", "period_start": MONTHS[0]}
    for rank, (name, category, net) in enumerate((("<b>Lamp</b>", "Home", 400), ("=Cable", "Parts", 200)), 1):
        row = whole | {"category": category, "net_revenue_amount": net, "revenue_rank": rank, "units_rank": rank}
        yield "mart_sales.product_sales", row | {"product_key": rank, "product_name": name, "subcategory": "Small"}
        month = {"period_kind": "month", "product_key": rank, "product_name": name, "subcategory": "Small"}
        yield "mart_sales.product_sales", row | month
        place = {"product_key": rank, "country": "France", "net_revenue_amount": net}
        yield "mart_sales.product_countries", place
        for subcategory in ("All", "Small"):
            yield "mart_sales.category_sales", row | {"subcategory": subcategory}


def _customer_rows() -> Iterator[tuple[str, Row]]:
    for number, month in enumerate(MONTHS):
        yield "mart_customers.signup_trends", {"month": month, "acquisition_channel": "All", "signup_count": 20}
        for attribute, member in (("All", "All"), ("channel", "Email")):
            row: Row = {"month": month, "attribute": attribute, "member": member, "customers_at_start": 50}
            yield "mart_customers.churn_rates", row | {"churned_count": 5}
        row = {"basis": "purchase", "cohort_month": MONTHS[0], "months_since": number, "is_observed": True}
        kept = {"cohort_size": 40, "retained_count": 40 - number, "retention_rate": Decimal(40 - number) / 40}
        yield "mart_customers.retention_cohorts", row | kept
    for attribute, member in (("All", "All"), ("gender", "F")):
        row = {"attribute": attribute, "member": member, "customer_count": 60, "share_of_customers": 1}
        yield "mart_customers.customer_demographics", row | {"active_count": 40, "churned_count": 20}
    row = {"grouping": "rfm_segment", "member": "champion", "customer_count": 60, "net_revenue_amount": 600}
    yield "mart_customers.customer_value", row


def _quality_rows() -> Iterator[tuple[str, Row]]:
    row: Row = {"file_name": "a.csv", "rule_name": "nonpositive_price", "severity": "reject", "record_count": 3}
    yield "ops.data_quality", row | {"month": MONTHS[0]}
    yield "ops.table_builds", {"table_name": "mart_sales.sales_by_month", "partition_name": "all"}
    counts = {"attempt": 1, "rows_read": 9, "sales_read": 9, "sales_loaded": 6, "sales_rejected": 3}
    yield "ops.ingested_files", {"file_name": "a.csv", "delivery_status": "current"} | counts


_FILLERS: Row = {"boolean": False, "date": AS_OF, "timestamptz": "2023-04-01T00:00:00Z", "text": "x"}
"""What a column that a row does not name holds, by type; numbers are 0."""


def insert(connection: psycopg.Connection[Any], table: str, given: Row) -> None:
    """One row; columns that it does not name are NULL where they may be, else a filler."""
    declared = TABLES[table]
    row = {
        column.name: None if column.name in declared.nullable else _FILLERS.get(column.sql_type, 0)
        for column in declared.column_list
    }
    row |= {"currency_code": "EUR"} if "currency_code" in row else {}
    row |= given
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    marks = sql.SQL(", ").join(map(sql.Placeholder, row))
    statement = sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(*table.split(".")), names, marks)
    connection.execute(statement, row)


@contextmanager
def serving(url: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Service]:
    """What a dashboard works with; its connections end with it."""
    service = Service(Connections(lambda: url, clock))
    try:
        yield service
    finally:
        service.connections.close()


def client_of(service: Service) -> FlaskClient:
    """A browser that keeps cookies, before any login."""
    return create_app(service).server.test_client()


def log_in(client: FlaskClient, user: str, password: str = PASSWORD) -> TestResponse:
    """Fills in the form."""
    form = client.get("/login").get_data(as_text=True)
    token = re.search(r'name="form_token" value="([^"]+)"', form)
    assert token is not None
    return client.post("/login", data={"user": user, "password": password, "form_token": token[1]})


def page(client: FlaskClient, path: str, search: str = "") -> str:
    """What the callback sends for an address: the layout's JSON, as text."""
    asked = {
        "output": "..page.children...menu.children...who.children..",
        "outputs": [{"id": name, "property": "children"} for name in ("page", "menu", "who")],
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": ["url.pathname"],
    }
    answer = client.post("/_dash-update-component", json=asked)
    assert answer.status_code == 200, answer.status
    return json.dumps(json.loads(answer.get_data(as_text=True)), ensure_ascii=False)
