"""Rows of totals among the records: they count others again, so they are no sales."""

from __future__ import annotations

import pytest

from warehouse_assets.ingestion.contract.words.total_words import begins_as_total, is_total
from warehouse_assets_tests.unit.ingestion.frames import read_sales


@pytest.mark.parametrize(
    "text",
    ["Total", "TOTAL:", "Subtotal", "Sub-total", "Sous-total", "Total général", "Grand Total", "Zwischensumme",
     "Summe", "Gesamtsumme", "Total 2026-03", "Total for March", "Total du 3 mars", "Summe für Mai", "Totale",
     "Totaal", "totals"],
)  # fmt: skip
def test_what_reads_as_a_total(text: str) -> None:
    assert is_total(text)
    found = read_sales({"product_name": text}, {})
    assert found.rules() == [["total_of_rows"]]
    assert len(found.rows) == 1


@pytest.mark.parametrize(
    "text",
    ["Total War", "Colgate Total", "Totally Cups", "Total Look", "Totem", "Gesamtausgabe", "Sum 41", "Subaru", "T"],
)
def test_what_does_not(text: str) -> None:
    assert not is_total(text)
    assert read_sales({"product_name": text}).counts == {}


@pytest.mark.parametrize("field", ["product_id", "category", "city", "country", "line_type"])
def test_each_field_of_the_row_may_say_so(field: str) -> None:
    assert read_sales({field: "Total"}).rules() == [["total_of_rows"]]


@pytest.mark.parametrize("text", ["Total of 12 orders", "Summe Tag 3", "Subtotal till 2"])
def test_no_number_of_an_order_begins_as_a_total(text: str) -> None:
    assert begins_as_total(text)
    assert not begins_as_total("Totem-12") and not begins_as_total("T-12")


def test_a_type_of_which_the_source_says_what_it_is_is_no_total() -> None:
    assert len(read_sales({"line_type": "Total"}, line_types={"total": "adjustment"}).rows) == 1
