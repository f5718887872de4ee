"""The contract of customers and reviews: what is blanked, what is refused, what is vaulted."""

from __future__ import annotations

from datetime import date

import pytest

from warehouse_assets_tests.unit.ingestion.frames import Row, read_customers, read_reviews

DATES = ("birth_date", "signup_at", "last_login_at", "last_purchase_at", "observed_at")
STAGED = {"signup_at": "signup_date", "last_login_at": "last_login_date", "last_purchase_at": "last_purchase_date"}


@pytest.mark.parametrize(
    ("column", "text", "rule", "staged"),
    [
        *((name, "soon", f"unparsable_{name}", STAGED.get(name)) for name in DATES),
        *((name, "1989-12-31", f"implausible_{name}", STAGED.get(name)) for name in DATES if name != "birth_date"),
        *((name, "2023-07-01", f"implausible_{name}", STAGED.get(name)) for name in DATES),
        ("birth_date", "1899-12-31", "implausible_birth_date", "age"),
        ("age", "12", "age_out_of_range", "age"),
        ("age", "121", "age_out_of_range", "age"),
        ("age", "-30", "age_out_of_range", "age"),
        ("age", "30.5", "unparsable_age", "age"),
        ("age", "thirty", "unparsable_age", "age"),
        ("gender", "robot", "unknown_gender", "gender"),
        ("declared_purchase_count", "-1", "negative_purchase_count", "declared_purchase_count"),
        ("declared_purchase_count", "1.5", "unparsable_declared_purchase_count", "declared_purchase_count"),
    ],
)
def test_a_blanking_rule(column: str, text: str, rule: str, staged: str | None) -> None:
    found = read_customers({column: text}, {})
    assert (found.counts, found.rejects, len(found.rows)) == ({rule: ("blank", 1)}, [], 2)
    assert staged is None or found.rows[0][staged] is None


def test_no_country_is_blanked() -> None:
    found = read_customers({"country": "Atlantis"}, {"country": "EIRE"}, {"country": "NA"}, {"country": None})
    assert found.counts == {"not_a_country": ("blank", 1)}
    assert [row["geography_key"] == -1 for row in found.rows] == [True, False, False, True]


def test_a_record_without_customer_is_refused_without_its_identifiers() -> None:
    row = {"customer_id": None, "full_name": "Ann", "address": "1 Road", "age": "30", "payment_card": None}
    found = read_customers({}, row)
    [reject] = found.rejects
    assert (reject["rules"], reject["reasons"]) == (["missing_customer_id"], ["customer_id is missing"])
    assert reject["record"] == {"signup_at": "2023-01-05", "age": "30"}
    assert found.counts == {"missing_customer_id": ("reject", 1)}


@pytest.mark.parametrize(
    ("text", "gender"),
    [("F", "F"), ("female", "F"), ("Femme", "F"), ("h", "M"), ("MALE", "M"), ("autre", "Other"), ("Unknown", None)],
)
def test_genders(text: str, gender: str | None) -> None:
    found = read_customers({"gender": text})
    assert (found.rows[0]["gender"], found.counts) == (gender, {})


def test_ages_are_whole_years_at_the_observation() -> None:
    rows: list[Row] = [
        {"birth_date": "1990-05-10", "observed_at": "2023-05-09", "age": None},
        {"birth_date": "1990-05-10", "observed_at": "2023-05-10"},
        {"birth_date": "1990-05-10", "observed_at": "2023-05-10", "age": "40"},
        {"birth_date": "1990-05-10", "observed_at": None, "signup_at": None},
        {"birth_date": "2015-01-01", "observed_at": "2023-05-10"},
        {"age": "25.0"},
    ]
    assert [row["age"] for row in read_customers(*rows).rows] == [32, 33, 40, None, None, 25]


def test_of_a_birth_date_the_month_is_kept() -> None:
    rows: list[Row] = [{"birth_date": "1990-05-31"}, {"birth_date": None}, {"birth_date": "1899-01-01"}]
    assert [row["birth_month"] for row in read_customers(*rows).rows] == [date(1990, 5, 1), None, None]


def test_the_time_of_an_observation() -> None:
    rows: list[Row] = [
        {"observed_at": "2023-05-09T12:00", "last_login_at": "2023-06-01"},
        {"last_login_at": "2023-06-01", "last_purchase_at": "2023-05-01"},
        {"signup_at": None},
    ]
    times = [row["observed_at"] for row in read_customers(*rows).rows]
    assert times == ["2023-05-09 12:00:00.000000Z", "2023-06-01 00:00:00.000000Z", "-infinity"]
    declared = [row["observed_at"] for row in read_customers(*rows, declared=date(2023, 6, 30)).rows]
    assert declared == [times[0], *["2023-06-30 00:00:00.000000Z"] * 2]


def test_statuses_that_mean_churned() -> None:
    found = read_customers({"status": "churned"}, {"status": "Active"}, {"status": None}, churned_statuses=["Churned"])
    assert [row["is_declared_churned"] for row in found.rows] == [True, False, None]


def test_identifiers_go_to_the_vault_with_the_day_on_which_the_person_was_last_seen() -> None:
    rows: list[Row] = [
        {"customer_id": "2", "signup_at": "2019-01-01", "last_login_at": "2023-01-01", "address": "1 Road"},
        {"customer_id": "3", "signup_at": None},
        {"customer_id": None},
    ]
    vaulted = read_customers(*rows).vaulted
    assert [(row["customer_id"], row["address"], row["last_seen_date"]) for row in vaulted] == [
        ("2", "1 Road", date(2023, 1, 1)),
        ("3", None, None),
    ]
    assert vaulted[0]["customer_key"] == (1 << 62) + 2


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"product_id": None}, "missing_product_id"),
        ({"rating": None}, "missing_rating"),
        ({"rating": "good"}, "unparsable_rating"),
        ({"rating": "6"}, "rating_out_of_range"),
    ],
)
def test_a_review_that_is_refused(row: Row, rule: str) -> None:
    found = read_reviews({}, row)
    assert (found.rules(), found.counts, len(found.rows)) == ([[rule]], {rule: ("reject", 1)}, 1)


def test_a_review_keeps_its_rating_without_a_day() -> None:
    found = read_reviews({"reviewed_at": "2099-01-01"}, {"reviewed_at": "x"}, {"rating": "4.50", "customer_id": None})
    assert [(row["reviewed_date"], row["rating"]) for row in found.rows] == [
        (None, "4"),
        (None, "4"),
        (date(2023, 5, 1), "4.5"),
    ]
    assert found.rows[2]["customer_key"] == -1
    assert found.counts == {"implausible_reviewed_at": ("blank", 1), "unparsable_reviewed_at": ("blank", 1)}


def test_a_review_is_known_by_what_it_says() -> None:
    found = read_reviews({}, {"rating": "4.0"}, {"rating": "5"}, {"product_id": "P2"})
    keys = [row["review_key"] for row in found.rows]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
