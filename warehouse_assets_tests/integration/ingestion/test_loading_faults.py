"""Bad files, killed loads, two loads at once, wrong secrets: the staging is right or says that it is not."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from warehouse_assets import database as server_of
from warehouse_assets.ingestion.contract.plain_text import plain
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.staging.records import read_frames
from warehouse_assets.pseudonyms.secret import SECRET_FILE, SecretError, open_secret
from warehouse_assets.settings import Settings
from warehouse_assets.splitting import SplitError
from warehouse_assets_tests.integration.ingestion.loading import (
    HEADER,
    STAGED,
    TODAY,
    Loading,
    export,
    loading,
    own_source,
    record,
)

LINES = HEADER.count(",") + 1
KILLED = """
import os, sys
from datetime import date
from pathlib import Path
from warehouse_assets import database
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.loading import load_delivery
from warehouse_assets.pseudonyms.secret import open_secret
from warehouse_assets.settings import Settings
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2], frame_rows=50)
source = read_source(settings.sources_path, "ecommerce_export")
def progress(what, done, total):
    print(what, done, flush=True)
    if what == sys.argv[3] and done:
        os.kill(os.getpid(), 9)
with database.connect(settings, bulk=True, autocommit=True) as connection:
    secret = open_secret(settings.secrets_path, connection)
    for delivery in find_deliveries(source, settings.incoming_path):
        load_delivery(connection, settings, delivery, secret, date(2023, 9, 1), progress)
"""


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    with loading(database) as found:
        yield found


def nothing_is_loaded(warehouse: Loading) -> bool:
    """Beside the fingerprint of the secret."""
    return all(not rows for name, rows in warehouse.contents().items() if name != "ops.fingerprints")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "a.csv.*is empty"),
        ("a.csv", b"\n\n", "a.csv.*only blank lines"),
        ("a.csv", (HEADER + "\n" + record()).encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("a.csv", export(record()).replace("Name", "Age", 1).encode(), "a.csv.*has the same name"),
        ("a.csv", export(record()).replace("Price", "Cost").encode(), "Column 'Price' is missing"),
        ("a.csv", b"a,b\n1,2\n", "is missing"),
        ("a.csv.gz", gzip.compress(export(record()).encode())[:-20], "truncated or damaged"),
        ("a.jsonl", b"", "'.*' is missing"),
        ("a.sqlite", b"not a database", "is not a readable SQLite database"),
    ],
)
def test_a_file_that_is_refused_whole(warehouse: Loading, name: str, content: bytes, message: str) -> None:
    warehouse.put(name, content)
    with pytest.raises((IngestionError, SplitError), match=message):
        warehouse.load()
    assert nothing_is_loaded(warehouse)
    assert list((warehouse.settings.home / "tmp").glob("*")) == []


def test_a_scratch_database_that_gives_up(warehouse: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when its disk is full: within the frames, when half the rows are at the server."""
    warehouse.split("a.csv", export(*(record(ID=str(n)) for n in range(300))))
    monkeypatch.setattr("warehouse_assets.ingestion.staging.loading.read_frames", _breaking)
    with pytest.raises(IngestionError, match=r"a.csv: cannot be read to its end \(IOException\). Nothing was loaded"):
        warehouse.load()
    monkeypatch.undo()
    assert nothing_is_loaded(warehouse)
    assert [result.outcome for result in warehouse.load()] == ["loaded"] * 3


def _breaking(*arguments: Any, **options: Any) -> Iterator[Any]:
    yield next(read_frames(*arguments, **options))
    raise duckdb.IOException("no room for Ann Example")


def test_lines_that_stand_twice_are_read_record_by_record(warehouse: Loading) -> None:
    """As in two thirds put together by hand."""
    rows = [f"{line},{record(ID=str(line))}" for line in (2, 3)]
    warehouse.put("a.csv", "\n".join([f"source_line,{HEADER}", *rows, *rows, f"3,{record(ID='9')}"]) + "\n")
    with pytest.raises(IngestionError, match="line numbers"):
        warehouse.load()
    assert nothing_is_loaded(warehouse)


def test_thirds_without_a_record_are_deliveries_of_nothing(warehouse: Loading) -> None:
    warehouse.split("a.csv", export(record()))
    results = warehouse.load()
    assert sorted(result.rows_read for result in results) == [0, 0, 1]
    assert warehouse.rows("ops.data_quality", "rule_name") == []


