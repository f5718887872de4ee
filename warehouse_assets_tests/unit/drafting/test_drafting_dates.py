"""Dates that are numbers, or name their month in the shop's language, as a draft recognises them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.dates import format_date

from warehouse_assets.drafting.tables.dates import find_dates
from warehouse_assets_tests.unit.drafting.drafts import drafted, mapping, outcome, write

DAYS = [date(2026, 1, 3) + timedelta(days=5 * n) for n in range(60)]


def sold_on(tmp_path: Path, name: str, texts: list[str]) -> tuple[str, list[str], list[str]]:
    """The draft's doubts, its first sale days, and its formats, for a shop whose sales have these dates."""
    rows = [(f"R{n:03d}", text, f"K{n % 7}", f"A{n % 5}", "Cup", n % 4 + 1, "2.50") for n, text in enumerate(texts)]
    write(tmp_path / "files" / "sales.csv", f"Order No;{name};Customer;SKU;Title;Quantity;Unit Price", rows)
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["sold_at"] == name
    assert outcome(dry)["sales"] == (len(texts), 0)
    formats = [line for line in draft.toml.splitlines() if line.startswith("sold_at = ")]
    return " ".join(draft.doubts), [sample.parsed["sale_date"] for sample in dry.samples["sales"]], formats


@pytest.mark.parametrize(
    ("unit", "start", "step"),
    [("excel", date(1899, 12, 30), 1), ("unix", date(1970, 1, 1), 86_400), ("unix_ms", date(1970, 1, 1), 86_400_000)],
)
@pytest.mark.parametrize("name", ["Order Date", "created_at", "Rechnungsdatum", "timestamp"])
def test_numbers_are_dates_where_name_and_values_say_so(
    tmp_path: Path, unit: str, start: date, step: int, name: str
) -> None:
    counts = [(day - start).days * step for day in DAYS]
    doubts, days, formats = sold_on(tmp_path, name, list(map(str, counts)))
    assert days == [str(day) for day in DAYS[:3]]
    assert formats == [f'sold_at = ["{unit}"]']
    assert "its numbers are read as" in doubts


@pytest.mark.parametrize("language", ["fr", "de", "es", "it", "pt", "nl"])
@pytest.mark.parametrize("pattern", ["long", "medium", "d MMM y", "dd-MMM-yy"])
def test_months_are_named_in_the_language_of_the_shop(tmp_path: Path, language: str, pattern: str) -> None:
    _, days, _ = sold_on(tmp_path, "Date", [format_date(day, pattern, locale=language) for day in DAYS])
    assert days == [str(day) for day in DAYS[:3]]


def test_numbers_beside_texts_are_marked(tmp_path: Path) -> None:
    texts = [f"{day:%d/%m/%Y}" if day.day > 12 else f"{(day - date(1899, 12, 30)).days}" for day in DAYS]
    doubts, days, formats = sold_on(tmp_path, "Date", texts)
    assert days == [str(day) for day in DAYS[:3]]
    assert formats == ['sold_at = ["%d/%m/%Y", "excel"]']
    assert "day and month changed places" in doubts


@pytest.mark.parametrize("texts", [["45234", "45235"], ["1700000000"], ["99999"], ["12345"]])
def test_numbers_alone_are_no_dates(texts: list[str]) -> None:
    assert not find_dates(texts).formats
    assert bool(find_dates(texts, may_count=True).formats) == (texts[0] not in ("99999", "12345"))


def test_numbers_under_another_name_stay_what_they_are(tmp_path: Path) -> None:
    rows = [(f"{45000 + n}", f"{day}", f"K{n % 7}", "A1", "Cup", 1, "2.50") for n, day in enumerate(DAYS)]
    write(tmp_path / "files" / "sales.csv", "Order No;Date;Customer;SKU;Title;Quantity;Unit Price", rows)
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert (mapping(draft)["order_id"], mapping(draft)["sold_at"]) == ("Order No", "Date")
