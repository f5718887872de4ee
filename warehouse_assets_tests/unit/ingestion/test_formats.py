"""The same three sales in every format that a shop may send; and what is said of files that are broken."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse_assets.ingestion.contract.values import parse_numbers
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.cells import text_of
from warehouse_assets.ingestion.sources.settings import NumberSigns
from warehouse_assets_tests.unit.ingestion.test_relations import ONE, SALES, landed
from warehouse_assets_tests.workbook import workbook

TOML = '[tables.sold]\nfiles = ["*"]\n'
SELECT = 'select source_line, "day" as sold_at, n as quantity, price as unit_price, title as product_name from sold'
ROWS: list[dict[str, Any]] = [
    {"day": "2023-01-02", "n": 2, "price": 1162.1, "title": "Théière"},
    {"day": "2023-01-03", "n": 1, "price": 5, "title": None},
    {"day": "2023-01-04", "n": 10, "price": 0.5, "title": "a\nb"},
]
EXPECTED = [
    ("2023-01-02", "2", "1162.1", "Théière"), ("2023-01-03", "1", "5", None), ("2023-01-04", "10", "0.5", "a\nb"),
]  # fmt: skip
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
CSV = 'day,n,price,title\n2023-01-02,2,1162.1,Théière\n2023-01-03,1,5,\n2023-01-04,10,0.5,"a\nb"\n'


def parquet() -> bytes:
    table = pa.table(
        {
            "day": pa.array([date.fromisoformat(row["day"]) for row in ROWS]),
            "n": pa.array([row["n"] for row in ROWS], pa.int32()),
            "price": pa.array([Decimal(str(row["price"])) for row in ROWS], pa.decimal128(18, 4)),
            "title": pa.array([row["title"] for row in ROWS]).dictionary_encode(),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def sheets(**further: Any) -> bytes:
    rows = [["day", "n", "price", "title"]]
    rows += [[date.fromisoformat(row["day"]), row["n"], row["price"], row["title"]] for row in ROWS]
    return workbook({"Sales": rows, **further})


def sqlite_file(tmp_path: Path, *statements: str) -> bytes:
    path = tmp_path / "made.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table sold (day, n, price, title)")
        connection.executemany("insert into sold values (:day, :n, :price, :title)", ROWS)
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path.read_bytes()


def made(kind: str, tmp_path: Path) -> bytes:
    forms = {
        "csv": CSV.encode,
        "jsonl": LINES.encode,
        "ndjson": lambda: LINES.encode("utf-16"),
        "json": lambda: json.dumps(ROWS, indent=1).encode("utf-8-sig"),
        "parquet": parquet,
        "xlsx": sheets,
        "sqlite": lambda: sqlite_file(tmp_path),
    }
    return forms[kind]()


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("kind", ["csv", "jsonl", "ndjson", "json", "parquet", "xlsx", "sqlite"])
def test_every_format_gives_the_same_records(tmp_path: Path, kind: str, zipped: bool) -> None:
    content = made(kind, tmp_path)
    name = f"a.{kind}.gz" if zipped else f"a.{kind}"
    found = landed(tmp_path, TOML, {name: gzip.compress(content) if zipped else content}, sales=SELECT)
    assert found.sales == EXPECTED
    lines = [2, 3, 4] if kind in ("csv", "xlsx") else [1, 2, 3]
    assert [row["source_line"] for row in found.rows["sales"]] == lines


@pytest.mark.parametrize(
    ("document", "inside"),
    [
        ({"orders": ROWS, "next": None}, None),
        ({"orders": ROWS, "errors": []}, "orders"),
        ({"data": {"orders": ROWS}, "more": [1]}, "data.orders"),
    ],
)
def test_an_array_within_a_json_object(tmp_path: Path, document: dict[str, Any], inside: str | None) -> None:
    toml = TOML + (f'inside = "{inside}"\n' if inside else "")
    assert landed(tmp_path, toml, {"a.json": json.dumps(document)}, sales=SELECT).sales == EXPECTED


@pytest.mark.parametrize("kind", ["json", "parquet", "xlsx", "sqlite"])
def test_a_typed_number_of_three_decimals_is_not_taken_for_thousands(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the shop's texts have a decimal comma, `1.125` would be a thousand."""
    monkeypatch.setitem(ROWS[1], "price", 1.125)
    found = landed(tmp_path, TOML, {f"sold.{kind}": made(kind, tmp_path)}, sales=SELECT)
    prices = pd.Series([row[2] for row in found.sales], dtype=object)
    signs = NumberSigns(decimal=",", thousands=".")
    assert parse_numbers(prices, signs).text.tolist() == ["1162.1", "1.125", "0.5"]


