"""A plain PostgreSQL server, Debian's, as a team has one: a cluster of its own on a free port of the loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from warehouse_assets.cli.services.processes import free_port

_PASSWORD = "of-a-test"
_SETTINGS = "fsync=off max_locks_per_transaction=256 listen_addresses=127.0.0.1 unix_socket_directories=''"


@contextmanager
def debian_server() -> Iterator[str]:
    """The URL of its database `warehouse`, whose owner may make databases and roles; skips where it is absent."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL server of Debian's: apt-get install postgresql")
    programs, port = found[-1].parent, free_port()
    with tempfile.TemporaryDirectory(prefix="debian-pg-") as folder:
        home = Path(folder)
        password = home / "password"
        password.write_text(_PASSWORD)
        _give_away(home, password)
        data = home / "data"
        _run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "warehouse",
            "-A",
            "scram-sha-256",
            "--pwfile",
            password,
            "-E",
            "UTF8",
        )
        options = " ".join(f"-c {setting}" for setting in [*_SETTINGS.split(), f"port={port}"])
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
        try:
            yield f"postgresql://warehouse:{_PASSWORD}@127.0.0.1:{port}/warehouse"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _account() -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package has made an account."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _give_away(*paths: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        for path in paths:
            shutil.chown(path, owner.pw_uid, owner.pw_gid)


def _run(*command: object) -> None:
    # Output to nowhere: the server would keep a pipe open.
    subprocess.run(
        [*_account(), *map(str, command)],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
