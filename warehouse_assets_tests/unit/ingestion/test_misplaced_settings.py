"""Settings that are misspelled, misplaced, or name what does not exist: each is an error that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.ingestion.contract.places import require_default_country
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets_tests.unit.ingestion.frames import source

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
