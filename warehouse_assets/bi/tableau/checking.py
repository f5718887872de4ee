"""What Tableau's schema does not see in a workbook: sheets, fields and columns that are not there."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree as ET

from warehouse_assets.bi.tableau.sources import EXTRACT_PATH
from warehouse_assets.schemas import TABLES

_FIELD = re.compile(r"\[(federated\.\w+)\]\.(\[[^\]]+\])")
_FORMULA_COLUMN = re.compile(r"\[([^\]]+)\]")
_FORMULA_TEXT = re.compile(r"'[^']*'")
_CALL = re.compile(r"\b([A-Z][A-Z0-9_]*)\s*\(")
FUNCTIONS = frozenset({"SUM", "MIN", "MAX", "COUNT", "ISNULL", "IF", "AND", "NOT", "THEN", "ELSE"})
"""Functions, and words that may stand before a bracket, that the formulas are written with."""
_SHELF = re.compile(r"^\[(none|usr):(\w+):(qk|ok|nk)\]$")
_KINDS = {"qk": "quantitative", "ok": "ordinal", "nk": "nominal"}


def package_findings(name: str, content: bytes) -> list[str]:
    """Defects of a `.twbx`: the archive, its members and its workbook."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [f"{name}: is not an archive"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if broken := archive.testzip():
            return [f"{name}: {broken} is damaged"]
        members = archive.namelist()
        workbooks = [member for member in members if member.endswith(".twb")]
        if len(workbooks) != 1:
            return [f"{name}: holds {len(workbooks)} workbooks"]
        text = archive.read(workbooks[0]).decode()
        found = workbook_findings(name, text)
        if not found:
            connections = _connections(_parsed(text))
            used = sorted({str(each.get("dbname")) for each in connections if each.get("class") == "hyper"})
            found += [f"{name}: reads {path}, which is not in the archive" for path in used if path not in members]
        return found


def workbook_findings(name: str, text: str) -> list[str]:
    """Defects of a workbook's text, as `file: what`."""
    try:
        root = _parsed(text)
    except ET.ParseError as error:
        return [f"{name}: cannot be read: {error}"]
    return [f"{name}: {found}" for check in _CHECKS for found in check(root)]


def _parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - it was written here


def _connections(root: ET.Element) -> Iterator[ET.Element]:
    yield from root.iterfind("./datasources/datasource/connection/named-connections/named-connection/connection")


def _sources(root: ET.Element) -> dict[str, ET.Element]:
    return {str(source.get("name")): source for source in root.iterfind("./datasources/datasource")}


def _relations_are_mart_tables(root: ET.Element) -> Iterator[str]:
    for source in root.iterfind("./datasources/datasource"):
        relation = source.find("./connection/relation")
        where = "" if relation is None else str(relation.get("table"))
        table = TABLES.get(where.replace("].[", ".").strip("[]"))
        if relation is None or table is None or not table.schema_name.startswith("mart_"):
            yield f"the data source {source.get('caption')} reads {where}, which no mart has"
            continue
        named = {each.get("name") for each in source.iterfind("./connection/named-connections/named-connection")}
        if relation.get("connection") not in named:
            yield f"{where} is read through {relation.get('connection')}, which is not there"
        columns = {
            str(column.get("name")) for column in source.iterfind("./column") if column.find("calculation") is None
        }
        records = {
            str(record.text) for record in source.iterfind("./connection/metadata-records/metadata-record/local-name")
        }
        for column in sorted(columns | records):
            if column.strip("[]") not in table.column_names:
                yield f"{where} has no column {column}"


