"""Drafts of exports that nobody has seen: right, or they say where they guess; and they run."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from warehouse_assets.drafting.draft import draft_source
from warehouse_assets.drafting.weighing.names import kinship, likeness, words_of
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets_tests.unit.drafting.drafts import dice, drafted, german_day, mapping, outcome, write


def erp(folder: Path) -> None:
    """German, in capitals, cp1252, amounts as 1.234,56; the order's head and its positions apart."""
    people = [(f"K{n}", f"Nöme{n}", german_day(1970), dice.choice(["DE", "AT"]), f"n{n}@x.de") for n in range(60)]
    write(folder / "KD_STAMM.csv", "KDNR;NACHNAME;GEBDAT;LKZ;EMAIL_ADR", people, encoding="cp1252")
    heads = [
        (900 + n, f"K{dice.randrange(60)}", german_day(2023), dice.choice(["offen", "storniert"])) for n in range(90)
    ]
    write(folder / "AUF_KOPF.csv", "AUFNR;KDNR;AUFDAT;STATUS", heads)
    lines = [
        (900 + n, place, f"A{dice.randrange(20):03d}", dice.randint(1, 4), f"1.{dice.randrange(1000):03d},50")
        for n in range(90)
        for place in (1, 2)
    ]
    write(folder / "AUF_POS.csv", "AUFNR;POS;ARTNR;MENGE;EPREIS", lines)
    write(folder / "ART_STAMM.csv", "ARTNR;BEZEICHNUNG", [(f"A{n:03d}", f"Schuh {n}") for n in range(20)])


def nameless(folder: Path) -> None:
    """Columns that are called c1, c2, …"""
    people = [(7000 + 13 * n, f"u{n}@mail.com", dice.choice(["France", "Spain", "Italy"])) for n in range(50)]
    write(folder / "t1.csv", "c1,c2,c3", people, ",")
    sales = [
        (n, 7000 + 13 * dice.randrange(50), 100 + 3 * dice.randrange(30), f"2023-{dice.randint(1, 12):02d}-05",
         dice.randint(1, 4), f"${dice.randint(1, 99)}.{dice.randrange(100):02d}")
        for n in range(400)
    ]  # fmt: skip
    write(folder / "t2.csv", "c1,c2,c3,c4,c5,c6", sales, ",")
    write(folder / "t3.csv", "c1,c2,c3", [(100 + 3 * n, f"Thing {n}", dice.choice("AB")) for n in range(30)], ",")


def magento(folder: Path) -> None:
    """A SQLite dump whose small numbers coincide in all tables."""
    folder.mkdir(parents=True)
    connection = sqlite3.connect(folder / "dump.sqlite")
    connection.executescript("""
        create table customer_entity (entity_id integer primary key, email, lastname, created_at);
        create table sales_order (entity_id integer primary key, customer_id, status, discount_amount,
            order_currency_code, created_at, updated_at);
        create table sales_order_item (item_id integer primary key, order_id, product_id, qty_ordered, price,
            row_total);
        create table catalog_product (entity_id integer primary key, name, category);
        create table review (review_id integer primary key, product_id, customer_id, rating, created_at);
    """)
    for n in range(1, 60):
        connection.execute("insert into customer_entity values (?, ?, 'L', '2022-03-04')", (n, f"a{n}@b.c"))
        connection.execute("insert into catalog_product values (?, ?, ?)", (n, f"Prod {n}", dice.choice("xy")))
        connection.execute(
            "insert into review values (?, ?, ?, ?, '2023-05-06')",
            (n, n % 40 + 1, n % 50 + 1, dice.randint(1, 5)),
        )
    for n in range(1, 120):
        day = f"2023-{dice.randint(1, 12):02d}-11 10:00:00"
        values = (n, dice.randint(1, 59), dice.choice(["complete", "canceled"]), 2.5, "EUR", day, "2024-01-01 00:00:00")
        connection.execute("insert into sales_order values (?, ?, ?, ?, ?, ?, ?)", values)
        price = dice.randint(100, 9999) / 100
        connection.execute(
            "insert into sales_order_item values (?, ?, ?, 2, ?, ?)", (n, n, n % 59 + 1, price, 2 * price)
        )
    connection.commit()
    connection.close()


def french(folder: Path) -> None:
    """One flat file; spaces as thousands sign, the symbol behind, a date in the name, a card that must not be read."""
    rows = [
        (f"C{n // 2}", f"{dice.randint(1, 28):02d}/04/2023", f"cli{n % 20}", f"Théière {n % 5}",
         dice.choice([1, 2, -1]), f"{dice.randint(1, 3)} {dice.randrange(1000):03d},50 €", "4111111111111111")
        for n in range(80)
    ]  # fmt: skip
    header = "N° commande;Date de la commande;Client;Libellé;Qté;PU TTC;Carte bancaire"
    write(folder / "ventes_2023-04.csv", header, rows, encoding="cp1252")


