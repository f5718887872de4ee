"""A session that waits for a lock sees what the session before it has made."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

import psycopg
import pytest

from warehouse_assets.database import connect
from warehouse_assets.database.locks import TABLE, lock_schema
from warehouse_assets.database.month_partitions import ensure_partitions
from warehouse_assets.settings import Settings

MONTHS = [date(2023, 5, 17), date(2023, 6, 1)]
_WAITING = "select count(*) from pg_stat_activity where pid = %s and wait_event_type = 'Lock'"


def after_a_wait(settings: Settings, first: Callable[..., object], second: Callable[..., object]) -> list[object]:
    """What the second session finds, which begins while the first has not committed and goes on when it has."""
    found = list[object]()
    with connect(settings) as maker, connect(settings) as waiter, connect(settings, autocommit=True) as watcher:
        first(maker)
        pid = waiter.info.backend_pid

        def wait() -> None:
            try:
                found.append(second(waiter))
            except psycopg.Error as error:
                found.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        while watcher.execute(_WAITING, [pid]).fetchone() == (0,):
            assert thread.is_alive()
            time.sleep(0.01)
        maker.commit()
        thread.join()
        waiter.commit()
    return found


@pytest.mark.parametrize("earlier", [[], [date(2023, 1, 1)]], ids=["first", "later"])
def test_months_are_made_once(prepared_database: Settings, earlier: list[date]) -> None:
    def make(connection: psycopg.Connection[object]) -> None:
        ensure_partitions(connection, "staging.sales", MONTHS)

    with connect(prepared_database) as connection:
        ensure_partitions(connection, "staging.sales", earlier)
    assert after_a_wait(prepared_database, make, make) == [None]
    with connect(prepared_database) as connection:
        made = connection.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = 'staging.sales'::regclass order by 1"
        )
        assert len(made.fetchall()) == len(earlier) + 2


def test_the_second_first_start_takes_the_lock_that_later_ones_take(database: Settings) -> None:
    def begin(connection: psycopg.Connection[object]) -> None:
        lock_schema(connection)
        connection.execute(f"create schema ops; create table {TABLE} (lock_name text primary key)".encode())

    def begin_too(connection: psycopg.Connection[object]) -> object:
        lock_schema(connection)
        held = connection.execute(
            "select mode from pg_locks where pid = pg_backend_pid() and relation = %s::regclass", [TABLE]
        )
        return held.fetchall()

    assert ("ShareUpdateExclusiveLock",) in after_a_wait(database, begin, begin_too)[0]  # type: ignore[operator]
