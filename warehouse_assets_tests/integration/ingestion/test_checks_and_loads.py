"""`warehouse source check` and loading decide alike, also on files without rows."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from warehouse_assets.cli.source_checks import check
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.orchestration.datasets import split_new_datasets
from warehouse_assets.settings import Settings
from warehouse_assets.splitting import SplitError
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source
from warehouse_assets_tests.workbook import workbook

TOML = 'default_currency = "EUR"\n[tables.lines]\nfiles = ["*.*"]\n'
SALES = "select source_line, o as order_id, d as sold_at, q as quantity, a as unit_price from lines"
HEADER = "o,d,q,a"
FILES: dict[str, bytes] = {
    "header.csv": f"{HEADER}\n".encode(),
    "unended_header.csv": HEADER.encode(),
    "blank_lines.csv": f"{HEADER}\n\n\n".encode(),
    "nothing.csv": b"",
    "spaces.csv": b"  \n\n",
    "packed.csv.gz": gzip.compress(f"{HEADER}\n".encode()),
    "list.json": b"[]",
    "object.json": b"{}",
    "lines.jsonl": b"",
    "sheet.xlsx": workbook({"Sheet": [list(HEADER.split(","))]}),
    "rejected.csv": f"{HEADER}\n1,never,1,1\n".encode(),
    "other_columns.csv": b"x,y\n1,2\n",
    "one.csv": f"{HEADER}\n1,2026-01-01,1,1\n".encode(),
}


def loads(shop: Loading) -> bool:
    try:
        shop.load()
    except (IngestionError, SplitError):
        return False
    return True


def test_files_without_rows_and_others(database: Settings, tmp_path: Path) -> None:
    with loading(own_source(database, "shop", TOML, sales=SALES), "shop") as shop:
        decided = {}
        for name, content in FILES.items():
            (tmp_path / name).write_bytes(content)
            try:
                checked = check(shop.settings, "shop", [tmp_path / name])
            except (IngestionError, SplitError):
                checked = False
            shop.put(name, content)
            decided[name] = (checked, loads(shop))
            (shop.folder / name).unlink()
    assert {name: both for name, both in decided.items() if both[0] != both[1]} == {}
    assert decided["header.csv"] == decided["rejected.csv"] == (True, True)
    assert decided["other_columns.csv"] == (False, False)


@pytest.mark.parametrize(
    ("name", "content", "is_taken"),
    [("flat.txt", "ID,Price,Date_Purchase,Quantity\n", True), ("flat.csv", "No,Price\n1,2\n", False)],
)
def test_an_export_that_is_split_is_checked_as_it_is_split(
    database: Settings, tmp_path: Path, name: str, content: str, is_taken: bool
) -> None:
    (tmp_path / name).write_text(content)
    with loading(database) as shop:
        try:
            checked = check(shop.settings, shop.source_name, [tmp_path / name])
        except (IngestionError, SplitError):
            checked = False
        assert checked is is_taken
        place = shop.settings.datasets_path / shop.source_name / name
        place.parent.mkdir(parents=True)
        place.write_text(content)
        _, failures = split_new_datasets(shop.settings)
        assert (not failures and loads(shop)) is is_taken