def _formulas_can_be_worked_out(root: ET.Element) -> Iterator[str]:
    for source in root.iterfind("./datasources/datasource"):
        known = {str(column.get("name")) for column in source.iterfind("./column")}
        for column in source.iterfind("./column"):
            calculation = column.find("calculation")
            if calculation is None:
                continue
            formula = str(calculation.get("formula"))
            code = _FORMULA_TEXT.sub("", formula)
            for name in _FORMULA_COLUMN.findall(code):
                if f"[{name}]" not in known:
                    yield f"the formula of {column.get('caption')} names [{name}], which is not there"
            yield from (
                f"the formula of {column.get('caption')} calls {name}" for name in set(_CALL.findall(code)) - FUNCTIONS
            )
            words = Counter(re.findall(r"\b(?:IF|THEN|END)\b", code))
            if code.count("(") != code.count(")") or len({words["IF"], words["THEN"], words["END"]}) > 1:
                yield f"the formula of {column.get('caption')} is not whole"


def _raw_figures_are_hidden(root: ET.Element) -> Iterator[str]:
    """A figure of a mart is offered as a metric only, which adds nothing that may not be added."""
    for source in root.iterfind("./datasources/datasource"):
        for column in source.iterfind("./column"):
            is_raw = column.get("role") == "measure" and column.find("calculation") is None
            if is_raw and column.get("hidden") != "true":
                yield f"{source.get('caption')} offers the raw figure {column.get('name')}"


def _folders_hold_what_is_there(root: ET.Element) -> Iterator[str]:
    """Each calculated field is in one folder of its data source."""
    for source in root.iterfind("./datasources/datasource"):
        calculated = {
            str(each.get("name")) for each in source.iterfind("./column") if each.find("calculation") is not None
        }
        held = Counter(str(each.get("name")) for each in source.iterfind("./folders-common/folder/folder-item"))
        for name in sorted(calculated | set(held)):
            if name not in calculated or held[name] != 1:
                yield f"{source.get('caption')} has {name} in {held[name]} folders"


def _sheets_use_what_they_declare(root: ET.Element) -> Iterator[str]:
    sources = _sources(root)
    for sheet in root.iterfind("./worksheets/worksheet"):
        used = _FIELD.findall(ET.tostring(sheet, encoding="unicode"))
        declared = {
            (dependencies.get("datasource"), instance.get("name"))
            for dependencies in sheet.iter("datasource-dependencies")
            for instance in dependencies.iterfind("column-instance")
        }
        for source, field in used:
            if source not in sources:
                yield f"the sheet {sheet.get('name')} reads {source}, which is no data source"
            elif (source, field) not in declared:
                yield f"the sheet {sheet.get('name')} uses {field}, which it does not declare"
        if not any(sheet.iterfind("./table/panes/pane")) or not used:
            yield f"the sheet {sheet.get('name')} shows nothing"
        yield from _instances(sheet, sources)


def _instances(sheet: ET.Element, sources: Mapping[str, ET.Element]) -> Iterator[str]:
    for dependencies in sheet.iter("datasource-dependencies"):
        source = sources.get(str(dependencies.get("datasource")))
        known = {} if source is None else {column.get("name"): column for column in source.iterfind("./column")}
        for column in dependencies.iterfind("column"):
            if column.get("name") not in known:
                yield f"the sheet {sheet.get('name')} has the column {column.get('name')}, which its data source lacks"
            elif _formula(column) != _formula(known[column.get("name")]):
                yield f"the sheet {sheet.get('name')} has another formula for {column.get('caption')}"
        for instance in dependencies.iterfind("column-instance"):
            shelf = _SHELF.match(str(instance.get("name")))
            if shelf is None or f"[{shelf[2]}]" != instance.get("column") or _KINDS[shelf[3]] != instance.get("type"):
                yield f"the sheet {sheet.get('name')} calls {instance.get('column')} {instance.get('name')}"


def _formula(column: ET.Element) -> str | None:
    calculation = column.find("calculation")
    return None if calculation is None else calculation.get("formula")


