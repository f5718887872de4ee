"""The page of column lineage: what each column of a mart is made of, and how personal that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from warehouse_assets.documentation.markdown import GENERATED, code, codes, table
from warehouse_assets.lineage import column_lineage
from warehouse_assets.schemas import TABLES

_INTRODUCTION = (
    "Read from the SELECTs themselves by `warehouse_assets/lineage`, which also proves that no identity, no "
    "pseudonym and no exact detail of one person arrives in a mart. A count of rows is made of what its rows are "
    "joined, filtered and grouped by. *Classes behind it* are those of all columns on the way from staging."
)


def column_lineage_page() -> str:
    """The whole page."""
    lineage = column_lineage()
    parts = ["# Column lineage of the marts", GENERATED, _INTRODUCTION]
    for name, columns in lineage.items():
        if name.startswith("mart_"):
            rows = [
                (code(column), _grouped(made_of), _classes(made_of, lineage)) for column, made_of in columns.items()
            ]
            parts += [f"## {name}", table(("column", "made of", "classes behind it"), rows)]
    return "\n\n".join(parts) + "\n"


def _grouped(columns: Iterable[str]) -> str:
    """`schema.table` (columns), table by table."""
    by_table: dict[str, list[str]] = {}
    for column in columns:
        owner, _, own_name = column.rpartition(".")
        by_table.setdefault(owner, []).append(own_name)
    return "; ".join(f"{code(owner)} ({codes(names)})" for owner, names in by_table.items())


def _classes(columns: Iterable[str], lineage: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    found = {_class_of(column) for column in behind(columns, lineage)} - {"none"}
    return ", ".join(sorted(found))


def behind(columns: Iterable[str], lineage: Mapping[str, Mapping[str, tuple[str, ...]]]) -> set[str]:
    """The columns, and all those that they are made of in turn."""
    seen: set[str] = set()
    waiting = list(columns)
    while waiting:
        column = waiting.pop()
        if column not in seen:
            seen.add(column)
            owner, _, own_name = column.rpartition(".")
            waiting += lineage.get(owner, {}).get(own_name, ())
    return seen


def _class_of(column: str) -> str:
    owner, _, own_name = column.rpartition(".")
    found = {own.name: own.classification.privacy_class for own in TABLES[owner].column_list}
    return found[own_name]
