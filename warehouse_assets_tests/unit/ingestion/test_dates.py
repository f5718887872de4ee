"""Dates as exports have them beside ISO 8601: counted by spreadsheets, or with months named in seven languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from warehouse_assets.ingestion.contract.dates import parse_dates
from warehouse_assets.ingestion.contract.frame import TEXT
from warehouse_assets.ingestion.contract.words.month_names import is_month

LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")


def instants(*texts: str, formats: tuple[str, ...], zone: str = "UTC") -> list[datetime | None]:
    found = parse_dates(pd.Series(texts, dtype=TEXT), formats, zone)
    assert found.is_unreadable.tolist() == [bool(pd.isna(at)) for at in found.instant]
    return [None if pd.isna(at) else at.to_pydatetime() for at in found.instant]


def test_days_of_a_spreadsheet_are_local_times_of_the_shop() -> None:
    assert instants("45234", "45234.5", "45234,520833333336", formats=("excel",), zone="Europe/Paris") == [
        datetime(2023, 11, 3, 23, tzinfo=UTC),
        datetime(2023, 11, 4, 11, tzinfo=UTC),
        datetime(2023, 11, 4, 11, 30, tzinfo=UTC),
    ]


@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)), st.integers(0, 86_399))
def test_a_time_survives_a_spreadsheet_to_the_second(day: date, second: int) -> None:
    serial = (day - date(1899, 12, 30)).days + second / 86_400
    expected = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second)
    assert instants(repr(serial), formats=("excel",)) == [expected]


def test_seconds_since_1970_are_instants_whatever_the_zone() -> None:
    expected = [datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)]
    assert instants("1700000000", formats=("unix",), zone="Asia/Tokyo") == expected
    assert instants("1700000000000", formats=("unix_ms",), zone="Asia/Tokyo") == expected
    assert instants("-86400", "1700000000.25", formats=("unix",)) == [
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime(2023, 11, 14, 22, 13, 20, 250_000, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("text", "unit"),
    [("60", "excel"), ("-45234", "excel"), ("2958466", "excel"), ("1.7E+9", "unix"), ("1700000000000", "unix"),
     ("04/11/2023", "excel"), ("", "unix"), ("9" * 15, "unix_ms")],
)  # fmt: skip
def test_what_counts_no_day(text: str, unit: str) -> None:
    assert instants(text, formats=(unit,)) == [None]


def test_counted_and_written_dates_stand_in_one_column() -> None:
    assert instants("45234", "13/11/2023", "2023-11-14", formats=("%d/%m/%Y", "excel")) == [
        datetime(2023, 11, day, tzinfo=UTC) for day in (4, 13, 14)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("month", range(1, 13))
def test_months_have_names_in_seven_languages(language: str, month: int) -> None:
    day = date(2024, month, 5)
    for pattern, date_format in (("d MMMM y", "%d %B %Y"), ("d MMM y", "%d %b %Y"), ("d MMMM y", "%d %b %Y")):
        text = format_date(day, pattern, locale=language)
        assert instants(text, formats=(date_format,)) == [datetime(2024, month, 5, tzinfo=UTC)], text


def test_no_name_means_two_months() -> None:
    meant: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale(language).months["format"][width].items():
                meant.setdefault(name.casefold().strip("."), set()).add(number)
    assert not {name: numbers for name, numbers in meant.items() if len(numbers) > 1}


@pytest.mark.parametrize(
    ("text", "date_format"),
    [
        ("1er mars 2026", "%d %B %Y"), ("1 de março de 2026", "%d de %B de %Y"), ("1. März 2026", "%d. %B %Y"),
        ("1.März.2026", "%d.%B.%Y"), ("01-MAR-26", "%d-%b-%y"), ("March 1st, 2026", "%B %d, %Y"),
        ("Mar. 1, 2026", "%b. %d, %Y"), ("1 maart 2026", "%d %B %Y"), ("1 Maerz 2026", "%d %B %Y"),
    ],
)  # fmt: skip
def test_how_people_write_the_first_of_march(text: str, date_format: str) -> None:
    assert instants(text, formats=(date_format,)) == [datetime(2026, 3, 1, tzinfo=UTC)]


def test_a_word_that_names_no_month_makes_no_date() -> None:
    assert not is_month("mardi")
    assert instants("3 brumaire 2026", "31 avril 2026", formats=("%d %B %Y",)) == [None, None]