def _zones_show_sheets(root: ET.Element) -> Iterator[str]:
    sheets = [str(sheet.get("name")) for sheet in root.iterfind("./worksheets/worksheet")]
    shown = set()
    for dashboard in root.iterfind("./dashboards/dashboard"):
        zones = [zone for zone in dashboard.iter("zone") if zone.get("name")]
        shown |= {zone.get("name") for zone in zones if zone.get("type-v2") != "filter"}
        yield from (
            f"the dashboard {dashboard.get('name')} shows {zone.get('name')}, which is not a sheet"
            for zone in zones
            if zone.get("name") not in sheets
        )
        for number, count in Counter(zone.get("id") for zone in dashboard.iter("zone")).items():
            if count > 1:
                yield f"the dashboard {dashboard.get('name')} has {count} zones {number}"
    yield from (f"no dashboard shows the sheet {name}" for name in sheets if name not in shown)


def _controls_filter_their_sheet(root: ET.Element) -> Iterator[str]:
    """A filter on a dashboard is of a field that the sheet filters by and the dashboard declares."""
    sheets = {sheet.get("name"): sheet for sheet in root.iterfind("./worksheets/worksheet")}
    for dashboard in root.iterfind("./dashboards/dashboard"):
        where = f"the dashboard {dashboard.get('name')}"
        declared = {
            f"[{of.get('datasource')}].{each.get('name')}"
            for of in dashboard.iterfind("datasource-dependencies")
            for each in of.iterfind("column-instance")
        }
        on_it = {zone.get("name") for zone in dashboard.iter("zone") if zone.get("type-v2") is None}
        for zone in (zone for zone in dashboard.iter("zone") if zone.get("type-v2") == "filter"):
            field, sheet = zone.get("param"), sheets.get(zone.get("name"))
            if field not in declared:
                yield f"{where} has a filter of {field}, which it does not declare"
            filters = [] if sheet is None else [each.get("column") for each in sheet.iter("filter")]
            if field not in filters or zone.get("name") not in on_it:
                yield f"{where} has a filter of {field}, by which {zone.get('name')} on it is not filtered"


def _shared_filters_are_of_one_field(root: ET.Element) -> Iterator[str]:
    fields: dict[str, set[str | None]] = {}
    for each in root.iter("filter"):
        if group := each.get("filter-group"):
            fields.setdefault(group, set()).add(each.get("column"))
    yield from (f"the filter group {group} is of {len(of)} fields" for group, of in fields.items() if len(of) > 1)


def _windows_open_what_is_there(root: ET.Element) -> Iterator[str]:
    there = {
        "worksheet": {sheet.get("name") for sheet in root.iterfind("./worksheets/worksheet")},
        "dashboard": {dashboard.get("name") for dashboard in root.iterfind("./dashboards/dashboard")},
    }
    for clash in there["worksheet"] & there["dashboard"]:
        yield f"a sheet and a dashboard are both called {clash}"
    opened: dict[str, set[str | None]] = {kind: set() for kind in there}
    for window in root.iterfind("./windows/window"):
        opened[str(window.get("class"))].add(window.get("name"))
        for viewpoint in window.iter("viewpoint"):
            if viewpoint.get("name") not in there["worksheet"]:
                yield f"the window {window.get('name')} looks at {viewpoint.get('name')}, which is not a sheet"
    for kind, names in there.items():
        yield from (f"the {kind} {name} has no window" for name in names - opened[kind])
        yield from (f"a window opens the {kind} {name}, which is not there" for name in opened[kind] - names)


def _no_login(root: ET.Element) -> Iterator[str]:
    for connection in _connections(root):
        if connection.get("username") or connection.get("password"):
            yield "a connection holds a login"
        if connection.get("class") == "hyper" and connection.get("dbname") != EXTRACT_PATH:
            yield f"a connection reads {connection.get('dbname')}, which is not the packed extract"


_CHECKS: tuple[Callable[[ET.Element], Iterator[str]], ...] = (
    _relations_are_mart_tables,
    _formulas_can_be_worked_out,
    _raw_figures_are_hidden,
    _folders_hold_what_is_there,
    _sheets_use_what_they_declare,
    _zones_show_sheets,
    _controls_filter_their_sheet,
    _shared_filters_are_of_one_field,
    _windows_open_what_is_there,
    _no_login,
)
