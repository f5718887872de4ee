"""Refunds told above 0: by their type, or as the lines of files of refunds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from warehouse_assets.cli.source_checks import check
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.file_patterns import may_name
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.dry_run import _Kept, try_delivery
from warehouse_assets.settings import Settings
from warehouse_assets_tests.unit.ingestion.frames import read_sales
from warehouse_assets_tests.unit.ingestion.test_source import written

AMOUNTS = ("quantity", "unit_price", "line_amount", "discount_amount", "tax_amount")
REFUND = {"line_type": "Refund", "line_amount": "20.50", "discount_amount": "1", "tax_amount": "3.4"}
KINDS = {"line_types": {"Refund": "refund", "Freight": "shipping"}}


def test_a_refund_changes_the_sign_of_everything_but_its_price() -> None:
    found = read_sales(REFUND, REFUND | {"line_type": "product"}, **KINDS)
    assert [row["line_type"] for row in found.rows] == ["product"] * 2
    assert [found.rows[0][name] for name in AMOUNTS] == ["-2", "10", "-20.5", "-1", "-3.4"]
    assert [found.rows[1][name] for name in AMOUNTS] == ["2", "10", "20.5", "1", "3.4"]
    assert found.rejects == []


@pytest.mark.parametrize(
    ("below", "settings"),
    [
        ({"quantity": "-2", "line_amount": "-20.50"}, {"negative_quantity": "return", "nonpositive_price": "keep"}),
        ({"line_amount": "-20.50"}, {"nonpositive_price": "keep"}),
        ({"line_amount": None, "unit_price": "-10"}, {"nonpositive_price": "keep"}),
    ],
)
def test_a_refund_below_zero_stays_as_it_is_and_is_told(below: dict[str, Any], settings: dict[str, Any]) -> None:
    found = read_sales(REFUND | below, **settings, **KINDS)
    expected = {"quantity": "2", "unit_price": "10", "line_amount": "20.50"} | below
    assert found.counts["refund_below_zero"] == ("warn", 1)
    for name, text in expected.items():
        assert (found.rows[0][name] and Decimal(found.rows[0][name])) == (text and Decimal(text))


def test_a_refund_without_a_product_is_an_adjustment() -> None:
    found = read_sales(REFUND | {"product_name": None}, **KINDS)
    assert [(row["line_type"], row["line_amount"]) for row in found.rows] == [("adjustment", "-20.5")]


def test_a_refund_is_no_version_of_the_line_that_it_pays_back() -> None:
    line = {"order_id": "5", "line_number": "1"}
    found = read_sales(line, line | REFUND, line | REFUND, **KINDS)
    sold, refunded, again = (row["line_key"] for row in found.rows)
    assert sold != refunded == again
    assert len({row["order_key"] for row in found.rows}) == 1


HEAD, SALE, BACK = "no,day,sku,qty,price,kind\n", "1,2026-03-01,A,2,10,\n", "1,2026-03-09,A,1,10,\n"
SALES = """
select source_line, no as order_id, sku as product_id, sku as product_name, day as sold_at, qty as quantity,
    price as unit_price{kind}
