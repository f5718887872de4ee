"""The page of column lineage: the source columns of each mart column, and their privacy classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from warehouse_assets.documentation.markdown import GENERATED, code, codes, table
from warehouse_assets.schemas import TABLES

_INTRODUCTION = (
    "`warehouse_assets/lineage` reads this from the SELECTs, and proves that no identity, no pseudonym and no exact "
    "detail of one person reaches a mart. The sources of a count of rows are the columns that its rows are joined, "
    "filtered and grouped by. *Privacy classes* are those of all columns on the way from staging."
)


def column_lineage_page(lineage: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    """The whole page, of table -> column -> the stored columns it is made of."""
    parts = ["# Column lineage of the marts", GENERATED, _INTRODUCTION]
    for name, columns in lineage.items():
        if name.startswith("mart_"):
            rows = [
                (code(column), _grouped(made_of), _classes(made_of, lineage)) for column, made_of in columns.items()
            ]
            parts += [f"## {name}", table(("column", "made of", "privacy classes"), rows)]
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
    """The columns and all columns that they are computed from, directly or not."""
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
