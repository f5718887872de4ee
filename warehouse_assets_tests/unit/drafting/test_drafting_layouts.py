"""Drafts of 35 made-up layouts: each field is right, or left out, or marked; none is wrong without a mark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from warehouse_assets.drafting.draft import Draft, draft_source
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.lineage.deliveries import misused_columns
from warehouse_assets_tests.unit.drafting.drafts import mapping
from warehouse_assets_tests.unit.drafting.held_out import HELD_OUT
from warehouse_assets_tests.unit.drafting.layouts import LAYOUTS, Layout

ALL = (*LAYOUTS, *HELD_OUT)
FEWEST_RIGHT = {
    "codes": 3,
    "prestashop_orders": 0,
    "paypal_payments": 0,
    "ledger": 4,
    "persons": 5,
    "prestashop_admin": 4,
}
"""Fields that a draft finds at least; of the other layouts six."""


def draft_of(layout: Layout, tmp_path: Path) -> Draft | None:
    """None where the draft is refused, which says why."""
    (tmp_path / "files").mkdir()
    layout.write(tmp_path / "files")
    try:
        return draft_source("shop", [tmp_path / "files"], tmp_path / "tmp")
    except IngestionError:
        return None


def marked(select: str) -> set[str]:
    """Fields whose line, or whose comment line, has a question mark."""
    beside = re.findall(r"(?:as )?(\w+),?  -- \?", select)
    return {*beside, *re.findall(r"^    -- \? (\w+) = ", select, re.MULTILINE)}


@pytest.mark.parametrize("layout", ALL, ids=[layout.name for layout in ALL])
def test_no_field_is_wrong_without_a_mark(layout: Layout, tmp_path: Path) -> None:
    draft = draft_of(layout, tmp_path)
    select = draft.selects.get("sales", "") if draft else ""
    found = {name: text for name, text in (mapping(draft) if draft and select else {}).items() if name != "source_line"}
    right = {n for n, text in found.items() if any(one in text for one in layout.truth.get(n, "\0").split("|"))}
    wrong = {name: found[name] for name in set(found) - right - marked(select)}
    assert wrong == {}, f"right {sorted(right)}, marked {sorted(marked(select))}"
    assert len(right) >= FEWEST_RIGHT.get(layout.name, 6)


@pytest.mark.parametrize("layout", ALL, ids=[layout.name for layout in ALL])
def test_a_draft_publishes_no_person(layout: Layout, tmp_path: Path) -> None:
    draft = draft_of(layout, tmp_path)
    if draft is None:
        return
    folder = tmp_path / "sources" / "shop"
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(draft.toml, encoding="utf-8")
    for relation, text in draft.selects.items():
        (folder / f"{relation}.sql").write_text(text, encoding="utf-8")
    assert list(misused_columns(read_source(tmp_path / "sources", "shop"))) == []


def test_there_are_twenty_five_layouts() -> None:
    assert len(LAYOUTS) >= 25
    assert len(HELD_OUT) >= 10
