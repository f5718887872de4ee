"""Rules of a star, the Best Practice Analyzer's and our own: facts of keys, dimensions that filter them, no persons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from warehouse_assets.bi.powerbi.checks.reading import Model, Parsed
from warehouse_assets.schemas.columns import COLUMNS

_NEVER = {"drop", "vault"}
_ONE_CURRENCY = re.compile(r"(?:HASONEVALUE|SELECTEDVALUE) \( fct_sales\[currency_code\] \)")


def star_findings(model: Model) -> Iterator[str]:
    """Every rule that is broken, as `file: what`."""
    for check in _CHECKS:
        yield from check(model)


def _columns(model: Model) -> Iterator[tuple[str, Parsed, Parsed]]:
    for file, table in model.of_kind("table"):
        yield from ((file, table, column) for column in table.all("column"))


def _measures(model: Model) -> Iterator[tuple[str, Parsed]]:
    for file, table in model.of_kind("table"):
        yield from ((file, measure) for measure in table.all("measure"))


def _is_hidden(each: Parsed) -> bool:
    return any(each.all("isHidden"))


def _ends(model: Model) -> list[tuple[str, str]]:
    """From and to of each relationship, as `table.column`."""
    return [(each.text("fromColumn") or "", each.text("toColumn") or "") for _, each in model.of_kind("relationship")]


def _facts(model: Model) -> set[str]:
    return {origin.split(".")[0] for origin, _ in _ends(model)}


def _numbers_are_exact(model: Model) -> Iterator[str]:
    for file, _, column in _columns(model):
        if column.text("dataType") == "double":
            yield f"{file}: {column.name} is a floating point number"


def _facts_and_dimensions_are_apart(model: Model) -> Iterator[str]:
    """Filters go from dimensions to facts, on one way each."""
    facts = _facts(model)
    seen = set()
    for origin, target in _ends(model):
        fact, dimension = origin.split(".")[0], target.split(".")[0]
        if dimension in facts:
            yield f"relationships.tmdl: {dimension} is both one of the facts and a dimension of {fact}"
        if (fact, dimension) in seen:
            yield f"relationships.tmdl: {fact} refers to {dimension} twice"
        seen.add((fact, dimension))


def _facts_show_measures_alone(model: Model) -> Iterator[str]:
    facts = _facts(model)
    for file, table, column in _columns(model):
        if table.name in facts and not _is_hidden(column):
            yield f"{file}: the fact's column {column.name} is not hidden"


def _there_is_one_date_table(model: Model) -> Iterator[str]:
    """Each day that a fact has refers to it."""
    marked = [str(table.name) for _, table in model.of_kind("table") if table.text("dataCategory") == "Time"]
    if len(marked) != 1:
        yield f"tables: {len(marked)} tables are marked as date tables, and not one"
        return
    dated = {origin for origin, target in _ends(model) if target.startswith(f"{marked[0]}.")}
    for file, table, column in _columns(model):
        place = f"{table.name}.{column.name}"
        if table.name in _facts(model) and column.text("dataType") == "dateTime" and place not in dated:
            yield f"{file}: the day {column.name} does not refer to {marked[0]}"


def _all_that_leaves_the_database_is_used(model: Model) -> Iterator[str]:
    """A hidden column is a key, sorts another, or is what a measure is made of."""
    used = {end for ends in _ends(model) for end in ends}
    dax = " ".join(measure.value for _, measure in _measures(model))
    rules = " ".join(rule.value for _, role in model.of_kind("role") for rule in role.all("tablePermission"))
    sorts = {column.text("sortByColumn") for _, _, column in _columns(model)}
    for file, table, column in _columns(model):
        name = f"{table.name}[{column.name}]"
        is_used = f"{table.name}.{column.name}" in used or column.name in sorts or name in dax or name in rules
        if _is_hidden(column) and not is_used:
            yield f"{file}: {column.name} is imported and used nowhere"


def _persons_are_not_told_apart(model: Model) -> Iterator[str]:
    """What the declared treatment generalises or pseudonymises is a hidden key at most; identifiers never leave."""
    for file, _, column in _columns(model):
        declared = COLUMNS.get(column.text("sourceColumn") or "")
        if declared is None:
            continue
        treatment = declared.classification.treatment
        if treatment in _NEVER or (treatment != "keep" and not _is_hidden(column)):
            yield f"{file}: {column.name} tells persons apart ({declared.classification.privacy_class})"


def _money_is_of_one_currency(model: Model) -> Iterator[str]:
    """A measure that adds up amounts asks for one currency itself."""
    for file, measure in _measures(model):
        if re.search(r"\[\w+_amount\]", measure.value) and not _ONE_CURRENCY.search(measure.value):
            yield f"{file}: the measure {measure.name} may add amounts of two currencies"


def _objects_are_translated(model: Model) -> Iterator[str]:
    """Each culture names each table, measure and column."""
    for file, culture in model.of_kind("cultureInfo"):
        named = {
            (str(table.name), each.word, str(each.name))
            for words in culture.all("translations")
            for whole in words.all("model")
            for table in whole.all("table")
            for each in table.inside
        }
        for _, table in model.of_kind("table"):
            for word in ("measure", "column"):
                for each in table.all(word):
                    if (str(table.name), word, str(each.name)) not in named:
                        yield f"{file}: does not name the {word} {table.name}[{each.name}]"


_CHECKS: tuple[Callable[[Model], Iterator[str]], ...] = (
    _numbers_are_exact,
    _facts_show_measures_alone,
    _there_is_one_date_table,
    _all_that_leaves_the_database_is_used,
    _persons_are_not_told_apart,
    _money_is_of_one_currency,
    _facts_and_dimensions_are_apart,
    _objects_are_translated,
)
