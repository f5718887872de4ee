"""Corrections, repeats, changed orders, forgotten deliveries, corrected rejects: the facts equal a fresh load of what
is now true, whatever happened before and in which order.
"""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.staging.corrected_rejects import reload_rejects
from warehouse_assets.ingestion.staging.reject_sheets import export_rejects
from warehouse_assets.ingestion.staging.removal import forget_delivery
from warehouse_assets.pseudonyms.secret import SECRET_FILE, open_secret
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all, clear, empty_warehouse, rows_of
from warehouse_assets_tests.integration.ingestion.loading import TODAY, Loading, loading, own_source

SECRET = "5e" * 32
TOML = """
exported_on = '(?P<year>\\d{4})-(?P<month>\\d{2})-(?P<day>\\d{2})'
negative_quantity = "return"
cancelled_statuses = ["cancelled"]
[tables.lines]
files = ["*.csv"]
[customers]
may_lose = true
"""
SALES = """
select source_line, number as order_id, person as customer_id, product as product_name, day as sold_at,
    pieces as quantity, price as unit_price, discount as order_discount_amount, state as order_status,
    changed as updated_at
from lines
"""
PEOPLE = "select source_line, person as customer_id, land as country from lines where land <> ''"
HEADER = "number,person,product,day,pieces,price,discount,state,changed,land"
FACTS = ("dw.fct_sales", "dw.dim_customer", "dw.dim_customer_history", "dw.fct_customer_lifecycle", "dw.dim_product")
Line = tuple[str, ...]


def line(number: str, day: str, **fields: str) -> Line:
    known = {"person": "7", "product": "Lamp", "pieces": "1", "price": "10", "discount": "", "state": "paid",
             "changed": "", "land": "France"}  # fmt: skip
    found = {"number": number, "day": day} | known | fields
    return tuple(found[name] for name in HEADER.split(","))


def file(*lines: Line) -> str:
    return "\n".join([HEADER, *map(",".join, lines)]) + "\n"


@pytest.fixture(scope="module")
def make(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Loading]]:
    """Makes a warehouse that is empty; two of them, used in turn, share one secret."""
    with ExitStack() as stack:
        shops = []
        for name in ("changed", "fresh"):
            home = tmp_path_factory.mktemp(name)
            base = Settings(home=home, database_url=stack.enter_context(empty_warehouse(server)))
            found = own_source(base, "shop", TOML, sales=SALES, customers=PEOPLE)
            (home / "secrets").mkdir()
            (home / "secrets" / SECRET_FILE).write_text(SECRET)
            (home / "secrets" / SECRET_FILE).chmod(0o600)
            shops.append(stack.enter_context(loading(found, "shop")))
        turns = itertools.cycle(shops)

        def emptied() -> Loading:
            shop = next(turns)
            clear(shop.connection, ("staging.", "dw.", "ops.", "vault."))
            ensure_dates(shop.connection, date(2022, 1, 1))
            shutil.rmtree(shop.folder, ignore_errors=True)
            return shop

        yield emptied


def facts(shop: Loading) -> dict[str, list[Any]]:
    build_all(shop.connection)
    return {name: rows_of(shop.connection, name, f"row({name.split('.')[1]}.*)::text") for name in FACTS}


def fresh(make: Callable[[], Loading], files: dict[str, str]) -> dict[str, list[Any]]:
    shop = make()
    for name, text in files.items():
        shop.put(name, text)
    shop.load(TODAY)
    return facts(shop)


def bring(shop: Loading, name: str, text: str) -> None:
    shop.put(name, text)
    shop.load(TODAY)


MAY = file(line("A", "2023-05-01"), line("A", "2023-05-01", product="Vase"), line("B", "2023-05-02", person="8"))
OTHER = file(line("A", "2023-05-01", price="12"), line("C", "2023-03-02", land="Spain"))


def test_a_correction_in_between_builds(make: Callable[[], Loading]) -> None:
    shop = make()
    bring(shop, "2023-06-01.csv", MAY)
    facts(shop)
    bring(shop, "2023-06-01.csv", OTHER)
    assert facts(shop) == fresh(make, {"2023-06-01.csv": OTHER})


def test_the_same_records_in_a_second_file_change_nothing(make: Callable[[], Loading]) -> None:
    shop = make()
    bring(shop, "2023-06-01.csv", MAY)
    before = facts(shop)["dw.fct_sales"]
    bring(shop, "2023-06-02.csv", MAY)
    assert facts(shop)["dw.fct_sales"] == before


def test_what_is_forgotten_was_never_there(make: Callable[[], Loading]) -> None:
    shop = make()
    bring(shop, "2023-06-01.csv", MAY)
    bring(shop, "2023-06-02.csv", OTHER)
    facts(shop)
    forget_delivery(shop.connection, "shop", "2023-06-02.csv")
    assert facts(shop) == fresh(make, {"2023-06-01.csv": MAY})


def test_a_changed_order_moves_to_another_month_and_loses_a_line(make: Callable[[], Loading]) -> None:
    old = file(
        line("A", "2023-04-30", changed="2023-05-01", discount="3"),
        line("A", "2023-04-30", product="Vase", changed="2023-05-01", discount="3"),
    )
    new = file(line("A", "2023-05-02", changed="2023-05-20", discount="1", state="cancelled"))
    shop = make()
    bring(shop, "2023-06-01.csv", old)
    facts(shop)
    bring(shop, "2023-06-02.csv", new)
    assert facts(shop)["dw.fct_sales"] == fresh(make, {"2023-06-02.csv": new})["dw.fct_sales"]
    assert shop.one("select count(*) from dw.fct_sales") == 1


