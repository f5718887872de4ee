"""Lines whose name or discount hints at a mapping that means something else: they count, and are told."""

from __future__ import annotations

import pytest

from warehouse_assets.ingestion.contract.words.charge_names import charge_of
from warehouse_assets_tests.unit.ingestion.frames import Row, read_sales


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Shipping", "shipping"),
        ("Versandkosten (DHL)", "shipping"),
        ("Frais de port", "shipping"),
        ("Spese di spedizione", "shipping"),
        ("Royal Mail 1st Class Postage", "shipping"),
        ("Express delivery €4.90", "shipping"),
        ("Gift wrapping", "fee"),
        ("Emballage cadeau", "fee"),
        ("Trinkgeld", "fee"),
        ("Discount code SUMMER", "adjustment"),
        ("Remise", "adjustment"),
        ("Carte cadeau 50 €", "gift card"),
        ("Geschenkgutschein", "gift card"),
        ("Shipping container, toy", None),
        ("Port wine", None),
        ("Wrapping paper", None),
        ("Tip-top tea", None),
        ("Teapot", None),
        ("Gift Card ホルダー", None),
        ("Gift card чехол", None),
        ("", None),
    ],
)
def test_what_a_name_says_of_its_line(name: str, kind: str | None) -> None:
    assert charge_of(name) == kind


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ({"product_name": "Postage"}, {"charge_as_product": ("warn", 1)}),
        ({"product_name": None, "product_id": "FREIGHT"}, {"charge_as_product": ("warn", 1)}),
        ({"product_name": "Postage", "line_type": "shipping"}, {}),
        ({"product_name": "Postage", "line_type": "freight"}, {}),
        ({"product_name": "Postage stamps, album"}, {}),
        ({"product_name": "Mug", "product_id": "FREIGHT"}, {}),
    ],
)
def test_a_charge_that_counts_as_a_product_is_told(row: Row, counts: dict[str, tuple[str, int]]) -> None:
    found = read_sales({"product_id": "P1", "line_type": "product"}, row, line_types={"freight": "shipping"})
    assert len(found.rows) == 2
    assert {rule: count for rule, count in found.counts.items() if rule != "missing_product_name"} == counts


@pytest.mark.parametrize(
    ("quantities", "decimal", "told"),
    [
        (("0.5", "1.234"), ",", 1),
        (("0,5", "1.234"), ",", 0),
        (("1.000", "1.234"), ",", 0),
        (("0.5", "1.234"), ".", 0),
    ],
)
def test_a_point_with_two_meanings_is_told(quantities: tuple[str, ...], decimal: str, told: int) -> None:
    money = {"decimal": decimal, "thousands": "." if decimal == "," else ","}
    found = read_sales(*({"quantity": text} for text in quantities), money=money)
    assert found.counts == ({"ambiguous_quantity": ("warn", told)} if told else {})


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ({"discount_amount": "20"}, {}),
        ({"discount_amount": "20.5"}, {"discount_above_amount": ("warn", 1)}),
        ({"discount_amount": "-2"}, {"discount_raises_amount": ("warn", 1)}),
        ({"order_discount_amount": "-2"}, {"discount_raises_amount": ("warn", 1)}),
        ({"order_discount_amount": "99"}, {}),
        ({"quantity": "-2", "discount_amount": "-2"}, {}),
        ({"quantity": "-2", "discount_amount": "2"}, {"discount_raises_amount": ("warn", 1)}),
    ],
)
def test_a_discount_that_can_hardly_be_one_is_told(row: Row, counts: dict[str, tuple[str, int]]) -> None:
    found = read_sales({"discount_amount": "0", "order_discount_amount": "0"}, row, negative_quantity="return")
    assert len(found.rows) == 2
    assert found.counts == counts


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ({"quantity": "-2"}, {}),
        ({"quantity": "-2", "unit_price": "-10"}, {"return_raises_revenue": ("warn", 1)}),
        ({"unit_price": None, "line_amount": "20", "quantity": "-2"}, {"return_raises_revenue": ("warn", 1)}),
        ({"line_amount": "20"}, {}),
        ({"line_amount": "18"}, {"line_amount_differs": ("warn", 1)}),
        ({"line_amount": "20.01", "quantity": "3", "unit_price": "6.67"}, {}),
    ],
)
def test_an_amount_that_can_hardly_be_meant_is_told(row: Row, counts: dict[str, tuple[str, int]]) -> None:
    found = read_sales({"line_amount": "20"}, row, negative_quantity="return", nonpositive_price="keep")
    assert len(found.rows) == 2
    assert found.counts == counts
