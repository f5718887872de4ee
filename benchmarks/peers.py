"""What the peers share: an empty database of the same tables, the clean rows, the marts' SELECTs, a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets import database
from warehouse_assets.building.facts import AGGREGATES, SELECTS
from warehouse_assets.building.marts import MART_GROUPS, MART_SELECTS, find_as_of, find_shop_dates, mart_parameters
from warehouse_assets.building.migrations import create_schema
from warehouse_assets.building.planner_settings import hash_joins
from warehouse_assets.building.select import computed_once, insert_statement, shared_relations
from warehouse_assets.database.databases import make_database
from warehouse_assets.database.month_partitions import ensure_partitions
from warehouse_assets.database.urls import with_database
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.ddl import next_month
from warehouse_assets.settings import Settings

STAGING = ("staging.customers", "staging.sales")
DIMENSIONS = tuple(name for name in TABLES if name.startswith("dw.dim_"))
FACTS = ("dw.fct_sales", "dw.fct_customer_lifecycle")
COPIED = (*STAGING, *DIMENSIONS, *FACTS)
"""In the order in which their foreign keys allow them to be filled."""
COMPARED = ("line_count", "units_sold", "net_revenue_amount", "customer_count")
"""Figures of sales by month that a peer with SELECTs of its own must have as the warehouse has them."""


@contextmanager
def empty_star(settings: Settings, name: str) -> Iterator[tuple[psycopg.Connection[Any], str, list[date]]]:
    """A database of that name beside the built warehouse: same tables, keys and indexes; its URL; its months."""
    built = database.ensure_running(settings).warehouse
    url = with_database(built, name)
    make_database(url, "WAREHOUSE_DATABASE_URL")
    with database.connect(built) as source:
        query = "select distinct date_trunc('month', sale_date::timestamp)::date from dw.fct_sales order by 1"
        months = [row[0] for row in source.execute(query)]
    with database.connect(url, bulk=True, autocommit=True) as connection:
        create_schema(connection)
        for table in ("staging.sales", "dw.fct_sales", *AGGREGATES):
            ensure_partitions(connection, table, months)
        yield connection, url, months


def save_clean_rows(settings: Settings, folder: Path, options: str) -> None:
    """Writes each filled table of the built warehouse to `folder/<table>`, by COPY with the given options."""
    with database.connect(settings) as source:
        for name in COPIED:
            columns = ", ".join(TABLES[name].column_names)
            statement = f"copy (select {columns} from {name}) to stdout ({options})".encode()
            with (folder / name).open("wb") as file, source.cursor() as cursor, cursor.copy(statement) as copy:
                for block in copy:
                    file.write(block)


def fill_aggregates_and_marts(connection: psycopg.Connection[Any], settings: Settings, months: list[date]) -> None:
    """Each aggregate's SELECT by month, then each mart's, once, without the warehouse's builders and checks."""
    for month in months:
        bounds = {"month_start": month, "month_end": next_month(month), "as_of": None}
        for name in AGGREGATES:
            connection.execute(insert_statement(TABLES[name], SELECTS[name]), bounds)
    as_of = find_as_of(connection)
    parameters = mart_parameters(settings, as_of, find_shop_dates(connection, as_of) if as_of else {})
    for group in MART_GROUPS:
        selects = [MART_SELECTS[name] for name in group]
        with (
            connection.transaction(),
            hash_joins(connection),
            computed_once(connection, selects, parameters, shared_relations(selects)) as there,
        ):
            for name, select in zip(group, selects, strict=True):
                reading = select.reading(there)
                statement = insert_statement(TABLES[name], reading)
                connection.execute(statement, reading.parameters(connection, parameters))


def differences(found: Sequence[tuple[Any, ...]], settings: Settings) -> list[str]:
    """Columns of a peer's sales by month (month and COMPARED, in order) that are not the built warehouse's."""
    query = f"select month, {', '.join(COMPARED)} from mart_sales.sales_by_month where line_count > 0 order by month"
    with database.connect(settings) as warehouse:
        rows = warehouse.execute(query.encode()).fetchall()
    columns = zip(("month", *COMPARED), zip(*rows, strict=True), zip(*found, strict=True), strict=True)
    return [name for name, theirs, ours in columns if theirs != ours]
