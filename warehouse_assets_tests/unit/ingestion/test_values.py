"""Texts read as numbers, money and dates: exactly, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_assets.ingestion.contract.dates import parse_dates
from warehouse_assets.ingestion.contract.frame import TEXT
from warehouse_assets.ingestion.contract.values import parse_money, parse_numbers, shape
from warehouse_assets.ingestion.sources.settings import MoneySettings, NumberSigns

FRENCH = MoneySettings(decimal=",", thousands=".", symbols={"€": "EUR"})
BRITISH = MoneySettings(symbols={"£": "GBP", "$": "USD"})
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


def column(*texts: str | None) -> pd.Series:
    return pd.Series(list(texts), dtype=TEXT)


def listed(values: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in values]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", "7"), ("-7", "-7"), ("+7", "7"), ("007", "7"), ("1.50", "1.5"), ("3.", "3"), (".5", "0.5"),
        ("-.50", "-0.5"), ("-0", "0"), ("-0.00", "0"), ("0", "0"), ("123456789012345678", "123456789012345678"),
    ],
)  # fmt: skip
def test_a_number_has_one_form(text: str, number: str) -> None:
    found = parse_numbers(column(text), NumberSigns())
    assert (listed(found.text), found.is_unreadable.tolist()) == ([number], [False])


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "-",
        "1,5",
        "1 0",
        "1 0000",
        "1e3",
        "2 pcs",
        "-(1)",
        "(-1)",
        "0,125",
        "1e308",
        "NaN",
        "inf",
        "0x1",
        "٣",
        "1.2.3",
        "--1",
        "9" * 19,
        "=1+1",
    ],
)
def test_what_is_no_number(text: str) -> None:
    found = parse_numbers(column(text), NumberSigns())
    assert (listed(found.text), found.is_unreadable.tolist()) == ([None], [True])


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "number"),
    [
        ("1.000", ",", ".", "1000"), ("1.234.567", ",", ".", "1234567"), ("1,5", ",", ".", "1.5"),
        ("1.5", ",", ".", "1.5"), ("0.125", ",", ".", "0.125"), ("1.0000", ",", ".", "1"),
        ("1.000,50", ",", ".", "1000.5"),
        ("1,000", ".", ",", "1000"), ("1.000", ".", ",", "1"), ("1.000", ".", "'", "1"), ("1'000", ".", "'", "1000"),
        ("1 000", ",", " ", "1000"), ("2-", ".", ",", "-2"), ("(3)", ".", ",", "-3"), ("\u22121", ".", ",", "-1"),
    ],
)  # fmt: skip
def test_numbers_have_the_signs_of_the_shops_amounts(text: str, decimal: str, thousands: str, number: str) -> None:
    found = parse_numbers(column(text), NumberSigns(decimal=decimal, thousands=thousands))
    assert (listed(found.text), found.is_unreadable.tolist()) == ([number], [False])


@pytest.mark.parametrize("text", ["0.125", "1 2,50", "12.34", "1.2340"])
def test_an_amount_whose_groups_are_no_thousands_is_unreadable(text: str) -> None:
    assert parse_money(column(text), MoneySettings(decimal=",", thousands=".")).is_unreadable.tolist() == [True]


def test_a_missing_number_is_not_unreadable() -> None:
    found = parse_numbers(column("1", None, "x", "1"), NumberSigns())
    assert listed(found.text) == ["1", None, None, "1"]
    assert found.is_unreadable.tolist() == [False, False, True, False]
    assert listed(found.approximate) == [1.0, None, None, 1.0]


@given(st.lists(st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False, places=3)), max_size=20))
def test_numbers_stay_exact_and_in_their_rows(numbers: list[Decimal | None]) -> None:
    numbers = [None if n is not None and abs(n) >= 10**18 else n for n in numbers]
    found = parse_numbers(column(*(None if n is None else f"{n:f}" for n in numbers)), NumberSigns())
    assert [None if text is None else Decimal(str(text)) for text in listed(found.text)] == numbers


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12.50", "12.5", None), ("£1,234.50", "1234.5", "GBP"), ("1,234,567", "1234567", None),
        ("12 £", "12", "GBP"), ("-£3", "-3", "GBP"), ("£-3", "-3", "GBP"), ("(3.10)", "-3.1", None),
        ("3-", "-3", None), ("\u22123", "-3", None), ("12 EUR", "12", "EUR"), ("USD 12", "12", "USD"),
        ("1 234.50", "1234.5", None), ("1\u202f234", "1234", None), ("1.234,50", "1234.5", None),
        ("(0)", "0", None), ("$.5", "0.5", "USD"),
    ],
)  # fmt: skip
def test_amounts_with_a_decimal_point(text: str, amount: str, currency: str | None) -> None:
    found = parse_money(column(text), BRITISH)
    assert (listed(found.text), listed(found.currency)) == ([amount], [currency])


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12,50", "12.5"), ("1.234,50", "1234.5"), ("1.234", "1234"), ("12,5 €", "12.5"), ("1,234.50", "1234.5")],
)
def test_amounts_with_a_decimal_comma(text: str, amount: str) -> None:
    assert listed(parse_money(column(text), FRENCH).text) == [amount]


@pytest.mark.parametrize("text", ["abc", "1,23,4", "12.5.1", "£", "1,5", "--3", "£3£", "€3$", "1" * 70])
def test_what_is_no_amount(text: str) -> None:
    found = parse_money(column(text), BRITISH)
    assert listed(found.text) == [None]
    assert (found.is_unreadable | found.is_unknown_sign).tolist() == [True]


def test_a_sign_that_is_not_declared_is_told_apart_from_what_is_unreadable() -> None:
    found = parse_money(column("¥5", "five", None), BRITISH)
    assert found.is_unknown_sign.tolist() == [True, False, False]
    assert found.is_unreadable.tolist() == [False, True, False]


@given(AMOUNTS)
def test_an_amount_means_the_same_however_it_is_written(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    french = english.translate(str.maketrans(",.", ".,"))
    written = [english, f"£{english}", f"({english[1:]})" if amount < 0 else english]
    found = parse_money(column(*written), BRITISH)
    assert [Decimal(str(text)) for text in listed(found.text)] == [amount] * 3
    assert [Decimal(str(text)) for text in listed(parse_money(column(french), FRENCH).text)] == [amount]


def days(texts: Sequence[str | None], formats: Sequence[str] = (), zone: str = "UTC") -> list[date | None]:
    found = parse_dates(column(*texts), formats, zone)
    return [None if pd.isna(day) else day.date() for day in found.day]


@pytest.mark.parametrize(
    "text", ["2023-02-30", "2023-13-01", "02/03/2023", "2023-2-3", "2023", "x", "2023-01-01T25:00"]
)
def test_what_is_no_date(text: str) -> None:
    assert parse_dates(column(text), (), "UTC").is_unreadable.tolist() == [True]


def test_the_first_format_that_fits_wins() -> None:
    assert days(["03/04/2023", "2023-04-03", None], ["%d/%m/%Y", "%Y-%m-%d"]) == [date(2023, 4, 3)] * 2 + [None]
    assert days(["03/04/2023"], ["%m/%d/%Y"]) == [date(2023, 3, 4)]


def test_a_local_time_is_an_instant_of_the_shop() -> None:
    found = parse_dates(column("2023-07-01 00:30", "2023-07-01T00:30:00Z"), (), "Europe/Paris")
    assert [at.to_pydatetime() for at in found.instant] == [
        datetime(2023, 6, 30, 22, 30, tzinfo=UTC),
        datetime(2023, 7, 1, 0, 30, tzinfo=UTC),
    ]
    assert [day.date() for day in found.day] == [date(2023, 7, 1)] * 2


def test_hours_that_exist_twice_or_never() -> None:
    found = parse_dates(column("2023-10-29 02:30", "2023-03-26 02:30"), (), "Europe/Paris")
    assert [f"{at:%H:%M}" for at in found.instant] == ["01:30", "01:00"]


@given(st.lists(st.one_of(st.none(), st.dates(date(1700, 1, 1), date(2200, 1, 1))), max_size=20))
def test_dates_stay_in_their_rows(given_days: list[date | None]) -> None:
    texts = [None if day is None else day.isoformat() for day in given_days]
    assert days(texts) == given_days
    french = [None if day is None else f"{day.day:02}/{day.month:02}/{day.year}" for day in given_days]
    assert days(french, ["%d/%m/%Y"]) == given_days


def test_the_shape_hides_the_value() -> None:
    assert shape("Élise 4111") == "Aaaaa 9999"
    assert shape("x" * 50) == "a" * 40 + "…"
    assert shape(None) == "nothing"


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.162 €", "1162", "EUR"), ("12,50 €", "12.5", "EUR"), ("EUR 1.162,10", "1162.1", "EUR"),
        ("$1,162", "1162", "USD"), ("$12.50", "12.5", "USD"), ("1.162", "1.162", None),
    ],
)  # fmt: skip
def test_amounts_of_a_currency_with_signs_of_its_own(text: str, amount: str, currency: str | None) -> None:
    symbols = {"€": "EUR", "$": "USD"}
    settings = MoneySettings(symbols=symbols, currencies={"EUR": NumberSigns(decimal=",", thousands=".")})
    found = parse_money(column(text), settings)
    assert (listed(found.text), listed(found.currency)) == ([amount], [currency])


def test_an_offset_in_hours_as_databases_write_it() -> None:
    assert days(["2026-01-31 23:30:00+00", "2026-01-31 23:30:00-05"], zone="UTC") == [
        date(2026, 1, 31),
        date(2026, 2, 1),
    ]


def test_iso_dates_are_read_beside_formats_that_begin_with_no_year() -> None:
    assert days(["2023-05-01", "02/05/2023"], ["%d/%m/%Y"]) == [date(2023, 5, 1), date(2023, 5, 2)]
    assert days(["2023-01-13"], ["%Y-%d-%m"]) == [None]
