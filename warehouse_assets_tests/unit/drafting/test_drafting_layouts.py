"""Drafts of forty made-up layouts: each field is right, or left out, or marked; none is wrong without a mark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from warehouse_assets.drafting.draft import Draft, draft_source
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.lineage.deliveries import misused_columns
from warehouse_assets_tests.platforms import PLATFORMS
from warehouse_assets_tests.unit.drafting.drafts import mapping
from warehouse_assets_tests.unit.drafting.held_out import HELD_OUT
from warehouse_assets_tests.unit.drafting.layouts import LAYOUTS, Layout
from warehouse_assets_tests.unit.drafting.odd_layouts import ODD

ALL = (*LAYOUTS, *HELD_OUT, *ODD)
VERDICTS = """
layout               right marked wrong
spanish                  8      0     0
italian                  8      0     0
german                   8      0     0
french                   9      0     0
dutch                    7      0     0
ledger                   5      0     0
order_totals             9      0     0
addresses                9      0     0
guests                   7      0     0
codes                    3      0     0
persons                  6      0     0
two_dates               10      0     0
shopify_orders          13      1     0
woocommerce_orders      13      0     0
woocommerce_csv         11      1     0
prestashop_orders        0      0     0
magento_orders          14      0     0
amazon_orders           10      0     0
amazon_all_orders       11      0     0
amazon_settlement        6      1     0
ebay_orders              9      0     0
etsy_order_items        10      0     0
paypal_payments          0      0     0
stripe_payments          6      0     0
square_items            10      1     0
prestashop_admin         5      0     0
paypal_activity         10      0     0
lightspeed_sales         7      1     0
bigcommerce             10      0     0
ecwid                   11      0     0
wix                     11      0     0
squarespace             11      0     0
shopware                 9      0     0
zoho                    10      0     0
odoo                     8      0     0
charges                  8      0     0
unproved_discount        7      1     0
stores                   8      0     0
unknown_codes            9      0     0
portuguese               7      0     0
"""
"""Layout: fields that are right, wrong fields with a mark, and wrong ones without; a refused draft has none."""


@dataclass(frozen=True)
class Verdict:
    """What the fields of a drafted sale are, against the columns that are right."""

    right: int
    marked: int
    wrong: Mapping[str, str]
    """Field -> the column that was taken, without a mark."""

    def line(self, name: str) -> str:
        return f"{name:<20} {self.right:>5} {self.marked:>6} {len(self.wrong):>5}"


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Draft | None]:
    """A draft of each layout; None where it is refused, which says why."""
    return {layout.name: draft_of(layout, tmp_path_factory.mktemp(layout.name)) for layout in ALL}


def draft_of(layout: Layout, tmp_path: Path) -> Draft | None:
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


def verdict_of(layout: Layout, draft: Draft | None) -> Verdict:
    select = draft.selects.get("sales", "") if draft else ""
    found = {name: text for name, text in (mapping(draft) if draft and select else {}).items() if name != "source_line"}
    right = {n for n, text in found.items() if any(one in text for one in layout.truth.get(n, "\0").split("|"))}
    strange = set(found) - right
    return Verdict(len(right), len(strange & marked(select)), {name: found[name] for name in strange - marked(select)})


def test_no_field_of_any_layout_is_wrong_without_a_mark(drafts: dict[str, Draft | None]) -> None:
    verdicts = {layout.name: verdict_of(layout, drafts[layout.name]) for layout in ALL}
    table = "\n".join(["layout               right marked wrong", *(one.line(name) for name, one in verdicts.items())])
    assert {name: one.wrong for name, one in verdicts.items() if one.wrong} == {}
    assert table == VERDICTS.strip()


def test_a_draft_publishes_no_person(drafts: dict[str, Draft | None], tmp_path: Path) -> None:
    found = {name: draft for name, draft in drafts.items() if draft is not None}
    for name, draft in found.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "source.toml").write_text(draft.toml, encoding="utf-8")
        for relation, text in draft.selects.items():
            (folder / f"{relation}.sql").write_text(text, encoding="utf-8")
    misused = {name: list(misused_columns(read_source(tmp_path, name))) for name in found}
    assert {name: columns for name, columns in misused.items() if columns} == {}


def test_there_are_forty_layouts_with_all_platforms() -> None:
    assert len({layout.name for layout in ALL}) == len(ALL) >= 40
    assert {export.source for export in PLATFORMS} <= {layout.name for layout in ALL}
