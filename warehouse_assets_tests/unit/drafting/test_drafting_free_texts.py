"""Free texts and names of persons stay out of drafts; ways of paying, of delivery and articles are no kinds of rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.drafting.draft import Draft, draft_source
from warehouse_assets.drafting.relations.kinds import is_of_kinds, is_refund
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.known_words import is_known
from warehouse_assets_tests.unit.drafting.drafts import mapping, write


def draft(tmp_path: Path, name: str, values: tuple[str, ...]) -> Draft:
    """Forty documents of one line: the values in turn."""
    rows = [
        (f"D{n:03d}", f"2026-03-{n % 28 + 1:02d}", values[n % len(values)], f"K{n % 7}", f"A{n % 4}", n % 3 + 1,
         f"{(n % 3 + 1) * (n % 4 + 2.5):.2f}")
        for n in range(40)
    ]  # fmt: skip
    write(tmp_path / "files" / "docs.csv", f"Doc no;Date;{name};Customer;SKU;Quantity;Amount", rows)
    return draft_source("shop", [tmp_path / "files"], tmp_path / "tmp")


def everything(found: Draft) -> str:
    return "\n".join([found.toml, *found.selects.values(), *found.doubts])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Note", "Refund to Marie Dupont 06 12 34 56 78"),
        ("Bemerkung", "Gutschrift an Marie Dupont 0171 2345678"),
        ("Remarque", "Avoir pour Marie Dupont, 3 rue du Port"),
        ("Observaciones", "Reembolso a Marie Dupont"),
        ("Note", "cancelled by Marie Dupont 0612345678"),
        ("Handled by", "Marie Dupont Reso"),
        ("Handled by", "Marie Dupont Voided"),
    ],
)
@pytest.mark.parametrize("blanks", [0, 17])
def test_free_texts_are_counted_and_never_named(tmp_path: Path, name: str, text: str, blanks: int) -> None:
    found = draft(tmp_path, name, (text, "left at the door", "gift", *[""] * blanks))
    assert "line_type" not in mapping(found)
    assert "Dupont" not in everything(found)
    told = f"docs.{name} is not read, and its values speak of rows that are no sales (1 with other words)"
    assert any(told in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    ("name", "sale", "known", "free"),
    [
        ("Type", "Sale", "Return", "Refund to Marie Dupont 0612345678"),
        ("Belegart", "Rechnung", "Gutschrift", "Gutschrift Marie Dupont"),
        ("Type de document", "Facture", "Avoir", "Avoir Marie Dupont"),
        ("Tipo de documento", "Factura", "Abono", "Abono Marie Dupont"),
        ("Causale", "Vendita", "Reso", "Marie Dupont"),
    ],
)
def test_kinds_of_rows_with_other_words_are_only_counted(
    tmp_path: Path, name: str, sale: str, known: str, free: str
) -> None:
    found = draft(tmp_path, name, (sale, sale, sale, known, free))
    assert mapping(found)["line_type"] == name
    assert f'"{known}" = "refund"' in found.toml and f'"{sale}" = "product"' in found.toml
    assert "Dupont" not in everything(found)
    assert any("1 with other words): say under [line_types]" in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    ("name", "sold", "undone", "setting"),
    [
        ("Status", "paid", "cancelled", "cancelled_statuses"),
        ("Zustand", "versendet", "zurückgegeben", "returned_statuses"),
        ("Statut", "expédiée", "annulée", "cancelled_statuses"),
        ("Estado", "enviado", "Anulado", "cancelled_statuses"),
    ],
)
def test_statuses_with_other_words_are_only_counted(
    tmp_path: Path, name: str, sold: str, undone: str, setting: str
) -> None:
    found = draft(tmp_path, name, (sold, sold, undone, f"{undone} Marie Dupont 0612345678"))
    assert mapping(found)["order_status"] == name
    assert f'{setting} = ["{undone}"]' in found.toml
    assert "Dupont" not in everything(found)
    assert any("1 of these read as cancelled or returned, and have other words too" in one for one in found.doubts)


def test_statuses_of_customers_with_other_words_are_only_counted(tmp_path: Path) -> None:
    status = ("active", "inactive", "inactive since Marie Dupont left")
    people = [(f"K{n}", f"k{n}@shop.example", status[n % 3], f"2025-01-{n + 1:02d}") for n in range(20)]
    write(tmp_path / "files" / "customers.csv", "Customer ID;Email;Status;Signup date", people)
    found = draft(tmp_path, "Title", ("Cup", "Bowl"))
    assert 'churned_statuses = ["inactive"]' in found.toml
    assert "Dupont" not in everything(found)
    assert any("customers.status: 1 read as lost, and have other words too" in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("Payment method", ("Card", "Store credit", "Refund"), "(Refund)"),
        ("Zahlungsart", ("PayPal", "PayPal", "Gutschrift"), "(Gutschrift)"),
        ("Mode de paiement", ("Carte", "Carte", "Avoir"), "(Avoir)"),
        ("Forma de pago", ("Tarjeta", "Tarjeta", "Abono"), "(Abono)"),
        ("Payment type", ("Card", "Card", "Deposit"), ""),
        ("Product type", ("Bottle", "Bottle", "Deposit"), ""),
        ("Type", ("Bottle", "Bottle", "Deposit"), ""),
        ("Delivery type", ("Home", "Home", "Deposit point"), ""),
        ("Lieferart", ("Haus", "Haus", "Gutschrift"), "(Gutschrift)"),
        ("Type de client", ("Client", "Client", "Acompte"), ""),
        ("Category", ("Shoes", "Shoes", "Refund protection"), None),
        ("Tipo de producto", ("Botella", "Botella", "Anticipo"), ""),
    ],
)
def test_ways_of_paying_and_articles_are_no_kinds_of_rows(
    tmp_path: Path, name: str, values: tuple[str, ...], told: str | None
) -> None:
    found = draft(tmp_path, name, values)
    assert "line_type" not in mapping(found)
    assert "[line_types]" not in found.toml
    if told:
        assert any(f"values speak of rows that are no sales {told}" in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    ("name", "are_kinds"),
    [
        ("Document", True), ("document_type", True), ("Transaction Type", True), ("RecordType", True),
        ("Art der Buchung", True), ("Belegart", True), ("Buchungs-Art", True), ("Type de pièce", True),
        ("Type d'écriture", True), ("Tipo de movimiento", True), ("Tipo de comprobante", True), ("Causale", True),
        ("Type of payment", False), ("Zahlungsart", False), ("Versandart", False), ("Art der Zahlung", False),
        ("Type de livraison", False), ("Type de produit", False), ("Tipo de envío", False), ("Tipo cliente", False),
        ("Item type", False), ("Customer Type", False), ("Category", False),
    ],
)  # fmt: skip
def test_the_whole_name_of_a_column_tells_kinds_of_rows(name: str, are_kinds: bool) -> None:
    assert is_of_kinds(Column("docs", name, 40, 40, 2, ["Sale", "Return"])) is are_kinds


@pytest.mark.parametrize(
    "text",
    ["Credit note", "Sales return", "Returns and refunds", "Gutschrift", "Retoure Kunde", "Note de crédit",
     "Avoir client", "Nota de crédito", "Devolución de venta", "RETURN", "CreditMemo", "Factura rectificativa",
     "Rimborso"],
)  # fmt: skip
def test_whole_names_of_refunds(text: str) -> None:
    assert is_refund(text)


@pytest.mark.parametrize(
    "text",
    ["Refund protection", "Return label", "Return shipping", "No refund", "Gutschrift 17", "Avoir Marie",
     "Retourenlabel", "Refund fee", "Abono Müller", "Возврат", "Sale"],
)  # fmt: skip
def test_other_texts_are_no_names_of_refunds(text: str) -> None:
    assert not is_refund(text)


@pytest.mark.parametrize(
    "text",
    ["wc-on-hold", "Shipped - Returning to Seller", "Shipped - Lost in Transit", "Canceled Reversal", "Order cancelled",
     "Erreur de paiement", "En attente du paiement par chèque", "Retourné à l'expéditeur", "Annulation client",
     "Storno durch Kunde", "Komplett retourniert", "Zurück an Absender", "Zahlung fehlgeschlagen", "Stornorechnung",
     "Devuelto al remitente", "Cancelado por el cliente", "Pago rechazado", "Pedido não pago", "Factura simplificada",
     "Reso accettato", "Fattura differita", "Annullato dal cliente", "Geannuleerd door klant", "Creditfactuur"],
)  # fmt: skip
def test_usual_statuses_and_kinds_are_known(text: str) -> None:
    assert is_known(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Partially refunded", True),
        ("en cours de préparation", True),
        ("ZURÜCKGEGEBEN", True),
        ("payment_failed", True),
        ("PartiallyShipped", True),
        ("paid 12", False),
        ("paid by Marie", False),
        ("a@b.example", False),
        ("Оплачен", False),
        ("", False),
        ("--", False),
    ],
)
def test_values_of_known_words_alone_are_named(text: str, is_one: bool) -> None:
    assert is_known(text) is is_one
