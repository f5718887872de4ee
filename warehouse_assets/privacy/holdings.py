"""Access and portability (art. 15, 20): all data about a person, found in the classified tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.privacy.original_files import LandedRecord
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets.splitting.staged import private_directory

Connection = psycopg.Connection[Any]
Rows = Mapping[str, Sequence[Mapping[str, object]]]

NOBODYS = {
    "staging.geographies": "places of a delivery, without who lives there",
    "staging.channels": "channels of a delivery",
    "staging.products": "products of a delivery",
    "dw.dim_geography": "places, without who lives there",
    "dw.dim_channel": "channels",
    "dw.agg_country_month": "sums over all customers",
    "dw.agg_product_month": "sums over all customers",
    "dw.agg_sales_day": "sums over all customers",
    "dw.agg_sales_month": "sums over all customers",
    "governance.login_countries": "logins of the staff",
    "governance.access_log": "logins of the staff",
    "governance.certificates": "places and figures of searches, keyed by the request",
}
"""Classified tables whose rows do not belong to one person -> why."""
_REACHED_BY = {
    "customer_key": "customer_key = any(%(keys)s)",
    "order_key": "order_key in (select order_key from vault.orders where customer_key = any(%(keys)s)"
    " union select order_key from staging.sales where customer_key = any(%(keys)s)"
    " union select (record ->> 'order_key')::bigint from staging.rejected_records"
    " where (record ->> 'customer_key')::bigint = any(%(keys)s))",
    "subject_hash": "subject_hash = any(%(subjects)s)",
    "changes": "request_key in (select request_key from governance.requests where subject_hash = any(%(subjects)s))",
    "record": "(record ->> 'customer_key')::bigint = any(%(keys)s)",
}
"""Column -> the condition that selects a person's rows; the first one that a table has applies."""


def reach(table: Table) -> str | None:
    """The condition that selects the person's rows; None if the table's rows belong to no person."""
    return next((text for column, text in _REACHED_BY.items() if column in table.column_names), None)


def is_classified(table: Table) -> bool:
    """Whether one of the table's columns holds personal data."""
    return any(column.classification.privacy_class != "none" for column in table.column_list)


def uncovered_tables() -> list[str]:
    """Classified tables that an access request would miss; must be empty."""
    return [
        table.name
        for table in TABLES.values()
        if is_classified(table)
        and reach(table) is None
        and table.name not in NOBODYS
        and not table.schema_name.startswith("mart_")
    ]


def held_rows(connection: Connection, keys: Sequence[int], subjects: Sequence[str]) -> Rows:
    """Table -> the person's rows, unchanged; tables without any are omitted."""
    found = {}
    for table in TABLES.values():
        condition = reach(table)
        if condition is None or not is_classified(table):
            continue
        # As text, since Python has no value for PostgreSQL's infinite timestamps.
        query = f"select row_to_json(t) from (select * from {table.name} where {condition}) as t"
        rows = connection.execute(query.encode(), {"keys": list(keys), "subjects": list(subjects)}).fetchall()
        if rows:
            found[table.name] = [row[0] for row in rows]
    return found


def describe(name: str) -> Mapping[str, Mapping[str, str]]:
    """What the answer states for each column: meaning, purpose, legal basis, retention (art. 15.1)."""
    return {
        column.name: {
            "meaning": column.description,
            "purpose": column.classification.purpose,
            "legal basis": column.classification.legal_basis,
            "kept": column.classification.retention,
        }
        for column in TABLES[name].column_list
    }


def write_export(folder: Path, rows: Rows, records: Sequence[LandedRecord]) -> list[Path]:
    """Writes access.json and access.csv with the same content, readable by the file owner only."""
    private_directory(folder)
    document = {
        "tables": {name: {"columns": describe(name), "rows": list(found)} for name, found in rows.items()},
        "original files": [
            {"file": record.file, "relation": record.relation, "record": dict(record.fields)} for record in records
        ],
        "payment card": "never read; it stays in the original files named here until retention deletes them",
    }
    paths = [folder / "access.json", folder / "access.csv"]
    paths[0].write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    with paths[1].open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("held in", "record", "field", "value", "meaning"))
        writer.writerows(_lines(rows, records))
    for path in paths:
        path.chmod(0o600)
    return paths


def _lines(rows: Rows, records: Sequence[LandedRecord]) -> Iterator[tuple[object, ...]]:
    for name, found in rows.items():
        meanings = {column.name: column.description for column in TABLES[name].column_list}
        for number, row in enumerate(found, 1):
            for field, value in row.items():
                if value is not None:
                    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                    yield name, number, field, text, meanings[field]
    for number, record in enumerate(records, 1):
        for field, text in record.fields.items():
            yield record.file, number, field, text, f"{field} as exported"
