"""`make migration NAME=...`: drafts the migration that leads from the last one to the declared base tables.

It restores the oldest supported dump into a server of its own, applies the migrations that exist, and compares the
columns with the declarations. Complete the draft by hand: how existing rows get their values is not in a declaration.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from warehouse_assets.building.migrations import (
    MIGRATIONS_PATH,
    existing_columns,
    is_derived,
    migrate,
    read_migrations,
)
from warehouse_assets.database import ensure_running, stop
from warehouse_assets.database.cluster import base_path
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings
from warehouse_assets_tests.upgrade.restoring import restore_oldest


def changes(existing: dict[str, list[str]]) -> Iterator[str]:
    """ALTER TABLE statements for base tables whose columns differ from the declarations."""
    for name, columns in sorted(existing.items()):
        if name not in TABLES or is_derived(name):
            continue
        table = TABLES[name]
        for column in table.column_list:
            if column.name not in columns:
                yield f"alter table {name} add column {column.name} {column.sql_type};"
                if column.name not in table.nullable:
                    yield f"-- update {name} set {column.name} = ...;"
                    yield f"alter table {name} alter column {column.name} set not null;"
        for column_name in columns:
            if column_name not in table.column_names:
                yield f"alter table {name} drop column {column_name};"


def main(name: str) -> int:
    """Writes the draft; returns 1 if nothing changed or the name is invalid."""
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        print("Name the migration in small letters, digits and _: make migration NAME=reviews_have_times")
        return 1
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-")))
    try:
        url = ensure_running(settings).warehouse
        restore_oldest(url)
        with psycopg.connect(url, autocommit=True) as connection:
            migrate(connection, read_migrations())
            found = list(changes(existing_columns(connection)))
    finally:
        stop(settings)
        shutil.rmtree(base_path(settings.home), ignore_errors=True)
        shutil.rmtree(settings.home, ignore_errors=True)
    if not found:
        print("The migrations lead to the declared base tables. Nothing was written.")
        return 1
    path = MIGRATIONS_PATH / f"{len(read_migrations()) + 1:04}_{name}.sql"
    path.write_text("\n".join([f"-- {name.replace('_', ' ')}", *found, ""]), encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
