"""The project's SELECTs in the order of the declarations, and the initial labels of stored columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from warehouse_assets.building.customer_mart import CUSTOMER_SELECTS
from warehouse_assets.building.dimensions import CUSTOMER_TIMELINE, INFERRED_CUSTOMERS, MOVED_MONTHS
from warehouse_assets.building.dimensions import SELECTS as DIMENSION_SELECTS
from warehouse_assets.building.facts import SELECTS as FACT_SELECTS
from warehouse_assets.building.sales_mart import SALES_SELECTS
from warehouse_assets.building.select import Select
from warehouse_assets.lineage.labels import Flow, Kind, Label, Mode
from warehouse_assets.lineage.scope import Relation, UnreviewedSyntax
from warehouse_assets.schemas import TABLES, Column, Table
from warehouse_assets.settings import SQL_ROOT

_SCRATCH = {"customer_timeline": CUSTOMER_TIMELINE, "inferred_customers": INFERRED_CUSTOMERS}
"""Temporary results that a build stores for later SELECTs, by name."""
_VERSIONS = ("stale_versions", "new_versions")


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
            trees = [parse(text) for text in (self.text, *self.relations.values())]
        except UnreviewedSyntax:
            return frozenset()
        tables = [table for tree in trees for table in tree.find_all(exp.Table)]
        return frozenset(f"{table.db}.{table.name}" if table.db else table.name for table in tables)

    @property
    def is_mart(self) -> bool:
        return self.name.startswith("mart_")


def project_models(root: Path = SQL_ROOT) -> list[Model]:
    """Every SELECT that fills a table, after those it reads unless they depend on each other."""
    scratch = [_model(name, select, root) for name, select in _SCRATCH.items()]
    selects = {**DIMENSION_SELECTS, **FACT_SELECTS, **SALES_SELECTS, **CUSTOMER_SELECTS}
    stored = [_model(name, selects[name], root) for name in TABLES if name in selects]
    return [*scratch, *stored, _model("staging.pending_months", MOVED_MONTHS, root)]


def _model(name: str, select: Select, root: Path) -> Model:
    own = root / select.path
    helpers = {helper: select.relation_path(helper, root).read_text("utf-8") for helper in select.relations}
    return Model(name, f"sql/{select.path}", own.read_text(encoding="utf-8"), helpers)


@cache
def parse(text: str) -> exp.Query:
    """Parses one query. Raises UnreviewedSyntax if it is not a query, or if sqlglot cannot parse a part of it."""
    try:
        statements = sqlglot.parse(text, dialect="postgres")
    except sqlglot.errors.SqlglotError as error:
        raise UnreviewedSyntax(f"not understood ({str(error).splitlines()[0]})") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise UnreviewedSyntax("a table must be filled by exactly one SELECT", statements[0])
    return statements[0]


def declared_relations(tables: Mapping[str, Table] = TABLES) -> dict[str, Relation]:
    """Every declared table, and the temporary copies of versions, with the labels of its classification."""
    found = {name: declared_relation(table) for name, table in tables.items()}
    history = found["dw.dim_customer_history"]
    return {**found, **dict.fromkeys(_VERSIONS, history)}


def declared_relation(table: Table) -> Relation:
    """Columns labelled by their class. In a row with a pseudonym, every value belongs to one person."""
    own = {column.name: _label(table, column) for column in table.column_list}
    of_person = frozenset(
        Label(label.origin, "pseudonym", Mode.PERSON)
        for label in own.values()
        if label is not None and label.kind == "pseudonym"
    )
    # Any read of a table of identities reveals who is in it.
    present = frozenset(label for label in own.values() if label is not None and label.kind == "identity")
    columns = tuple((name, _flow(f"{table.name}.{name}", label, of_person)) for name, label in own.items())
    return Relation(columns, Flow(of_person | present))


def _flow(origin: str, label: Label | None, of_person: frozenset[Label]) -> Flow:
    labels = of_person if label is None else of_person | {label}
    return Flow(labels, frozenset({origin}), is_key=label is not None and label.kind == "pseudonym")


def _label(table: Table, column: Column) -> Label | None:
    kind = kind_of(column)
    return None if kind is None else Label(f"{table.name}.{column.name}", kind, Mode.COPY)


def kind_of(column: Column) -> Kind | None:
    """The label of a column, by its class and treatment; None if a mart may show it."""
    held = column.classification
    if held.privacy_class in ("direct_identifier", "free_text", "payment"):
        return "identity"
    if held.privacy_class == "pseudonym":
        return "pseudonym"
    if held.privacy_class == "quasi_identifier":
        return None if held.treatment == "keep" else "quasi_identifier"
    is_category = column.sql_type in ("text", "boolean")
    return None if held.privacy_class == "none" or is_category else "measure"
