"""Files with very many columns: read in linear time up to a stated limit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from warehouse_assets.ingestion.readers.relations import land
from warehouse_assets.ingestion.readers.workspace import open_workspace
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.splitting import DelimitedError
from warehouse_assets.splitting.delimited import MOST_COLUMNS
from warehouse_assets_tests.unit.ingestion.test_source import written

TOML = '[tables.export]\nfiles = ["*"]\n'
SALES = "select source_line, c1 as sold_at, c2 as quantity, c3 as unit_price from export"
CPU_SECONDS = 8.0
"""Quadratic time took 28 s for 40,000 columns on the machine where linear time takes 0.3 s."""


def read_wide(tmp_path: Path, columns: int) -> int:
    """Lands a file of one record with so many columns; returns the rows read."""
    folder = tmp_path / "incoming" / "shop"
    folder.mkdir(parents=True)
    header = ",".join(f"c{number}" for number in range(columns))
    (folder / "a.csv").write_text(f"{header}\n{','.join(['1'] * columns)}\n")
    source = read_source(written(tmp_path / "sources", TOML, sales=SALES), "shop")
    [delivery] = find_deliveries(source, tmp_path / "incoming")
    with open_workspace(tmp_path / "tmp") as workspace:
        return land(workspace, delivery).rows_read


def test_a_wide_header_takes_linear_time(tmp_path: Path) -> None:
    started = time.process_time()
    assert read_wide(tmp_path, 40_000) == 1
    assert time.process_time() - started < CPU_SECONDS


def test_a_header_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DelimitedError, match=r"line 1: has 100,001 columns; at most 100,000 are read"):
        read_wide(tmp_path, MOST_COLUMNS + 1)
