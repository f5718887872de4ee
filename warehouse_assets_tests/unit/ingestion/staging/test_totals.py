"""Rows of totals among the records: they count others again, so they are no sales. An article called Total is one."""

from __future__ import annotations

import pytest

from warehouse_assets.ingestion.contract.words.total_words import begins_as_total, is_total
from warehouse_assets_tests.unit.ingestion.frames import Reading, Row, read_sales

WHOLE: Row = {"order_id": "1", "product_id": "P1", "product_name": "Lamp", "category": "Light", "city": "Lyon"}
EMPTY: Row = dict.fromkeys((*WHOLE, "customer_id"))


def read_among(*rows: Row, **settings: str) -> Reading:
    """The rows after fifty sound sales."""
    return read_sales(*[{**WHOLE, "order_id": str(n)} for n in range(50)], *rows, **settings)


@pytest.mark.parametrize(
    "text",
    ["Total", "TOTAL:", "Subtotal", "Sub-total", "Sous-total", "Total général", "Grand Total", "Zwischensumme",
     "Summe", "Gesamtsumme", "Total 2026-03", "Total for March", "Total du 3 mars", "Summe für Mai", "Totale",
     "Totaal", "totals", "Total de l'été", "Total per Straße"],
)  # fmt: skip
def test_what_reads_as_a_total(text: str) -> None:
    assert is_total(text)
    assert read_among({**EMPTY, "product_name": text}).rules() == [["total_of_rows"]]


@pytest.mark.parametrize(
    "text",
    ["Total War", "Colgate Total", "Totally Cups", "Total Look", "Totem", "Gesamtausgabe", "Sum 41", "Subaru", "T",
     "ΦΑΓΕ Total 2%", "Γιαούρτι Total 0%", "Масло моторное Total", "Total Масло", "توتال Total", "Total 油"],
)  # fmt: skip
def test_what_does_not(text: str) -> None:
    assert not is_total(text)
    assert read_among({**EMPTY, "product_name": text}).rules() == []
    assert read_among({**WHOLE, "product_name": text}).counts == {}


@pytest.mark.parametrize("field", ["product_id", "product_name", "category", "city", "order_id"])
def test_each_field_of_a_hollow_row_may_say_so(field: str) -> None:
    found = read_among({**EMPTY, field: "Total 3"})
    assert found.rules() == [["total_of_rows"]]
    assert len(found.rows) == 50


@pytest.mark.parametrize(
    ("field", "text"),
    [("product_name", "Total 90"), ("product_name", "Total for Men"), ("product_name", "Summe der Teile"),
     ("category", "Total"), ("city", "Somma"), ("product_id", "TOTAL"), ("order_id", "Total-7")],
)  # fmt: skip
def test_a_row_that_has_what_a_sale_has_is_one(field: str, text: str) -> None:
    found = read_among({**WHOLE, field: text}, {**WHOLE, field: text, "customer_id": None})
    assert found.rejects == []
    assert found.counts == {"total_as_sold": ("warn", 2)}


def test_a_guest_buys_an_article_called_total() -> None:
    plain: Row = {"order_id": "1"}
    found = read_sales(*[plain] * 50, {**plain, "product_name": "Total 2%", "customer_id": None})
    assert found.rejects == []


def test_a_shop_that_numbers_its_orders_so() -> None:
    found = read_sales(*({"order_id": f"TOTAL-{n}"} for n in range(1001, 1040)))
    assert (found.rejects, found.counts) == ([], {})


def test_a_shop_of_one_brand() -> None:
    assert read_sales(*[{**WHOLE, "category": "Total"}] * 3).counts == {}


def test_a_word_of_a_total_is_no_number_of_an_order() -> None:
    assert read_among({**WHOLE, "order_id": "Grand Total:"}).rules() == [["total_of_rows"]]


def test_a_line_type_is_enough() -> None:
    assert read_among({**WHOLE, "line_type": "Total"}).rules() == [["total_of_rows"]]


def test_a_source_may_keep_them() -> None:
    found = read_among({**EMPTY, "category": "Total", "product_name": "Lamp"}, total_of_rows="keep")
    assert (found.rejects, found.counts) == ([], {})


@pytest.mark.parametrize("text", ["Total of 12 orders", "Summe Tag 3", "Subtotal till 2"])
def test_no_number_of_an_order_begins_as_a_total(text: str) -> None:
    assert begins_as_total(text)
    assert not begins_as_total("Totem-12") and not begins_as_total("T-12")


def test_a_type_of_which_the_source_says_what_it_is_is_no_total() -> None:
    found = read_among({**WHOLE, "line_type": "Total"}, line_types={"total": "adjustment"})
    assert len(found.rows) == 51
