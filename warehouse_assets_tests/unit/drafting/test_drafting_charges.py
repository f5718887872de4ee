"""Drafts of lines that are no articles, of discounts that no sum proves, and of currencies that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets_tests.unit.drafting.drafts import drafted, mapping, outcome, write

HEADER = "Order,Date,Customer,SKU,Product name,Qty,Unit price"


def days(n: int) -> str:
    return f"2026-{n % 9 + 1:02d}-{n % 28 + 1:02d}"


def goods(n: int) -> tuple[object, ...]:
    return (f"O{n}", days(n), f"C{n % 6}", f"T{n % 4}", f"Teapot {n % 4}", n % 3 + 1, f"{n % 4 + 5}.50")


@pytest.mark.parametrize(
    ("shipping", "wrap", "off", "card"),
    [
        ("Shipping", "Gift wrap", "Discount SUMMER", "Gift card 25"),
        ("Versandkosten", "Geschenkverpackung", "Rabatt", "Geschenkgutschein"),
        ("Frais de port", "Emballage cadeau", "Remise", "Carte cadeau 50 €"),
        ("Spese di spedizione", "Confezione regalo", "Sconto", "Buono regalo"),
    ],
)
def test_lines_with_the_name_of_a_charge_are_no_articles(
    tmp_path: Path, shipping: str, wrap: str, off: str, card: str
) -> None:
    rows = []
    for n in range(20):
        order = goods(n)[:3]
        rows += [goods(n), (*order, "X1", shipping, 1, "4.90"), (*order, "X2", wrap, 1, "2.00")]
        rows += [(*order, "X3", off, 1, "-3.00"), (*order, "X4", card, 1, "25.00")]
    write(tmp_path / "files" / "items.csv", HEADER, rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    kinds = mapping(draft)["line_type"]
    for name, kind in ((shipping, "shipping"), (wrap, "fee"), (off, "adjustment"), (card, "gift card")):
        assert f"('{name.lower()}') THEN '{kind}'" in kinds
    assert "end as line_type,  -- ?" in draft.selects["sales"]
    assert any("gift cards that are sold are left out" in doubt for doubt in draft.doubts)
    assert outcome(dry)["sales"] == (80, 0)
    assert {rule for rule, _, _ in dry.result.quality.counts} == {"line_type_left_out"}


def test_discounts_above_zero_are_told(tmp_path: Path) -> None:
    rows = [row for n in range(20) for row in (goods(n), (*goods(n)[:3], "D", "Discount", 1, "3.00"))]
    write(tmp_path / "files" / "items.csv", HEADER, rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any("above 0, so that they raise revenue" in doubt for doubt in draft.doubts)
    assert "nonpositive_price" not in draft.toml


def test_articles_alone_have_no_kind(tmp_path: Path) -> None:
    write(tmp_path / "files" / "items.csv", HEADER, [goods(n) for n in range(20)], ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert "line_type" not in mapping(draft)


@pytest.mark.parametrize(
    ("name", "values", "is_marked"),
    [
        ("Discount", ("0", "10", "15"), True),
        ("Rabatt", ("0", "0.1", "0.15"), True),
        ("Discount", ("0.00", "1.50", "2.25"), False),
        ("Discount amount", ("0", "10", "15"), False),
        ("Discount", ("€0", "€1", "€2"), False),
    ],
)
def test_a_discount_that_may_be_a_share_is_marked(
    tmp_path: Path, name: str, values: tuple[str, ...], is_marked: bool
) -> None:
    rows = [(*goods(n), values[n % 3]) for n in range(30)]
    write(tmp_path / "files" / "orders.csv", f"{HEADER},{name}", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any("a share or percentage" in doubt for doubt in draft.doubts) == is_marked
    assert mapping(draft)["discount_amount"] in (name, "discount")


def test_a_code_that_is_no_currency_is_named_and_rejected(tmp_path: Path) -> None:
    rows = [(*goods(n), "ZZZ" if n % 5 == 0 else "EUR") for n in range(30)]
    write(tmp_path / "files" / "orders.csv", f"{HEADER},Currency", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["currency_code"] == "Currency"
    assert any("ZZZ: no currency; loading rejects such lines" in doubt for doubt in draft.doubts)
    assert outcome(dry)["sales"] == (24, 6)


def test_signs_in_a_column_of_currencies_are_told(tmp_path: Path) -> None:
    rows = [(*goods(n), "€$"[n % 2]) for n in range(30)]
    write(tmp_path / "files" / "orders.csv", f"{HEADER},Currency", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any("orders.Currency is not read" in doubt and "($, €)" in doubt for doubt in draft.doubts)


def test_statuses_that_read_as_no_sale_are_settings_and_the_others_are_named(tmp_path: Path) -> None:
    states = ("paid", "Refunded", "Canceled by buyer", "partially refunded")
    rows = [(*goods(n), states[n % 4]) for n in range(32)]
    write(tmp_path / "files" / "orders.csv", f"{HEADER},Order status", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert 'cancelled_statuses = ["Canceled by buyer"]' in draft.toml
    assert 'returned_statuses = ["Refunded"]' in draft.toml
    assert any(doubt.endswith("count as sold: paid, partially refunded") for doubt in draft.doubts)
    assert outcome(dry)["sales"] == (32, 0)
    assert not dry.result.quality.counts


@pytest.mark.parametrize(
    ("price", "code"),
    [("Price EUR", "EUR"), ("Preis (€)", "EUR"), ("price_usd", "USD"), ("Price", None), ("PRICE TOP", None)],
)
def test_a_currency_in_the_name_of_the_price(tmp_path: Path, price: str, code: str | None) -> None:
    write(tmp_path / "files" / "o.csv", HEADER.replace("Unit price", price), [goods(n) for n in range(30)], ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert (f'\ndefault_currency = "{code}"' in draft.toml) == (code is not None)
    assert any("by the name of the price's column" in doubt for doubt in draft.doubts) == (code is not None)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (f"Store,{HEADER}", "o.Store tells 2 shops apart, which count as one here"),
        (f"Row,{HEADER.replace('Unit price', 'Price cents')}", "its name speaks of cents"),
        (f"VAT,{HEADER.replace('Unit price', 'Price gross')}", "tax is in it, so that revenue is with tax"),
    ],
)
def test_what_the_names_of_columns_hint_at_is_told(tmp_path: Path, header: str, told: str) -> None:
    rows = [(("Lyon", "Nantes")[n % 2], *goods(n)) for n in range(30)]
    write(tmp_path / "files" / "o.csv", header, rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any(told in doubt for doubt in draft.doubts)


@pytest.mark.parametrize(
    ("header", "unpaid", "is_sold"),
    [
        ("Order;Date;Customer;SKU;Title;Quantity;Unit Price;Status", "Unpaid", False),
        ("Invoice No;Date;Customer;SKU;Title;Quantity;Unit Price;Status", "Unpaid", True),
        ("Order;Date;Due Date;SKU;Title;Quantity;Unit Price;Status", "not paid", True),
        ("Rechnungsnr;Datum;Kunde;Artikelnr;Bezeichnung;Menge;Einzelpreis;Status", "unbezahlt", True),
        ("Commande;Date;Échéance;SKU;Titre;Quantité;Prix unitaire;Statut", "Impayé", True),
        ("Invoice No;Date;Customer;SKU;Title;Quantity;Unit Price;Status", "Unpaid, cancelled", False),
    ],
)
def test_a_shop_that_sells_on_invoice_has_sold_what_is_unpaid(
    tmp_path: Path, header: str, unpaid: str, is_sold: bool
) -> None:
    second = [
        f"2026-05-{n % 28 + 1:02d}" if "Due" in header or "ch" in header[15:22] else f"K{n % 7}" for n in range(40)
    ]
    rows = [
        (f"R{n}", f"2026-04-{n % 28 + 1:02d}", second[n], f"A{n % 5}", "Cup", n % 4 + 1, "2.50",
         unpaid if n % 9 == 0 else "Paid") for n in range(40)
    ]  # fmt: skip
    write(tmp_path / "files" / "sales.csv", header, rows)
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert (f'"{unpaid}"' in draft.toml) is not is_sold
    assert any(f"{unpaid} counts as sold, as the columns speak of invoices" in one for one in draft.doubts) is is_sold
    assert outcome(dry)["sales"] == (40, 0)
