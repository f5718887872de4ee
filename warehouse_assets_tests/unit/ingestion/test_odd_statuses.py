"""Statuses that read as if nothing was sold, where no setting says so: the sale counts, and is told."""

from __future__ import annotations

import pytest

from warehouse_assets.ingestion.contract.words.status_words import are_statuses, is_like_cancelled, is_like_returned
from warehouse_assets_tests.unit.ingestion.frames import read_sales


@pytest.mark.parametrize(
    ("status", "is_cancelled", "is_returned"),
    [
        ("Canceled by buyer", True, False),
        ("storniert", True, False),
        ("Impayé", True, False),
        ("nicht bezahlt", True, False),
        ("Payment failed", True, False),
        ("refunded", False, True),
        ("Remboursé", False, True),
        ("zurückgegeben", False, True),
        ("partially_refunded", False, False),
        ("teilweise erstattet", False, False),
        ("resolved", False, False),
        ("paid", False, False),
        ("Versendet", False, False),
        ("completed", False, False),
        ("Not returned", False, False),
        ("not_yet_refunded", False, False),
        ("Nicht storniert", False, False),
        ("kein Storno", False, False),
        ("pas encore remboursé", False, False),
        ("no refund", False, False),
        ("Refund requested", False, False),
        ("Return pending", False, False),
        ("pending_return", False, False),
        ("Cancellation requested", False, False),
        ("Return rejected", False, False),
        ("Refund denied", False, False),
        ("Return request declined", False, False),
        ("Rückgabe abgelehnt", False, False),
        ("remboursement refusé", False, False),
        ("Return cancelled", False, False),
        ("Cancelled, not refunded", True, False),
        ("Cancelled pending refund", True, False),
        ("Refused, returned to sender", True, False),
        ("not delivered, returned", False, True),
        ("not paid", True, False),
    ],
)
def test_what_a_status_says(status: str, is_cancelled: bool, is_returned: bool) -> None:
    assert (is_like_cancelled(status), is_like_returned(status)) == (is_cancelled, is_returned)


def test_such_sales_are_told_unless_a_setting_names_them() -> None:
    rows = [{"order_status": text} for text in ("paid", "Cancelled", "Canceled", "Returned", "refunded")]
    found = read_sales(*rows, cancelled_statuses=["cancelled"], returned_statuses=["returned"])
    assert len(found.rows) == 5
    assert found.counts == {"cancelled_as_sold": ("warn", 1), "returned_as_sold": ("warn", 1)}


def test_returns_that_are_lines_say_themselves_what_came_back() -> None:
    assert read_sales({"order_status": "refunded"}, negative_quantity="return").counts == {}


@pytest.mark.parametrize(
    ("texts", "are"),
    [(("paid", "refunded", "void"), True), (("Versendet", "offen", "storniert"), True), (("CA", "NY", "Ohio"), False)],
)
def test_values_that_say_how_orders_stand(texts: tuple[str, ...], are: bool) -> None:
    assert are_statuses(texts) == are
