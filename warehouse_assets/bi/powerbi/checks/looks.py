"""What no schema sees in how a report looks: its theme, its layout for phones, colours that follow a figure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import PurePosixPath
from typing import Any

from warehouse_assets.bi.powerbi.checks.reading import Model
from warehouse_assets.bi.powerbi.phone import PHONE_WIDTH

Json = dict[str, Any]


def look_findings(files: Mapping[str, str], model: Model) -> Iterator[str]:
    """Every defect, as `file: what`."""
    measures = model.measures()
    for name, text in files.items():
        if name.endswith("/definition/report.json"):
            yield from _theme(name, json.loads(text), files)
        elif name.endswith("/page.json"):
            yield from _phone(str(PurePosixPath(name).parent), files)
        elif name.endswith("/visual.json"):
            yield from (f"{name}: {found}" for found in _colours(json.loads(text)["visual"], measures))


def _theme(name: str, report: Json, files: Mapping[str, str]) -> Iterator[str]:
    """The theme that the report names is among its resources, and the file is a theme."""
    folder = name.removesuffix("definition/report.json")
    items = {
        item["name"]: f"{folder}StaticResources/{package['name']}/{item['path']}"
        for package in report.get("resourcePackages", ())
        for item in package["items"]
    }
    yield from (f"{name}: has no resource {path}" for path in items.values() if path not in files)
    theme = report["themeCollection"].get("customTheme", {}).get("name")
    if theme not in items:
        yield f"{name}: wears the theme {theme}, which is not among its resources"
    elif items[theme] in files and not json.loads(files[items[theme]]).get("dataColors"):
        yield f"{items[theme]}: names no colours"


def _phone(page: str, files: Mapping[str, str]) -> Iterator[str]:
    """Each visual has a place on the phone, within its width and clear of the others."""
    places = {}
    for name in files:
        if name.startswith(f"{page}/visuals/") and name.endswith("/visual.json"):
            phone = f"{PurePosixPath(name).parent}/mobile.json"
            if phone not in files:
                yield f"{name}: has no place on a phone"
                continue
            place = places[phone] = json.loads(files[phone])["position"]
            if place["x"] < 0 or place["x"] + place["width"] > PHONE_WIDTH:
                yield f"{phone}: stands outside the phone"
    for (one, here), (_, there) in combinations(places.items(), 2):
        if _overlap(here, there):
            yield f"{one}: stands on another visual of the phone"


def _overlap(one: Json, other: Json) -> bool:
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


def _colours(visual: Json, measures: Mapping[str, set[str]]) -> Iterator[str]:
    """A colour that follows a figure names a measure of the model, and a field that the visual shows."""
    shown = {
        projection["queryRef"] for role in visual["query"]["queryState"].values() for projection in role["projections"]
    }
    for each in visual.get("objects", {}).get("values", ()):
        field = each.get("selector", {}).get("metadata")
        if field not in shown:
            yield f"colours {field}, which it does not show"
        for rule in _rules_in(each["properties"]):
            table = rule["Input"]["Measure"]["Expression"]["SourceRef"]["Entity"]
            name = rule["Input"]["Measure"]["Property"]
            if name not in measures.get(table, ()):
                yield f"colours by {table}[{name}], which is not in the model"


def _rules_in(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        if "Input" in part:
            yield part
        else:
            yield from (rule for value in part.values() for rule in _rules_in(value))