def test_a_header_alone_is_a_delivery_of_nothing(warehouse: Loading) -> None:
    warehouse.put("a.csv", HEADER + "\n")
    [result] = warehouse.load()
    assert (result.outcome, result.rows_read, result.months) == ("loaded", 0, [])
    assert warehouse.rows("ops.ingested_files", "rows_read, sales_read") == [(0, 0)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(warehouse: Loading, encoding: str) -> None:
    warehouse.put("a.csv", export(record(City="Orléans")).encode(encoding))
    warehouse.load()
    assert warehouse.rows("staging.geographies", "city, country") == [("Orléans", "France")]


BROKEN = export(
    record(), "1,2,3", record(ID="2", Name="B\0b"), record(ID="3", City='"New\nYork"'), record(ID="4"), '5,"open'
)


@pytest.mark.parametrize("is_split", [False, True])
def test_good_rows_of_a_broken_file_are_loaded(warehouse: Loading, is_split: bool) -> None:
    if is_split:
        warehouse.split("a.csv", BROKEN)
    else:
        warehouse.put("a.csv", BROKEN)
    warehouse.load()
    assert warehouse.rows("staging.sales", "source_line") == [(2,), (5,), (7,)]
    rejects = warehouse.rows("staging.rejected_records", "source_line, record_kind, rules, reasons, record")
    assert [(row[0], row[1], row[2], row[4]) for row in rejects] == [
        (line, "file", ["malformed_record"], {}) for line in (3, 4, 8)
    ]
    assert rejects[0][3] == [f"a.csv, line 3: 3 fields where the header has {LINES}"]
    assert warehouse.one("select sum(rows_read)::int from ops.ingested_files") == 6
    assert warehouse.rows("ops.data_quality", "rule_name, severity, record_count", "rule_name like 'malf%'") == [
        ("malformed_record", "reject", 3)
    ]


def test_bytes_that_are_not_utf_8_set_their_record_aside(warehouse: Loading) -> None:
    lines = export(*(record(ID=str(n), City="Évreux") for n in range(8)), record(ID="9")).encode().splitlines()
    lines[-1] = lines[-1].replace(b"Paris", b"Par\xffis")
    warehouse.put("a.csv", b"\n".join(lines) + b"\n")
    warehouse.load()
    assert warehouse.one("select count(*) from staging.sales") == 8
    assert warehouse.rows("staging.rejected_records", "source_line, rules") == [(10, ["malformed_record"])]


def test_cells_that_are_odd_are_only_text(warehouse: Loading) -> None:
    odd = ["=cmd()", "\\N", "\\.", "NULL", "a\x1fb\x1e", "x" * 1_500, "' or 1=1 --", '"q""q"', "\t", "\u2028"]
    warehouse.put("a.csv", export(*(record(ID=str(n), Product_Name=cell) for n, cell in enumerate(odd))))
    warehouse.load()
    names = {row[0] for row in warehouse.rows("staging.products", "product_name")}
    assert names == {"" if cell in ("\\N", "NULL") else plain(cell.strip('"').replace('""', '"')) for cell in odd}
    assert warehouse.one("select count(*) from staging.sales") == len(odd)


def test_a_record_longer_than_duckdb_takes_comes_from_all_thirds(warehouse: Loading) -> None:
    long = "é" * (3 << 20)
    warehouse.split("a.csv", export(*(record(ID=str(n), Product_Name=f"{long}{n}") for n in range(9))))
    warehouse.load()
    assert warehouse.one("select count(*) from staging.sales") == 9
    assert set(warehouse.rows("staging.products", "product_name, category")) == {("", "Home")}
    assert (
        warehouse.one("select sum(record_count)::int from ops.data_quality where rule_name = 'product_name_too_long'")
        == 9
    )


def test_a_file_with_a_column_of_lines_of_its_own(warehouse: Loading) -> None:
    header, row = f"source_line,{HEADER}", record()
    warehouse.put("a.csv", "\n".join([header, f"12,{row}", f"x,{row.replace('1,', '2,', 1)}", "3,short"]) + "\n")
    warehouse.load()
    assert warehouse.rows("staging.sales", "source_line") == [(3,), (12,)]
    assert warehouse.rows("staging.rejected_records", "source_line") == [(4,)]


def test_rejects_name_the_file_where_a_delivery_has_several(database: Settings) -> None:
    toml = '[tables.export]\nfiles = ["{delivery}/part?.csv"]\n'
    select = "select source_line, id as customer_id, day as sold_at, n as quantity, price as unit_price from export"
    people = "select source_line, id as customer_id from export"
    settings = own_source(database, "parts", toml, sales=select, customers=people)
    with loading(settings, "parts") as warehouse:
        warehouse.put("jan/part1.csv", "id,day,n,price\n1,2023-01-01,1,5\n2,2023-01-01,1,5\n")
        warehouse.put("jan/part2.csv", "id,day,n,price\n1,2023-01-01,0,5\n1,2023-01-01,1,5\n2,2023-01-02,1,5\n")
        [result] = warehouse.load()
        assert vars(result.counts["sales"]) == {
            "read": 5, "loaded": 3, "rejected": 1, "duplicate": 1, "suppressed": 0,
        }  # fmt: skip
        [(line, reasons)] = warehouse.rows("staging.rejected_records", "source_line, reasons")
        assert (line, reasons) == (2, ["part2.csv, line 2: quantity must be greater than 0: 0"])


@pytest.mark.parametrize("moment", ["customers", "sales"])
def test_a_killed_load_leaves_nothing_and_loads_again(warehouse: Loading, moment: str) -> None:
    warehouse.put("a.csv", export(*(record(ID=str(n)) for n in range(500))))
    settings = warehouse.settings
    command = [sys.executable, "-c", KILLED, str(settings.home), str(settings.database_url), moment]
    killed = subprocess.run(command, cwd=Path.cwd(), check=False, capture_output=True, text=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    _wait_for_other_sessions(warehouse)
    assert nothing_is_loaded(warehouse)
    [result] = warehouse.load()
    assert (result.outcome, warehouse.one("select count(*) from staging.sales")) == ("loaded", 500)


def _wait_for_other_sessions(warehouse: Loading) -> None:
    others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    deadline = time.monotonic() + 30
    while warehouse.one(others) and time.monotonic() < deadline:
        time.sleep(0.05)


def test_of_two_loads_at_once_one_changes_nothing(warehouse: Loading) -> None:
    warehouse.put("a.csv", export(*(record(ID=str(n)) for n in range(300))))
    open_secret(warehouse.settings.secrets_path, warehouse.connection)

    def load(_: int) -> str:
        with server_of.connect(warehouse.settings, autocommit=True) as connection:
            [result] = Loading(warehouse.settings, connection).load()
            return result.outcome

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(load, range(2))) == ["loaded", "unchanged"]
    assert warehouse.one("select count(*) from staging.sales") == 300


def test_another_secret_is_refused_before_anything_is_written(warehouse: Loading, tmp_path: Path) -> None:
    warehouse.put("a.csv", export(record()))
    warehouse.load()
    before = warehouse.contents()
    warehouse.put("b.csv", export(record(ID="2")))
    (warehouse.settings.secrets_path / SECRET_FILE).write_text(os.urandom(32).hex())
    with pytest.raises(SecretError, match="is not the secret that this warehouse was built with"):
        warehouse.load()
    assert warehouse.contents() == before


def test_a_collision_of_keys_is_refused(warehouse: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.put("a.csv", export(record(), record(ID="2")))
    monkeypatch.setattr("warehouse_assets.ingestion.staging.keys.leading_63_bits", _all_equal)
    with pytest.raises(IngestionError, match="a collision of 63 bits"):
        warehouse.load()
    monkeypatch.undo()
    assert nothing_is_loaded(warehouse)


def _all_equal(digests: list[bytes]) -> Any:
    return np.ones(len(digests), dtype=np.int64)


def test_small_frames_give_the_same(warehouse: Loading) -> None:
    rows = [
        record(ID=str(n % 40), Quantity=str(n % 7), Product_Name=f"P{n % 5}", Rating=str(n % 8)) for n in range(200)
    ]
    warehouse.put("a.csv", export(*rows))
    warehouse.load()
    whole = warehouse.contents()
    warehouse.connection.execute("truncate " + ", ".join(n for n in STAGED if n != "ops.fingerprints"))
    small = Loading(replace(warehouse.settings, frame_rows=7), warehouse.connection)
    small.load(TODAY)
    assert small.contents() == whole


def test_the_figures_of_the_brief(warehouse: Loading, shop_data: Path) -> None:
    warehouse.split("ecommerce.csv", (shop_data / "ecommerce" / "ecommerce.csv").read_bytes())
    warehouse.load()
    assert warehouse.one("select sum(rows_read)::int from ops.ingested_files") == 1500
    assert warehouse.one("select count(distinct customer_key) from staging.customers") == 1500
    assert warehouse.one("select count(*) from staging.customers where is_declared_churned") == 910
    [lines] = warehouse.rows("staging.sales", "count(*), sum(quantity * unit_price), min(sale_date), max(sale_date)")
    assert [str(value) for value in lines[:2]] == ["388", "1053519"]
    assert [f"{day:%Y-%m}" for day in lines[2:]] == ["2020-08", "2023-08"]
    assert warehouse.one("select min(currency_code) || max(currency_code) from staging.sales") == "XXXXXX"
