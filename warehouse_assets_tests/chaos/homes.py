"""A home with a server of its own, on which commands run in processes that may be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets import database
from warehouse_assets.pseudonyms.hashing import ANONYMOUS_KEY
from warehouse_assets.pseudonyms.secret import SECRET_FILE
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import PROJECT_ROOT, Settings, read_settings
from warehouse_assets_tests.commands import begin, execute, fork
from warehouse_assets_tests.conftest import remove_warehouse
from warehouse_assets_tests.pipeline.shop import Shop

PATIENCE_SECONDS = 600
_NOT_COMPARED = {"governance.access_log", "ops.locks", "ops.fingerprints"}
_OF_THE_RUN = frozenset({"loaded_at", "built_at", "build_id", "attempt", "migrated_at"})


class Hangs(AssertionError):
    """A command that did not end."""


class Home:
    """A warehouse under attack, or the one beside it that nothing disturbs."""

    is_light = False
    """Whether `warehouse run` leaves out its reports and Dagster's records, which take most of a small run's time."""

    def __init__(self, folder: Path, secret: str, url: str | None = None) -> None:
        self.folder, self.log = folder, folder / "commands.log"
        keys = folder / "secrets" / SECRET_FILE
        keys.parent.mkdir(parents=True)
        keys.write_text(secret)
        keys.chmod(0o600)
        self.settings = Settings(home=folder, database_url=url, dagster_database_url=url)
        self.url = database.ensure_running(self.settings).warehouse

    @property
    def keys(self) -> Path:
        return self.folder / "secrets" / SECRET_FILE

    def shop(self) -> Shop:
        """Its database, for looking; started if it was killed."""
        self.url = database.retry(lambda: database.ensure_running(self.settings).warehouse, attempts=30)
        return Shop(Settings(home=self.folder, database_url=self.url, dagster_database_url=self.url))

    def start(self, *words: str) -> BaseProcess:
        """Starts `warehouse WORDS` in this home: a copy of a process that has imported all, so that kills meet work."""
        variables = {
            "WAREHOUSE_HOME": str(self.folder),
            "WAREHOUSE_QUIET_SECONDS": "1",
            "PYTHONPATH": str(PROJECT_ROOT),
        }
        if self.settings.database_url:
            variables |= {"WAREHOUSE_DATABASE_URL": self.url, "WAREHOUSE_DAGSTER_DATABASE_URL": self.url}
        target = _light_run if self.is_light and words == ("run",) else _command
        return fork(target, list(words), variables, str(self.log))

    def run(self, *words: str, patience: float = PATIENCE_SECONDS) -> int:
        """Runs it to its end; its exit code."""
        return end(self.start(*words), words, patience)

    def must(self, *words: str, patience: float = PATIENCE_SECONDS) -> None:
        """Runs it to its end, which must be a good one."""
        code = self.run(*words, patience=patience)
        assert code == 0, f"warehouse {' '.join(words)} ended with {code}:\n{self.tail()}"

    def tail(self) -> str:
        """The last lines that its commands printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:])

    def contents(self) -> Mapping[str, list[str]]:
        """Every row of every table, without what tells of the run and what is random by design."""
        with self.shop().connect() as connection:
            return {name: _rows(connection, name) for name in TABLES if name not in _NOT_COMPARED}

    def postmaster(self) -> int | None:
        """The process id of its server, if it runs."""
        data = database.status(self.settings).data_path
        try:
            return int((data / "postmaster.pid").read_text().splitlines()[0]) if data else None
        except (OSError, ValueError, IndexError):
            return None


def _rows(connection: psycopg.Connection[Any], name: str) -> list[str]:
    columns = [_comparable(name, column) for column in TABLES[name].column_names]
    rows = connection.execute(f"select row({', '.join(filter(None, columns))})::text from {name}".encode())
    return sorted(str(row[0]) for row in rows)


def _comparable(table: str, column: str) -> str | None:
    """The column as SQL; None if it tells of the run. What was anonymised has random keys."""
    if column in _OF_THE_RUN or (table == "governance.requests" and column in {"request_key", "subject_hash"}):
        return None
    if column in {"order_key", "line_key"} and "customer_key" in TABLES[table].column_names:
        return f"case when customer_key = {ANONYMOUS_KEY} then 0 else {column} end"
    return column


def end(process: BaseProcess, words: Sequence[str], patience: float = PATIENCE_SECONDS) -> int:
    """Waits for the end of a command; its exit code. Raises Hangs."""
    process.join(patience)
    if process.exitcode is None:
        process.kill()
        raise Hangs(f"warehouse {' '.join(words)} did not end within {patience:.0f} s")
    return process.exitcode


@contextmanager
def new_homes(folder: Path, *names: str) -> Iterator[list[Home]]:
    """Homes with a server each and the same secret, such as one to disturb and one to compare with."""
    secret, homes = os.urandom(32).hex(), list[Home]()
    try:
        for name in names:
            homes.append(Home(folder / name, secret))
        yield homes
    finally:
        for home in homes:
            remove_warehouse(home.settings)


def kill(pid: int | None) -> None:
    """kill -9, unless it has ended."""
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def pause_until(moment: float, process: BaseProcess) -> bool:
    """Waits until that moment (of the monotonic clock); False if the process ended before."""
    process.join(max(0.0, moment - time.monotonic()))
    return process.is_alive()


def _begin(words: list[str], variables: dict[str, str], log: str) -> None:
    begin(variables, log, log)
    warnings.simplefilter("ignore")
    print(f"$ warehouse {' '.join(words)}", flush=True)


def _light_run(words: list[str], variables: dict[str, str], log: str) -> None:
    """In the new process: what loads and builds, without what writes reports and records."""
    _begin(words, variables, log)
    settings = read_settings()
    Shop(replace(settings, database_url=database.ensure_running(settings).warehouse)).run()


def _command(words: list[str], variables: dict[str, str], log: str) -> None:
    """In the new process: what the console script does."""
    _begin(words, variables, log)
    execute(words)
