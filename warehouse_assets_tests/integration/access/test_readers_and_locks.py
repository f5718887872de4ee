"""No reader can hold up the pipeline: its locks are out of reach, and sessions of readers are bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets.database.locks import lock_ingestion, lock_partition, lock_partitions, lock_schema, lock_star
from warehouse_assets_tests.integration.access.logins import GROUPS, PIPELINE, Access, prepared_warehouse


@pytest.fixture(scope="module")
def access(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    with prepared_warehouse(server, tmp_path_factory.mktemp("home")) as made:
        with made.administrator() as connection, connection.transaction():
            for take in (lock_schema, lock_ingestion, lock_star):
                take(connection)
        yield made


@pytest.mark.parametrize("role", GROUPS)
def test_a_reader_cannot_take_a_lock_of_the_pipeline(access: Access, role: str) -> None:
    with access.connect(role) as connection:
        connection.autocommit = True
        for statement in (
            "select from ops.locks for update",
            "select from ops.locks for share",
            "select from ops.locks for key share",
            "do $$ begin lock table ops.locks in row exclusive mode; end $$",
            "insert into ops.locks values ('ingestion')",
            "delete from ops.locks",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


@pytest.mark.parametrize("role", GROUPS)
def test_advisory_locks_of_a_reader_hold_up_nobody(access: Access, role: str) -> None:
    with access.connect(role) as reader, access.connect("ingest") as writer:
        for number in (*range(7_203_610_990, 7_203_611_010), 7_203_613):
            reader.execute("select pg_advisory_lock(%s)", [number])
            reader.execute("select pg_advisory_lock(%s, 0)", [number % 2**31])
        writer.execute("set lock_timeout = '2s'")
        lock_ingestion(writer)
        lock_star(writer)
        lock_partition(writer, "dw.fct_sales", "2023-01")


def test_one_transaction_at_a_time_holds_a_lock_and_readers_of_a_partition_share_it(access: Access) -> None:
    with access.connect("transform") as one, access.connect("transform") as other:
        other.execute("set lock_timeout = '200ms'")
        other.commit()
        lock_partition(one, "dw.fct_sales", "2023-02", shared=True)
        one.commit()
        lock_partition(one, "dw.fct_sales", "2023-02", shared=True)
        lock_partition(other, "dw.fct_sales", "2023-02", shared=True)
        other.rollback()
        lock_star(one)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            lock_star(other)
        one.rollback()
        other.rollback()
        lock_star(other)


def test_locks_of_several_partitions_are_those_of_each(access: Access) -> None:
    months = ["2023-05", "2023-03", "2023-04"]
    with access.connect("transform") as one, access.connect("transform") as other:
        other.execute("set lock_timeout = '200ms'")
        lock_partition(one, "dw.fct_sales", "2023-04")
        one.commit()
        for shared in (False, True):
            lock_partitions(one, "dw.fct_sales", months, shared=shared)
            for month in months:
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    lock_partition(other, "dw.fct_sales", month)
                other.rollback()
                other.execute("set lock_timeout = '200ms'")
            one.commit()
        lock_partitions(other, "dw.fct_sales", [*months, *months])


def test_who_shares_a_lock_that_another_has_just_made_lets_others_share_it(access: Access) -> None:
    with ExitStack() as opened:
        maker, first, second = (opened.enter_context(access.connect("transform")) for _ in range(3))
        lock_partition(maker, "dw.fct_sales", "2023-06")
        waiting = opened.enter_context(ThreadPoolExecutor()).submit(
            lock_partition, first, "dw.fct_sales", "2023-06", shared=True
        )
        _wait_for_waiters(access, 1)
        maker.commit()
        waiting.result()
        second.execute("set lock_timeout = '200ms'")
        lock_partition(second, "dw.fct_sales", "2023-06", shared=True)
        first.rollback()
        second.rollback()


def test_who_shares_a_lock_after_a_missing_one_does_not_block_who_makes_it(access: Access) -> None:
    with ExitStack() as opened:
        holder, reader, builder = (opened.enter_context(access.connect("transform")) for _ in range(3))
        threads = opened.enter_context(ThreadPoolExecutor())
        lock_partition(holder, "dw.fct_sales", "2023-08")
        holder.commit()
        lock_partition(holder, "dw.fct_sales", "2023-08")
        work = list[Future[None]]()
        for session, shared in ((reader, True), (builder, False)):
            work.append(threads.submit(_take_and_commit, session, ["2023-07", "2023-08"], shared=shared))
            _wait_for_waiters(access, len(work))
        holder.commit()
        for one in work:
            one.result()


def _take_and_commit(connection: psycopg.Connection[Any], months: list[str], *, shared: bool) -> None:
    lock_partitions(connection, "dw.fct_sales", months, shared=shared)
    connection.commit()


def _wait_for_waiters(access: Access, count: int) -> None:
    with access.administrator() as connection:
        for _ in range(500):
            [waiting] = connection.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            ).fetchone() or (0,)
            if waiting == count:
                return
            time.sleep(0.02)
    raise AssertionError(f"{count} sessions should wait")


@pytest.mark.parametrize("role", GROUPS)
def test_sessions_of_readers_are_bounded(access: Access, role: str) -> None:
    with access.connect(role) as connection:
        found = [
            connection.execute(f"show {name}".encode()).fetchone()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout", "temp_file_limit")
        ]
    assert found == [("10min",), ("2min",), ("4GB",)]


@pytest.mark.parametrize("role", PIPELINE)
def test_sessions_of_the_pipeline_take_as_long_as_they_need(access: Access, role: str) -> None:
    with access.connect(role) as connection:
        assert connection.execute("show statement_timeout").fetchone() == ("0",)
