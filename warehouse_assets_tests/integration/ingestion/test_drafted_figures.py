"""Drafts as `warehouse source new` writes them, unedited, from file to facts: the figures are right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.drafting.draft import draft_source
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import loading, own_source

Export = tuple[str, bytes]


def days(n: int) -> str:
    return f"2026-{n % 9 + 1:02d}-{n % 28 + 1:02d}"


def components() -> Export:
    """Orders whose items have components without a price; one currency throughout."""
    names = "increment_id,created_at,status,customer_email,item_id,parent_item_id,sku,name,qty_ordered,price"
    rows = [f"{names},row_total,order_currency_code"]
    for n in range(12):
        head = f"10{n:04d},{days(n)} 22:00:00,complete,m{n % 5}@x.io"
        rows.append(f"{head},{2 * n + 1},,TS,T-shirt,2,19.99,39.98,EUR")
        rows.append(f"{head},{2 * n + 2},{2 * n + 1},TS,T-shirt red,2,0.00,0.00,EUR")
    return "orders_items.csv", "\n".join(rows).encode()


def boxes() -> Export:
    """The same in other clothes: boxes and what is in them, a constant shop."""
    rows = ["basket;day;shop;client_no;pos_id;parent_pos;article;label;pieces;unit_price;devise"]
    for n in range(12):
        rows.append(f"B{n:03d};{days(n)};Main;K{n % 5};{2 * n + 1};;BX;Gift box;1;{n + 5}.50;CHF")
        rows.append(f"B{n:03d};{days(n)};Main;K{n % 5};{2 * n + 2};{2 * n + 1};MG;Mug;1;0.00;CHF")
    return "baskets.csv", "\n".join(rows).encode()


def spare_parts() -> Export:
    """A column that is the same throughout and one that is nearly empty stand before the number of the order."""
    rows = ["warehouse_no,gift_id,purchase_no,placed,account,part_no,part,qty,each,total,cur"]
    for n in range(40):
        gift = f"G{n}" if n % 20 == 0 else ""
        order = f"7,{gift},P-{n // 2:04d},{days(n // 2)},A{n // 2 % 6},R{n % 8},Part {n % 8}"
        rows.append(f"{order},{n % 3 + 1},{n % 8 + 1}.25,{(n % 3 + 1) * (n % 8 + 1.25):.2f},SEK")
    return "parts.csv", "\n".join(rows).encode()


def continued(sign: str = "#", first: str = "Name") -> Export:
    """What belongs to an order stands on its first row; its long id too."""
    items = "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku"
    rows = [f"{first},Email,Financial Status,Currency,Subtotal,Discount Amount,Created at,{items},Id"]
    for n in range(15):
        order = f"c{n % 7}@x.io,paid,EUR,30.00,{n % 2}.00,{days(n)} 10:00:00 +0200"
        rows.append(f"{sign}{1001 + n},{order},1,Tea,10.00,T1,74{n:08d}")
        rows.append(f"{sign}{1001 + n},,,,,,,2,Cup,10.00,C1,")
    return "orders_export.csv", "\n".join(rows).encode()


def french(countries: tuple[str, ...] = ("Belgique", "Suisse", "Namibie")) -> Export:
    """French names of columns and countries, comma and sign of euro, cp1252."""
    header = "id_order;date_commande;id_client;pays;reference_produit;produit;quantite;prix_unitaire_ttc;total_ttc"
    rows = [header]
    for n in range(24):
        amounts = f"{n % 5 + 2.5:.2f} €;{(n % 5 + 2.5) * (n % 3 + 1):.2f} €".replace(".", ",")
        product = f"T{n % 5};Thé {n % 5};{n % 3 + 1};{amounts}"
        rows.append(f"{n + 1};{n % 27 + 1:02d}/09/2026 09:15;{100 + n % 7};{countries[n % len(countries)]};{product}")
    return "commandes.csv", "\n".join(rows).encode("cp1252")


def foreign(header: str, countries: tuple[str, ...]) -> Export:
    """Names of columns and countries in another language, with a decimal comma."""
    rows = [header]
    for n in range(24):
        price, pieces = n % 5 + 2.5, n % 3 + 1
        amounts = f"{pieces};{price:.2f};{price * pieces:.2f}".replace(".", ",")
        head = f"{n + 1};{n % 27 + 1:02d}.09.2026;{100 + n % 7};{countries[n % len(countries)]}"
        rows.append(f"{head};A{n % 5};Tee {n % 5};{amounts}")
    return "export.csv", "\n".join(rows).encode()


def japanese(encoding: str = "cp932") -> Export:
    """An encoding that the file does not name."""
    rows = ["注文番号,order-date,buyer-id,sku,商品名,quantity,item-price,currency"]
    rows += [f"250-{n:04d},{days(n)},b{n % 6},S{n % 4},茶碗{n % 4},1,{1200 + n % 4 * 100},JPY" for n in range(20)]
    return "report.csv", "\n".join(rows).encode(encoding)


def cyrillic() -> Export:
    """The same in another script: Windows-1251."""
    rows = ["номер заказа;order date;customer id;sku;товар;quantity;price;currency"]
    rows += [f"Z-{n:04d};{days(n)};k{n % 6};S{n % 4};Чашка {n % 4};2;{100 + n % 4 * 10};RUB" for n in range(20)]
    return "zakazy.csv", "\n".join(rows).encode("cp1251")


def titled(lines: tuple[str, ...] = ('"","","","","","",""',)) -> Export:
    """Lines above the header, totals below the data."""
    rows = [*lines, "Order Number,Buyer,Item Number,Item Title,Quantity,Sold For,Sale Date"]
    rows += [f"12-{n:04d},u{n % 5},9{n % 4},Widget {n % 4},{n % 3 + 1},${n % 4 + 2}.99,{days(n)}" for n in range(19)]
    return "report.csv", "\n".join([*rows, "", "19,record(s) downloaded"]).encode("utf-8-sig")


def totalled() -> Export:
    """A title and its date above, a row of totals below, as accountants' programs write them."""
    rows = ["Sales by item;;;;;;", "From 2026-01-01;to 2026-09-30;;;;;", ";;;;;;"]
    rows.append("Invoice;Date;Client;Item code;Description;Pieces;Price")
    rows += [f"F{n:05d};{days(n)};C{n % 5};I{n % 4};Lamp {n % 4};{n % 3 + 1};{n % 4 + 2}.50" for n in range(19)]
    return "items.csv", "\n".join([*rows, "Total;;;;;37;"]).encode()


