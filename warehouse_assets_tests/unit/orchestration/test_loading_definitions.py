"""Definitions load quickly: a process that serves or runs them imports only what it needs, and parses no SQL."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_SCRIPT = """
import json, sys, warnings
from collections import Counter
warnings.simplefilter("ignore")
import sqlglot
parsed = Counter()
def counted(parse):
    def counting(sql, *args, **options):
        parsed[sql.strip()] += 1
        return parse(sql, *args, **options)
    return counting
sqlglot.parse, sqlglot.parse_one = counted(sqlglot.parse), counted(sqlglot.parse_one)
import warehouse_assets.definitions
print(json.dumps({"modules": sorted(sys.modules), "parsed": parsed}))
"""
_NOT_NEEDED = {
    "babel.dates": "the dashboard",
    "babel.numbers": "the dashboard",
    "country_converter": "places, when a delivery is loaded",
    "dagster_webserver": "Dagster's pages",
    "dash": "the dashboard",
    "flask": "the dashboard",
    "matplotlib": "the picture",
    "plotly": "the dashboard's charts",
    "tableauhyperapi": "Tableau's extracts",
    "typer": "the command line",
    "warehouse_assets.dashboard": "the dashboard",
    "warehouse_assets.documentation": "the generated pages",
    "warehouse_assets.generation": "made-up data",
}
"""Module -> what needs it, which is not the definitions."""


@pytest.fixture(scope="module")
def loaded() -> dict[str, dict[str, int] | list[str]]:
    """What a fresh process that imports the definitions has imported, and how often it parsed which SQL."""
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def test_nothing_is_imported_that_only_others_need(loaded: dict[str, list[str]]) -> None:
    assert "warehouse_assets.definitions" in loaded["modules"]
    assert {name: what for name, what in _NOT_NEEDED.items() if name in loaded["modules"]} == {}


def test_no_select_is_parsed(loaded: dict[str, dict[str, int]]) -> None:
    """Their lineage is stored."""
    assert [sql[:80] for sql in loaded["parsed"]] == []
