"""The warehouse as one user sees it: a connection with that user's own rights, for one request, reading only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg

from warehouse_assets.bi.query import Filter, read_metrics
from warehouse_assets.dashboard.sessions import Credentials
from warehouse_assets.database.connections import open_connection, retry
from warehouse_assets.database.errors import ConnectionFailed
from warehouse_assets.database.urls import with_login

Row = dict[str, Any]

_SESSION = {
    "timezone": "UTC",
    "default_transaction_read_only": "on",
    "statement_timeout": "10s",
    "search_path": "pg_catalog",
}
_TIMEOUT_SECONDS = 4
_ATTEMPTS = 4
"""About a second in all: a user's connections are few, and a request of hers may hold the last."""
_READABLE = """
select n.nspname || '.' || c.relname
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname in ('mart_sales', 'mart_customers', 'ops')
    and pg_catalog.has_schema_privilege(n.oid, 'usage')
    and pg_catalog.has_table_privilege(c.oid, 'select')
"""
_IS_ADMINISTRATOR = "select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user"


class LoginRefused(RuntimeError):
    """The server does not take this name and password, or this user may not come in this way."""


class AdministratorRefused(LoginRefused):
    """A user whom the row rules do not bind; the dashboard shows what roles grant, so it takes none."""


class WarehouseAway(RuntimeError):
    """The database does not answer now."""


@dataclass(frozen=True)
class Reader:
    """What one user may read, in one transaction: all figures of a page are of the same moment."""

    connection: psycopg.Connection[Any]

    @cached_property
    def readable(self) -> frozenset[str]:
        """Tables of the marts and of `ops` that the user may select from, as schema.table."""
        return frozenset(row[0] for row in self.connection.execute(_READABLE))

    def may_read(self, tables: Sequence[str]) -> bool:
        """Whether the user may read all of them."""
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


@contextmanager
def open_reader(warehouse_url: str, credentials: Credentials) -> Iterator[Reader]:
    """A reader with the user's own login, over SCRAM alone; raises LoginRefused or WarehouseAway.

    `warehouse_url` says where the warehouse is; whose login it holds does not matter.
    """
    url = with_login(warehouse_url, credentials.user, credentials.password)
    try:
        connection = retry(lambda: open_connection(url, _SESSION, timeout_seconds=_TIMEOUT_SECONDS), attempts=_ATTEMPTS)
    except ConnectionFailed as failure:
        raise (WarehouseAway if failure.is_transient else LoginRefused) from None
    try:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        found = connection.execute(_IS_ADMINISTRATOR).fetchone()
        if found is None or found[0]:
            raise AdministratorRefused
        yield Reader(connection)
    finally:
        connection.close()