CASES: dict[str, tuple[Callable[[], Export], dict[str, Any]]] = {
    "components": (components, {"orders": 12, "lines": 12, "net": 479.76, "products": {"TS"}}),
    "boxes": (boxes, {"orders": 12, "lines": 12, "net": 132.0, "products": {"BX"}}),
    "spare parts": (spare_parts, {"orders": 20, "lines": 40, "customers": 6}),
    "continued, without a sign": (lambda: continued("", "Order"), {"orders": 15, "lines": 30, "net": 443.0}),
    "continued": (continued, {"orders": 15, "lines": 30, "net": 443.0, "products": {"T1", "C1"}, "unknown": 0}),
    "continued, other names": (
        lambda: continued("R-", "Receipt no"),
        {"orders": 15, "lines": 30, "net": 443.0, "products": {"T1", "C1"}, "unknown": 0},
    ),
    "french": (french, {"orders": 24, "net": 213.0, "countries": {"Belgium", "Switzerland", "Namibia"}}),
    "french, other countries": (
        lambda: french(("Allemagne", "Royaume-Uni", "Côte d'Ivoire")),
        {"orders": 24, "countries": {"Germany", "United Kingdom", "Côte d'Ivoire"}},
    ),
    "german": (
        lambda: foreign(
            "Bestellnummer;Bestelldatum;Kundennummer;Land;Artikelnummer;Artikel;Menge;Einzelpreis;Gesamtpreis",
            ("Deutschland", "Österreich", "Schweiz"),
        ),
        {"orders": 24, "net": 213.0, "countries": {"Germany", "Austria", "Switzerland"}},
    ),
    "spanish": (
        lambda: foreign(
            "pedido;fecha;cliente;país;referencia;producto;cantidad;precio;importe",
            ("España", "Países Bajos", "Perú"),
        ),
        {"orders": 24, "net": 213.0, "countries": {"Spain", "Netherlands", "Peru"}},
    ),
    "japanese": (japanese, {"orders": 20, "net": 27000.0}),
    "japanese, another encoding": (lambda: japanese("euc_jp"), {"orders": 20, "net": 27000.0}),
    "cyrillic": (cyrillic, {"orders": 20, "net": 4600.0}),
    "titled": (titled, {"orders": 19, "lines": 19}),
    "titled, two lines": (lambda: titled(("Orders of Example Ltd", "")), {"orders": 19, "lines": 19}),
    "totalled": (totalled, {"orders": 19, "lines": 19, "net": 144.5}),
}  # fmt: skip
_QUERIES = {
    "orders": "select count(distinct order_key) from dw.fct_sales",
    "lines": "select count(*) from dw.fct_sales",
    "net": "select sum(net_amount)::float from dw.fct_sales",
    "customers": "select count(distinct customer_key) from dw.fct_sales where customer_key >= 0",
    "unknown": "select count(*) from dw.fct_sales where customer_key < 0",
    "products": "select array_agg(distinct product_id) from dw.fct_sales join dw.dim_product using (product_key)",
    "countries": "select array_agg(distinct country) from dw.fct_sales join dw.dim_geography using (geography_key)",
}


@pytest.mark.parametrize("case", CASES)
def test_an_unedited_draft_gives_the_right_figures(database: Settings, tmp_path: Path, case: str) -> None:
    write, expected = CASES[case]
    name, content = write()
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / name).write_bytes(content)
    draft = draft_source("shop", [tmp_path / "export"], tmp_path / "tmp")
    settings = own_source(database, "shop", draft.toml, **draft.selects)
    with loading(settings, "shop") as shop:
        ensure_dates(shop.connection, settings.first_month)
        shop.put(name, content)
        shop.load(date(2026, 12, 1))
        build_all(shop.connection)
        found = {what: shop.one(_QUERIES[what]) for what in expected}
    assert {what: set(value) if isinstance(value, list) else value for what, value in found.items()} == expected
