"""The processes of docker-compose.yml, started by hand on a plain PostgreSQL server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.cli.services.processes import CODE_HOST, CODE_PORT, free_port
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets_tests.oracle import RawFile
from warehouse_assets_tests.pipeline.debian import debian_server
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.short_exports import generate_short_export

SECONDS = 180.0


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The four processes on Debian's server, the database's address in a file as Compose gives it."""
    home = tmp_path_factory.mktemp("team")
    with debian_server() as url:
        secret = home / "database_url"
        secret.write_text(f"{url}\n")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")},
            "WAREHOUSE_HOME": str(home),
            "WAREHOUSE_DATABASE_URL_FILE": str(secret),
            "WAREHOUSE_QUIET_SECONDS": "1",
            CODE_HOST: "127.0.0.1",
            CODE_PORT: str(free_port()),
        }
        with processes(environment, home):
            yield Shop(Settings(home=home, database_url=url))


@contextmanager
def processes(environment: Mapping[str, str], home: Path) -> Iterator[None]:
    """As Compose starts them: the code server first, the others once it answers."""
    ports = {"code": environment[CODE_PORT], "pages": str(free_port()), "dashboard": str(free_port())}
    started: list[subprocess.Popen[bytes]] = []
    try:
        for name in ("code", "pages", "daemon", "dashboard"):
            started.append(start(name, ports.get(name), environment, home))
            if name == "code":
                wait_until(lambda: health(["dagster", "api", "grpc-health-check", "--port", ports["code"]]))
        wait_until(lambda: answers(f"http://127.0.0.1:{ports['pages']}/server_info"))
        wait_until(lambda: answers(f"http://127.0.0.1:{ports['dashboard']}/login"))
        yield
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(60)


def start(name: str, port: str | None, environment: Mapping[str, str], home: Path) -> subprocess.Popen[bytes]:
    """The command of the Compose file, on the loopback and on another port."""
    compose = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    command = [str(word) for word in compose["services"][name]["command"]]
    command = [word.replace("0.0.0.0", "127.0.0.1") for word in command]
    if port is not None:
        command[command.index("--port") + 1] = port
    with (home / f"{name}.log").open("wb") as log:
        return subprocess.Popen([program("warehouse"), *command], env=dict(environment), stdout=log, stderr=log)


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def health(command: list[str]) -> bool:
    done = subprocess.run([program(command[0]), *command[1:]], capture_output=True, check=False)
    return done.returncode == 0


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def wait_until(look: Callable[[], Any]) -> None:
    deadline = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < deadline, f"nothing after {SECONDS} s"
        time.sleep(0.5)


def is_built(team: Shop) -> bool:
    """Whether every table of both marts is newer than what was loaded."""
    try:
        with team.connect() as connection:
            row = connection.execute(
                "select count(*) from ops.table_builds where table_name like 'mart%' and partition_name = 'all'"
                " and built_at > (select max(loaded_at) from ops.ingested_files)"
            ).fetchone()
    except psycopg.errors.UndefinedTable:
        return False
    return row is not None and row[0] == len(MART_SELECTS)


def team_loaded(team: Shop) -> bool:
    """Whether all three thirds are in the ledger."""
    try:
        return bool(team.one("select count(*) = 3 from ops.ingested_files"))
    except psycopg.errors.UndefinedTable:
        return False


def test_a_dropped_export_equals_an_independent_computation(team: Shop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_short_export(export, rows=500, seed=5)
    team.split(export)
    wait_until(lambda: team_loaded(team) and is_built(team))
    assert team.differences_from_oracle([RawFile(export)], datetime.now(UTC).date()) == {}
    assert team.one("select count(*) from ops.ingested_files") == 3
