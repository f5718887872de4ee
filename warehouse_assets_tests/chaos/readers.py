"""Readers that look all the time, at both isolation levels: each look must see one build of every month and mart."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import psycopg

_BUILDS = (
    "select table_name || ' ' || partition_name, row_count from ops.table_builds"
    " where table_name in ('dw.fct_sales', 'mart_sales.sales_by_month', 'mart_customers.customer_value')"
    " and row_count > 0"
)
_ROWS = (
    "select 'dw.fct_sales ' || to_char(d.month_start, 'YYYY-MM'), count(*)"
    " from dw.fct_sales as f inner join dw.dim_date as d on f.sale_date = d.date_key group by 1"
    " union all select 'mart_sales.sales_by_month all', count(*) from mart_sales.sales_by_month having count(*) > 0"
    " union all select 'mart_customers.customer_value all', count(*) from mart_customers.customer_value"
    " having count(*) > 0"
)
_BOTH = f"select 'built', * from ({_BUILDS}) as b union all select 'seen', * from ({_ROWS}) as r"
_CLOSED = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.OperationalError)


class Reader(threading.Thread):
    """Polls until told to stop. `torn` says what did not agree."""

    def __init__(self, address: Callable[[], str], level: psycopg.IsolationLevel, seed: int) -> None:
        super().__init__(daemon=True)
        self._address, self._level, self._moments = address, level, random.Random(seed)
        self._is_over = threading.Event()
        self.polls, self.torn = 0, list[str]()

    def run(self) -> None:
        """Looks again and again; connects again when the server was killed."""
        while not self._is_over.is_set():
            try:
                with psycopg.connect(self._address(), connect_timeout=5) as connection:
                    connection.isolation_level = self._level
                    while not self._is_over.is_set():
                        self._look(connection)
            except _CLOSED:
                self._is_over.wait(0.3)

    def _look(self, connection: psycopg.Connection) -> None:
        if self._level is psycopg.IsolationLevel.READ_COMMITTED:
            rows = connection.execute(_BOTH.encode()).fetchall()  # one statement is one snapshot
            built = {name: count for kind, name, count in rows if kind == "built"}
            seen = {name: count for kind, name, count in rows if kind == "seen"}
        else:
            built = dict(connection.execute(_BUILDS.encode()).fetchall())
            time.sleep(self._moments.uniform(0.0, 0.3))  # builds may commit in between
            seen = dict(connection.execute(_ROWS.encode()).fetchall())
        connection.rollback()
        self.polls += 1
        self.torn += [f"{name}: {built.get(name)} built, {seen.get(name)} seen" for name in _differing(built, seen)]
        self._is_over.wait(0.05)

    def stop(self) -> None:
        """Ends it."""
        self._is_over.set()
        self.join(30)


def _differing(built: dict[str, int], seen: dict[str, int]) -> list[str]:
    return sorted(name for name in built.keys() | seen.keys() if built.get(name) != seen.get(name))


def start_readers(address: Callable[[], str], seed: int) -> list[Reader]:
    """One at each isolation level."""
    levels = (psycopg.IsolationLevel.READ_COMMITTED, psycopg.IsolationLevel.REPEATABLE_READ)
    readers = [Reader(address, level, seed) for level in levels]
    for reader in readers:
        reader.start()
    return readers
