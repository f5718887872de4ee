"""Files of refunds beside files of sales, as a draft tells them."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.drafting.draft import Draft, draft_source
from warehouse_assets_tests.unit.drafting.drafts import drafted, mapping, outcome, write

HEADER = "Order;Date;Customer;SKU;Title;Quantity;Unit Price;Line Total"


def rows(first: int, count: int, sign: str = "") -> list[tuple[object, ...]]:
    return [
        (f"R{n}", f"2026-04-{n % 28 + 1:02d}", f"K{n % 7}", f"A{n % 5}", f"Cup {n % 5}", n % 4 + 1, "2.50",
         f"{sign}{(n % 4 + 1) * 2.5:.2f}")
        for n in range(first, first + count)
    ]  # fmt: skip


def draft(tmp_path: Path, name: str, refunds: list[tuple[object, ...]], header: str = HEADER) -> Draft:
    write(tmp_path / "files" / "orders-2026-04.csv", HEADER, rows(0, 40))
    write(tmp_path / "files" / f"{name}.csv", header, refunds)
    return draft_source("shop", [tmp_path / "files"], tmp_path / "tmp")


@pytest.mark.parametrize("name", ["refunds-2026-04", "Gutschriften", "avoirs_2026-04", "credit-notes", "resi 2026-04"])
def test_refunds_above_zero_are_a_setting(tmp_path: Path, name: str) -> None:
    found = draft(tmp_path, name, rows(3, 6))
    [setting] = [line for line in found.toml.splitlines() if line.startswith("refund_files")]
    assert setting.endswith(
        "# ? by their names, and as no quantity or price there is below 0: are all their lines refunds?"
    )
    assert setting.split('"')[1][:4] == name[:4]
    [files] = [line for line in found.toml.splitlines() if line.startswith("files")]
    assert setting.split('"')[1] in files and "orders*.csv" in files
    assert f"refund_files: by their names, all lines of {name}.csv count as refunds" in found.doubts


def test_refunds_below_zero_tell_by_themselves_what_came_back(tmp_path: Path) -> None:
    found = draft(tmp_path, "refunds-2026-04", rows(3, 6, "-"))
    assert "refund_files" not in found.toml
    assert 'nonpositive_price = "keep"' in found.toml


@pytest.mark.parametrize("share", [2, 30])
def test_returns_told_by_the_sign_of_the_total_alone(tmp_path: Path, share: int) -> None:
    """Quantity and price are above 0 on each line, the total of some is not."""
    lines = [row for n in range(60) for row in rows(n, 1, "-" if n < share else "")]
    write(tmp_path / "files" / "sales.csv", HEADER, lines)
    found, dry = drafted(tmp_path, tmp_path / "files")
    assert (mapping(found)["line_amount"], "unit_price" in mapping(found)) == ("Line Total", False)
    assert 'nonpositive_price = "keep"' in found.toml
    assert outcome(dry)["sales"] == (60, 0)
    assert "sales.line_amount: lines with an amount below 0 count as returns" in found.doubts


def test_a_total_below_zero_that_no_sum_proves_is_marked(tmp_path: Path) -> None:
    lines = [(*row[:-1], f"{'-' if n < 5 else ''}{n + 3}.77") for n in range(60) for row in rows(n, 1)]
    write(tmp_path / "files" / "sales.csv", HEADER, lines)
    found, _ = drafted(tmp_path, tmp_path / "files")
    assert "Line Total" in mapping(found).values() or any(
        "Line Total is below 0 on some" in one for one in found.doubts
    )


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("refunds-2026-04", "Discount"),
        ("Gutschriften", "Rabattbetrag"),
        ("avoirs_2026-04", "Montant remise"),
        ("devoluciones", "Importe descuento"),
        ("refunds-2026-04", "Longitude"),
        ("Retouren", "Bestandsänderung"),
    ],
)
def test_other_numbers_below_zero_do_not_make_sales_of_refunds(tmp_path: Path, name: str, column: str) -> None:
    for file, lines, other in (("orders-2026-04", rows(0, 40), "0.50"), (name, rows(3, 6), "-0.50")):
        header = f"{HEADER};{column}"
        write(tmp_path / "files" / f"{file}.csv", header, [(*row, other) for row in lines])
    found = draft_source("shop", [tmp_path / "files"], tmp_path / "tmp")
    assert f"refund_files: by their names, all lines of {name}.csv count as refunds" in found.doubts


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("refunds", "Order;Date;Customer;SKU;Title;Quantity;Unit Price;Line Total"),
        ("Gutschriften", "Auftrag;Datum;Kunde;Artikelnr;Bezeichnung;Menge;Einzelpreis;Betrag"),
        ("avoirs", "Commande;Date;Client;Réf;Libellé;Quantité;Prix unitaire;Montant"),
        ("abonos", "Pedido;Fecha;Cliente;SKU;Descripción;Cantidad;Precio;Importe"),
    ],
)
@pytest.mark.parametrize("place", [5, 6, 7])
def test_a_quantity_or_price_below_zero_is_told_as_the_sign_of_returns(
    tmp_path: Path, name: str, header: str, place: int
) -> None:
    refunds = rows(3, 6)
    refunds[2] = (*refunds[2][:place], f"-{refunds[2][place]}", *refunds[2][place + 1 :])
    write(tmp_path / "files" / "orders.csv", header, rows(0, 40))
    write(tmp_path / "files" / f"{name}.csv", header, refunds)
    found = draft_source("shop", [tmp_path / "files"], tmp_path / "tmp")
    column = header.split(";")[place]
    assert "refund_files =" not in found.toml
    [doubt] = [one for one in found.doubts if f"{name}.csv: {column} is below 0 on 1 of 6 lines" in one]
    assert doubt.endswith("if the other lines came back too, name the files under refund_files")


def test_a_file_of_sales_by_another_name_is_none_of_refunds(tmp_path: Path) -> None:
    assert "refund_files" not in draft(tmp_path, "shop-2026-04", rows(40, 6)).toml


def test_refunds_with_other_columns_are_named_as_not_read(tmp_path: Path) -> None:
    refunds: list[tuple[object, ...]] = [(f"R{n}", f"2026-05-{n + 1:02d}", "2.50") for n in range(6)]
    found = draft(tmp_path, "refunds-2026-04", refunds, "Order;Refunded on;Amount")
    assert "refund_files" not in found.toml
    assert any(one.startswith("table refunds is not read") for one in found.doubts)
