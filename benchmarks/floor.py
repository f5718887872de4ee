"""The least that this database must do: COPY of clean rows into bare tables, keys after, the marts' SELECTs once.

The rows are those of a built warehouse, read outside the clock. No table has a key, an index or a check while it is
filled; each is added afterwards, so that a foreign key is validated by one join.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from common import Clock, settings_of
from peers import COPIED, FACTS, empty_star, fill_aggregates_and_marts

from warehouse_assets import database
from warehouse_assets.building.facts import AGGREGATES
from warehouse_assets.schemas import TABLES

Connection = psycopg.Connection[Any]
_CONSTRAINTS = """
select
    conrelid::regclass::text,
    format('alter table %%s drop constraint %%I', conrelid::regclass, conname),
    format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_constraint
where conrelid = any(%s::regclass[]) and contype in ('p', 'u', 'f', 'c') and conparentid = 0
order by contype = 'f' desc, conrelid::regclass::text, conname
"""
_INDEXES = """
select indrelid::regclass::text, format('drop index %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
from pg_index
where indrelid = any(%s::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)
order by indexrelid::regclass::text
"""
_LEAVES = """
select relid::regclass::text from pg_partition_tree(%s) where isleaf
union all
select %s where not exists (select from pg_partition_tree(%s))
"""


def laid_bare(connection: Connection, tables: list[str]) -> list[tuple[str, str]]:
    """Drops keys, checks and indexes; returns (table, statement that makes one again), foreign keys last."""
    found = [row for query in (_CONSTRAINTS, _INDEXES) for row in connection.execute(query, [tables]).fetchall()]
    for _, drop, _ in found:
        connection.execute(drop)
    # An index of a partitioned table is written "on only": its partitions would get none.
    again = [(table, make.replace(" ON ONLY ", " ON ")) for table, _, make in found]
    return sorted(again, key=lambda row: "FOREIGN KEY" in row[1])


def saved_rows(source: Connection, name: str, folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Table, columns and file of each partition of a built table."""
    columns = ", ".join(TABLES[name].column_names)
    for (leaf,) in source.execute(_LEAVES, [name] * 3).fetchall():
        statement = f"copy (select {columns} from {leaf}) to stdout (format binary)".encode()
        path = folder / leaf
        with path.open("wb") as file, source.cursor() as cursor, cursor.copy(statement) as copy:
            for block in copy:
                file.write(block)
        yield leaf, columns, path


def copy_in(connection: Connection, table: str, columns: str, path: Path) -> None:
    """COPY of a file into a table."""
    statement = f"copy {table} ({columns}) from stdin (format binary)".encode()
    with path.open("rb") as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
        while block := file.read(1 << 20):
            copy.write(block)


def main() -> None:
    settings = settings_of(sys.argv[1])
    clock = Clock(settings.home)
    with tempfile.TemporaryDirectory(prefix="floor-") as name, empty_star(settings, "floor") as (floor, _, months):
        with database.connect(settings) as source:
            saved = {table: list(saved_rows(source, table, Path(name))) for table in COPIED}
        # Keys of other tables that refer to these go too; their tables stay empty.
        stored = [name for name in TABLES if name.startswith(("dw.", "staging."))]
        again = laid_bare(floor, stored)
        for table, files in saved.items():
            with clock.phase("copy of facts" if table in FACTS else "copy of staging and dimensions"):
                for leaf, columns, path in files:
                    copy_in(floor, leaf, columns, path)
        with clock.phase("keys, checks and indexes"):
            for table, statement in again:
                if table not in AGGREGATES:
                    floor.execute(statement)
            # Without statistics the marts would be planned for empty tables.
            floor.execute("analyze")
        with clock.phase("aggregates and marts"):
            fill_aggregates_and_marts(floor, settings, months)
            for table, statement in again:
                if table in AGGREGATES:
                    floor.execute(statement)
    clock.print_result()


main()
