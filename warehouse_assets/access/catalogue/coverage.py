"""How each catalogue of PostgreSQL is compared, as declared in `sql/access/catalogues.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from warehouse_assets.settings import SQL_ROOT, WarehouseError

CATALOGUES_PATH = SQL_ROOT / "access" / "catalogues.toml"
WAYS = ("objects", "grants", "owners", "initial")
FACTS = "facts: "


@dataclass(frozen=True)
class Coverage:
    """How one catalogue is compared, or why it is not."""

    catalogue: str
    compared: tuple[str, ...] = ()
    reason: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of facts that are read from it alone."""
        lists = [way.removeprefix(FACTS) for way in self.compared if way.startswith(FACTS)]
        return tuple(kind for names in lists for kind in names.split(", "))

    def __str__(self) -> str:
        how = f"compared: {'; '.join(self.compared)}" if self.compared else "not compared"
        return f"{self.catalogue:<26} {how}" + (f" ({self.reason})" if self.reason else "")


@cache
def read_coverage() -> tuple[Coverage, ...]:
    """All catalogues. Raises WarehouseError for an entry that says neither how nor why not."""
    entries = tomllib.loads(CATALOGUES_PATH.read_text(encoding="utf-8"))
    return tuple(
        _checked(Coverage(name, **{**entry, "compared": tuple(entry.get("compared", ()))}))
        for name, entry in entries.items()
    )


def _checked(coverage: Coverage) -> Coverage:
    unknown = [way for way in coverage.compared if way not in WAYS and not way.startswith(FACTS)]
    if unknown or not (coverage.compared or coverage.reason):
        raise WarehouseError(
            f"{CATALOGUES_PATH}: [{coverage.catalogue}] needs a reason, or ways to compare it:"
            f" {', '.join(WAYS)} or '{FACTS}kind, kind'"
        )
    return coverage


def compared_by(way: str) -> Iterator[str]:
    """The catalogues that are compared in one way."""
    yield from (entry.catalogue for entry in read_coverage() if way in entry.compared)
