"""Starts and stops the embedded server: one PostgreSQL 18 per home, on the loopback, on a fixed port."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from warehouse_assets.database.accounts import run_as
from warehouse_assets.database.cluster import (
    SUPERUSER,
    Cluster,
    as_owner,
    base_path,
    check_path,
    check_version,
    cluster_lock,
    control_path,
    log_files,
    log_tail,
    make_cluster,
    make_control,
    placed_cluster,
    read_password,
    write_private,
)
from warehouse_assets.database.configuration import write_configuration
from warehouse_assets.database.connections import SESSION, open_connection
from warehouse_assets.database.databases import MAINTENANCE_DATABASE, make_database
from warehouse_assets.database.errors import ConnectionFailed, ServerError
from warehouse_assets.database.processes import clear_stale, live_server, wait_until_gone
from warehouse_assets.database.software import Software, software_for
from warehouse_assets.database.urls import DatabaseUrls, with_database

WAREHOUSE, DAGSTER = "warehouse", "warehouse_dagster"
# Below the ports that systems use for outgoing connections, which could take ours while the server is stopped.
PORTS = range(20_000, 30_000)
START_SECONDS = 300
STOP_SECONDS = 120
SILENT_SECONDS = 2.0
"""A wait for the server is reported after this time."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """The location of a home's cluster. Parts that do not exist yet are None."""

    data: Path
    port: int | None
    log_file: Path | None
    url: str | None


@as_owner()
def ensure_started(home: Path) -> DatabaseUrls:
    """Starts the server if necessary, and returns the addresses of its two databases."""
    check_path(home)
    urls = _answering(home)
    if urls is None:
        make_control(home)
        with cluster_lock(home) as lock:
            urls = _answering(home) or _start(home, lock)
    return urls


@as_owner()
def stop(home: Path) -> bool:
    """Stops the server of this home. Returns False if it was not running. Raises ServerError if it does not end."""
    if not control_path(home).is_dir():
        return False
    with cluster_lock(home):
        data = base_path(home) / "data"
        pid = live_server(data)
        if pid is None:
            return False
        os.kill(pid, signal.SIGINT)
        if not wait_until_gone([pid], data, STOP_SECONDS):
            raise ServerError(f"The server of {data} (process {pid}) did not stop within {STOP_SECONDS} s.")
        return True


@as_owner()
def find(home: Path) -> Place:
    """The location of this home's cluster."""
    base, control = base_path(home), control_path(home)
    logs = log_files(base)
    port = _kept_port(control)
    with contextlib.suppress(FileNotFoundError):
        return Place(base / "data", port, logs[-1] if logs else None, _urls(control).warehouse)
    return Place(base / "data", port, None, None)


@as_owner()
def is_alive(home: Path) -> bool:
    """Whether the server's process lives, without asking it."""
    return live_server(base_path(home) / "data") is not None


def logs(home: Path) -> list[Path]:
    """The server's logs, the newest last."""
    return log_files(base_path(home))


def _answering(home: Path) -> DatabaseUrls | None:
    """The addresses if this home's server answers and has both databases: the usual case, without the lock.

    A copy of a home has the port and the password of the first one, but data of its own.
    """
    try:
        urls = _urls(control_path(home))
        # Requiring SCRAM keeps another program on this port from learning the password.
        with psycopg.connect(urls.warehouse, connect_timeout=2, require_auth="scram-sha-256") as connection:
            found = connection.execute(
                "select current_setting('data_directory') from pg_database where datname = any(%s)",
                [[WAREHOUSE, DAGSTER]],
            ).fetchall()
            data = (base_path(home) / "data").resolve()
            return urls if [Path(path).resolve() for (path,) in found] == [data, data] else None
    except (FileNotFoundError, psycopg.Error):
        return None


def _start(home: Path, lock: int) -> DatabaseUrls:
    cluster = placed_cluster(home)
    software = software_for(cluster.account, cluster.base)
    check_path(software.programs)
    if not cluster.is_made():
        make_cluster(cluster, software, lock)
    check_version(cluster)
    if live_server(cluster.data) is None:
        clear_stale(cluster.data)
        _launch(cluster, software)
    urls = _urls(cluster.control)
    _wait_for_answer(cluster, urls)
    for url in (urls.warehouse, urls.dagster):
        make_database(url, "WAREHOUSE_DATABASE_URL")
    return urls


def _launch(cluster: Cluster, software: Software) -> None:
    port = _usable_port(cluster.control)
    write_configuration(cluster.data, port, cluster.log)
    cluster.startup_log.unlink(missing_ok=True)
    options = ("--wait", f"--timeout={START_SECONDS}", "--silent", f"--pgdata={cluster.data}")
    if run_as(cluster.account, [str(software.programs / "pg_ctl"), "start", *options], cluster.startup_log):
        raise ServerError(f"The database in {cluster.data} did not start.\n{log_tail(cluster)}")


def _wait_for_answer(cluster: Cluster, urls: DatabaseUrls) -> None:
    """Waits until the server accepts connections: after a crash it recovers first."""
    url = with_database(urls.warehouse, MAINTENANCE_DATABASE)
    started = time.monotonic()
    is_told = False
    while (failure := _failure(url)) is not None:
        waited = time.monotonic() - started
        if not failure.is_transient:
            raise ServerError(
                f"The server of {cluster.data} refuses the stored password. If the password was changed, write the new"
                f" one to {cluster.password_file}. ({failure})\n{log_tail(cluster)}"
            )
        if waited > START_SECONDS:
            raise ServerError(
                f"The server of {cluster.data} did not accept connections within {START_SECONDS} s. ({failure})"
                f"\n{log_tail(cluster)}"
            )
        if waited > SILENT_SECONDS and not is_told:
            logger.warning("The database is starting or recovering. Waiting for it.")
            is_told = True
        time.sleep(0.1)


def _failure(url: str) -> ConnectionFailed | None:
    try:
        open_connection(url, SESSION).close()
    except ConnectionFailed as failure:
        return failure
    return None


def _urls(control: Path) -> DatabaseUrls:
    """The addresses. Raises FileNotFoundError before the first start."""
    port = (control / "port").read_text().strip()
    server = f"postgresql://{SUPERUSER}:{read_password(control)}@127.0.0.1:{port}"
    return DatabaseUrls(f"{server}/{WAREHOUSE}", f"{server}/{DAGSTER}")


def _kept_port(control: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return int((control / "port").read_text())
    return None


def _usable_port(control: Path) -> int:
    """The port of earlier starts, which clients may have stored, or a new free port."""
    kept = _kept_port(control)
    if kept is None:
        kept = next(port for port in random.sample(PORTS, len(PORTS)) if _is_free(port))
        write_private(control / "port", str(kept))
    elif not _is_free(kept):
        raise ServerError(
            f"Another program uses port {kept} of this warehouse's database. Stop that program, or"
            f" delete {control / 'port'} to choose another port."
        )
    return kept


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As in PostgreSQL: closing connections do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
