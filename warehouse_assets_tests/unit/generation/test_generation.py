"""The synthetic export: its shape, that it is the same everywhere, and that people behave like people."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import country_converter  # type: ignore[import-untyped]
import pytest

from warehouse_assets.generation import generate_export, generate_months
from warehouse_assets.generation.catalogue import PRODUCTS
from warehouse_assets.generation.dirt import BAD_AGES, CUSTOMER_RATES, ROW_RATES
from warehouse_assets.generation.places import COUNTRIES, MISMATCHED_COUNTRY
from warehouse_assets.generation.render import HEADER

CUSTOMER_COLUMNS = HEADER.split(",")[:17]
EXPECTED_SHA256 = "a61473858fd625dff33a370bf05f517c9a44b16a92f4bf147690e36ff3b4036f"
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    path = tmp_path_factory.mktemp("clean") / "export.csv"
    generate_export(path, rows=30_000, seed=5, dirt=0)
    return read(path)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    path = tmp_path_factory.mktemp("dirty") / "export.csv"
    generate_export(path, rows=30_000, seed=5)
    return read(path)


def test_the_bytes_are_those_of_any_other_machine(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    generate_export(path, rows=5_000, seed=11)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == EXPECTED_SHA256


def test_another_seed_is_another_shop(tmp_path: Path) -> None:
    for seed in (1, 2):
        generate_export(tmp_path / f"{seed}.csv", rows=50, seed=seed)
    assert (tmp_path / "1.csv").read_bytes() != (tmp_path / "2.csv").read_bytes()


@pytest.mark.parametrize("rows", [0, 1, 777, 20_001])
def test_it_has_the_rows_asked_for(tmp_path: Path, rows: int) -> None:
    seen: list[int] = []
    result = generate_export(tmp_path / "export.csv", rows=rows, seed=1, progress=seen.append)
    found = read(tmp_path / "export.csv")
    assert len(found) == result.rows == rows
    assert result.customers == len({row["ID"] for row in found})
    assert seen == sorted(seen) and seen[-1:] == [rows][: len(seen)]


def test_a_customer_has_one_description_within_a_file(dirty: list[Row]) -> None:
    descriptions = defaultdict(set)
    for row in dirty:
        descriptions[row["ID"]].add(tuple(row[name] for name in CUSTOMER_COLUMNS))
    assert all(len(found) == 1 for found in descriptions.values())
    assert len(dirty) > 2 * len(descriptions)


def test_clean_means_clean(clean: list[Row]) -> None:
    assert len({tuple(row.values()) for row in clean}) == len(clean)
    for row in clean:
        signup, bought = date.fromisoformat(row["UserSignUpDate"]), date.fromisoformat(row["Date_Purchase"])
        assert date(2021, 1, 1) <= signup <= bought <= date(2023, 12, 31)
        assert bought <= date.fromisoformat(row["UserLastPurchaseDate"])
        assert row["UserLastPurchaseDate"] <= row["UserLastLoginDate"] <= "2023-12-31"
        assert 13 <= int(row["Age"]) <= 120 and row["Gender"] in ("F", "M")
        assert float(row["Price"]) > 0 and len(row["Price"].partition(".")[2]) == 2
        assert 1 <= int(row["Quantity"]) <= 5 and 1 <= int(row["Rating"]) <= 5
        assert row["Product Name"] and row["City"] and "," in row["FullAddress"]


def test_cards_pass_luhn_on_test_prefixes(clean: list[Row]) -> None:
    for card in {row["CreditCard"] for row in clean}:
        digits = [int(digit) for digit in card]
        doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
        assert len(card) == 16 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
        assert card[:4] in ("4111", "4242", "4012", "5555", "5105", "5200", "6011")


def test_every_spelling_of_a_country_is_known() -> None:
    spellings = [name for country in COUNTRIES for name in country.spellings]
    codes = country_converter.CountryConverter().convert(spellings, to="ISO2", not_found=None)
    assert [name for name, code in zip(spellings, codes, strict=True) if len(code) != 2] == []


def test_the_catalogue_is_wide_enough() -> None:
    assert len({product.name for product in PRODUCTS}) == len(PRODUCTS) >= 60
    assert len({product.subcategory for product in PRODUCTS}) >= 15


def test_december_is_the_peak_of_each_year_and_years_grow(clean: list[Row]) -> None:
    months = Counter(row["Date_Purchase"][:7] for row in clean)
    years = [sum(n for month, n in months.items() if month.startswith(year)) for year in ("2021", "2022", "2023")]
    assert years == sorted(years)
    for year in ("2021", "2022", "2023"):
        assert max((n, month) for month, n in months.items() if month.startswith(year))[1] == f"{year}-12"


def test_people_come_back_less_and_less(clean: list[Row]) -> None:
    bought = defaultdict(set)
    for row in clean:
        bought[row["ID"]].add(int(row["Date_Purchase"][:4]) * 12 + int(row["Date_Purchase"][5:7]))
    early = [months for months in bought.values() if min(months) < 2022 * 12 + 7]
    retained = [sum(min(months) + k in months for months in early) / len(early) for k in (1, 6, 12, 18)]
    assert retained == sorted(retained, reverse=True) and 0.1 < retained[0] < 0.5 and retained[3] > 0.02


def test_churn_differs_between_channels(clean: list[Row]) -> None:
    customers = {row["ID"]: row for row in clean}.values()
    rates = {
        channel: sum(c["UserStatus"] == "Churned" for c in people) / len(people)
        for channel in {c["UserSourceType"] for c in customers}
        if (people := [c for c in customers if c["UserSourceType"] == channel])
    }
    assert rates["Paid Ads"] > rates["Organic Search"] > rates["Referral"]


def test_each_kind_of_dirt_is_there_at_its_rate(dirty: list[Row]) -> None:
    people = list({row["ID"]: row for row in dirty}.values())
    found = {
        "bad_price": sum(float(row["Price"]) <= 0 for row in dirty),
        "bad_quantity": sum(int(row["Quantity"]) <= 0 for row in dirty),
        "empty_product": sum(not row["Product Name"] for row in dirty),
        "bad_rating": sum(row["Rating"] not in "12345" for row in dirty),
        "unparsable_date": sum(not is_date(row["Date_Purchase"]) for row in dirty),
        "before_signup": sum(is_before_signup(row) for row in dirty),
        "after_export": sum(is_date(row["Date_Purchase"]) and row["Date_Purchase"] > "2023-12-31" for row in dirty),
        "repeated_row": len(dirty) - len({tuple(row.values()) for row in dirty}),
        "impossible_age": sum(row["Age"] in BAD_AGES and row["Age"] != "" for row in people),
        "mismatched_country": sum(row["Country"] == MISMATCHED_COUNTRY for row in people),
        "empty_optional": sum(not row["Gender"] or not row["City"] for row in people),
        "unparsable_signup": sum(not is_date(row["UserSignUpDate"]) for row in people),
    }
    for kind, rate in (ROW_RATES | CUSTOMER_RATES).items():
        whole = len(people) if kind in CUSTOMER_RATES else len(dirty)
        assert 0.4 * rate * whole < found[kind] < 2.5 * rate * whole, kind


def test_comments_hold_quotes_line_breaks_and_accents(clean: list[Row]) -> None:
    text = " ".join(row["Comment"] for row in clean)
    assert all(sign in text for sign in ('"', "\n", "é", "\N{SLIGHTLY SMILING FACE}"))


def test_months_are_one_population_seen_month_by_month(tmp_path: Path) -> None:
    paths = generate_months(tmp_path, rows=6_000, seed=5, months=6, dirt=0)
    assert [path.name for path in paths] == [f"export-2021-{month:02d}.csv" for month in range(1, 7)]
    files = [read(path) for path in paths]
    assert sum(map(len, files)) == 6_000
    for path, rows in zip(paths, files, strict=True):
        month = path.stem.removeprefix("export-")
        assert {row["Date_Purchase"][:7] for row in rows} == {month}
        assert {row["UserLastPurchaseDate"][:7] for row in rows} == {month}
    whole = generate_export(tmp_path / "whole.csv", rows=6_000, seed=5, months=6, dirt=0)
    assert whole.customers == len({row["ID"] for rows in files for row in rows})


def test_later_months_carry_newer_observations(tmp_path: Path) -> None:
    files = [read(path) for path in generate_months(tmp_path, rows=6_000, seed=5, months=6, dirt=0)]
    seen: dict[str, Row] = {}
    evolved: Counter[str] = Counter()
    for row in (row for rows in files for row in rows):
        before = seen.setdefault(row["ID"], row)
        assert int(before["UserTotalPurchases"]) <= int(row["UserTotalPurchases"])
        assert before["UserLastLoginDate"] <= row["UserLastLoginDate"]
        assert before["Name"] == row["Name"] and before["CreditCard"] == row["CreditCard"]
        evolved.update(name for name in CUSTOMER_COLUMNS if before[name] != row[name])
        seen[row["ID"]] = row
    assert {"UserTotalPurchases", "UserSegment", "UserStatus", "UserLastLoginDate"} <= evolved.keys()


@pytest.mark.parametrize(
    "wrong", [{"first_month": "2021-13"}, {"months": 0}, {"rows": -1}, {"dirt": -0.1}, {"months": 601}]
)
def test_arguments_out_of_range_are_refused_by_name(tmp_path: Path, wrong: dict[str, int]) -> None:
    arguments: dict[str, int] = {"rows": 10, "seed": 1, **wrong}
    with pytest.raises(ValueError, match=next(iter(wrong))):
        generate_export(tmp_path / "export.csv", **arguments)  # type: ignore[arg-type]


def is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_before_signup(row: Row) -> bool:
    return (
        is_date(row["UserSignUpDate"])
        and is_date(row["Date_Purchase"])
        and row["Date_Purchase"] < row["UserSignUpDate"]
    )
