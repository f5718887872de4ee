"""The version of the project's code and SQL, by which a build that failed is known to be worth another try."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from warehouse_assets.settings import SQL_ROOT


@cache
def code_of_all() -> str:
    """12 hexadecimal digits that change with any file of `warehouse_assets/` or `sql/`, read once."""
    total = hashlib.sha256()
    for path in _files():
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def code_on_disk() -> str:
    """The same of names and times of these files, looked at anew each time: milliseconds."""
    total = hashlib.sha256()
    for path in _files():
        total.update(f"{path}\0{path.stat().st_mtime_ns}\n".encode())
    return total.hexdigest()[:12]


def _files() -> list[Path]:
    package = SQL_ROOT.parent / "warehouse_assets"
    return sorted([*package.rglob("*.py"), *SQL_ROOT.rglob("*.sql"), *SQL_ROOT.rglob("*.toml")])
