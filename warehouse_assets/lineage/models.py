"""The project's SELECTs: what fills the tables, in the order of the declarations, and the queries of bad rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warehouse_assets.building.customer_mart import CUSTOMER_SELECTS
from warehouse_assets.building.dimensions import CUSTOMER_TIMELINE, INFERRED_CUSTOMERS, MOVED_MONTHS
from warehouse_assets.building.dimensions import SELECTS as DIMENSION_SELECTS
from warehouse_assets.building.facts import SELECTS as FACT_SELECTS
from warehouse_assets.building.sales_mart import SALES_SELECTS
from warehouse_assets.building.select import Select
from warehouse_assets.lineage.names import named_tables
from warehouse_assets.lineage.values import Refused
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import SQL_ROOT

SCRATCH = {"customer_timeline": CUSTOMER_TIMELINE, "inferred_customers": INFERRED_CUSTOMERS}
"""Temporary results that a build stores for later SELECTs, by name."""


@dataclass(frozen=True)
class Model:
    """A table (or temporary result) and the text of its SELECT; `relations` are the queries that it reads by name."""

    name: str
    path: str
    text: str
    relations: Mapping[str, str] = field(default_factory=dict)
    """Name -> text; each may read the ones before it."""

    @property
    def reads(self) -> frozenset[str]:
        """The relations that its texts name, stored or temporary."""
        try:
            return frozenset().union(*map(named_tables, (self.text, *self.relations.values())))
        except Refused:
            return frozenset()

    @property
    def is_mart(self) -> bool:
        return self.name.startswith("mart_")


def project_models(root: Path = SQL_ROOT) -> list[Model]:
    """Every SELECT that fills a table, after those it reads unless they depend on each other."""
    selects = {**DIMENSION_SELECTS, **FACT_SELECTS, **SALES_SELECTS, **CUSTOMER_SELECTS}
    stored = [_model(name, selects[name], root) for name in TABLES if name in selects]
    return [*scratch_models(root), *stored, _model("staging.pending_months", MOVED_MONTHS, root)]


def scratch_models(root: Path = SQL_ROOT) -> list[Model]:
    """The SELECTs whose results a build stores for later ones, in the order in which they read each other."""
    return [_model(name, select, root) for name, select in SCRATCH.items()]


def _model(name: str, select: Select, root: Path) -> Model:
    own = root / select.path
    helpers = {helper: select.relation_path(helper, root).read_text("utf-8") for helper in select.relations}
    return Model(name, f"sql/{select.path}", own.read_text(encoding="utf-8"), helpers)


def check_models(root: Path = SQL_ROOT) -> Iterator[Model]:
    """Each query of bad rows in `sql/checks`; Dagster's pages show what it returns."""
    for path in sorted((root / "checks").glob("*.sql")):
        text = path.read_text(encoding="utf-8").strip().rstrip(";")
        yield Model(path.stem, f"sql/checks/{path.name}", text)
