"""What no schema sees in a report: fields, roles and pages that are not there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from warehouse_assets.bi.powerbi.checks.reading import Model

Json = dict[str, Any]
ROLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "card": (("Values",), ()),
    "slicer": (("Values",), ()),
    "tableEx": (("Values",), ()),
    "pivotTable": (("Rows", "Values"), ("Columns",)),
    "lineChart": (("Category", "Y"), ("Series", "Y2")),
    "columnChart": (("Category", "Y"), ("Series",)),
    "clusteredColumnChart": (("Category", "Y"), ("Series",)),
    "clusteredBarChart": (("Category", "Y"), ("Series",)),
}
"""Visual type -> the roles that it needs, and those that it may have."""


@dataclass(frozen=True)
class Fields:
    """Table -> its columns and its measures."""

    columns: Mapping[str, set[str]]
    measures: Mapping[str, set[str]]


def report_findings(files: Mapping[str, str], model: Model) -> Iterator[str]:
    """Every defect of the reports among a project's files, as `file: what`."""
    fields = Fields(model.columns(), model.measures())
    yield from _shortcuts(files)
    for name, text in files.items():
        if name.endswith("/definition.pbir"):
            yield from _reference(name, json.loads(text), files)
        elif name.endswith("/pages/pages.json"):
            yield from _pages(name, json.loads(text), files)
        elif name.endswith("/visual.json"):
            yield from (f"{name}: {found}" for found in _visual(json.loads(text), fields, _page_of(name, files)))
            yield from _folder_is_name(name, json.loads(text))
    yield from _filters_are_unique(files)


def _shortcuts(files: Mapping[str, str]) -> Iterator[str]:
    """Each opens a report that is there, and no report is opened by none."""
    reports = {name.split("/")[0] for name in files if name.endswith("/definition.pbir")}
    opened = set()
    for name, text in files.items():
        if name.endswith(".pbip"):
            for artifact in json.loads(text)["artifacts"]:
                opened.add(path := artifact["report"]["path"])
                if path not in reports:
                    yield f"{name}: opens {path}, which is not there"
    yield from (f"{report}: is opened by no shortcut (.pbip)" for report in sorted(reports - opened))


def _reference(name: str, content: Json, files: Mapping[str, str]) -> Iterator[str]:
    path = content["datasetReference"]["byPath"]["path"].removeprefix("../")
    if f"{path}/definition.pbism" not in files:
        yield f"{name}: refers to the model {path}, which is not there"


def _pages(name: str, content: Json, files: Mapping[str, str]) -> Iterator[str]:
    folder = PurePosixPath(name).parent
    there = {
        PurePosixPath(path).parent.name
        for path in files
        if path.startswith(f"{folder}/") and path.endswith("/page.json")
    }
    named = content["pageOrder"]
    yield from (f"{name}: orders the page {page}, which is not there" for page in named if page not in there)
    yield from (f"{name}: does not order the page {page}" for page in sorted(there - set(named)))
    if content["activePageName"] not in there:
        yield f"{name}: opens the page {content['activePageName']}, which is not there"
    for page in sorted(there):
        if json.loads(files[f"{folder}/{page}/page.json"])["name"] != page:
            yield f"{folder}/{page}/page.json: is called otherwise than its folder"


def _page_of(name: str, files: Mapping[str, str]) -> Json:
    page: Json = json.loads(files[str(PurePosixPath(name).parents[2] / "page.json")])
    return page


def _folder_is_name(name: str, content: Json) -> Iterator[str]:
    if PurePosixPath(name).parent.name != content["name"]:
        yield f"{name}: is called otherwise than its folder"


def _visual(container: Json, fields: Fields, page: Json) -> Iterator[str]:
    visual, place = container["visual"], container["position"]
    if place["x"] + place["width"] > page["width"] or place["y"] + place["height"] > page["height"]:
        yield "stands outside its page"
    kind = visual["visualType"]
    if kind not in ROLES:
        yield f"visual type {kind} is not known"
        return
    state = visual["query"]["queryState"]
    needed, allowed = ROLES[kind]
    yield from (f"{kind} lacks the role {role}" for role in needed if not state.get(role, {}).get("projections"))
    yield from (f"{kind} has no role {role}" for role in state if role not in {*needed, *allowed})
    for role in state.values():
        for projection in role["projections"]:
            yield from _field(projection["field"], fields)
            yield from _is_named(projection)
    for each in visual["query"].get("sortDefinition", {}).get("sort", []):
        yield from _field(each["field"], fields)
    for each in container.get("filterConfig", {}).get("filters", []):
        yield from _field(each["field"], fields)
        yield from _condition(each["filter"], fields)
    for general in visual.get("objects", {}).get("general", []):
        yield from _condition(general["properties"]["filter"]["filter"], fields)


def _field(field: Json, fields: Fields) -> Iterator[str]:
    for kind, known in (("Column", fields.columns), ("Measure", fields.measures)):
        if kind in field:
            table, name = field[kind]["Expression"]["SourceRef"]["Entity"], field[kind]["Property"]
            if name not in known.get(table, ()):
                yield f"the {kind.lower()} {table}[{name}] is not in the model"


def _is_named(projection: Json) -> Iterator[str]:
    (reference,) = projection["field"].values()
    expected = f"{reference['Expression']['SourceRef']['Entity']}.{reference['Property']}"
    if projection["queryRef"] != expected:
        yield f"the field {expected} is called {projection['queryRef']}"


def _condition(condition: Json, fields: Fields) -> Iterator[str]:
    names = {each["Name"]: each["Entity"] for each in condition["From"]}
    for reference in _columns_in(condition["Where"]):
        alias, name = reference["Expression"]["SourceRef"].get("Source"), reference["Property"]
        if alias not in names:
            yield f"a filter reads from {alias}, which it does not name"
        elif name not in fields.columns.get(names[alias], ()):
            yield f"a filter reads {names[alias]}[{name}], which is not in the model"


def _columns_in(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        if "Column" in part:
            yield part["Column"]
        else:
            yield from (each for value in part.values() for each in _columns_in(value))
    elif isinstance(part, list):
        yield from (each for value in part for each in _columns_in(value))


def _filters_are_unique(files: Mapping[str, str]) -> Iterator[str]:
    reports: dict[str, Counter[str]] = {}
    for name, text in files.items():
        if name.endswith("/visual.json"):
            filters = json.loads(text).get("filterConfig", {}).get("filters", [])
            reports.setdefault(name.split("/")[0], Counter()).update(each["name"] for each in filters)
    for report, names in reports.items():
        yield from (f"{report}: {count} filters are called {name}" for name, count in names.items() if count > 1)
