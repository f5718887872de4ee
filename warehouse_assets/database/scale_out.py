"""Beyond one machine: a database that has the extension Citus spreads its large tables over several nodes.

The database itself says so, and there is no setting that could say something else. See docs/scale_out.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from warehouse_assets.settings import SQL_ROOT

DISTRIBUTE = SQL_ROOT / "scale_out" / "distribute.sql"
EXTENSIONS = ("citus", "citus_columnar")
"""The extension, and the one that comes with it."""
SETTINGS = {"citus.multi_shard_modify_mode": "sequential", "citus.enable_local_reference_table_foreign_keys": "off"}
"""Settings of the database: foreign keys to copied tables allow a transaction one connection per node."""
_OF_CUSTOMERS = "dw.fct_customer_lifecycle"
_IS_SCALED_OUT = "select exists (select from pg_extension where extname = 'citus')"
_COLUMN = "select column_to_column_name(logicalrelid, partkey) from pg_dist_partition where logicalrelid = %s::regclass"
_OWN_OBJECTS = """
with parts as (
    select depend.classid, depend.objid
    from pg_depend as depend
    inner join pg_extension as extensions on depend.refobjid = extensions.oid
    where depend.deptype = 'e' and extensions.extname = any(%s)
)

select 'table', format('%%I.%%I', namespaces.nspname, tables.relname)
from parts
inner join pg_class as tables on parts.objid = tables.oid and parts.classid = 'pg_class'::regclass
inner join pg_namespace as namespaces on tables.relnamespace = namespaces.oid
union all
select 'table', format('%%I.%%I', namespaces.nspname, concat(tables.relname, '_', shards.shardid))
from pg_dist_shard as shards
inner join pg_class as tables on shards.logicalrelid = tables.oid
inner join pg_namespace as namespaces on tables.relnamespace = namespaces.oid
union all
select 'trigger', format('%%I on %%I.%%I', triggers.tgname, namespaces.nspname, tables.relname)
from parts
inner join pg_trigger as triggers on parts.objid = triggers.tgfoid and parts.classid = 'pg_proc'::regclass
inner join pg_class as tables on triggers.tgrelid = tables.oid
inner join pg_namespace as namespaces on tables.relnamespace = namespaces.oid
"""


def is_scaled_out(connection: psycopg.Connection[Any]) -> bool:
    """Whether the database spreads its tables."""
    return connection.execute(_IS_SCALED_OUT).fetchone() == (True,)


def is_spread(connection: psycopg.Connection[Any], table: str) -> bool:
    """Whether the rows of a table are on several nodes."""
    return is_scaled_out(connection) and bool(_column(connection, table))


def spread_like(connection: psycopg.Connection[Any], empty: str, table: str) -> None:
    """Spreads an empty table so that its rows are where those of the same key are in another table."""
    connection.execute(
        "select create_distributed_table(%s, %s, colocate_with => %s)", [empty, _column(connection, table), table]
    )


def _column(connection: psycopg.Connection[Any], table: str) -> str | None:
    """By which a table is spread; None if it is local, or copied to each node."""
    row = connection.execute(_COLUMN, [table]).fetchone()
    return row[0] if row else None


def own_objects(connection: psycopg.Connection[Any]) -> frozenset[tuple[str, str]]:
    """Type and name of what the extension keeps for itself: its catalogues, its triggers, and shards of our tables."""
    if not is_scaled_out(connection):
        return frozenset()
    rows = connection.execute(_OWN_OBJECTS, [list(EXTENSIONS)])
    return frozenset((str(kind), str(name)) for kind, name in rows)


def distribute(connection: psycopg.Connection[Any]) -> None:
    """Spreads the tables that are not spread yet, as after an upgrade. Elsewhere it does nothing."""
    if is_scaled_out(connection):
        with connection.transaction():
            connection.execute(DISTRIBUTE.read_bytes())


@contextmanager
def spread_scratch(
    connection: psycopg.Connection[Any], name: str, text: str, parameters: Mapping[str, Any]
) -> Iterator[None]:
    """The rows of a SELECT on the nodes of their customers, under this name until the end of the block.

    Works within the caller's transaction, which nobody else sees the table of. It is no temporary table, as those are
    not spread; a temporary view gives it the name.
    """
    table = f"dw.{name}_{connection.info.backend_pid}"
    client = psycopg.ClientCursor(connection)
    client.execute(f"create unlogged table {table} as\n{text}\nwith no data".encode(), parameters)
    spread_like(connection, table, _OF_CUSTOMERS)
    client.execute(f"insert into {table}\n{text}".encode(), parameters)
    connection.execute(f"analyze {table} (customer_key)".encode())
    connection.execute(f"create temporary view {name} as select * from {table}".encode())
    yield
    connection.execute(f"drop view {name}".encode())
    connection.execute(f"drop table {table}".encode())
