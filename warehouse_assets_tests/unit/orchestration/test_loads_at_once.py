"""What processes of loads need: cores to work on, and errors that come back from them as they were."""

from __future__ import annotations

import os
import pickle
import re
import sys
import threading
from concurrent.futures import Future
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from warehouse_assets.building.table_checks import CheckFailed, ScanResult
from warehouse_assets.orchestration import loads_at_once
from warehouse_assets.orchestration.loads import Loaded
from warehouse_assets.orchestration.loads_at_once import LoadsAtOnce, cores, is_worthwhile
from warehouse_assets.settings import PROJECT_ROOT, Settings, WarehouseError
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


def test_imports_are_done_before_threads_begin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """While a process starts, all threads see another main module."""
    began = list[threading.Thread]()
    left_out = loads_at_once._main_left_out

    def noted() -> AbstractContextManager[None]:
        began.append(threading.current_thread())
        return left_out()

    monkeypatch.setattr(loads_at_once, "_main_left_out", noted)
    monkeypatch.setattr(loads_at_once, "is_worthwhile", lambda *_: True)
    main = sys.modules["__main__"]
    with LoadsAtOnce().begun(Settings(home=tmp_path), {}, print):
        assert began == [threading.current_thread()]
        assert sys.modules["__main__"] is main


def test_a_load_is_taken_once_it_has_ended() -> None:
    """One that failed is done again by the step's retry; one whose wait was interrupted is named at the end."""
    at_once, failed, interrupted = LoadsAtOnce(), Future[Loaded](), Future[Loaded]()
    failed.set_exception(WarehouseError("once"))
    interrupted.exception = Mock(side_effect=KeyboardInterrupt)  # type: ignore[method-assign]
    at_once._begun = {"failed": failed, "interrupted": interrupted}
    for key, error in (("failed", WarehouseError), ("interrupted", KeyboardInterrupt)):
        with pytest.raises(error):
            at_once.take(Settings(home=Path()), key)
    assert set(at_once._begun) == {"interrupted"}
