"""`warehouse sql` and `warehouse status`."""

from __future__ import annotations

import csv as csv_module
import sys

import psycopg
from rich.table import Table as RichTable

from warehouse_assets import database
from warehouse_assets.building.marts import find_as_of
from warehouse_assets.building.rebuild_queue import pending_months
from warehouse_assets.cli.console import console
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import connect_as

_DELIVERIES = """
with outcomes as (
    select file_key, sum(fact_count)::bigint as in_fact, sum(superseded_count)::bigint as superseded,
        sum(repeated_count)::bigint as repeated, sum(contradicted_count)::bigint as contradicted
    from ops.record_outcomes group by file_key
),
set_aside as (
    select file_key,
        sum(record_count) filter (where rule_name = 'malformed_record')::bigint as unreadable,
        sum(record_count) filter (where rule_name in ('row_left_out', 'line_type_left_out'))::bigint as left_out
    from ops.data_quality group by file_key
)
select source_name, file_name, rows_read, coalesce(unreadable, 0), coalesce(left_out, 0),
    sales_duplicate + customers_duplicate + reviews_duplicate,
    sales_loaded, sales_rejected, customers_loaded, customers_rejected,
    reviews_loaded, reviews_rejected, in_fact, superseded, repeated, contradicted,
    to_char(loaded_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
from ops.ingested_files left join outcomes using (file_key) left join set_aside using (file_key)
where delivery_status = 'current'
order by source_name collate "C", file_name collate "C"
"""
_HEADINGS = (
    "source", "delivery", "rows", "unreadable", "left out", "exact repeats",
    "sales", "rejected", "customers", "rejected", "reviews", "rejected", "in facts",
    "replaced", "repeated", "contradicted", "loaded (UTC)",
)  # fmt: skip


def print_query(settings: Settings, query: str, *, as_csv: bool) -> None:
    """Prints the rows of one statement: by a login that reads `dw`, the marts and the logs, and writes nothing."""
    with connect_as(settings, "reports", bulk=False) as connection, connection.transaction():
        connection.execute("set transaction read only")
        cursor = connection.execute(query.encode())
        names = [column.name for column in cursor.description or ()]
        if as_csv:
            writer = csv_module.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(cursor)
        else:
            _print_table(names, cursor)


def _print_table(names: list[str], cursor: psycopg.Cursor[tuple[object, ...]]) -> None:
    table = RichTable(*(name.replace("[", r"\[") for name in names), box=None, pad_edge=False)
    for row in cursor:
        table.add_row(*("" if value is None else str(value).replace("[", r"\[") for value in row))
    console.print(table)


def print_status(settings: Settings) -> None:
    """The state of the warehouse, for a person."""
    server = database.status(settings)
    place = server.data_path or "the server that WAREHOUSE_DATABASE_URL names"
    console.print(f"Database   {'running' if server.running else 'stopped'}, {place}")
    console.print(f"Home       {settings.home}")
    if not server.running:
        console.print("`warehouse run` or `warehouse up` starts it.")
        return
    with connect_as(settings, "transform", bulk=False) as connection:
        _print_contents(connection)
    from warehouse_assets.cli.summary import print_unread  # a query needs none of what it imports

    print_unread(settings)


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else str(value).replace("[", r"\[")


def _print_contents(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    console.print(f"As of      {find_as_of(connection) or 'nothing loaded'}")
    months = pending_months(connection)
    console.print(f"Pending    {', '.join(f'{month:%Y-%m}' for month in months) or 'nothing'}")
    rows = connection.execute(_DELIVERIES).fetchall()
    if rows:
        table = RichTable(box=None, pad_edge=False)
        for number, heading in enumerate(_HEADINGS):
            table.add_column(heading, justify="right" if 2 <= number < len(_HEADINGS) - 1 else "left")
        for row in rows:
            table.add_row(*map(_shown, row))
        console.print()
        console.print(table)
