"""Connections: what they are set to, and what a refused one says."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from warehouse_assets.database import (
    ConnectionFailed,
    DatabaseError,
    DatabaseUrls,
    connect,
    ensure_running,
    prepare_dagster_home,
    retry,
)
from warehouse_assets.settings import Settings

ODD_PASSWORD = "p%40 w:/?#@é$'"
ODD_ENCODED = "p%2540%20w%3A%2F%3F%23%40%C3%A9%24%27"


def _url(settings: Settings) -> str:
    assert settings.database_url is not None
    return settings.database_url


def _with_login(url: str, login: str) -> str:
    return f"postgresql://{login}@{url.rpartition('@')[2]}"


@pytest.fixture
def odd(database: Settings) -> str:
    """The URL of a login without rights whose password needs every escape."""
    with connect(database, autocommit=True) as connection:
        if connection.execute("select from pg_roles where rolname = 'odd'").fetchone() is not None:
            connection.execute("drop owned by odd")
            connection.execute("drop role odd")
        connection.execute("create role odd login password " + psycopg.sql.quote(ODD_PASSWORD))
        # Databases of tests are closed to all, and the access policy of another warehouse closes `postgres`.
        for name in ("postgres", connection.info.dbname):
            connection.execute(sql.SQL("grant connect on database {} to odd").format(sql.Identifier(name)))
    return _with_login(_url(database), f"odd:{ODD_ENCODED}")


@pytest.mark.parametrize("bulk", [False, True])
def test_a_session_is_in_utc_and_its_commits_wait_for_the_disk(database: Settings, bulk: bool) -> None:
    with connect(database, bulk=bulk) as connection:
        names = ("TimeZone", "client_encoding", "application_name", "synchronous_commit")
        values = [connection.execute("select current_setting(%s)", [name]).fetchone() for name in names]
        assert values == [("UTC",), ("UTF8",), ("warehouse",), ("on",)]


def test_a_session_compiles_nothing_on_a_server_that_would(database: Settings) -> None:
    with connect(database, autocommit=True) as connection:
        connection.execute("select set_config('jit', 'on', false)")
        connection.execute("reset jit")
        assert connection.execute("select setting, source from pg_settings where name = 'jit'").fetchone() == (
            "off",
            "client",
        )


def test_options_of_the_url_are_kept(database: Settings) -> None:
    with connect(f"{_url(database)}?options=-c%20statement_timeout%3D7s&application_name=mine") as connection:
        assert connection.execute("show statement_timeout").fetchone() == ("7s",)
        assert connection.execute("show timezone").fetchone() == ("UTC",)
        assert connection.info.parameter_status("application_name") == "mine"


@pytest.mark.parametrize("user", ["warehouse", "unknown"])
def test_a_wrong_password_is_refused_without_repeating_it(database: Settings, user: str) -> None:
    with pytest.raises(ConnectionFailed, match="user or the password is wrong") as refusal:
        connect(_with_login(_url(database), f"{user}:wr0ng-secret"))
    assert "wr0ng-secret" not in str(refusal.value)
    assert not refusal.value.is_transient
    assert refusal.value.__cause__ is None and refusal.value.__suppress_context__


def test_a_host_that_does_not_listen_may_do_so_later() -> None:
    with pytest.raises(ConnectionFailed, match="Nothing listens") as refusal:
        connect("postgresql://a:b@127.0.0.1:1/x")
    assert refusal.value.is_transient


@pytest.mark.parametrize("url", ["mysql://a:hidden@h/x", "postgresql://a:hidden@h", "postgresql://a:hidden#@h/x"])
def test_an_unusable_address_names_its_variable(tmp_path: Path, url: str) -> None:
    with pytest.raises(DatabaseError, match="WAREHOUSE_DATABASE_URL") as refusal:
        ensure_running(Settings(home=tmp_path, database_url=url))
    assert "hidden" not in str(refusal.value)


def test_a_login_without_rights_is_told_which_variable_to_set(database: Settings, odd: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied.*WAREHOUSE_DAGSTER_DATABASE_URL"):
        ensure_running(replace(database, database_url=odd, dagster_database_url=None))


def test_a_password_of_odd_characters_works_everywhere(database: Settings, odd: str) -> None:
    connect(odd).close()
    with connect(database, autocommit=True) as connection:
        connection.execute("grant create on schema public to odd")
    assert _recorded_runs(replace(database, dagster_database_url=odd), odd) == "0"
    with connect(database, autocommit=True) as connection:
        tables = connection.execute("select tableowner from pg_tables where tablename = 'runs'").fetchall()
        assert tables == [("odd",)]
        connection.execute("drop owned by odd")


def _recorded_runs(settings: Settings, dagster_url: str) -> str:
    """What a Dagster process in the prepared environment counts as runs."""
    variables = prepare_dagster_home(settings, DatabaseUrls(_url(settings), dagster_url))
    code = "import dagster; i = dagster.DagsterInstance.get(); print(i.get_runs_count(), i.telemetry_enabled)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | variables, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    count, telemetry = done.stdout.split()
    assert telemetry == "False"
    return count


def test_work_is_repeated_after_a_cut_connection_and_not_after_a_mistake(database: Settings) -> None:
    attempts: list[str] = []

    def cut_once() -> object:
        with connect(database) as connection:
            attempts.append("cut")
            if len(attempts) == 1:
                connection.execute("select pg_terminate_backend(pg_backend_pid())")
            return connection.execute("select 1").fetchone()

    def mistaken() -> None:
        attempts.append("mistaken")
        with connect(database) as connection:
            connection.execute("select 1 / 0")

    assert retry(cut_once, first_pause=0.01) == (1,)
    with pytest.raises(psycopg.errors.DivisionByZero):
        retry(mistaken)
    assert attempts == ["cut", "cut", "mistaken"]
