"""`warehouse up` as a person runs it: its processes, its pages, its database, and what its runs did."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil
import psycopg

from warehouse_assets.settings import PROJECT_ROOT, Settings

Found = TypeVar("Found")
_RUNS = "{runsOrError(limit: 50) {... on Runs {results {runId jobName status startTime endTime tags {key value}}}}}"
_READY_SECONDS = 120.0
_MARKS = {
    "dagster-webserver": "dagster",
    "dagster-daemon": "daemon",
    "instance.code_server": "code",
    "warehouse_assets.dashboard": "dashboard",
}
"""What the command line of each service holds."""


class Served:
    """A running `warehouse up`."""

    def __init__(self, settings: Settings, port: int, process: subprocess.Popen[bytes]) -> None:
        self.settings, self.process = settings, process
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, query: str) -> Any:
        """The data of a GraphQL query."""
        request = urllib.request.Request(
            f"{self.url}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())["data"]

    def runs(self) -> list[dict[str, Any]]:
        """The newest runs first: id, job, status, start and end (seconds since 1970), tags as a dictionary."""
        found = self.ask(_RUNS)["runsOrError"]["results"]
        return [{**run, "tags": {tag["key"]: tag["value"] for tag in run["tags"]}} for run in found]

    def wait_for_new_run(self, known: set[str], **tags: str) -> dict[str, Any]:
        """The one run, not known before and asked for by no sensor, with these tags, once it has ended."""
        wanted = {f"dagster/{key}": value for key, value in tags.items()}

        def ended() -> dict[str, Any] | None:
            asked = [r for r in self.runs() if r["runId"] not in known and "dagster/sensor_name" not in r["tags"]]
            fresh = [run for run in asked if wanted.items() <= run["tags"].items()]
            done = [r for r in fresh if r["status"] in ("SUCCESS", "FAILURE", "CANCELED")]
            return done[0] if len(done) == 1 == len(fresh) else None

        return wait_until(ended)

    def one(self, query: str) -> Any:
        with psycopg.connect(str(self.settings.database_url)) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None

    def children(self) -> dict[str, int]:
        """Service -> process id of those that `up` started."""
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        found = [line.strip().split(maxsplit=1) for line in listed.stdout.splitlines()]
        return {name: int(pid) for pid, line in found for mark, name in _MARKS.items() if mark in line}


@contextmanager
def serving(settings: Settings, port: int) -> Iterator[Served]:
    """Runs it until the block ends, then as Ctrl-C does."""
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT_ROOT),  # the code of these tests, wherever the environment was installed from
        "WAREHOUSE_HOME": str(settings.home),
        "WAREHOUSE_DATABASE_URL": str(settings.database_url),
        "WAREHOUSE_DAGSTER_DATABASE_URL": str(settings.dagster_database_url),
        "WAREHOUSE_QUIET_SECONDS": "1",
    }
    settings.home.mkdir(parents=True, exist_ok=True)
    log = settings.home / "up.log"
    with log.open("wb") as file:
        command = [str(Path(sys.executable).with_name("warehouse")), "up", "--port", str(port)]
        process = subprocess.Popen([*command, *_other_ports()], env=environment, stdout=file, stderr=file)
    try:
        served = Served(settings, port, process)
        wait_until(lambda: _is_ready(served, log))
        yield served
    finally:
        process.send_signal(signal.SIGINT)  # nothing, where the block has killed it
        process.wait(30)
        wait_until(lambda: not left_of(settings.home))


def left_of(home: Path) -> list[int]:
    """Processes of a home: services, runs, and the process that forks them."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("WAREHOUSE_HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def _other_ports() -> list[str]:
    """Free ones for whatever else is served."""
    from warehouse_assets.cli.services.processes import SERVICES, free_port

    others = [service.name for service in SERVICES[1:] if service.port is not None]
    return [word for name in others for word in ("--port", f"{name}={free_port()}")]


def _is_ready(served: Served, log: Path) -> bool:
    assert served.process.poll() is None, log.read_text()
    try:
        return bool(served.ask("{version}"))
    except (urllib.error.URLError, ConnectionError):
        return False


def wait_until(look: Callable[[], Found], seconds: float = _READY_SECONDS) -> Found:
    """What `look` finds, once it finds something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing after {seconds} s"
        time.sleep(0.5)
    return found
