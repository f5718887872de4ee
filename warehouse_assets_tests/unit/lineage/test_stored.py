"""The stored lineage: what it saves, and that it never speaks of other SELECTs than today's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from warehouse_assets.lineage import stored
from warehouse_assets.lineage.proof import column_lineage
from warehouse_assets.lineage.stored import STORED_PATH, project_lineage


def test_the_stored_lineage_is_what_the_selects_say() -> None:
    found = project_lineage.__wrapped__(STORED_PATH)
    worked_out = {name: {key: list(of) for key, of in columns.items()} for name, columns in column_lineage().items()}
    assert {name: dict(of.columns) for name, of in found.items()} == worked_out
    assert "dw.agg_country_month" in found["mart_sales.sales_by_month"].tables


def test_a_current_file_saves_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "column_lineage", lambda models: pytest.fail("worked out again"))
    assert project_lineage.__wrapped__(STORED_PATH)


def test_a_file_of_other_selects_is_not_believed(tmp_path: Path) -> None:
    known = json.loads(STORED_PATH.read_text())
    other = tmp_path / "stored.json"
    other.write_text(json.dumps({"made_from": "other SELECTs", "lineage": {}}))
    for path in (other, tmp_path / "absent.json"):
        found = project_lineage.__wrapped__(path)
        assert {name: of.tables for name, of in found.items()} == {
            name: of["tables"] for name, of in known["lineage"].items()
        }


def test_a_changed_select_is_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored._made_from(stored.project_models())
    name, select = next(iter((model.name, model) for model in stored.project_models() if model.is_mart))
    changed = [model for model in stored.project_models() if model.name != name]
    assert stored._made_from([*changed, type(select)(name, select.path, select.text + " ")]) != before
