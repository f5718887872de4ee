"""Our own checks of a Power BI project, of its files as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from warehouse_assets.bi.powerbi.checks.best_practices import practice_findings
from warehouse_assets.bi.powerbi.checks.best_practices_star import star_findings
from warehouse_assets.bi.powerbi.checks.looks import look_findings
from warehouse_assets.bi.powerbi.checks.model import model_findings
from warehouse_assets.bi.powerbi.checks.reading import read_model
from warehouse_assets.bi.powerbi.checks.report import report_findings
from warehouse_assets.bi.powerbi.design import Design

_PARTS = {
    "Report": (
        ".platform",
        "definition.pbir",
        "definition/version.json",
        "definition/report.json",
        "definition/pages/pages.json",
    ),
    "SemanticModel": (
        ".platform",
        "definition.pbism",
        "definition/database.tmdl",
        "definition/model.tmdl",
        "definition/expressions.tmdl",
        "definition/relationships.tmdl",
    ),
}
"""Kind of item -> the files that it must have."""
_SECRET = re.compile(r"password|passwd|\bpwd\b|user ?id=|://[^/\s]*:[^/\s]*@")
"""Of lower-case text: with letters of either case, the search takes many times as long."""


def project_findings(files: Mapping[str, str], design: Design) -> list[str]:
    """Defects of a project, by path within its folder; an empty list is a good project."""
    missing_or_broken = [*_missing_parts(files), *_unreadable(files)]
    if missing_or_broken:
        return missing_or_broken
    model = read_model(files)
    found = [*_secrets(files), *_one_server(files), *model_findings(model, design), *practice_findings(model)]
    if design.is_star:
        found += star_findings(model)
    return [*found, *report_findings(files, model), *look_findings(files, model)]


def _missing_parts(files: Mapping[str, str]) -> Iterator[str]:
    """What each report and model must have, and the page of each visual."""
    for kind, parts in _PARTS.items():
        for folder in sorted({name.split("/")[0] for name in files if f".{kind}/" in name}):
            yield from (f"{folder}: has no {part}" for part in parts if f"{folder}/{part}" not in files)
    for name in files:
        if name.endswith("/visual.json"):
            page = f"{PurePosixPath(name).parents[2]}/page.json"
            if page not in files:
                yield f"{name}: stands on a page that has no {page}"


def _unreadable(files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        try:
            if name.endswith(".tmdl"):
                read_model({name: text})
            else:
                json.loads(text)
        except ValueError as error:
            yield f"{name}: cannot be read: {error}"


def _secrets(files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        if found := _SECRET.search(text.lower()):
            yield f"{name}: holds what looks like a login: {found[0][:12]}"


def _one_server(files: Mapping[str, str]) -> Iterator[str]:
    """The model's parameters and the `.pbids` name the same server and database."""
    parameters = "".join(text for name, text in files.items() if name.endswith("/expressions.tmdl"))
    for name, text in files.items():
        if name.endswith(".pbids"):
            for connection in json.loads(text)["connections"]:
                for value in connection["details"]["address"].values():
                    if f'"{value}"' not in parameters:
                        yield f"{name}: names {value}, which the model's parameters do not"
