"""The warehouse as one user sees it: a read-only transaction per request, with the user's own rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import psycopg
from psycopg import sql

from warehouse_assets.bi.query import Filter, read_metrics
from warehouse_assets.dashboard.web.connections import Connections, LoginRefused
from warehouse_assets.dashboard.web.sessions import Credentials
from warehouse_assets.database.connections import retry
from warehouse_assets.database.errors import ConnectionFailed

Row = dict[str, Any]

_ATTEMPTS = 4
"""About a second in total: a user has few connections, and another program of the user may hold the last one."""
_READABLE = """
select n.nspname || '.' || c.relname
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname in ('mart_sales', 'mart_customers', 'ops')
    and pg_catalog.has_schema_privilege(n.oid, 'usage')
    and pg_catalog.has_table_privilege(c.oid, 'select')
"""
_MAY_ASK_SHARES = """
select exists(
    select from pg_catalog.pg_proc as p
    inner join pg_catalog.pg_namespace as n on p.pronamespace = n.oid
    where
        n.nspname = 'governance' and p.proname = 'rejected_shares'
        and pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_function_privilege(p.oid, 'execute')
) as may_ask
"""
_SHARES = """
select key as shop, value::numeric as rejected_share from jsonb_each_text(governance.rejected_shares())
order by rejected_share desc, shop
"""
_CONTENTS = """
select {name}, pg_catalog.row_security_active({name}),
    count(*), sum(pg_catalog.hash_record_extended(row(ctid, xmin), 0))
from {table}
"""


class WarehouseAway(RuntimeError):
    """The database is not available."""


@dataclass(frozen=True)
class Reader:
    """The data that one user may read, in one transaction, so that all figures of a page are consistent."""

    connection: psycopg.Connection[Any]

    @cached_property
    def readable(self) -> frozenset[str]:
        """Tables of the marts and of `ops` that the user may select from, as schema.table."""
        return frozenset(row[0] for row in self.connection.execute(_READABLE))

    @cached_property
    def rejected_shares(self) -> tuple[tuple[str, Decimal], ...]:
        """Shops and the share of their sale lines that was rejected, largest first; empty if the user may not ask."""
        if not self.rows(_MAY_ASK_SHARES)[0]["may_ask"]:
            return ()
        return tuple((row["shop"], row["rejected_share"]) for row in self.rows(_SHARES))

    def may_read(self, tables: Sequence[str]) -> bool:
        """Whether the user may read all of these tables."""
        return self.readable.issuperset(tables)

    def metrics(
        self,
        names: Sequence[str],
        by: Sequence[str] = (),
        where: Mapping[str, Filter] | None = None,
        table: str | None = None,
    ) -> list[Row]:
        """The registry's metrics by columns of their mart table, as `read_metrics` gives them."""
        return read_metrics(self.connection, names, by, where, table)

    def rows(self, query: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a SELECT, each a dict."""
        cursor = self.connection.execute(query.encode(), values or {})
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor]

    def contents(self, tables: Sequence[str]) -> tuple[tuple[Any, ...], ...]:
        """What stands in the tables as this user sees them, to tell whether it is still the same.

        For each: name, whether row rules hold for this user, number of rows, sum over the visible rows of a hash
        of place and writing transaction. Any change committed, or another set of visible rows, gives another sum.
        """
        parts = [
            sql.SQL(_CONTENTS).format(name=sql.Literal(name), table=sql.Identifier(*name.split("."))) for name in tables
        ]
        return tuple(self.connection.execute(sql.SQL(" union all ").join(parts))) if parts else ()


@contextmanager
def open_reader(connections: Connections, credentials: Credentials, *, afresh: bool = False) -> Iterator[Reader]:
    """A reader with the user's own login; raises LoginRefused or WarehouseAway.

    `afresh` has the server ask for the password, also where a connection of that login is open.
    """
    try:
        kept = retry(lambda: connections.take(credentials, afresh=afresh), attempts=_ATTEMPTS)
    except ConnectionFailed as failure:
        raise (WarehouseAway if failure.is_transient else LoginRefused) from None
    except psycopg.OperationalError:
        raise WarehouseAway from None
    with connections.giving_back(kept):
        yield Reader(kept.connection)
