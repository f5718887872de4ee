"""Both marts filled with rows of every kind that their declarations allow: two currencies, gaps, negative amounts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import psycopg
from psycopg import sql

from warehouse_assets.building.migrations import create_schema
from warehouse_assets.schemas import TABLES, Column, Table

MART_TABLES = [table for table in TABLES.values() if table.schema_name.startswith("mart_")]
_MONTHS = [date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1), date(2023, 2, 1)]
_KEYS: Mapping[str, list[Any]] = {
    "source_name": ["All shops", "north", "south"],
    "month": _MONTHS,
    "cohort_month": _MONTHS,
    "day": [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)],
    "week": [date(2022, 12, 26), date(2023, 1, 2)],
    "quarter": [date(2022, 10, 1), date(2023, 1, 1)],
    "year": [date(2022, 1, 1), date(2023, 1, 1)],
    "currency_code": ["EUR", "USD"],
    "period_kind": ["month", "all"],
    "period_start": [date(2022, 11, 1), date(2023, 1, 1)],
    "category": ["Books", "L'été"],
    "subcategory": ["All", "Novels", "Unknown"],
    "product_key": [-1, 4_611_686_018_427_387_905],
    "country": ["Côte d'Ivoire", "France"],
    "attribute": ["All", "gender", "age_band"],
    "member": ["F", "M", "Other"],
    "acquisition_channel": ["All", "email"],
    "basis": ["last_seen", "purchase"],
    "months_since": [0, 1, 2],
    "grouping": ["rfm_segment", "cohort_month"],
}


def fill_marts(connection: psycopg.Connection[Any]) -> None:
    """The schema with rows that are the same in every run."""
    create_schema(connection)
    fill_rows(connection, MART_TABLES, 0.9)


def fill_rows(connection: psycopg.Connection[Any], tables: Sequence[Table], share: float) -> None:
    """Rows for that share of the combinations of each table's key."""
    for table in tables:
        # Of its own, so that another column changes no other table's rows.
        dice = random.Random(f"11 {table.name}")
        columns = sql.SQL(", ").join(map(sql.Identifier, table.column_names))
        places = sql.SQL(", ").join(sql.Placeholder() * len(table.column_names))
        statement = sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(*table.name.split(".")), columns, places
        )
        with connection.cursor() as cursor:
            cursor.executemany(statement, list(_rows(table, dice, share)))


def _rows(table: Table, dice: random.Random, share: float) -> Iterator[list[Any]]:
    for values in product(*(_KEYS[key] for key in table.primary_key)):
        if dice.random() < share:
            key = dict(zip(table.primary_key, values, strict=True))
            yield [key[c.name] if c.name in key else _value(table, c, dice) for c in table.column_list]


def _value(table: Table, column: Column, dice: random.Random) -> Any:
    if column.name in table.nullable and dice.random() < 0.25:
        return None
    if column.name in _KEYS:
        return dice.choice(_KEYS[column.name])
    return _OF_TYPE[column.sql_type](column.name, dice)


def _amount(name: str, dice: random.Random) -> Decimal:
    lowest = -20_000 if "net" in name or "revenue" in name else 0
    return Decimal(dice.randint(lowest, 9_000_000)) / 10_000


def _rate(name: str, dice: random.Random) -> Decimal:
    lowest, highest = (1, 5) if name == "average_rating" else (0, 1)
    return Decimal(dice.randint(lowest * 1_000_000, highest * 1_000_000)) / 1_000_000


_LEAST = {"revenue_rank": 1, "units_rank": 1, "tested_count": 1, "known_month_count": 24}
_OF_TYPE: Mapping[str, Any] = {
    "numeric(18,4)": _amount,
    "numeric(18,6)": _rate,
    "numeric": lambda _, dice: Decimal(dice.randint(0, 500)) / 2,
    "bigint": lambda name, dice: dice.randint(_LEAST.get(name, 0), 60),
    "text": lambda name, dice: f"{name} {dice.randint(1, 3)}",
    "boolean": lambda _, dice: dice.random() < 0.7,
    "date": lambda *_: date(2023, 2, 14),
}
