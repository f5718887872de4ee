"""Settings for exports that say the same otherwise: other names of a column, discounts as shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.column_aliases import with_known_names
from warehouse_assets.ingestion.readers.delivered_tables import OpenFile, open_file
from warehouse_assets.ingestion.sources.settings import SourceSettings, TableSettings
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets_tests.unit.ingestion.frames import read_sales

ALIASES = {"Customer ID": ("CustomerID", "customer_no")}


def opened(tmp_path: Path, header: str) -> OpenFile:
    (tmp_path / "a.csv").write_text(f"{header}\n7,x\n")
    return with_known_names(open_file(tmp_path / "a.csv", TableSettings(files=("*.csv",)), tmp_path), ALIASES)


@pytest.mark.parametrize("name", ["Customer ID", "CustomerID", "CUSTOMER_NO"])
def test_a_column_is_read_under_any_of_its_names(tmp_path: Path, name: str) -> None:
    file = opened(tmp_path, f"{name},other")
    assert file.columns[0].lower() == "customer id"
    [batch] = file.batches(file.columns)
    assert batch.column(file.columns[0]).to_pylist() == ["7"]


def test_two_names_of_one_column_in_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="the file has both"):
        opened(tmp_path, "CustomerID,customer_no")


@pytest.mark.parametrize(
    ("discount", "text", "amount"),
    [("amount", "2", "2"), ("share", "0.1", "2.0000"), ("percent", "10", "2.0000"), ("percent", "33.333 %", "6.6666")],
)
def test_a_discount_may_be_a_part_of_the_line(discount: str, text: str, amount: str) -> None:
    [row] = read_sales({"discount_amount": text}, discount=discount).rows
    assert row["discount_amount"] == amount
    [row] = read_sales({"discount_amount": text, "line_amount": "20", "unit_price": None}, discount=discount).rows
    assert row["discount_amount"] == amount


@pytest.mark.parametrize(("discount", "text"), [("share", "10"), ("percent", "101"), ("percent", "-1")])
def test_a_discount_that_is_no_part_is_set_aside(discount: str, text: str) -> None:
    found = read_sales({"discount_amount": text}, discount=discount)
    assert found.rows[0]["discount_amount"] == "0"
    assert found.counts == {"discount_share_out_of_range": ("blank", 1)}


def test_columns_left_out_on_purpose_are_known() -> None:
    sales = '-- one row per line\nselect source_line from lines\n-- not read: "Notes", Tags\n-- Not read: vendor'
    source = Source(
        "shop", Path("shop"), SourceSettings.model_validate({"tables": {"a": {"files": ["*"]}}}), {"sales": sales}
    )
    assert source.left_out == {"notes", "tags", "vendor"}
