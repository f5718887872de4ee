"""The account that the embedded server runs as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse_assets.database.errors import ServerError

PREFERRED_ACCOUNTS = ("postgres", "nobody")
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Account:
    """A user of this machine, by numeric ids: in a container, the owner of a cluster may have no name."""

    uid: int
    gid: int

    def is_current(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return f"user {self.uid}"


def server_account(data: Path) -> Account:
    """The owner of the cluster if there is one, else the current user, or an unprivileged user for root."""
    if data.exists():
        owner = Account(data.stat().st_uid, data.stat().st_gid)
        if os.geteuid() not in (0, owner.uid):
            raise ServerError(f"The database in {data} belongs to {owner.name}. Run this as {owner.name} or root.")
        return owner
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    return _unprivileged_account()


def _unprivileged_account() -> Account:
    for name in PREFERRED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ServerError(
        "PostgreSQL does not run as root, and this machine has no account "
        + " or ".join(PREFERRED_ACCOUNTS)
        + " to run it. Add one (useradd --system postgres), or run this as an ordinary user."
    )


def run_as(account: Account, command: Sequence[str], output: Path, kept_open: Sequence[int] = ()) -> int:
    """Runs a command as the account, appends its output to the file `output`, and returns its exit code.

    The command inherits the descriptors `kept_open`: locks that it must hold even if this process is killed.

    The output goes to a file, never a pipe: the server keeps it open, and a reader of a pipe would wait for ever. The
    environment is empty, so that the server sees no PG* variable and none of our secrets.
    """
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    change: dict[str, Any] = {"user": account.uid, "group": account.gid, "extra_groups": []}
    try:
        with output.open("ab") as sink:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment | {"LC_ALL": "C"},
                umask=0o077,
                check=False,
                pass_fds=kept_open,
                **({} if account.is_current() else change),
            ).returncode
    except PermissionError as error:
        raise ServerError(
            f"Could not run {command[0]} as {account.name} ({error.strerror}). Run this as an ordinary user,"
            " or set WAREHOUSE_DATABASE_URL to a server of your own."
        ) from None


def can_use(account: Account, *paths: Path) -> bool:
    """Whether the account can read all of these files and folders."""
    script = 'for path; do test -r "$path" || test -x "$path" || exit 1; done'
    return run_as(account, ["/bin/sh", "-c", script, "sh", *map(str, paths)], Path(os.devnull)) == 0


def give(path: Path, account: Account) -> None:
    """Makes the account the owner of a file or folder."""
    if not account.is_current():
        os.chown(path, account.uid, account.gid)


def let_pass(path: Path, account: Account) -> None:
    """Lets the account, and nobody else, pass through a folder."""
    if account.is_current():
        path.chmod(0o700)
    else:
        os.chown(path, -1, account.gid)
        path.chmod(0o710)
