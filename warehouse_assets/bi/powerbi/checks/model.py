"""What no schema sees in a semantic model: names that lead nowhere, rows that a role should not meet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from warehouse_assets.bi.powerbi.checks.reading import Model, Parsed
from warehouse_assets.bi.powerbi.design import Design
from warehouse_assets.schemas import TABLES

_REFERENCE = re.compile(r"\b(\w+)\[(\w+)\]")
_MEASURE = re.compile(r"(?<!\w)\[([^\]]+)\]")
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_CALL = re.compile(r"\b([A-Z][A-Z0-9.]*)\s*\(")
_SOURCE = re.compile(r'\[Schema = "(\w+)", Item = "(\w+)"\]')
_STEP = re.compile(r'(\w+) = Source\{\[Schema = "(\w+)", Item = "(\w+)"\]\}')
DAX_FUNCTIONS = frozenset(
    [
        "CALCULATE",
        "CALCULATETABLE",
        "COALESCE",
        "COUNT",
        "COUNTROWS",
        "DATESYTD",
        "DISTINCT",
        "DISTINCTCOUNT",
        "DIVIDE",
        "EDATE",
        "EOMONTH",
        "FALSE",
        "FILTER",
        "HASONEVALUE",
        "IF",
        "IN",
        "ISBLANK",
        "KEEPFILTERS",
        "MAX",
        "MAXX",
        "MIN",
        "MINX",
        "NOT",
        "REMOVEFILTERS",
        "SAMEPERIODLASTYEAR",
        "SELECTEDVALUE",
        "SUM",
        "SUMX",
        "TRUE",
        "UNION",
        "USERPRINCIPALNAME",
        "VALUES",
    ]
)
"""Those that the measures and roles are written with; another is a slip until it is added here."""


def model_findings(model: Model, design: Design) -> Iterator[str]:
    """Every defect, as `file: what`."""
    for check in _CHECKS:
        yield from check(model)
    yield from _columns_have_a_source(model, design)
    yield from _date_table_is_marked(model, design)
    yield from _roles_keep_what_the_database_keeps(model, design)


def _references_are_files(model: Model) -> Iterator[str]:
    for word in ("table", "role", "cultureInfo"):
        there = [str(each.name) for _, each in model.of_kind(word)]
        named = [each.name.split()[1] for _, each in model.of_kind("ref") if each.name and each.name.split()[0] == word]
        yield from (f"model.tmdl: names the {word} {name}, which has no file" for name in named if name not in there)
        yield from (f"model.tmdl: does not name the {word} {name}" for name in there if name not in named)


def _columns_have_a_source(model: Model, design: Design) -> Iterator[str]:
    for file, table in model.of_kind("table"):
        source = "".join(each.value for part in table.all("partition") for each in part.all("source"))
        names = {f"{schema}.{name}" for schema, name in _SOURCE.findall(source)}
        unknown = sorted(name for name in names if name not in TABLES or name.split(".")[0] not in design.schemas)
        yield from (f"{file}: reads {name}, which is no table that the model may read" for name in unknown)
        if not names or unknown:
            continue
        known = {column for name in names for column in TABLES[name].column_names}
        for column in table.all("column"):
            name = column.text("sourceColumn")
            is_there = name in known or f'AddColumn({_step(source, name)}, "{name}"' in source
            if not is_there or source.count(f'"{name}"') < 2:  # chosen, and given its type
                place = ", ".join(sorted(names))
                yield f"{file}: column {column.name} comes from {name}, which is not read from {place}"


def _step(source: str, column: str | None) -> str:
    """The step from which a column is worked out."""
    found = re.search(rf'AddColumn\((\w+), "{column}"', source)
    return found[1] if found else ""


def _expressions_lead_somewhere(model: Model) -> Iterator[str]:
    columns = model.columns()
    for file, place, text in _expressions(model):
        steps = {step: TABLES.get(f"{schema}.{table}") for step, schema, table in _STEP.findall(text)}
        read = {step: table.column_names for step, table in steps.items() if table}
        for table, name in _REFERENCE.findall(_TEXT.sub("", text)):
            if name not in read.get(table, columns.get(table, ())):
                yield f"{file}: {place} names {table}[{name}], which is not there"
    measures = {name for names in model.measures().values() for name in names}
    for file, place, text in _dax(model):
        for name in _MEASURE.findall(_TEXT.sub("", text)):
            if name not in measures:
                yield f"{file}: {place} names the measure {name}, which is not there"


def _expressions(model: Model) -> Iterator[tuple[str, str, str]]:
    """File, object and text of every expression in DAX or Power Query."""
    yield from _dax(model)
    for file, table in model.of_kind("table"):
        for part in table.all("partition"):
            yield from ((file, f"partition {part.name}", each.value) for each in part.all("source"))


def _dax(model: Model) -> Iterator[tuple[str, str, str]]:
    for file, table in model.of_kind("table"):
        for measure in table.all("measure"):
            yield file, f"measure {measure.name}", measure.value
            shown = measure.all("formatStringDefinition")
            yield from ((file, f"format of {measure.name}", each.value) for each in shown)
    for file, role in model.of_kind("role"):
        yield from ((file, f"rule on {each.name}", each.value) for each in role.all("tablePermission"))


def _dax_is_whole(model: Model) -> Iterator[str]:
    for file, place, text in _dax(model):
        code = _TEXT.sub('""', text)
        if not code.strip() or code.count("(") != code.count(")") or code.count('"') % 2:
            yield f"{file}: {place} is not a whole expression"
        for name in sorted(set(_CALL.findall(code)) - DAX_FUNCTIONS):
            yield f"{file}: {place} calls {name}, which is not a function that the measures use"


def _relationships_join(model: Model) -> Iterator[str]:
    columns = model.columns()
    for file, relationship in model.of_kind("relationship"):
        for end in ("fromColumn", "toColumn"):
            table, _, name = (relationship.text(end) or "").partition(".")
            if name not in columns.get(table, ()):
                yield f"{file}: {end} {table}.{name} is not there"


def _hierarchies_have_columns(model: Model) -> Iterator[str]:
    columns = model.columns()
    for file, table in model.of_kind("table"):
        for hierarchy in table.all("hierarchy"):
            for level in hierarchy.all("level"):
                if level.text("column") not in columns[str(table.name)]:
                    yield f"{file}: level {level.name} of {hierarchy.name} has no column {level.text('column')}"


def _names_are_unique(model: Model) -> Iterator[str]:
    measures = Counter(name for names in model.measures().values() for name in names)
    yield from (f"tables: {count} measures are called {name}" for name, count in measures.items() if count > 1)
    for file, table in model.of_kind("table"):
        names = Counter(str(each.name).lower() for word in ("measure", "column") for each in table.all(word))
        yield from (f"{file}: {count} fields are called {name}" for name, count in names.items() if count > 1)
    tags = Counter(tag for document in model.documents.values() for tag in _lineage(document))
    yield from (f"tables: {count} objects have the lineage tag {tag}" for tag, count in tags.items() if count > 1)


def _lineage(place: Parsed) -> Iterator[str]:
    for each in place.inside:
        yield from ([each.value] if each.word == "lineageTag" else _lineage(each))


def _date_table_is_marked(model: Model, design: Design) -> Iterator[str]:
    for file, table in model.of_kind("table"):
        if table.name == design.date_table:
            keys = [column for column in table.all("column") if any(column.all("isKey"))]
            if table.text("dataCategory") != "Time" or [key.text("dataType") for key in keys] != ["dateTime"]:
                yield f"{file}: is not marked as the date table"


def _roles_keep_what_the_database_keeps(model: Model, design: Design) -> Iterator[str]:
    tables = model.columns()
    found = {str(role.name): role for _, role in model.of_kind("role")}
    yield from (f"roles: there is no role {name}" for name in design.roles if name not in found)
    for name, role in found.items():
        if name not in design.roles:
            yield f"roles/{name}.tmdl: {name} is no role of the database that reads the model's tables"
            continue
        rules = {str(each.name): each.value for each in role.all("tablePermission")}
        yield from (f"roles/{name}.tmdl: has a rule on {table}, which is not there" for table in rules.keys() - tables)
        for table, expected in design.roles[name].items():
            if rules.get(table) != expected:
                yield f"roles/{name}.tmdl: shows more of {table} than the database lets {name} read"


def _translations_have_objects(model: Model) -> Iterator[str]:
    fields = {"column": model.columns(), "measure": model.measures()}
    for file, culture in model.of_kind("cultureInfo"):
        for table in (t for words in culture.all("translations") for m in words.all("model") for t in m.all("table")):
            for word, known in fields.items():
                for each in table.all(word):
                    if each.name not in known.get(str(table.name), ()):
                        yield f"{file}: translates the {word} {table.name}[{each.name}], which is not there"


_CHECKS: tuple[Callable[[Model], Iterator[str]], ...] = (
    _references_are_files,
    _expressions_lead_somewhere,
    _dax_is_whole,
    _relationships_join,
    _hierarchies_have_columns,
    _names_are_unique,
    _translations_have_objects,
)
