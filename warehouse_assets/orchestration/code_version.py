"""The version of code and SQL. After a failed build, a new version is a reason to try again."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from warehouse_assets.settings import SQL_ROOT


@cache
def code_of_all() -> str:
    """12 hexadecimal digits that change with any file of `warehouse_assets/` or `sql/`. Read once."""
    total = hashlib.sha256()
    for path in _files():
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def code_on_disk() -> str:
    """The same from the names and modification times of these files, read at each call; takes milliseconds."""
    total = hashlib.sha256()
    for path in _files():
        total.update(f"{path}\0{path.stat().st_mtime_ns}\n".encode())
    return total.hexdigest()[:12]


def _files() -> list[Path]:
    package = SQL_ROOT.parent / "warehouse_assets"
    return sorted([*package.rglob("*.py"), *SQL_ROOT.rglob("*.sql"), *SQL_ROOT.rglob("*.toml")])