def test_a_german_erp(tmp_path: Path) -> None:
    erp(tmp_path / "files")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft) == {
        "source_line": "auf_pos.source_line", "order_id": "auf_pos.AUFNR", "line_number": "auf_pos.POS",
        "customer_id": "auf_kopf.KDNR", "product_id": "auf_pos.ARTNR", "product_name": "art_stamm.BEZEICHNUNG",
        "sold_at": "auf_kopf.AUFDAT", "quantity": "auf_pos.MENGE", "unit_price": "auf_pos.EPREIS",
        "order_status": "auf_kopf.STATUS",
    }  # fmt: skip
    assert mapping(draft, "customers")["birth_date"] == "GEBDAT"
    assert outcome(dry) == {"customers": (60, 0), "sales": (180, 0)}
    assert 'cancelled_statuses = ["storniert"]  # ? ' in draft.toml
    assert any("cancelled_statuses: " in doubt and doubt.endswith(": storniert") for doubt in draft.doubts)
    assert any("AUFDAT: only its values suggest it" in doubt for doubt in draft.doubts)
    assert any("no currency is named" in doubt for doubt in draft.doubts)


def test_german_compounds_and_a_discount_in_percent(tmp_path: Path) -> None:
    rows = [
        (
            f"B{n // 2:04d}",
            f"K{n // 2 % 9}",
            f"{n // 2 % 28 + 1:02d}.03.2023",
            f"A{n % 7}",
            f"Schuh {n % 7}",
            n % 3 + 1,
            "12,50",
            n % 2 * 5,
        )
        for n in range(60)
    ]
    header = "Bestellnr;Kundennr;Rechnungsdatum;Artikelnr;Artikelname;Menge;Einzelpreis;Rabatt %"
    write(tmp_path / "files" / "auftraege.csv", header, rows)
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft) == {
        "source_line": "source_line", "order_id": "Bestellnr", "customer_id": "Kundennr", "product_id": "Artikelnr",
        "product_name": "Artikelname", "sold_at": "Rechnungsdatum", "quantity": "Menge", "unit_price": "Einzelpreis",
    }  # fmt: skip
    assert any("auftraege.Rabatt % is a percentage and is not read" in doubt for doubt in draft.doubts)
    assert outcome(dry)["sales"] == (60, 0)


def test_columns_without_names(tmp_path: Path) -> None:
    nameless(tmp_path / "files")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    found = mapping(draft)
    assert found == {
        "source_line": "t2.source_line", "customer_id": "t2.c2", "product_id": "t2.c3", "product_name": "t3.c2",
        "category": "t3.c3", "sold_at": "t2.c4", "quantity": "t2.c5", "unit_price": "t2.c6",
    }  # fmt: skip
    assert outcome(dry) == {"customers": (50, 0), "sales": (400, 0)}
    for column in ("t2.c4", "t2.c5", "t2.c6", "t3.c2"):
        assert any(column in doubt and "suggest" in doubt for doubt in draft.doubts)


def test_numbers_that_coincide_join_nothing(tmp_path: Path) -> None:
    magento(tmp_path / "files")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    found = mapping(draft)
    assert found["sold_at"] == "sales_order.created_at"
    assert found["unit_price"] == "sales_order_item.price"
    assert found["order_discount_amount"] == "sales_order.discount_amount"
    assert "review" not in draft.selects["sales"]
    assert mapping(draft, "reviews")["product_id"] == "product_id"
    assert outcome(dry) == {"customers": (59, 0), "sales": (119, 0), "reviews": (59, 0)}


def test_a_flat_export_in_french(tmp_path: Path) -> None:
    french(tmp_path / "files")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert outcome(dry)["sales"] == (80, 0)
    assert 'files = ["ventes*.csv"]' in draft.toml
    assert 'negative_quantity = "return"' in draft.toml
    assert 'symbols = { "€" = "EUR" }' in draft.toml
    assert 'never_read = ["Carte bancaire"]' in draft.toml
    assert "Carte" not in "".join(draft.selects.values())


def test_a_day_that_could_be_a_month_is_a_doubt(tmp_path: Path) -> None:
    rows = [("c1", f"0{n % 9 + 1}/0{n % 7 + 1}/2023", "Lamp", 1, f"{n}.50") for n in range(60)]
    write(tmp_path / "files" / "sales.csv", "customer,date,product,qty,price", rows, ",")
    draft, _ = drafted(tmp_path, tmp_path / "files")
    assert any("no date tells whether day or month comes first" in doubt for doubt in draft.doubts)


def test_files_without_sales_are_told(tmp_path: Path) -> None:
    write(tmp_path / "files" / "notes.csv", "a,b", [("x", "y")], ",")
    with pytest.raises(IngestionError, match=r"looks like sales .* columns are notes: a, b"):
        draft_source("shop", [tmp_path / "files"], tmp_path / "tmp")


def test_names() -> None:
    assert words_of("OrderDate") == words_of("order-date") == words_of("Order Date") == ("order", "date")
    assert words_of("N° commande") == ("n", "commande")
    assert likeness("OrderDate", "sold_at") > likeness("updated_at", "sold_at") == 0
    assert kinship("customer_id", "customers id") == 1
    assert kinship("product_id", "review review_id") == 0
