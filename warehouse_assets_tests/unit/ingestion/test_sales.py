"""The contract of sale lines: each rule, and what it does to the record."""

from __future__ import annotations

from datetime import date

import pytest

from warehouse_assets_tests.unit.ingestion.frames import Row, read_sales


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"sold_at": None}, "missing_sold_at", "sold_at is missing"),
        ({"sold_at": "31/12/99"}, "unparsable_sold_at", "sold_at is no readable date: 31/12/99"),
        ({"sold_at": "2023-02-30"}, "unparsable_sold_at", "sold_at is no readable date: 2023-02-30"),
        (
            {"sold_at": "1989-12-31"},
            "sold_before_first_month",
            "sold_at is before 1990-01-01 (setting first_month): 1989-12-31",
        ),
        ({"sold_at": "2023-07-01"}, "sold_after_export", "sold_at is after the day of export 2023-06-30: 2023-07-01"),
        ({"quantity": None}, "missing_quantity", "quantity is missing"),
        ({"quantity": "two"}, "unparsable_quantity", "quantity is no readable number: aaa"),
        ({"quantity": "0"}, "nonpositive_quantity", "quantity must be greater than 0: 0"),
        ({"quantity": "-1"}, "nonpositive_quantity", "quantity must be greater than 0: -1"),
        ({"unit_price": None}, "missing_price", "unit_price is missing"),
        ({"unit_price": "ten"}, "unparsable_unit_price", "unit_price is no readable amount: aaa"),
        ({"unit_price": "0"}, "nonpositive_price", "unit_price must be greater than 0: 0"),
        ({"unit_price": "-3.50"}, "nonpositive_price", "unit_price must be greater than 0: -3.50"),
        (
            {"unit_price": "¥5"},
            "unknown_money_sign",
            "unit_price has a sign of money that the source does not declare: ¥9",
        ),
        (
            {"unit_price": "99999999999999", "quantity": "99"},
            "amount_out_of_range",
            "unit_price makes an amount larger than any kept",
        ),
        ({"currency_code": "euro"}, "unknown_currency", "currency_code is no ISO 4217 code: aaaa"),
        ({"currency_code": "ZZZ"}, "unknown_currency", "currency_code is no ISO 4217 code: AAA"),
        (
            {"currency_code": "EUR", "unit_price": "£5"},
            "currency_mismatch",
            "currency_code and the sign of an amount disagree",
        ),
    ],
)
def test_a_rejecting_rule(row: Row, rule: str, reason: str) -> None:
    found = read_sales({}, row, money={"symbols": {"£": "GBP"}})
    assert len(found.rows) == 1
    assert [(one["source_line"], one["rules"], one["reasons"]) for one in found.rejects] == [(3, [rule], [reason])]
    assert found.counts == {rule: ("reject", 1)}


def test_a_reject_holds_all_its_reasons_and_no_other_rows() -> None:
    found = read_sales({"quantity": "x", "unit_price": "y"}, {}, {"sold_at": None, "unit_price": "-1"})
    assert found.rules() == [
        ["unparsable_quantity", "unparsable_unit_price"],
        ["missing_sold_at", "nonpositive_price"],
    ]


def test_a_reject_keeps_the_record_without_ids_and_free_text() -> None:
    row = {"unit_price": "0", "comment": "call me", "order_id": "12", "rating": "5", "updated_at": None}
    [reject] = read_sales(row).rejects
    assert reject["record"] == {
        "product_name": "Lamp", "sold_at": "2023-05-01", "quantity": "2", "unit_price": "0", "rating": "5",
        "customer_key": (1 << 62) + 7, "order_key": (1 << 62) + 12,
    }  # fmt: skip
    assert (reject["record_kind"], reject["sold_at"].date()) == ("sales", date(2023, 5, 1))


