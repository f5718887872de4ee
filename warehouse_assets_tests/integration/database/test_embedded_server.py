"""The embedded server's life, on real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from warehouse_assets.access.apply import Outcome
from warehouse_assets.access.target import Target
from warehouse_assets.database import ServerError, connect, embedded, ensure_running, retry, status, stop
from warehouse_assets.database.configuration import BULK_LOADING
from warehouse_assets.database.processes import live_server
from warehouse_assets.database.urls import with_database
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets.startup import preparation
from warehouse_assets_tests.conftest import remove_warehouse

START = """
from warehouse_assets.database import ensure_running
from warehouse_assets.settings import read_settings
print(ensure_running(read_settings()).warehouse)
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Settings]:
    """A warehouse with a server of its own, which tests may stop and kill."""
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-")))
    ensure_running(settings)
    yield settings
    remove_warehouse(settings)


@pytest.fixture
def settings(made: Settings) -> Settings:
    """The same with its server running."""
    ensure_running(made)
    return made


def _data(settings: Settings) -> Path:
    path = status(settings).data_path
    assert path is not None
    return path


def _server_pid(settings: Settings) -> int:
    pid = live_server(_data(settings))
    assert pid is not None
    return pid


def test_a_server_is_new_for_who_made_it_and_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What PostgreSQL itself makes is not compared there. A database that was dropped makes no server new."""
    seen = []

    def note(connection: object, target: Target, urls: object) -> Outcome:
        seen.append(target.is_new_server)
        return Outcome()

    monkeypatch.setattr(preparation, "_apply", note)
    monkeypatch.setattr(preparation, "recover", lambda connection, settings: None)
    for _ in range(2):
        preparation.prepare_warehouse(settings)
        with connect(with_database(ensure_running(settings).warehouse, "postgres"), autocommit=True) as connection:
            connection.execute("drop database warehouse (force)")
    assert seen == [True, False]


def test_a_running_server_is_found_in_an_instant(settings: Settings) -> None:
    durations = []
    for _ in range(5):
        began = time.perf_counter()
        ensure_running(settings)
        durations.append(time.perf_counter() - began)
    assert min(durations) < 0.05


def test_a_restart_keeps_port_password_and_data(settings: Settings) -> None:
    before, port = ensure_running(settings), status(settings).port
    with connect(settings) as connection:
        connection.execute("create table kept as select 7 as seven")
    assert stop(settings)
    assert not status(settings).running
    assert not stop(settings)
    assert ensure_running(settings) == before
    assert status(settings).port == port
    with connect(settings) as connection:
        assert connection.execute("table kept").fetchone() == (7,)
        connection.execute("drop table kept")


@pytest.mark.parametrize("busy", [False, True])
def test_a_killed_server_starts_again(settings: Settings, busy: bool) -> None:
    session = connect(settings, autocommit=True)
    if busy:
        session.pgconn.send_query(b"select count(*) from generate_series(1, 1000000000)")
    os.kill(_server_pid(settings), signal.SIGKILL)
    ensure_running(settings)
    session.close()
    with connect(settings) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_stale_pid_file_is_no_server_and_its_process_is_left_alone(settings: Settings) -> None:
    stop(settings)
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        port = status(settings).port
        pid_file = _data(settings) / "postmaster.pid"
        pid_file.write_text(f"{bystander.pid}\n{_data(settings)}\n0\n{port}\n\n127.0.0.1\n")
        assert not stop(settings)
        ensure_running(settings)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_three_starters_at_once_share_one_server() -> None:
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-")) / "new")
    environment = os.environ | {"WAREHOUSE_HOME": str(settings.home), "WAREHOUSE_DATABASE_URL": ""}
    try:
        starters = [
            subprocess.Popen([sys.executable, "-c", START], cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE)
            for _ in range(3)
        ]
        printed = {starter.communicate(timeout=60)[0] for starter in starters}
        assert [starter.returncode for starter in starters] == [0, 0, 0]
        assert printed == {ensure_running(settings).warehouse.encode() + b"\n"}
    finally:
        remove_warehouse(settings)
        settings.home.parent.rmdir()


def test_a_taken_port_is_named(settings: Settings) -> None:
    stop(settings)
    port = status(settings).port
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        with pytest.raises(ServerError, match=f"Another program uses port {port} .* delete "):
            ensure_running(settings)


def test_data_that_are_no_database_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "postgres" / "data"
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(ServerError, match=r"holds no database|belongs to"):
        ensure_running(Settings(home=tmp_path))
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_data_of_another_major_version_say_how_to_move_them(settings: Settings) -> None:
    stop(settings)
    version = _data(settings) / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(ServerError, match=r"(?s)PostgreSQL 17 created the data .* pg_dumpall"):
            ensure_running(settings)
    finally:
        version.write_text("18\n")


def test_a_changed_password_is_told_apart_from_a_dead_server(settings: Settings) -> None:
    kept = settings.home / "postgres" / "password"
    password = kept.read_text()
    kept.write_text("forgotten")
    try:
        with pytest.raises(ServerError, match="refuses the stored password") as refusal:
            ensure_running(settings)
        assert "forgotten" not in str(refusal.value)
    finally:
        kept.write_text(password)


def test_a_failed_start_shows_the_servers_own_reason(settings: Settings) -> None:
    stop(settings)
    override = _data(settings) / "postgresql.auto.conf"
    kept = override.read_text()
    override.write_text("shared_buffers = 'plenty'\n")
    try:
        with pytest.raises(ServerError, match=r"(?s)did not start.*shared_buffers.*plenty"):
            ensure_running(settings)
    finally:
        override.write_text(kept)


def test_a_missing_database_is_made_again(settings: Settings) -> None:
    with connect(settings, autocommit=True) as connection:
        connection.execute("drop database warehouse_dagster")
    urls = ensure_running(settings)
    connect(urls.dagster).close()


def test_the_log_tells_logins_and_no_values(settings: Settings) -> None:
    with connect(settings, autocommit=True) as connection:
        for statement in (
            "select 'Mme Dupont'::date",
            "select 1 / 0, 'Mme Dupont'",
        ):
            with pytest.raises(Exception, match=r"Mme Dupont|division"):
                connection.execute(statement)
        connection.execute("create temp table people (name text primary key)")
        connection.execute("insert into people values (%s)", ["Mme Dupont"])
        with pytest.raises(Exception, match="Mme Dupont"):
            connection.execute("insert into people values (%s)", ["Mme Dupont"])
    log = status(settings).log_file
    assert log is not None
    text = retry(log.read_text)
    assert "connection authorized: user=warehouse database=warehouse" in text
    assert "Dupont" not in text


def test_secrets_are_for_their_owner_only(settings: Settings) -> None:
    control = settings.home / "postgres"
    assert (control / "password").stat().st_mode & 0o777 == 0o600
    assert control.stat().st_mode & 0o007 == 0
    with connect(settings) as connection:
        line = connection.execute("select auth_method, address from pg_hba_file_rules").fetchall()
        assert line == [("scram-sha-256", "127.0.0.1")]


def test_the_servers_settings_are_in_force(settings: Settings) -> None:
    with connect(settings) as connection:
        for name, value in BULK_LOADING.items():
            assert connection.execute("select current_setting(%s)", [name]).fetchone() == (value,)
        assert connection.execute("select from pg_file_settings where error is not null").fetchall() == []


def test_status_and_stop_make_nothing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "none")
    assert not status(settings).running
    assert not stop(settings)
    assert not settings.home.exists()


def test_a_killed_initdb_leaves_no_half_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-")))
    with monkeypatch.context() as patched:
        patched.setattr("warehouse_assets.database.cluster.include_configuration", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            ensure_running(settings)
    try:
        assert not status(settings).running
        ensure_running(settings)
        assert status(settings).running
    finally:
        remove_warehouse(settings)


def _interrupt(_: Path) -> None:
    raise KeyboardInterrupt


def test_a_server_of_ones_own_is_never_started_or_stopped(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "ensure_started", _interrupt)
    monkeypatch.setattr(embedded, "stop", _interrupt)
    urls = ensure_running(database)
    assert urls.warehouse == database.database_url
    assert not stop(database)
    assert status(database).running
    assert not (database.home / "postgres").exists()
    sibling = ensure_running(replace(database, dagster_database_url=None)).dagster
    assert sibling == f"{database.database_url}_dagster"
    connect(sibling).close()
