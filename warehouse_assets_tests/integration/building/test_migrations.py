"""Migrations of base tables: applied in order, once; a database that is newer or unknown is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from warehouse_assets.building.migrations import Migration, SchemaError, create_schema, read_migrations
from warehouse_assets.database.locks import lock_schema
from warehouse_assets.settings import Settings

Connection = psycopg.Connection[tuple[object, ...]]
LAST = len(read_migrations())
NEXT = Migration(LAST + 1, "next", "update ops.fingerprints set value = value || '!'")
BROKEN = Migration(LAST + 2, "broken", "update ops.fingerprints set value = 'lost'; select 1 / 0")


@pytest.fixture
def connection(database: Settings) -> Iterator[Connection]:
    """A database with the present schema and one row of ops.fingerprints."""
    with psycopg.connect(str(database.database_url), autocommit=True) as connection:
        create_schema(connection)
        connection.execute("insert into ops.fingerprints values ('a', 'x')")
        yield connection


def value(connection: Connection) -> object:
    row = connection.execute("select value from ops.fingerprints where name = 'a'").fetchone()
    return row[0] if row else None


def versions(connection: Connection) -> list[object]:
    rows = connection.execute("select schema_version from ops.schema_versions order by 1").fetchall()
    return [row[0] for row in rows]


def test_a_new_database_has_all_migrations_noted_and_none_run(connection: Connection) -> None:
    assert versions(connection) == list(range(1, LAST + 1))


def test_a_migration_runs_once(connection: Connection) -> None:
    for _ in range(2):
        create_schema(connection, [*read_migrations(), NEXT])
    assert value(connection) == "x!"
    assert versions(connection)[-1] == LAST + 1


def test_a_failing_migration_leaves_those_before_it(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        create_schema(connection, [*read_migrations(), NEXT, BROKEN])
    assert value(connection) == "x!"
    assert versions(connection)[-1] == LAST + 1


def test_a_database_that_is_newer_than_the_code_is_refused(connection: Connection) -> None:
    connection.execute("insert into ops.schema_versions values (99, 'of_the_future', now())")
    with pytest.raises(SchemaError, match=r"schema version 99; this version .* Use the newer"):
        create_schema(connection)


def test_a_base_table_that_no_migration_mends_is_refused_by_name(connection: Connection) -> None:
    connection.execute("alter table staging.reviews drop column rating")
    with pytest.raises(SchemaError, match=r"Table staging\.reviews lacks rating, .* Restore a backup"):
        create_schema(connection)


def test_an_unknown_column_of_a_base_table_is_named(connection: Connection) -> None:
    connection.execute("alter table staging.reviews add column mood text")
    with pytest.raises(SchemaError, match=r"Table staging\.reviews has the unknown mood"):
        create_schema(connection)


def test_derived_tables_are_dropped_and_queued_for_a_rebuild(connection: Connection) -> None:
    connection.execute("alter table dw.dim_channel add column colour text")
    connection.execute("insert into staging.pending_months values ('2023-01-01')")
    create_schema(connection)
    row = connection.execute("select count(*) from information_schema.columns where column_name = 'colour'").fetchone()
    assert row == (0,)
    assert connection.execute("select to_regclass('dw.fct_sales') is not null").fetchone() == (True,)


def test_a_derived_table_that_refuses_what_may_be_unknown_now_is_made_again(connection: Connection) -> None:
    tables = "select oid from pg_class where relkind in ('r', 'p') and relnamespace = %s::regnamespace order by oid"
    stars, marts = (connection.execute(tables, [name]).fetchall() for name in ("dw", "mart_sales"))
    create_schema(connection)
    assert connection.execute(tables, ["mart_sales"]).fetchall() == marts
    connection.execute("alter table mart_sales.sales_forecast alter column forecast_amount set not null")
    create_schema(connection)
    assert connection.execute(
        "select attnotnull from pg_attribute where attrelid = 'mart_sales.sales_forecast'::regclass"
        " and attname = 'forecast_amount'"
    ).fetchone() == (False,)
    assert connection.execute(tables, ["dw"]).fetchall() == stars


@pytest.mark.parametrize("names", [("0001_a.sql", "0003_b.sql"), ("1_a.sql",), ("0001-a.sql",)])
def test_names_are_numbered_without_a_gap(names: tuple[str, ...], tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).write_text("select 1")
    with pytest.raises(ValueError, match="without a gap"):
        read_migrations(tmp_path)


def test_concurrent_starts_migrate_once(database: Settings, connection: Connection) -> None:
    with psycopg.connect(str(database.database_url), autocommit=True) as other:
        create_schema(connection, [*read_migrations(), NEXT])
        create_schema(other, [*read_migrations(), NEXT])
    assert value(connection) == "x!"


def test_descriptions_of_existing_tables_are_renewed(connection: Connection) -> None:
    before = connection.execute("select obj_description('dw.fct_sales'::regclass, 'pg_class')").fetchone()
    connection.execute("comment on table dw.fct_sales is 'of an earlier version'")
    create_schema(connection)
    assert connection.execute("select obj_description('dw.fct_sales'::regclass, 'pg_class')").fetchone() == before


def test_first_starts_at_once_wait_for_each_other(database: Settings) -> None:
    """The second one is on its way while the first one creates the tables."""
    url = str(database.database_url)
    with psycopg.connect(url) as first, psycopg.connect(url, autocommit=True) as second, ThreadPoolExecutor() as pool:
        lock_schema(first)
        following = pool.submit(create_schema, second)
        waiting = "select 1 from pg_locks where pid = %s and not granted"
        while not first.execute(waiting, [second.info.backend_pid]).fetchone():
            assert not following.done()
        create_schema(first)
        first.commit()
        following.result()
        assert versions(second) == list(range(1, LAST + 1))
