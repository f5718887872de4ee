"""The version of the project's code and SQL, by which a build that failed is known to be worth another try."""

from __future__ import annotations

import hashlib
from functools import cache

from warehouse_assets.settings import SQL_ROOT


@cache
def code_of_all() -> str:
    """12 hexadecimal digits that change with any file of `warehouse_assets/` or `sql/`, read once."""
    package = SQL_ROOT.parent / "warehouse_assets"
    total = hashlib.sha256()
    for path in sorted([*package.rglob("*.py"), *SQL_ROOT.rglob("*.sql"), *SQL_ROOT.rglob("*.toml")]):
        total.update(path.read_bytes())
    return total.hexdigest()[:12]