from t
"""


def quantities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], toml: str = "", kind: str = ""
) -> list[tuple[str, str]]:
    """(line type, quantity) of all rows that would be staged, delivery by delivery."""
    staged: list[tuple[str, str]] = []

    def put(self: _Kept, table: str, rows: pa.Table | None) -> None:
        if table == "staging.sales" and rows is not None:
            staged.extend((row["line_type"], row["quantity"]) for row in rows.to_pylist())

    monkeypatch.setattr(_Kept, "put", put)
    for name, text in files.items():
        path = tmp_path / "incoming" / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    source = read_source(written(tmp_path / "sources", toml, sales=SALES.format(kind=kind)), "shop")
    for delivery in find_deliveries(source, tmp_path / "incoming"):
        try_delivery(Settings(home=tmp_path), delivery, date(2026, 12, 1))
    return staged


@pytest.mark.parametrize("kind", ["", ", kind as line_type"])
def test_files_of_refunds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    toml = 'refund_files = ["Back-*.csv"]\n[tables.t]\nfiles = ["sold-*.csv", "back-*.csv"]\n'
    files = {"sold-1.csv": HEAD + SALE, "back-1.csv": HEAD + BACK}
    assert quantities(tmp_path, monkeypatch, files, toml, kind) == [("product", "-1"), ("product", "2")]


def test_files_of_refunds_of_one_delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml = (
        'refund_files = ["*/back.csv"]\n[line_types]\nTip = "left out"\nFreight = "shipping"\n'
        '[tables.t]\nfiles = ["{delivery}/sold.csv", "{delivery}/back.csv"]\n'
    )
    files = {
        "m1/sold.csv": HEAD + SALE + "1,2026-03-01,F,1,4,freight\n1,2026-03-01,T,1,1,Tip\n",
        "m1/back.csv": HEAD + BACK + "1,2026-03-09,F,1,4,freight\n1,2026-03-09,T,1,1,tip\n",
    }
    assert quantities(tmp_path, monkeypatch, files, toml, ", kind as line_type") == [
        ("product", "-1"), ("shipping", "-1"), ("product", "2"), ("shipping", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize("pattern", ["back*.csv", "BACK.csv", "*/back.csv", "{delivery}/b*.csv", "m?/*k.csv"])
def test_a_file_of_refunds_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    """A pattern without a folder names the file in any of them."""
    toml = f'refund_files = ["{pattern}"]\n[tables.t]\nfiles = ["{{delivery}}/*.csv"]\n'
    files = {"m1/sold.csv": HEAD + SALE, "m1/back.csv": HEAD + BACK}
    assert sorted(quantities(tmp_path, monkeypatch, files, toml, "")) == [("product", "-1"), ("product", "2")]


@pytest.mark.parametrize(
    ("pattern", "files"),
    [("refund-*.csv", "orders-*.csv"), ("back/*.csv", "*.csv"), ("back.tsv", "{delivery}/*.csv"),
     ("{delivery}/back.csv", "{delivery}/lines.csv"), ("m1/back.csv", "{delivery}/x/*.csv"), ("b.csv", "?/a?.csv")],
)  # fmt: skip
def test_a_pattern_that_can_name_no_file_of_the_sales_is_refused(tmp_path: Path, pattern: str, files: str) -> None:
    toml = f'refund_files = ["{pattern}"]\n[tables.t]\nfiles = ["{files}"]\n'
    with pytest.raises(SourceError, match=r"refund_files names .* which no file of tables\.t can have"):
        read_source(written(tmp_path / "sources", toml, sales="select 1"), "shop")


@pytest.mark.parametrize(
    ("pattern", "files"),
    [("*", "a?c/{delivery}"), ("refunds*.csv", "{delivery}"), ("a*c", "ab*"), ("X.csv", "{delivery}x.csv")],
)
def test_patterns_that_may_name_one_file(pattern: str, files: str) -> None:
    assert may_name(pattern, files)


def test_files_of_refunds_hold_no_whole_orders(tmp_path: Path) -> None:
    toml = (
        'refund_files = ["b.csv"]\nwhole_orders = true\n'
        "exported_on = '(?P<year>\\d{4})-(?P<month>\\d{2})'\n[tables.t]\nfiles = [\"*.csv\"]\n"
    )
    with pytest.raises(SourceError, match="does not hold its orders whole"):
        read_source(written(tmp_path / "sources", toml), "shop")


def test_a_check_lists_the_files_of_refunds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toml = 'refund_files = ["back*.csv"]\n[tables.t]\nfiles = ["{delivery}/*.csv"]\n'
    for name, text in {"sold.csv": HEAD + SALE, "back.csv": HEAD + BACK}.items():
        path = tmp_path / "incoming" / "shop" / "m1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sources = written(tmp_path / "sources", toml, sales=SALES.format(kind=""))
    assert check(Settings(home=tmp_path, sources_path=sources), "shop", [])
    assert "refunds      all lines of m1/back.csv" in capsys.readouterr().out
