"""What processes of loads need: cores to work on, and errors that come back from them as they were."""

from __future__ import annotations

import os
import pickle
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from warehouse_assets.building.table_checks import CheckFailed, ScanResult
from warehouse_assets.orchestration.loads_at_once import cores, is_worthwhile
from warehouse_assets.settings import PROJECT_ROOT, WarehouseError
from warehouse_assets.splitting.errors import DelimitedError

_OF_AN_ERROR = re.compile(r"^class \w+\(\w*Error\b", re.MULTILINE)
_MADE_OF: dict[type[Exception], tuple[Any, ...]] = {
    DelimitedError: (Path("sales.csv"), 3, "no header"),
    CheckFailed: ("dw.fct_sales", "schema", ScanResult(1, {"schema": 1})),
}
"""What a class with a constructor of its own is made of."""


def of_the_project(kind: type[Exception]) -> set[type[Exception]]:
    below = {kind for child in kind.__subclasses__() for kind in of_the_project(child)} | {kind}
    return {kind for kind in below if kind.__module__.startswith("warehouse_assets.")}


def test_every_error_comes_back_from_another_process() -> None:
    for path in sorted((PROJECT_ROOT / "warehouse_assets").rglob("*.py")):
        if _OF_AN_ERROR.search(path.read_text("utf-8")):
            import_module(".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts))
    kinds = of_the_project(WarehouseError) | {CheckFailed}
    assert len(kinds) > 10
    for kind in kinds:
        error = kind(*_MADE_OF.get(kind, ("what happened",)))
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))


def test_cores_are_counted_where_none_can_be_assigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1
    assert not is_worthwhile({}, 2)
