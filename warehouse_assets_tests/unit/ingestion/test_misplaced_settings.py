"""Settings that are misspelled, misplaced, or name what does not exist: each is an error that names it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandera.pandas import Check

from warehouse_assets.ingestion.contract.frame import TEXT
from warehouse_assets.ingestion.contract.places import require_default_country
from warehouse_assets.ingestion.contract.rules import Rule, apply_rules, require_columns
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.readers.relations import land
from warehouse_assets.ingestion.readers.workspace import open_workspace
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets_tests.unit.ingestion.frames import source
from warehouse_assets_tests.unit.ingestion.test_relations import landed, written

TABLE = '[tables.t]\nfiles = ["*.csv"]\n'


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        (TABLE + 'time_zone = "UTC"\n', "tables.t.time_zone: is a setting of the whole source"),
        (TABLE + "[sales]\nduplicates = 'keep'\n", "sales.duplicates: is a setting of the whole source"),
        ("may_lose = true\n" + TABLE, "may_lose: is no setting here; it belongs under [customers] or [sales]"),
        ("skip_lines = 1\n" + TABLE, "skip_lines: is no setting here; it belongs under [tables.<name>]"),
        (TABLE + "[date_formats]\nquantity = ['%d/%m/%Y']\n", "date_formats.quantity is no canonical column"),
        (TABLE + "[normalise]\ncity = ['lower']\n", "normalise.city is no canonical column of this kind (id)"),
        (TABLE + "[date_formats]\nsold_at = ['dd/mm/yyyy']\n", "'dd/mm/yyyy' gives no date"),
        (TABLE + "[date_formats]\nsold_at = ['%d/%m/%q']\n", "'%d/%m/%q' gives no date"),
        (TABLE + "[date_formats]\nsold_at = ['%d.%m.']\n", "'%d.%m.' gives no date"),
        (TABLE + "encoding = 'utf-99'\n", "'utf-99' is no encoding"),
        (TABLE + "[tables.T]\nfiles = ['x.csv']\n", "two names differ in capitals only"),
        ("[money]\nthousands = 'ab'\n" + TABLE, "decimal takes one character"),
    ],
)
def test_the_error_names_the_setting(tmp_path: Path, toml: str, named: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "source.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "shop" / "sales.sql").write_text("select 1", encoding="utf-8")
    with pytest.raises(SourceError) as raised:
        read_source(tmp_path, "shop")
    assert named in str(raised.value)


@pytest.mark.parametrize("text", ["%d/%m/%Y", "%m/%d/%y %I:%M %p", "%Y", "%d %B %Y", "%Y-%m-%dT%H:%M:%S.%f%z"])
def test_usual_formats_are_taken(text: str) -> None:
    assert source(date_formats={"sold_at": [text]}).settings.date_formats["sold_at"] == (text,)


def test_a_default_country_that_is_none() -> None:
    with pytest.raises(SourceError, match="default_country 'Frankreichh' is no country"):
        require_default_country(source(default_country="Frankreichh"))
    require_default_country(source())
    require_default_country(source(default_country="Frankreich"))
    require_default_country(source(default_country="Jersey Islands", territories={"Jersey Islands": "Europe"}))


EXPORT = "when,number,price,note\n2023-01-02,1,5,hello\n"
SELECT = 'select source_line, "when" as sold_at, number as quantity, price as unit_price from export'
NAMED = '[tables.export]\nfiles = ["*"]\n'


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        (NAMED + 'optional = ["prcie"]\n', r"tables.export.optional names 'prcie'.*did you mean 'price'"),
        (NAMED + 'optional = ["note"]\n', "tables.export.optional names 'note'"),
        ('[columns]\n"Prices" = ["Preis"]\n' + NAMED, r"\[columns\] names 'Prices'.*did you mean 'price'"),
        (NAMED + "[reviews]\nmay_lose = true\n", r"\[reviews\] is set, but there is no reviews.sql"),
    ],
)
def test_a_setting_that_names_a_column_that_no_select_reads(tmp_path: Path, toml: str, named: str) -> None:
    with pytest.raises(SourceError, match=named):
        landed(tmp_path, toml, {"e.csv": EXPORT}, sales=SELECT)


def test_settings_of_the_same_places_that_have_an_effect(tmp_path: Path) -> None:
    toml = '[columns]\nPrice = ["Preis"]\n' + NAMED + 'optional = ["Number"]\n[sales]\ndriving = "export"\n'
    assert landed(tmp_path, toml, {"e.csv": EXPORT}, sales=SELECT).landed.unused_settings == []


@pytest.mark.parametrize(
    ("toml", "idle"),
    [
        ('never_read = ["NOTE", "NOTES", "card"]\n' + NAMED, []),
        ('never_read = ["notes", "card"]\n' + NAMED, ["never_read: notes (did you mean 'note'?)"]),
        (NAMED + 'inside = "Sheet1"\ndelimiter = ","\n', ["tables.export.inside"]),
    ],
)
def test_a_setting_that_speaks_of_what_no_file_has_is_told(tmp_path: Path, toml: str, idle: list[str]) -> None:
    assert landed(tmp_path, toml, {"e.csv": EXPORT}, sales=SELECT).landed.unused_settings == idle


def test_a_delivery_of_shared_tables_does_not_have_the_columns_of_the_others(tmp_path: Path) -> None:
    """Nor do all exports have each column that is never to be read."""
    toml = (
        'never_read = ["carte"]\n[tables.export]\nfiles = ["e.csv"]\n'
        '[tables.people]\nfiles = ["p.csv"]\nshared = true\n[sales]\ndriving = "export"\n'
        '[customers]\ndriving = "people"\n'
    )
    files = {"e.csv": EXPORT.replace("note", "carte"), "p.csv": "who,carted\nann,1\n"}
    customers = "select source_line, who as customer_id from people"
    source = read_source(written(tmp_path / "sources", toml, sales=SELECT, customers=customers), "shop")
    for name, text in files.items():
        path = tmp_path / "incoming" / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    deliveries = find_deliveries(source, tmp_path / "incoming")
    assert [one.is_of_shared_tables for one in deliveries] == [False, True]
    for place, delivery in enumerate(deliveries):
        (tmp_path / f"w{place}").mkdir()
        with open_workspace(tmp_path / f"w{place}") as workspace:
            assert land(workspace, delivery).unused_settings == []


def test_settings_of_text_say_nothing_of_other_files(tmp_path: Path) -> None:
    toml = NAMED + 'encoding = "utf-8"\ndelimiter = ";"\nskip_lines = 2\n'
    record = '{"when": "2023-01-02", "number": 1, "price": 5}\n'
    found = landed(tmp_path, toml, {"e.jsonl": record}, sales=SELECT).landed.unused_settings
    assert found == ["tables.export.delimiter", "tables.export.skip_lines"]


def test_a_rule_of_a_text_is_applied() -> None:
    raw = pd.DataFrame({"order_status": pd.Series(["paid", None, "draft"], dtype=TEXT)})
    rule = Rule("draft_order", "order_status", "reject", "is no order yet", Check.ne("draft"))
    [found] = apply_rules([rule], pd.DataFrame({"quantity": [1.0, 1.0, 1.0]}), raw)
    assert found.mask.tolist() == [False, False, True]


@pytest.mark.parametrize("column", ["quantty", "comment", "age"])
def test_a_rule_of_a_column_that_no_record_has_is_an_error(column: str) -> None:
    with pytest.raises(ValueError, match=f"names '{column}', which is no column of sales"):
        require_columns("sales", [Rule("odd", column, "warn", "is odd", Check.ge(0))])
    with pytest.raises(ValueError, match="names 'review_id'"):
        require_columns("reviews", [Rule("odd", "review_id", "warn", "is odd", Check.ge(0))])
    with pytest.raises(ValueError, match="blanks the text category"):
        require_columns("sales", [Rule("odd", "category", "blank", "is odd", Check.ne("x"))])
