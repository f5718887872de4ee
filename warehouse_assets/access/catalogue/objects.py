"""Objects of a database that nobody declared: everything but what the declarations and PostgreSQL itself make."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg

from warehouse_assets.access.catalogue.coverage import compared_by
from warehouse_assets.access.grants import Fact
from warehouse_assets.building.migrations import SCHEMAS
from warehouse_assets.schemas import TABLES, ddl
from warehouse_assets.settings import SQL_ROOT

DAGSTER_TABLES = frozenset(
    f"public.{name}"
    for name in tomllib.loads((SQL_ROOT / "access" / "dagster_tables.toml").read_text(encoding="utf-8"))["tables"]
)
"""Tables that Dagster makes for its records; it makes their indexes, defaults, constraints and sequences too."""
_PARTS_OF_TABLES = {"index", "table constraint", "default value", "sequence"}
_FIRST_OF_A_SERVER = 16384
"""Objects with a smaller number were made by initdb."""
_SHARED = ("pg_database", "pg_tablespace", "pg_subscription")
_ROWS = {
    "pg_user_mapping": ("pg_user_mapping", "umid", "pg_user_mappings"),
    "pg_largeobject_metadata": ("pg_largeobject", "oid", "pg_largeobject_metadata"),
}
"""Catalogue -> what PostgreSQL calls its objects by, the column of their number, and what everybody may read."""
_MONTH = re.compile(r"_\d{4}_\d{2}")


@dataclass(frozen=True)
class Declared:
    """What one database may hold, by type and name."""

    names: frozenset[tuple[str, str]] = frozenset()
    has_dagster: bool = False
    of_extension: frozenset[tuple[str, str]] = frozenset()
    """What a declared extension keeps for itself, with all that belongs to its tables."""

    def holds(self, kind: str, identity: str, attached_to: str) -> bool:
        # The extension hides its shards from pg_class, so that a constraint's own name alone tells its table.
        table = attached_to or identity.rpartition(" on ")[2]
        if kind in _PARTS_OF_TABLES and ("table", table) in self.of_extension:
            return True
        if self.has_dagster and (
            (kind == "table" and identity in DAGSTER_TABLES)
            or (kind in _PARTS_OF_TABLES and attached_to in DAGSTER_TABLES)
        ):
            return True
        return (kind, identity) in self.names | self.of_extension


def is_declared_relation(kind: str, name: str, parent: str) -> bool:
    """Whether a relation is a declared table, or the partition of one for a month."""
    if kind != "table":
        return False
    return name in TABLES if not parent else parent in TABLES and is_month_of(name, parent)


def is_month_of(name: str, parent: str) -> bool:
    """Whether the name is that of a month's partition of the table."""
    return name.startswith(parent) and _MONTH.fullmatch(name.removeprefix(parent)) is not None


def declared_objects(
    relations: tuple[tuple[str, str, str], ...], functions: tuple[str, ...]
) -> frozenset[tuple[str, str]]:
    """Type and name of everything that the declarations make in the warehouse's database."""
    names = {("schema", name) for name in SCHEMAS} | {("function", name) for name in functions}
    names |= {("table", name) for _, name, _ in relations} | set(_parts_of_tables())
    return frozenset(names)


@cache
def _parts_of_tables() -> frozenset[tuple[str, str]]:
    """Indexes and constraints of the declared tables."""
    found = set[tuple[str, str]]()
    for table in TABLES.values():
        for name in re.findall(r"^\s*constraint (\w+) ", ddl.create_table(table), re.MULTILINE):
            found.add(("table constraint", f"{name} on {table.name}"))
        for statement in ddl.create_indexes(table):
            [name] = re.findall(r"create index if not exists (\w+) on ", statement)
            found.add(("index", f"{table.schema_name}.{name}"))
    return frozenset(found)


def undeclared_objects(
    connection: psycopg.Connection[Any], declared: Declared, database: str, *, with_shared: bool = False
) -> Iterator[Fact]:
    """Every object of the database that is neither declared nor PostgreSQL's own."""
    query = f"with candidates (catalogue, object_id) as ({_candidates(with_shared)})\n{_objects_query()}"
    for kind, identity, attached_to in connection.execute(query.encode(), {}).fetchall():
        if not declared.holds(kind, identity, attached_to):
            yield Fact("object", (kind, identity), database)


def _candidates(with_shared: bool) -> str:
    parts = []
    for name in compared_by("objects"):
        if with_shared or name not in _SHARED:
            catalogue, number, source = _ROWS.get(name, (name, "oid", name))
            # Whoever makes a large object may choose its number.
            first = 0 if name == "pg_largeobject_metadata" else _FIRST_OF_A_SERVER
            parts.append(f"select '{catalogue}'::regclass, {number} from pg_catalog.{source} where {number} >= {first}")
    return " union all ".join(parts)


@cache
def _objects_query() -> str:
    return (SQL_ROOT / "access" / "objects.sql").read_text(encoding="utf-8")
