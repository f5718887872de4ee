"""The worked example of `docs/bring_your_own_export.md` does what the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse_assets.ingestion.readers.relations import Landed, land
from warehouse_assets.ingestion.readers.workspace import open_workspace
from warehouse_assets.ingestion.sources.delivery import Delivery, find_deliveries
from warehouse_assets.ingestion.sources.settings import SourceSettings
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.settings import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "bring_your_own_export.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (\S+\.\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def delivery(tmp_path: Path) -> Delivery:
    """The page's files, where it says to put them."""
    folders = {"csv": "incoming/boutique/2026-10-31", "toml": "sources/boutique", "sql": "sources/boutique"}
    for name, text in BLOCKS.items():
        path = tmp_path / folders[name.split(".")[1]] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    [found] = find_deliveries(read_source(tmp_path / "sources", "boutique"), tmp_path / "incoming")
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_workspace(tmp_path / "tmp") as connection:
        yield connection


def test_the_folder_is_one_delivery_with_its_day_of_export(delivery: Delivery) -> None:
    assert delivery.name == "2026-10-31"
    assert f"{delivery.declared_export_day()}" == "2026-10-31"
    assert sorted(path.name for path in delivery.paths) == ["clients.csv", "lines.csv"]


def test_the_selects_give_the_canonical_relations(delivery: Delivery, workspace: duckdb.DuckDBPyConnection) -> None:
    landed: Landed = land(workspace, delivery)
    assert landed.read == {"sales": 3, "customers": 2}
    assert (landed.unmapped_columns, landed.missing_columns, landed.malformed) == ([], [], [])
    lines = workspace.execute("select source_line, order_id, unit_price from canonical_sales order by source_line")
    assert lines.fetchall() == [(2, "A-1001", "24,90"), (3, "A-1001", "3,50"), (4, "A-1002", "24,90")]


def test_the_page_names_every_setting() -> None:
    named = set(re.findall(r"`\[?([a-z_<>.]+)\]?`", PAGE))
    settings = set(SourceSettings.model_fields) - {"tables", "description"}
    assert settings - named == set()