def test_lines_under_the_name_of_json(tmp_path: Path) -> None:
    assert landed(tmp_path, TOML, {"a.json": LINES}, sales=SELECT).sales == EXPECTED


def test_a_long_array_is_read_block_by_block(tmp_path: Path) -> None:
    rows = [*ROWS, *({**ROWS[0], "title": "x" * 5000, "n": n} for n in range(500)), "no object"]
    found = landed(tmp_path, TOML, {"a.json": json.dumps(rows)}, sales=SELECT)
    assert len(found.sales) == 503
    assert [bad.reason for _, bad in found.landed.malformed] == ["not a JSON object"]


def test_nested_lines_of_an_order_are_taken_apart_by_the_select(tmp_path: Path) -> None:
    select = """
        select source_line, o.number as order_id, o.at as sold_at, line ->> 'sku' as product_id,
            line ->> 'qty' as quantity, line ->> 'price' as unit_price
        from sold as o, unnest(from_json(o.lines, '["json"]')) as items (line)
    """
    orders = [{"number": 7, "at": "2023-01-02", "lines": [{"sku": "A", "qty": 1, "price": "2.50"}, {"sku": "B"}]}]
    found = landed(tmp_path, TOML + "[sales]\nmay_multiply = true\n", {"a.json": json.dumps(orders)}, sales=select)
    assert sorted(found.sales) == [("7", "2023-01-02", "A", "1", "2.50"), ("7", "2023-01-02", "B", None, None)]


def test_one_of_several_sheets_and_tables(tmp_path: Path) -> None:
    toml = TOML + 'inside = "{}"\n'
    book = sheets(Notes=[["hello"]])
    assert landed(tmp_path / "1", toml.format("Sales"), {"a.xlsx": book}, sales=SELECT).sales == EXPECTED
    (tmp_path / "2").mkdir()
    tables = sqlite_file(tmp_path / "2", "create table notes (text)", "create view both_of_it as select * from sold")
    assert landed(tmp_path / "3", toml.format("sold"), {"a.db": tables}, sales=SELECT).sales == EXPECTED
    assert landed(tmp_path / "4", toml.format("both_of_it"), {"a.db": tables}, sales=SELECT).sales == EXPECTED


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.parquet", b"PAR1", "a.parquet: is not a readable Parquet file"),
        ("a.xlsx", b"PK\x03\x04", "a.xlsx: is not a readable workbook"),
        ("a.xlsx", workbook({"Empty": []}), "a.xlsx: the sheet is empty"),
        ("a.xlsx", sheets(Notes=[["x"]]), "2 sheets where one was expected; there: Sales, Notes. Say which"),
        ("a.json", b'[{"day": 1},\n {"day": ', "a.json, line 2: the JSON ends or breaks here"),
        ("a.json", b'{"orders": [', "a.json, line 1: the JSON ends or breaks here"),
        ("a.json", b'{"a": [1], "b": [2]}', "a.json: holds no array by itself; say which one"),
        ("a.json", b"day,n\n1,2\n", "is neither a JSON array nor a JSON object"),
        ("a.json", b"", "is neither a JSON array"),
    ],
)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(IngestionError) as raised:
        landed(tmp_path, TOML, {name: content}, sales=SELECT)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"), (1.125, "1.1250"), (-2.5, "-2.5"), (1e-7, "0.0000001"), (1e15, "1.00000000000000E+15"),
        (999999999999999.0, "999999999999999"), (float("nan"), None), (Decimal("5.10"), "5.1"),
        (True, "true"), (datetime.fromisoformat("2023-01-02"), "2023-01-02"),
        (datetime.fromisoformat("2023-01-02T03:04"), "2023-01-02 03:04:00"),
        (b"\x01\xff", "01ff"), ({"a": [Decimal(1)]}, '{"a": ["1"]}'), (None, None), ("", ""),
    ],
)  # fmt: skip
def test_values_as_text(value: object, text: str | None) -> None:
    assert text_of(value) == text


def test_what_databases_write_for_nothing_is_missing(tmp_path: Path) -> None:
    text = "when,number,price,note\n2023-01-02,1,\\N, NULL \n2023-01-03,1,5,null and \\N\n"
    found = landed(tmp_path, ONE, {"a.csv": text}, sales=SALES)
    assert [row[2:] for row in found.sales] == [(None, None), ("5", "null and \\N")]
