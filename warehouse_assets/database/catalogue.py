"""Which tables there are, as the server's catalogue has it now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg


def missing_tables(connection: psycopg.Connection[Any], names: Iterable[str]) -> list[str]:
    """Those of the names (`schema.table`) of which there is no table, in the given order.

    The catalogue is read as any table is. `to_regclass` may answer from the session's cache, which does not know what
    others committed while the session waited for a lock.
    """
    rows = connection.execute(
        "select name from unnest(%s::text[]) with ordinality as wanted (name, place)"
        " where not exists ("
        "   select from pg_catalog.pg_class as tables"
        "   inner join pg_catalog.pg_namespace as schemas on tables.relnamespace = schemas.oid"
        "   where schemas.nspname = split_part(name, '.', 1) and tables.relname = split_part(name, '.', 2)"
        " ) order by place",
        [list(names)],
    )
    return [str(row[0]) for row in rows]


def exists(connection: psycopg.Connection[Any], name: str) -> bool:
    """Whether there is a table of this name, with its schema."""
    return not missing_tables(connection, [name])