@pytest.mark.parametrize(
    ("column", "text", "rule", "kept"),
    [
        ("rating", "6", "rating_out_of_range", None),
        ("rating", "0.9", "rating_out_of_range", None),
        ("rating", "good", "unparsable_rating", None),
        ("discount_amount", "much", "unparsable_discount_amount", "0"),
        ("discount_amount", "999999999999999", "discount_amount_out_of_range", "0"),
        ("order_discount_amount", "much", "unparsable_order_discount_amount", None),
        ("order_discount_amount", "999999999999999", "order_discount_amount_out_of_range", None),
        ("tax_amount", "much", "unparsable_tax_amount", None),
        ("tax_amount", "-100000000000000", "tax_amount_out_of_range", None),
        ("updated_at", "yesterday", "unparsable_updated_at", None),
        ("updated_at", "2099-01-01", "implausible_updated_at", None),
        ("line_type", "gift", "unknown_line_type", "product"),
    ],
)
def test_a_blanking_rule(column: str, text: str, rule: str, kept: str | None) -> None:
    found = read_sales({column: text}, {})
    assert found.rows[0][column] == kept
    assert (found.counts, found.rejects) == ({rule: ("blank", 1)}, [])


@pytest.mark.parametrize(("column", "longest"), [("product_name", 1500), ("category", 400), ("country", 400)])
def test_a_text_that_no_index_takes_is_blanked(column: str, longest: int) -> None:
    assert f"{column}_too_long" not in read_sales({column: "é" * (longest // 2)}).counts
    found = read_sales({column: "é" * (longest // 2) + "e"})
    assert (found.counts[f"{column}_too_long"], len(found.rows)) == (("blank", 1), 1)


def test_no_country_leaves_the_city() -> None:
    found = read_sales({"country": "Atlantis", "city": "Poseidonis"}, {"country": None, "city": None})
    assert found.counts == {"not_a_country": ("blank", 1)}
    assert found.rows[0]["fallback_geography_key"] is not None
    assert found.rows[1]["geography_key"] is None


def test_a_product_without_name_is_counted_and_keeps_its_category() -> None:
    found = read_sales({"product_name": None, "category": "Home"}, {"product_name": None, "line_type": "fee"})
    assert found.counts == {"missing_product_name": ("blank", 1)}
    assert found.rows[0]["product_key"] >= 0


def test_all_that_is_sound_is_kept_exactly() -> None:
    row = {
        "quantity": "3", "unit_price": "0.10", "discount_amount": "1,000.005", "tax_amount": "€0.30",
        "currency_code": "eur", "rating": "4.50", "line_type": "Shipping", "order_status": "Cancelled",
        "sold_at": "2023-05-01T10:11:12", "updated_at": "2023-05-02",
    }  # fmt: skip
    found = read_sales(row, money={"symbols": {"€": "EUR"}}, cancelled_statuses=["cancelled"], time_zone="Europe/Paris")
    [sale] = found.rows
    expected = {
        "quantity": "3", "unit_price": "0.1", "discount_amount": "1000.005", "tax_amount": "0.3",
        "currency_code": "EUR", "rating": "4.5", "line_type": "shipping", "order_status": "Cancelled",
        "is_cancelled": True, "sold_at": "2023-05-01 08:11:12.000000Z", "sale_date": date(2023, 5, 1),
        "customer_key": (1 << 62) + 7, "has_order_id": False,
    }  # fmt: skip
    assert {name: sale[name] for name in expected} == expected


def test_a_missing_customer_leaves_the_keys_of_others_whole() -> None:
    found = read_sales({"customer_id": "7"}, {"customer_id": None})
    assert [row["customer_key"] for row in found.rows] == [(1 << 62) + 7, -1]


def test_returns_and_free_lines_by_policy() -> None:
    rows: list[Row] = [{"quantity": "-1"}, {"unit_price": "0"}, {"unit_price": "-4"}, {"quantity": "0"}]
    found = read_sales(*rows, negative_quantity="return", nonpositive_price="keep")
    assert [row["quantity"] for row in found.rows] == ["-1", "2", "2"]
    assert found.rules() == [["zero_quantity"]]


def test_a_source_of_line_amounts() -> None:
    rows: list[Row] = [
        {"unit_price": ..., "line_amount": text, "quantity": quantity}
        for text, quantity in (("29.36", "2"), ("0", "1"), (None, "1"), ("-5", "-1"), ("-5", "1"), ("5", "0"))
    ]
    found = read_sales(*rows, negative_quantity="return")
    assert [(row["line_amount"], row["unit_price"]) for row in found.rows] == [("29.36", None), ("-5", None)]
    assert found.rules() == [["nonpositive_price"], ["missing_price"], ["nonpositive_price"], ["zero_quantity"]]
    assert found.rejects[0]["reasons"] == ["line_amount must be greater than 0: 0"]
    assert found.rejects[1]["reasons"] == ["line_amount is missing"]


def test_a_price_or_an_amount_is_enough() -> None:
    rows: list[Row] = [{"line_amount": None}, {"unit_price": None, "line_amount": "7"}, {"unit_price": None}]
    found = read_sales(*rows)
    assert [(row["unit_price"], row["line_amount"]) for row in found.rows] == [("10", None), (None, "7")]
    assert found.rules() == [["missing_price"]]


def test_the_currency_is_the_code_else_the_sign_else_the_default() -> None:
    rows = [{"currency_code": "usd"}, {"unit_price": "£5"}, {}, {"unit_price": "5 CHF", "currency_code": "CHF"}]
    found = read_sales(*rows, money={"symbols": {"£": "GBP"}}, default_currency="EUR")
    assert [row["currency_code"] for row in found.rows] == ["USD", "GBP", "EUR", "CHF"]


def test_signs_of_two_amounts_must_agree() -> None:
    settings = {"symbols": {"£": "GBP", "$": "USD"}}
    found = read_sales(
        {"unit_price": "£5", "tax_amount": "$1"}, {"unit_price": "5", "tax_amount": "$1"}, money=settings
    )
    assert found.rules() == [["currency_mismatch"]]
    assert [row["currency_code"] for row in found.rows] == ["USD"]


def test_a_line_is_known_by_what_it_says() -> None:
    same = read_sales({"unit_price": "10.0"}, {"unit_price": "10"}, {"quantity": "+2"}, {"rating": "3"})
    other = read_sales({"unit_price": "11"}, {"quantity": "3"}, {"customer_id": "8"}, {"sold_at": "2023-05-02"})
    keys = {row["line_key"] for row in same.rows}
    assert len(keys) == 1
    assert len(keys | {row["line_key"] for row in other.rows}) == 5
    assert all(row["order_key"] == row["line_key"] for row in same.rows)


def test_a_numbered_line_is_known_by_its_order_and_number() -> None:
    found = read_sales(
        {"order_id": "1", "line_number": "1"},
        {"order_id": "1", "line_number": "1", "unit_price": "99"},
        {"order_id": "1", "line_number": "2"},
        {"order_id": "2", "line_number": "1"},
        {"order_id": "1", "line_number": None},
        {"order_id": None, "line_number": None},
    )
    keys = [row["line_key"] for row in found.rows]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 5
    assert [row["order_key"] for row in found.rows[:5]] == [(1 << 62) + int(n) for n in "11121"]
    assert [row["has_order_id"] for row in found.rows] == [True] * 5 + [False]
    assert [row["has_line_number"] for row in found.rows] == [True] * 4 + [False] * 2


def test_order_numbers_of_known_and_recent_buyers_are_vaulted() -> None:
    rows: list[Row] = [
        {"order_id": "1"},
        {"order_id": "2", "customer_id": None},
        {"order_id": "3", "sold_at": "2019-01-01"},
        {"order_id": "4", "quantity": "0"},
    ]
    assert [row["order_id"] for row in read_sales(*rows).vaulted] == ["1"]
