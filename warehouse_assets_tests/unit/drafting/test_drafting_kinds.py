"""Rows that are no sales by what a column calls them, and ids that a program wrote as numbers with a fraction."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets_tests.unit.drafting.drafts import drafted, mapping, outcome, write

HEADER = "Doc no;Date;{};Customer;SKU;Quantity;Amount"


def rows(kinds: tuple[str, ...], sign: str = "") -> list[tuple[object, ...]]:
    """Forty documents of one line; each fifth is of the second kind."""
    return [
        (f"D{n:03d}", f"2026-03-{n % 28 + 1:02d}", kinds[n % 5 == 4], f"K{n % 7}", f"A{n % 4}", n % 3 + 1,
         f"{sign if n % 5 == 4 else ''}{(n % 3 + 1) * (n % 4 + 2.5):.2f}")
        for n in range(40)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kinds", "kind"),
    [
        ("Tipo documento", ("Fattura", "Nota di credito"), "refund"),
        ("Belegart", ("Rechnung", "Gutschrift"), "refund"),
        ("Document", ("Facture", "Avoir"), "refund"),
        ("Document", ("Invoice", "Credit note"), "refund"),
        ("Type", ("Sale", "Return"), "refund"),
        ("Kind", ("Sale", "Payment"), "left out"),
        ("Type", ("Vente", "Acompte"), "left out"),
        ("Vorgang", ("Verkauf", "Zahlung"), "left out"),
    ],
)
def test_credit_notes_and_payments_are_no_sales(tmp_path: Path, name: str, kinds: tuple[str, str], kind: str) -> None:
    write(tmp_path / "files" / "docs.csv", HEADER.format(name), rows(kinds))
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["line_type"] == name
    assert f'"{kinds[1]}" = "{kind}"  # ? by its words' in draft.toml
    assert f'"{kinds[0]}" = "product"  # ? by its words' in draft.toml
    assert any(f"docs.{name}: rows of several kinds" in doubt for doubt in draft.doubts)
    assert outcome(dry)["sales"] == ((40, 0) if kind == "refund" else (32, 0))


def test_credit_notes_below_zero_tell_by_themselves_what_came_back(tmp_path: Path) -> None:
    write(tmp_path / "files" / "docs.csv", HEADER.format("Type"), rows(("Invoice", "Credit note"), "-"))
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert '"Credit note" = "product"' in draft.toml
    assert outcome(dry)["sales"] == (40, 0)
    assert "refund_below_zero" not in {rule for rule, _, _ in dry.result.quality.counts}


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Type", ("Retail", "Wholesale")),
        ("Payment method", ("Card payment", "Deposit")),
        ("Status", ("paid", "Refunded")),
    ],
)
def test_other_columns_of_few_values_tell_no_kinds(tmp_path: Path, name: str, kinds: tuple[str, str]) -> None:
    write(tmp_path / "files" / "docs.csv", HEADER.format(name), rows(kinds))
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert "line_type" not in mapping(draft)
    assert outcome(dry)["sales"] == (40, 0)


@pytest.mark.parametrize("name", ["is_test", "Deleted", "cancelled_at", "storniert am", "Voided", "Retour", "Reso"])
def test_marks_of_rows_that_are_no_sales_are_told(tmp_path: Path, name: str) -> None:
    values = ("", "2026-03-30") if name[-1] in "tm" and "_t" not in name else ("false", "true")
    write(tmp_path / "files" / "docs.csv", HEADER.format(name), rows(values))
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any(f"docs.{name} may tell rows that are no sales, and is not read" in doubt for doubt in draft.doubts)


def test_ids_with_a_needless_fraction_are_ids_without_it(tmp_path: Path) -> None:
    lines = [
        (f"{1000 + n // 2}.0", f"2026-03-{n // 2 % 28 + 1:02d}", f"{500 + n // 2 % 6}.0", f"{70 + n % 4}.0", n % 3 + 1,
         f"{n % 4 + 2}.50") for n in range(40)
    ]  # fmt: skip
    write(tmp_path / "files" / "docs.csv", "Order ID;Date;Customer ID;Product ID;Quantity;Unit price", lines)
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["order_id"] == r"REGEXP_REPLACE(Order ID, '\.0+$', '')"
    assert {"customer_id", "product_id"} <= set(mapping(draft))
    first = dry.samples["sales"][0].exported
    assert (first["order_id"], first["product_id"]) == ("9999", "99")
    assert mapping(draft)["unit_price"] == "Unit price"


@pytest.mark.parametrize(("factor", "is_told"), [(100, True), (1, False)])
def test_amounts_without_decimals_may_be_cents(tmp_path: Path, factor: int, is_told: bool) -> None:
    lines = [(f"R{n}", f"2026-03-{n % 28 + 1:02d}", f"K{n % 7}", f"A{n % 4}", n % 3 + 1, (n % 4 + 2) * factor)
             for n in range(40)]  # fmt: skip
    write(tmp_path / "files" / "docs.csv", "Order;Date;Customer;SKU;Quantity;Unit price", lines)
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any("if they are cents, divide them" in doubt for doubt in draft.doubts) is is_told


def test_headers_that_stand_again_among_the_records_are_none(tmp_path: Path) -> None:
    header = "Order;Date;Customer;SKU;Quantity;Unit price"
    lines: list[tuple[object, ...]] = []
    for n in range(40):
        lines += [tuple(header.split(";"))] * (n % 15 == 14)
        lines.append(
            (f"R{n // 2}", f"2026-03-{n // 2 + 1:02d}", f"K{n // 2 % 7}", f"A{n % 4}", n % 3 + 1, f"{n % 4 + 2}.50")
        )
    write(tmp_path / "files" / "docs.csv", header, lines)
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["order_id"] == "Order"
    assert outcome(dry)["sales"] == (40, 1)
    assert dry.result.counts["sales"].duplicate == 1


@pytest.mark.parametrize(
    ("name", "values", "is_mapped"),
    [
        ("Situação", ("Pago", "Estornado"), True),
        ("Zustand", ("versendet", "storniert"), True),
        ("Progress", ("packed", "cancelled"), False),
        ("Step", ("at home", "Returned"), False),
    ],
)
def test_what_reads_as_cancelled_or_returned_is_the_status_or_told(
    tmp_path: Path, name: str, values: tuple[str, str], is_mapped: bool
) -> None:
    write(tmp_path / "files" / "docs.csv", HEADER.format(name), rows(values))
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert (mapping(draft).get("order_status") == name) is is_mapped
    told = f"docs.{name} is not read, and its values speak of rows that are no sales ({values[1]})"
    assert any(told in doubt for doubt in draft.doubts) is not is_mapped
