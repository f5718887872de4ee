"""Figures of drafts whose numbers are written in unusual ways: signs, thousands, percentages, amounts of orders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse_assets.drafting.draft import Draft
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.staging.dry_run import DryRun
from warehouse_assets_tests.unit.drafting.drafts import drafted, mapping, outcome, write

DAYS = [f"2026-{n % 6 + 1:02d}-{n % 28 + 1:02d}" for n in range(60)]


@pytest.mark.parametrize("written", ["{}-", "({})", "\u2212{}", "-{}"])
def test_returned_pieces_however_the_minus_is_written(tmp_path: Path, written: str) -> None:
    pieces = ["2", "1", "4", written.format(3), "5"] * 4
    signed = [2, 1, 4, -3, 5] * 4
    rows = [(f"B{n}", DAYS[n], f"K{n % 7}", "S1", one, "3,50", f"{3.5 * signed[n]:.2f}".replace(".", ","))
            for n, one in enumerate(pieces)]  # fmt: skip
    write(
        tmp_path / "files" / "bestellingen.csv", "Bestelnummer;Besteldatum;Klant;Artikel;Aantal;Stukprijs;Totaal", rows
    )
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["quantity"] == "Aantal"
    assert 'negative_quantity = "return"' in draft.toml
    assert outcome(dry)["sales"] == (20, 0)


def test_pieces_in_thousands_are_proved_by_the_total_of_the_line(tmp_path: Path) -> None:
    rows = [
        (n, DAYS[n], "C1", f"S{n}", "1.000" if n % 2 else "2.500", "0,05", "50,00" if n % 2 else "125,00")
        for n in range(20)
    ]
    write(tmp_path / "files" / "auftraege.csv", "Auftragsnr;Datum;Kunde;Artikelnr;Menge;Einzelpreis;Gesamtpreis", rows)
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["quantity"] == "Menge"
    assert "Gesamtpreis = Menge x Einzelpreis" in draft.selects["sales"]


def test_pieces_that_may_be_thousands_or_decimals_are_marked(tmp_path: Path) -> None:
    rows = [(n, DAYS[n], "C1", f"S{n}", ("1.000", "2", "3")[n % 3], f"{n % 4},05") for n in range(20)]
    write(tmp_path / "files" / "auftraege.csv", "Auftragsnr;Datum;Kunde;Artikelnr;Menge;Einzelpreis", rows)
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any("1.000 is read with '.' as the sign of thousands" in doubt for doubt in draft.doubts)


def test_pieces_that_are_no_numbers_are_not_silently_one_each(tmp_path: Path) -> None:
    rows = [(n, DAYS[n], "C1", f"S{n % 3}", f"{n % 3 + 1} pcs", "2.00") for n in range(20)]
    write(tmp_path / "files" / "orders.csv", "Order No,Order Date,Customer,SKU,Quantity,Price", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any("orders.Quantity: its name says so, but values are no numbers" in doubt for doubt in draft.doubts)


@pytest.mark.parametrize(
    ("written", "setting"), [("{} %", "percent"), ("{}", "percent"), ("0,{}", "share")], ids=["sign", "number", "share"]
)
def test_a_discount_in_percent_is_read_where_a_total_proves_it(tmp_path: Path, written: str, setting: str) -> None:
    rows = []
    for n in range(20):
        off, pieces = (10, 25, 50)[n % 3], n % 4 + 1
        total = f"{20 * pieces * (100 - off) / 100:.2f}".replace(".", ",")
        rows.append((f"C{n}", DAYS[n], f"K{n % 5}", f"R{n % 2}", pieces, "20,00", written.format(off), total))
    header = "Commande;Date;Client;Ref article;Quantité;Prix unitaire;Remise %;Montant HT"
    write(tmp_path / "files" / "commandes.csv", header, rows)
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["discount_amount"] == "Remise %"
    assert f'discount = "{setting}"' in draft.toml
    assert outcome(dry)["sales"] == (20, 0)


@pytest.mark.parametrize(("written", "setting"), [("0,{:02d}", "share"), ("{}", "percent")])
def test_a_discount_that_a_sum_proves_to_be_a_share_is_no_amount(tmp_path: Path, written: str, setting: str) -> None:
    rows = []
    for n in range(30):
        off, pieces = (10, 25, 0)[n % 3], n % 4 + 1
        total = f"{20 * pieces * (100 - off) / 100:.2f}".replace(".", ",")
        rows.append((f"P{n}", DAYS[n], f"C{n % 5}", f"R{n % 2}", pieces, "20,00", written.format(off), total))
    header = "Nº pedido;Fecha;Cliente;Referencia;Uds;PVP;Dto;Importe"
    write(tmp_path / "files" / "pedidos.csv", header, rows)
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["unit_price"] == "PVP"
    assert mapping(draft)["discount_amount"] == "Dto"
    assert f'discount = "{setting}"' in draft.toml
    assert outcome(dry)["sales"] == (30, 0)


def test_a_percentage_without_proof_stays_out_and_names_the_setting(tmp_path: Path) -> None:
    rows = [(f"C{n}", DAYS[n], f"K{n % 5}", f"R{n % 2}", n % 4 + 1, "20.00", n % 3 * 10) for n in range(20)]
    write(tmp_path / "files" / "orders.csv", "Order,Date,Customer,SKU,Quantity,Price,Discount %", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert "discount_amount" not in mapping(draft)
    assert any('set discount = "percent"' in doubt for doubt in draft.doubts)


def test_dates_with_two_signs_keep_both_orders_and_a_list_price_is_proved_by_its_discount(tmp_path: Path) -> None:
    rows = []
    for n in range(40):
        off, pieces = (10, 25, 0)[n % 3], n % 4 + 1
        day = f"{n % 28 + 1:02d}/03/2026" if n % 2 else f"04-{n % 28 + 1:02d}-2026"
        total = f"{20 * pieces * (100 - off) / 100:.2f}"
        rows.append((f"C{n}", day, f"R{n % 2}", pieces, "20.00", f"{off}%", total))
    write(tmp_path / "files" / "orders.csv", "Order,Ordered,SKU,Units,List price,Discount,Net amount", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert 'sold_at = ["%d/%m/%Y", "%m-%d-%Y"]' in draft.toml or 'sold_at = ["%m-%d-%Y", "%d/%m/%Y"]' in draft.toml
    assert mapping(draft)["unit_price"] == "List price"
    assert 'discount = "percent"' in draft.toml
    assert outcome(dry)["sales"] == (40, 0)
    assert len(dry.result.months) == 2


def test_a_price_that_a_sum_proves_is_taken_before_a_number_called_total(tmp_path: Path) -> None:
    rows = [(7000 + n, DAYS[n], f"{(n % 4 + 1) * 3.25:.2f}", n % 4 + 1, "3.25") for n in range(30)]
    write(tmp_path / "files" / "ledger.csv", "Total,When,ID,Qty,Rate", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["unit_price"] == "Rate"
    assert "line_amount" not in mapping(draft)
    assert any("each line counts as an order of its own" in doubt for doubt in draft.doubts)


def test_a_weight_that_a_sum_proves_is_no_price(tmp_path: Path) -> None:
    rows = [(7000 + n, DAYS[n], f"{(n % 4 + 1) * 3.25:.2f}", n % 4 + 1, "3.25") for n in range(30)]
    write(tmp_path / "files" / "parcels.csv", "Order,Date,Total weight,Qty,Weight", rows, ",")
    with pytest.raises(IngestionError, match="is a price"):
        drafted(tmp_path, tmp_path / "files")


@pytest.mark.parametrize(
    ("price", "beside"), [("PU TTC", "Frais de port"), ("Prezzo lordo", "Spedizione"), ("Preis brutto", "Porto")]
)
def test_tax_in_prices_and_amounts_beside_the_goods_are_told(tmp_path: Path, price: str, beside: str) -> None:
    rows = [(f"C{n}", DAYS[n], f"R{n % 2}", n % 4 + 1, "20.00", "4.90") for n in range(20)]
    write(tmp_path / "files" / "orders.csv", f"Order,Date,SKU,Quantity,{price},{beside}", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    told = " ".join(draft.doubts)
    assert f"orders.{price}: tax is in it" in told
    assert f"{beside}: shipping, fees and refunds are not read" in told


def test_a_discount_that_is_called_the_orders_counts_once(tmp_path: Path) -> None:
    rows = [(1, DAYS[0], "C1", "A", 2, "10.00", "3.00"), (1, DAYS[0], "C1", "B", 1, "8.00", "3.00")]
    rows += [(n, DAYS[n], f"C{n % 4}", "A", n % 3 + 1, "10.00", "0.00") for n in range(2, 12)]
    write(
        tmp_path / "files" / "orders.csv", "Order ID,Created,Customer ID,SKU,Quantity,Price,Order Discount", rows, ","
    )
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["order_discount_amount"] == "Order Discount"


@pytest.mark.parametrize(("bare", "taxed"), [("Einzelpreis netto", "Einzelpreis brutto"), ("Prix HT", "Prix TTC")])
def test_of_two_prices_that_hold_the_one_before_tax_is_taken(tmp_path: Path, bare: str, taxed: str) -> None:
    rows = []
    for n in range(20):
        pieces, price = n % 3 + 1, n % 4 + 1
        row = (pieces, f"{price}.00", f"{1.2 * price:.2f}", f"{pieces * price}.00", f"{1.2 * pieces * price:.2f}")
        rows.append((f"B{n}", DAYS[n], f"K{n % 5}", f"A{n % 4}", *row))
    write(tmp_path / "files" / "orders.csv", f"Order,Date,Customer,SKU,Qty,{bare},{taxed},Netto,Brutto", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["unit_price"] == bare
    assert any(f"{taxed} fits as well" in doubt for doubt in draft.doubts)


@pytest.mark.parametrize("off", ["1.00", "1.50"])
def test_a_discount_of_one_piece_is_taken_off_by_the_amount_of_the_line(tmp_path: Path, off: str) -> None:
    rows = []
    for n in range(30):
        pieces, price, discount = n % 3 + 1, n % 4 + 5, float(off) if n % 2 else 0
        amounts = (f"{price}.00", f"{discount:.2f}", f"{pieces * (price - discount):.2f}")
        rows.append((f"O{n}", DAYS[n], f"C{n % 5}", f"R{n % 4}", pieces, *amounts))
    write(tmp_path / "files" / "orders.csv", "Order,Date,Customer,SKU,Qty,Unit price,Discount,Line total", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["line_amount"] == "Line total"
    assert not {"unit_price", "discount_amount"} & set(mapping(draft))
    assert any("sales.discount_amount is left out" in doubt and "Qty x (Unit price" in doubt for doubt in draft.doubts)
    assert outcome(dry)["sales"] == (30, 0)


def test_refunds_among_the_kinds_of_rows_need_a_minus(tmp_path: Path) -> None:
    rows = []
    for n in range(30):
        pieces, price = n % 3 + 1, n % 4 + 2.5
        line = (f"K{n % 6}", f"A{n % 4}")
        rows.append((f"B{n}", DAYS[n], "Sale", *line, pieces, f"{pieces * price:.2f}"))
        if n % 6 == 0:
            rows.append((f"B{n}", DAYS[n], "Refund", *line, 1, f"{price:.2f}"))
        if n % 5 == 0:
            rows.append((f"B{n}", DAYS[n], "Sale", f"K{n % 6}", "A9", 1, "1.10"))
    write(tmp_path / "files" / "sales.csv", "Order,Date,Type,Customer,SKU,Qty,Amount", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any("refunds with amounts above 0 are of the type refund" in doubt for doubt in draft.doubts)


def test_returns_that_the_amount_alone_tells_are_kept(tmp_path: Path) -> None:
    rows = []
    for n in range(30):
        pieces, sign = n % 3 + 1, "-" if n % 7 == 0 else ""
        rows.append((f"O{n}", DAYS[n], f"C{n % 5}", f"R{n % 4}", pieces, f"{sign}{pieces * (n % 4 + 5.5):.2f}"))
    write(tmp_path / "files" / "orders.csv", "Order,Date,Customer,SKU,Qty,Amount", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert 'nonpositive_price = "keep"' in draft.toml
    assert any("an amount below 0 count as returns" in doubt for doubt in draft.doubts)
    assert outcome(dry)["sales"] == (30, 0)


def _priced(header: str, line: Callable[[int], tuple[object, ...]], tmp_path: Path) -> tuple[Draft, DryRun]:
    rows = [(f"O{n // 2}", DAYS[n // 2], f"C{n // 2 % 5}", f"R{n % 4}", f"Bowl {n % 4}", *line(n)) for n in range(30)]
    write(tmp_path / "files" / "orders.csv", f"Order,Date,Customer,SKU,Title,{header}", rows, ",")
    return drafted(tmp_path, tmp_path / "files")


@pytest.mark.parametrize(
    "header", ["Qty,price_eur,customer_currency", "Qty,Price (EUR),Currency", "Qty,Total €,Currency"]
)
def test_a_price_that_names_its_currency_is_not_in_that_of_another_column(tmp_path: Path, header: str) -> None:
    draft, dry = _priced(header, lambda n: (n % 3 + 1, f"{(n % 4 + 2) * 10}.00", "USD" if n % 3 else "EUR"), tmp_path)
    assert "currency_code" not in mapping(draft)
    assert 'default_currency = "EUR"' in draft.toml
    assert any("sales.currency_code is left out" in doubt and "EUR by its name" in doubt for doubt in draft.doubts)
    assert outcome(dry)["sales"] == (30, 0)


def test_a_price_that_names_the_currency_of_every_row_keeps_it(tmp_path: Path) -> None:
    draft, _ = _priced("Qty,price_eur,Currency", lambda n: (n % 3 + 1, f"{n % 4 + 2}.50", "EUR"), tmp_path)
    assert mapping(draft)["currency_code"] == "Currency"


@pytest.mark.parametrize(
    ("header", "price"), [("Menge,Netto,MwSt,Brutto", "Netto"), ("Pezzi,Netto,IVA,Lordo", "Netto")]
)
def test_tax_is_no_price(tmp_path: Path, header: str, price: str) -> None:
    def line(n: int) -> tuple[object, ...]:
        net = (n % 3 + 1) * (n % 4 + 2) * 5
        return n % 3 + 1, f"{net:.2f}", f"{net * 0.2:.2f}", f"{net * 1.2:.2f}"

    draft, _ = _priced(header, line, tmp_path)
    assert mapping(draft)["line_amount"] == "Netto"
    assert mapping(draft)["tax_amount"] == header.split(",")[2]


def test_a_quantity_that_does_not_make_the_total_is_marked(tmp_path: Path) -> None:
    def line(n: int) -> tuple[object, ...]:
        ordered, cancelled, price = n % 4 + 2, int(n % 5 == 0), n % 4 + 2.5
        return ordered, cancelled, ordered - cancelled, f"{price:.2f}", f"{(ordered - cancelled) * price:.2f}"

    draft, _ = _priced("qty_ordered,qty_cancelled,qty_shipped,unit_price,ext_price", line, tmp_path)
    is_marked = any("ext_price is not qty_ordered x unit_price on 20% of the rows" in doubt for doubt in draft.doubts)
    assert is_marked == (mapping(draft)["quantity"] == "qty_ordered")
    assert "? ext_price is not" in draft.selects["sales"]