PIECES = st.sampled_from(
    [
        line("A", "2023-04-30", changed="2023-05-01"),
        line("A", "2023-05-01", product="Vase", changed="2023-05-03", discount="2.50"),
        line("A", "2023-05-01", product="Vase", changed="2023-05-03", price="11"),
        line("B", "2023-05-02", person="8", pieces="-1"),
        line("B", "2023-05-02", person="8", land="Spain"),
        line("", "2023-05-03"),
        line("", "2023-03-03", state="cancelled", land=""),
        line("C", "2023-05-09", price="free"),
    ]
)
CONTENTS = st.lists(PIECES, max_size=4).map(lambda lines: file(*lines))
STEPS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.none() | CONTENTS, st.booleans()), min_size=1, max_size=6
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_history_equals_a_fresh_load_of_what_is_there_now(
    make: Callable[[], Loading], steps: Sequence[tuple[str, str | None, bool]]
) -> None:
    """Steps bring a file, correct it or (None) forget it; some are followed by a build."""
    shop, there = make(), dict[str, str]()
    for stem, text, is_built in steps:
        name = f"{stem}-2023-06-0{1 + 'abc'.index(stem)}.csv"
        if text is not None:
            bring(shop, name, text)
            there[name] = text
        elif name in there:
            forget_delivery(shop.connection, "shop", name)
            (shop.folder / name).unlink()
            del there[name]
        if is_built:
            build_all(shop.connection)
    assert facts(shop) == fresh(make, there)


BAD = file(
    line("A", "2023-05-01", price="free", discount="4"),
    line("A", "2023-05-01", product="Vase"),
    line("B", "31/05/2023", person="8", product="=cmd()"),
    line("C", "2023-05-09"),
    line("C", "2023-05-09", pieces="x"),
)


def correct(path: Path, **changes: dict[str, str]) -> None:
    """Changes fields of the rows of a spreadsheet, by what is wrong with them."""
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        for wrong, fields in changes.items():
            if row["reasons"].startswith(wrong):
                row.update(fields)
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_mended_rejects_equal_a_corrected_file(make: Callable[[], Loading], tmp_path: Path) -> None:
    shop, path = make(), tmp_path / "rejects.csv"
    bring(shop, "2023-06-01.csv", BAD)
    facts(shop)
    assert export_rejects(shop.connection, path, None) == (3, 0)
    assert "'=cmd()" in path.read_text(encoding="utf-8-sig"), "no cell is a formula"
    correct(path, unit_price={"unit_price": "10"}, sold_at={"sold_at": "2023-05-31"}, quantity={"quantity": "1"})
    secret = open_secret(shop.settings.secrets_path, shop.connection)
    done = reload_rejects(shop.connection, shop.settings, path, secret, TODAY)
    assert (done.loaded, done.rejected, done.duplicate, done.unchanged) == (2, 0, 1, 0)
    corrected = BAD.replace("free", "10").replace("31/05/2023", "2023-05-31").replace(",x,", ",1,")
    assert facts(shop) == fresh(make, {"2023-06-01.csv": corrected})
    assert shop.rows("staging.rejected_records", "source_line") == []
    counted = "sales_read::int, sales_loaded::int, sales_rejected::int, sales_duplicate::int"
    assert shop.rows("ops.ingested_files", counted) == [(5, 4, 0, 1)]
    assert shop.rows("ops.data_quality", "rule_name", "severity = 'reject'") == []


def test_rejects_that_are_mended_in_part(make: Callable[[], Loading], tmp_path: Path) -> None:
    shop, path = make(), tmp_path / "rejects.csv"
    bring(shop, "2023-06-01.csv", BAD)
    export_rejects(shop.connection, path, None)
    correct(path, unit_price={"unit_price": "still free"}, sold_at={"sold_at": "2023-05-31", "quantity": "0"})
    secret = open_secret(shop.settings.secrets_path, shop.connection)
    done = reload_rejects(shop.connection, shop.settings, path, secret, TODAY)
    assert (done.loaded, done.rejected, done.unchanged) == (0, 2, 1)
    rules = {rule for (rules,) in shop.rows("staging.rejected_records", "rules") for rule in rules}
    assert rules == {"unparsable_unit_price", "zero_quantity", "unparsable_quantity"}
    counted = dict(shop.rows("ops.data_quality", "rule_name, record_count::int"))
    assert {rule: counted.get(rule) for rule in (*rules, "unparsable_sold_at")} == dict.fromkeys(rules, 1) | {
        "unparsable_sold_at": None
    }
    with pytest.raises(IngestionError, match=r"rejects.csv, line \d+: its reject is no longer there"):
        reload_rejects(shop.connection, shop.settings, path, secret, TODAY)


def test_a_spreadsheet_that_is_none_of_ours(make: Callable[[], Loading], tmp_path: Path) -> None:
    shop, path = make(), tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    secret = open_secret(shop.settings.secrets_path, shop.connection)
    with pytest.raises(IngestionError, match="has no column reject"):
        reload_rejects(shop.connection, shop.settings, path, secret, TODAY)
