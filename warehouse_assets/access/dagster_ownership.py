"""Gives Dagster's tables to Dagster's own login, also those made by earlier versions."""

from __future__ import annotations

from psycopg import sql

from warehouse_assets import database

_OTHERS = """
select relname from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
    and relowner != (select oid from pg_roles where rolname = %s)
"""


def give_tables(url: str, owner: str) -> None:
    """Gives every table of the database at `url` to the owner; `url` is an administrator's address."""
    with database.connect(url) as connection:
        for (name,) in connection.execute(_OTHERS, [owner]).fetchall():
            names = sql.Identifier("public", name), sql.Identifier(owner)
            connection.execute(sql.SQL("alter table {} owner to {}").format(*names))
