"""The pipeline works as `ingest` and `transform`; the administrator is needed only while something is missing."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from warehouse_assets import database as server_of
from warehouse_assets.access.logins import PipelineRole
from warehouse_assets.database.urls import with_login
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import connect_as, prepare_warehouse


@pytest.mark.parametrize("role", ["ingest", "transform"])
def test_a_session_belongs_to_the_role_and_has_no_power(database: Settings, role: PipelineRole) -> None:
    with connect_as(database, role) as connection:
        row = connection.execute(
            "select current_user::text, session_user::text, rolsuper or rolcreaterole or rolbypassrls or rolcreatedb"
            " from pg_roles where rolname = session_user"
        ).fetchone()
    assert row is not None
    assert row[0] == role
    assert row[1].startswith("test_") and row[1].endswith(f"_{role}")
    assert row[2] is False


def test_preparing_a_second_time_changes_nothing(database: Settings) -> None:
    assert prepare_warehouse(database)
    assert prepare_warehouse(database) == []


def test_the_address_needs_no_administrator_once_all_is_prepared(database: Settings) -> None:
    prepare_warehouse(database)
    powerless = replace(database, database_url=with_login(str(database.database_url), "nobody", "nothing"))
    with connect_as(powerless, "transform") as connection:
        assert connection.execute("select count(*) from mart_sales.sales_by_month").fetchone() == (0,)


def test_a_missing_table_and_a_changed_setting_are_brought_to_what_is_declared(database: Settings) -> None:
    connect_as(database, "ingest").close()
    with server_of.connect(str(database.database_url), autocommit=True) as connection:
        connection.execute("drop table mart_sales.sales_by_month")
        connection.execute("delete from ops.fingerprints where name = 'declarations'")
    with connect_as(database, "transform") as connection:
        connection.execute("insert into mart_sales.sales_by_month select * from mart_sales.sales_by_month")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connect_as(database, "ingest") as connection:
        connection.execute("select * from mart_sales.sales_by_month")


def test_a_login_that_may_not_make_roles_does_the_work_itself(database: Settings) -> None:
    url = str(database.database_url)
    with server_of.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"create role {name}_plain login password 'a plain password'".encode())
        connection.execute(f"grant create, connect on database {name} to {name}_plain".encode())
    plain = replace(database, database_url=with_login(url, f"{name}_plain", "a plain password"))
    assert prepare_warehouse(plain) is None
    with connect_as(plain, "transform") as connection:
        assert connection.execute("select session_user::text").fetchone() == (f"{name}_plain",)
