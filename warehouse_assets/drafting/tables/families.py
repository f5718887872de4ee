"""Columns that repeat with a number (`sku1`, `qty1`, `sku2`, …): the lines of an order side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from warehouse_assets.drafting.weighing.names import likeness
from warehouse_assets.ingestion.readers.workspace import quoted, replace_relation
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE

PLACE = "place"
"""What a SELECT calls the number of a line within its order."""
_NUMBERED = re.compile(r"(?P<head>.*?[^\W\d_].*?)[ _.#-]*(?P<number>\d{1,4})(?P<tail>[^\d]*)")
_PRODUCTS = ("product_id", "product_name")
_MEASURES = ("quantity", "unit_price", "line_amount")
_OF_LINES = (*_PRODUCTS, *_MEASURES, "category", "discount_amount", "tax_amount")
_SLOTS = 50
"""Numbers of a family that are read at most."""


@dataclass(frozen=True)
class Family:
    """Numbered columns as one column each: new name -> the columns in the order of their numbers."""

    members: Mapping[str, Sequence[str]]
    left_out: int = 0
    """Lines beyond the last number that is read."""

    @property
    def slots(self) -> int:
        return len(next(iter(self.members.values())))

    def parts(self, table: str, plain: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
        """One SELECT for each number; together they give a row per line."""
        for slot in range(self.slots):
            columns = [SOURCE_LINE, f"'{slot + 1}' as {PLACE}", *map(quoted, plain)]
            columns += [f"{quoted(self.members[name][slot])} as {quoted(name)}" for name in wanted]
            filled = " or ".join(f"{quoted(self.members[name][slot])} <> ''" for name in wanted)
            yield f"select {', '.join(columns)} from {table} where {filled or 'true'}"


def find_family(names: Sequence[str]) -> Family | None:
    """The numbered columns that are products and measures under the same numbers; None where there are none."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for name in names:
        if match := _NUMBERED.fullmatch(name):
            found[_joined(match["head"], match["tail"])][int(match["number"])] = name
    by_numbers: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for template, numbered in found.items():
        if len(numbered) > 1 and template not in names and any(likeness(template, field) for field in _OF_LINES):
            by_numbers[tuple(sorted(numbered))].append(template)
    for numbers, templates in sorted(by_numbers.items(), key=lambda item: -len(item[1])):
        if _is_line(templates) and numbers[-1] - numbers[0] == len(numbers) - 1:
            kept = numbers[:_SLOTS]
            members = {one: [found[one][number] for number in kept] for one in templates}
            return Family(members, len(numbers) - len(kept))
    return None


def _joined(head: str, tail: str) -> str:
    return re.sub(r"[ _.#-]+$", "", f"{head}{tail if not tail or tail[0] in ' _.-' else '_' + tail}")


def _is_line(templates: Sequence[str]) -> bool:
    """Whether the columns hold a product and a measure: two lines of an address do not."""
    return all(
        any(likeness(one, field) >= 0.5 for one in templates for field in fields) for fields in (_PRODUCTS, _MEASURES)
    )


def lengthen(workspace: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], family: Family) -> list[str]:
    """Replaces the table of the workspace by one with a row per line; returns the names of its columns."""
    inside = {member for members in family.members.values() for member in members}
    plain, wanted = [name for name in names if name not in inside], list(family.members)
    parts = " union all ".join(family.parts(quoted(table), plain, wanted))
    query = f"select * exclude {PLACE} from ({parts}) order by {SOURCE_LINE}, {PLACE}::int"
    replace_relation(workspace, table, query)
    return [*plain, *wanted]
