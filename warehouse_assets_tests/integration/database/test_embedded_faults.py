"""Faults of the embedded server that pass: recovery after a kill, a killed initdb; and homes that cannot work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from warehouse_assets.database import ServerError, connect, ensure_running, retry
from warehouse_assets.database.cluster import base_path
from warehouse_assets.database.connections import connection_failed
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets_tests.conftest import remove_warehouse

START = """
import sys
from pathlib import Path
from warehouse_assets.database import ensure_running
from warehouse_assets.settings import Settings
ensure_running(Settings(home=Path(sys.argv[1])))
"""


@pytest.fixture
def settings() -> Iterator[Settings]:
    made = Settings(home=Path(tempfile.mkdtemp(prefix="wh-")))
    yield made
    remove_warehouse(made)


@pytest.mark.parametrize(
    "reason",
    [
        "FATAL:  the database system is starting up",
        "FATAL:  the database system is not yet accepting connections DETAIL: Consistent recovery state ...",
        "FATAL:  the database system is in recovery mode",
        "FATAL:  the database system is shutting down",
        "FATAL:  sorry, too many clients already",
        "FATAL:  le système de bases de données est en cours de démarrage",
        "server closed the connection unexpectedly",
        "something that nobody has seen yet",
    ],
)
def test_a_reason_that_may_pass_is_transient(reason: str) -> None:
    assert connection_failed(psycopg.OperationalError(reason), "postgresql://a:b@h/d", {}).is_transient


@pytest.mark.parametrize(
    "reason",
    [
        'FATAL:  password authentication failed for user "a"',
        'FATAL:  role "a" does not exist',
        'FATAL:  database "d" does not exist',
        'FATAL:  no pg_hba.conf entry for host "h"',
        'FATAL:  permission denied for database "d"',
        'could not translate host name "h" to address',
    ],
)
def test_a_reason_that_lasts_is_not(reason: str) -> None:
    assert not connection_failed(psycopg.OperationalError(reason), "postgresql://a:b@h/d", {}).is_transient


def test_a_server_in_recovery_is_waited_for(settings: Settings) -> None:
    """A killed backend makes the server recover; commands that come at once work."""
    ensure_running(settings)
    for _ in range(3):
        with connect(settings, autocommit=True) as connection:
            connection.execute("create table if not exists filled as select generate_series(1, 200000) as n")
            connection.execute("insert into filled select n from filled limit 100000")
            os.kill(connection.info.backend_pid, signal.SIGKILL)
        assert retry(lambda: _has_rows(settings))


def _has_rows(settings: Settings) -> bool:
    with connect(settings) as connection:
        row = connection.execute("select count(*) > 0 from filled").fetchone()
    return row == (True,)


def test_a_start_killed_during_initdb_is_followed_by_one_that_works(settings: Settings) -> None:
    """initdb goes on after its parent was killed: the next start waits for it instead of colliding with it."""
    process = subprocess.Popen([sys.executable, "-c", START, str(settings.home)], cwd=PROJECT_ROOT)
    deadline = time.monotonic() + 60
    while not (base_path(settings.home) / "data.new" / "global").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()
    ensure_running(settings)
    connect(settings).close()


@pytest.mark.parametrize("name", ["h$(touch X)", 'h"quoted', "h\nline", "h`touch X`", "h\\back", "h;touch X", "h'x"])
def test_a_home_that_a_shell_would_read_is_refused_before_anything_starts(name: str, tmp_path: Path) -> None:
    home = tmp_path / name
    with pytest.raises(ServerError, match="cannot hold the database") as refusal:
        ensure_running(Settings(home=home))
    assert "WAREHOUSE_HOME" in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_a_home_with_spaces_and_accents_works() -> None:
    made = Settings(home=Path(tempfile.mkdtemp(prefix="wh-")) / "État des ventes, 2026")
    try:
        ensure_running(made)
        connect(made).close()
    finally:
        remove_warehouse(made)
