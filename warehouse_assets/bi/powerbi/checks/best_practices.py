"""Rules of Power BI's Best Practice Analyzer that can be read from a model's files.

The rules of a star are in `best_practices_star`. The model of the marts keeps two of them not, on purpose: shares are
floating point numbers, as the fixed decimal type has four places only, and the marts' tables are no star.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from warehouse_assets.bi.powerbi.checks.reading import Model, Parsed

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_NUMBERS = {"int64", "double", "decimal"}


def practice_findings(model: Model) -> Iterator[str]:
    """Every rule that is broken, as `file: what`."""
    for check in _CHECKS:
        yield from check(model)


def _fields(model: Model, *words: str) -> Iterator[tuple[str, Parsed, Parsed]]:
    for file, table in model.of_kind("table"):
        yield from ((file, table, each) for word in words for each in table.all(word))


def _is_hidden(each: Parsed) -> bool:
    return any(each.all("isHidden"))


def _ends(model: Model, end: str) -> set[tuple[str, str]]:
    found = (relationship.text(end) or "" for _, relationship in model.of_kind("relationship"))
    return {(table, column) for table, _, column in (each.partition(".") for each in found)}


def _numbers_are_not_added_unasked(model: Model) -> Iterator[str]:
    for file, _, column in _fields(model, "column"):
        if column.text("dataType") in _NUMBERS and column.text("summarizeBy") != "none":
            yield f"{file}: the number {column.name} is added up without a measure"


def _foreign_keys_are_hidden(model: Model) -> Iterator[str]:
    keys = _ends(model, "fromColumn")
    for file, table, column in _fields(model, "column"):
        if (table.name, column.name) in keys and not _is_hidden(column):
            yield f"{file}: the key {column.name} is not hidden"


def _primary_keys_are_marked(model: Model) -> Iterator[str]:
    keys = _ends(model, "toColumn")
    for file, table, column in _fields(model, "column"):
        if (table.name, column.name) in keys and not any(column.all("isKey")):
            yield f"{file}: {column.name} is not marked as the key of its table"


def _relationships_have_one_direction(model: Model) -> Iterator[str]:
    for file, relationship in model.of_kind("relationship"):
        if relationship.text("crossFilteringBehavior") == "bothDirections":
            yield f"{file}: {relationship.text('fromColumn')} filters in both directions"
        if relationship.text("toCardinality") == "many":
            yield f"{file}: {relationship.text('fromColumn')} refers to many rows"


def _measures_have_a_format_and_a_folder(model: Model) -> Iterator[str]:
    for file, _, measure in _fields(model, "measure"):
        yield from (
            f"{file}: the measure {measure.name} has no {word}"
            for word in ("formatString", "displayFolder")
            if not measure.text(word)
        )


def _what_is_seen_is_described(model: Model) -> Iterator[str]:
    for file, table in model.of_kind("table"):
        seen = [table, *(each for word in ("measure", "column") for each in table.all(word))]
        yield from (
            f"{file}: {each.name} has no description" for each in seen if not each.description and not _is_hidden(each)
        )


def _month_names_are_in_order(model: Model) -> Iterator[str]:
    for file, table, column in _fields(model, "column"):
        if column.text("dataType") == "string" and "month" in str(column.name) and not column.text("sortByColumn"):
            yield f"{file}: the months of {table.name}[{column.name}] come by their letters"


def _sorts_have_a_column(model: Model) -> Iterator[str]:
    columns = model.columns()
    for file, table, column in _fields(model, "column"):
        by = column.text("sortByColumn")
        if by is not None and by not in columns[str(table.name)]:
            yield f"{file}: {column.name} is sorted by {by}, which is not there"


def _days_have_a_format(model: Model) -> Iterator[str]:
    for file, _, column in _fields(model, "column"):
        if column.text("dataType") == "dateTime" and not column.text("formatString") and not _is_hidden(column):
            yield f"{file}: the day {column.name} has no formatString"


def _relationships_join_like_with_like(model: Model) -> Iterator[str]:
    kinds = {f"{table.name}.{column.name}": column.text("dataType") for _, table, column in _fields(model, "column")}
    for file, relationship in model.of_kind("relationship"):
        origin, target = relationship.text("fromColumn") or "", relationship.text("toColumn") or ""
        if kinds.get(origin) != kinds.get(target):
            yield f"{file}: {origin} is {kinds.get(origin)}, and {target} is {kinds.get(target)}"


def _tables_are_used(model: Model) -> Iterator[str]:
    """A table is joined to another, or a role's rule asks it, or it has measures of its own."""
    joined = {table for end in ("fromColumn", "toColumn") for table, _ in _ends(model, end)}
    rules = " ".join(rule.value for _, role in model.of_kind("role") for rule in role.all("tablePermission"))
    for file, table in model.of_kind("table"):
        if table.name not in joined and f"{table.name}[" not in rules and not any(table.all("measure")):
            yield f"{file}: the table {table.name} is joined to nothing and used by no rule"


def _division_is_safe(model: Model) -> Iterator[str]:
    for file, _, measure in _fields(model, "measure"):
        if "/" in _TEXT.sub("", measure.value):
            yield f"{file}: the measure {measure.name} divides with /, and not with DIVIDE"


def _names_are_trimmed(model: Model) -> Iterator[str]:
    for file, _, each in _fields(model, "measure", "column", "hierarchy"):
        if str(each.name) != str(each.name).strip() or "\t" in str(each.name):
            yield f"{file}: the name of {each.name} begins or ends with a space"


_CHECKS: tuple[Callable[[Model], Iterator[str]], ...] = (
    _numbers_are_not_added_unasked,
    _foreign_keys_are_hidden,
    _primary_keys_are_marked,
    _relationships_have_one_direction,
    _measures_have_a_format_and_a_folder,
    _what_is_seen_is_described,
    _month_names_are_in_order,
    _sorts_have_a_column,
    _days_have_a_format,
    _relationships_join_like_with_like,
    _tables_are_used,
    _division_is_safe,
    _names_are_trimmed,
)
