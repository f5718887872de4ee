"""Drafts of awkward exports: what the values and the rows say outweighs what a name suggests."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from warehouse_assets.drafting.tables.dates import find_dates
from warehouse_assets.drafting.tables.encodings import find_encoding
from warehouse_assets.drafting.tables.families import find_family
from warehouse_assets.drafting.tables.titles import title_lines
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets_tests.unit.drafting.drafts import drafted, mapping, outcome, write

DAYS = [f"2026-{n % 9 + 1:02d}-{n % 28 + 1:02d}" for n in range(400)]


def draft_of(tmp_path: Path, header: str, rows: list[tuple[object, ...]], name: str = "orders.csv") -> tuple:  # type: ignore[type-arg]
    write(tmp_path / "files" / name, header, rows, ",")
    return drafted(tmp_path, tmp_path / "files")


def test_a_money_column_is_no_line_number(tmp_path: Path) -> None:
    rows = [(1, DAYS[0], "M", "1", "10.00", "10.00"), (1, DAYS[0], "T", "1", "10.00", "10.00")]
    rows += [(n, DAYS[n], "B", n, "5.00", f"{5 * n}.00") for n in range(2, 30)]
    draft, dry = draft_of(tmp_path, "Order ID,Order Date,SKU,Quantity,Item Cost,Order Line Total", rows)
    assert "line_number" not in mapping(draft)
    assert mapping(draft)["unit_price"] == "Item Cost"
    assert outcome(dry)["sales"] == (30, 0)


def test_a_constant_is_no_order_and_components_are_no_lines(tmp_path: Path) -> None:
    header = "increment_id,created_at,order_currency_code,item_id,parent_item_id,sku,name,qty_ordered,price,row_total"
    rows: list[tuple[object, ...]] = []
    for n in range(20):
        rows.append((f"1{n:04d}", DAYS[n], "EUR", 2 * n + 1, "", "TS", "T-shirt", 2, "19.99", "39.98"))
        rows.append((f"1{n:04d}", DAYS[n], "EUR", 2 * n + 2, 2 * n + 1, "TS", "T-shirt red", 2, "0.00", "0.00"))
    draft, dry = draft_of(tmp_path, header, rows)
    found = mapping(draft)
    assert (found["order_id"], found["product_id"], found["currency_code"]) == (
        "increment_id",
        "sku",
        "order_currency_code",
    )
    assert outcome(dry)["sales"] == (20, 0)


@pytest.mark.parametrize("numbered", [True, False])
def test_the_lines_below_an_orders_first(tmp_path: Path, numbered: bool) -> None:
    """The order's own columns stand on its first line; so may its number."""
    rows = []
    for n in range(40):
        rows.append(
            (f"#{n}", f"c{n % 9}@x.io", "EUR", DAYS[n], f"{n % 3}.00", f"S{n % 5}", 1 + n % 2, f"{n % 5 + 2}.50")
        )
        rows.append((f"#{n}" if numbered else "", "", "", "", "", f"S{(n + 1) % 5}", 1, f"{(n + 1) % 5 + 2}.50"))
    header = "Order no,Email,Currency,Order date,Discount,Sku,Quantity,Item price"
    draft, dry = draft_of(tmp_path, header, rows)
    assert outcome(dry)["sales"] == (80, 0)
    assert "order_discount_amount" in mapping(draft)
    assert outcome(dry)["customers"] == (40, 0), "an observation per order, none without a customer"
    assert dry.result.quality.counts.get(("currency_mismatch", "reject", None)) is None


def test_orders_that_are_summed_up_by_a_row_of_their_own(tmp_path: Path) -> None:
    header = "Order Number,Buyer Name,Item Number,Item Title,Custom Label,Quantity,Sold For,Sale Date"
    rows: list[tuple[object, ...]] = []
    for n in range(15):
        rows.append((f"12-{n}", "N", "", "", "", 3, "$31.00", DAYS[n]))
        rows.append((f"12-{n}", "", f"9{n % 4}", f"Widget {n % 4}", f"W{n % 4}", 2, "$13.00", DAYS[n]))
        rows.append((f"12-{n}", "", "77", "Gizmo", "G", 1, "$5.00", DAYS[n]))
    draft, dry = draft_of(tmp_path, header, rows)
    assert outcome(dry)["sales"] == (30, 0)
    assert mapping(draft)["product_id"] in ("Custom Label", "Item Number")


def test_lines_side_by_side(tmp_path: Path) -> None:
    header = "order_id,order_date,currency,line_item_1_sku,line_item_1_quantity,line_item_1_price,line_item_2_sku,"
    header += "line_item_2_quantity,line_item_2_price,address1,address2"
    rows = [(n, DAYS[n], "EUR", f"A{n % 4}", 1, "3.50", f"B{n % 3}" if n % 2 else "", 2 if n % 2 else "",
             "1.50" if n % 2 else "", "x", "y") for n in range(30)]  # fmt: skip
    draft, dry = draft_of(tmp_path, header, rows)
    assert outcome(dry)["sales"] == (45, 0)
    assert mapping(draft)["line_number"] == "place"


def test_a_measure_belongs_to_its_own_table(tmp_path: Path) -> None:
    """A product's photos are no quantity, a supplier's country is not the buyer's; without a quantity: one each."""
    folder = tmp_path / "files"
    items = [(f"o{n}", f"p{n % 30}", f"s{n % 7}", f"{n % 30 + 1}.90", DAYS[n]) for n in range(200)]
    write(folder / "items.csv", "order_id,product_id,seller_id,price,order_date", items, ",")
    products = [(f"p{n}", f"Lamp {n}", n % 5 + 1, n * 100 + 50) for n in range(30)]
    write(folder / "products.csv", "product_id,product_name,product_photos_qty,product_weight_g", products, ",")
    sellers = [(f"s{n}", ["France", "Spain", "Italy"][n % 3]) for n in range(7)]
    write(folder / "sellers.csv", "seller_id,seller_country", sellers, ",")
    draft, _ = drafted(tmp_path, folder)
    found = mapping(draft)
    assert found["quantity"] == "'1'"
    assert "country" not in found
    assert found["product_name"] == "products.product_name"


def test_the_customer_is_the_person_and_not_a_key_of_the_order(tmp_path: Path) -> None:
    header = "order_id,customer_id,customer_unique_id,order_date,sku,quantity,price"
    rows = [(f"o{n}", f"k{n}", f"u{n % 17}", DAYS[n], f"S{n % 9}", 1, f"{n % 9}.90") for n in range(100)]
    draft, _ = draft_of(tmp_path, header, rows)
    assert mapping(draft)["customer_id"] == "customer_unique_id"


def test_guests_are_no_customer(tmp_path: Path) -> None:
    header = "order_id,customer_id,order_date,sku,quantity,price"
    rows = [(f"o{n}", "0" if n % 2 else 4000 + n % 13, DAYS[n], f"S{n % 9}", 1, f"{n % 9}.90") for n in range(100)]
    draft, _ = draft_of(tmp_path, header, rows)
    assert mapping(draft)["customer_id"].startswith("CASE WHEN NOT LOWER(TRIM(customer_id)) IN ('0')")


def test_repeated_rows_hide_no_table(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    products = [(f"p{n}", f"Lamp {n}") for n in range(60)]
    write(folder / "products.csv", "product_id,product_name", [*products, *products[:5]], ",")
    items = [(f"o{n}", f"p{n % 60}", 1, f"{n % 60}.90", DAYS[n]) for n in range(200)]
    write(folder / "items.csv", "order_id,product_id,quantity,price,order_date", items, ",")
    draft, dry = drafted(tmp_path, folder)
    assert mapping(draft)["product_name"] == "products.product_name"
    assert outcome(dry)["sales"] == (200, 0), "the join multiplies no row"


def test_a_running_balance_is_no_price(tmp_path: Path) -> None:
    balance, rows = 0.0, []
    for n in range(40):
        balance += n % 7 + 0.5
        rows.append((f"t{n}", DAYS[n], f"{n % 7}.50", f"{balance:.2f}"))
    draft, _ = draft_of(tmp_path, "Transaction ID,Date,Amount,Balance amount", rows)
    assert mapping(draft).get("line_amount", mapping(draft).get("unit_price")) == "Amount"


def test_one_row_per_order_with_its_totals(tmp_path: Path) -> None:
    """total = subtotal + tax + shipping - discount tells which is what."""
    rows = [
        (f"#{n}", DAYS[n], f"c{n % 9}@x.io", f"{20 + n % 5}.00", f"{(20 + n % 5) * 0.2:.2f}", "5.00", f"{n % 3}.00",
         f"{(20 + n % 5) * 1.2 + 5 - n % 3:.2f}", "EUR") for n in range(60)
    ]  # fmt: skip
    draft, dry = draft_of(tmp_path, "Order,Created,Email,Subtotal,Tax,Shipping,Discount,Total,Currency", rows)
    found = mapping(draft)
    assert (found["line_amount"], found["discount_amount"], found["tax_amount"]) == ("Subtotal", "Discount", "Tax")
    assert found["quantity"] == "'1'"
    assert any(doubt.startswith("Shipping: shipping, fees and refunds are not read") for doubt in draft.doubts)
    assert outcome(dry)["sales"] == (60, 0)


def test_weights_stocks_and_costs_are_no_prices(tmp_path: Path) -> None:
    header = "order_no,order_date,sku,description,qty,unit_price,supplier_country,weight_kg,stock_qty,cost"
    rows = [
        (n // 2, DAYS[n // 2], f"R{n % 7}", f"Pot {n % 7}", n % 3 + 1, f"{n % 7 + 2.5:.2f}",
         ["China", "Vietnam"][n % 2], "1.5", n % 50, f"{n % 7 + 1:.2f}") for n in range(60)
    ]  # fmt: skip
    draft, _ = draft_of(tmp_path, header, rows)
    found = mapping(draft)
    assert (found["quantity"], found["unit_price"]) == ("qty", "unit_price")
    assert {"country", "tax_amount", "line_amount"} & set(found) == set()


def test_an_orders_total_on_each_line_is_no_price(tmp_path: Path) -> None:
    rows = [(n // 2, DAYS[n // 2], f"P{n % 7}", n % 3 + 1, f"{n // 2 + 10}.00") for n in range(60)]
    with pytest.raises(IngestionError, match="no column of it, or of a table that it points to, is a price"):
        draft_of(tmp_path, "order_id,date,product,qty,order_total", rows)


def test_names_of_persons_are_in_no_published_field(tmp_path: Path) -> None:
    header = "order_id,order_date,name,email,sku,title,quantity,price"
    people = ["Ada Alt", "Bea Neu", "Cid Nie", "Dan Moe", "Eva Roy"]
    rows = [
        (f"o{n}", DAYS[n], people[n % 5], f"c{n % 5}@x.io", f"S{n % 9}", f"Lamp {n % 9}", 1, f"{n % 9}.90")
        for n in range(60)
    ]
    draft, _ = draft_of(tmp_path, header, rows)
    assert mapping(draft)["product_name"] == "title"
    assert "name" not in [column for field, column in mapping(draft).items() if field not in ("source_line",)]


def test_a_very_wide_file(tmp_path: Path) -> None:
    more = [f"attribute {chr(97 + n % 26)}{n}" for n in range(2495)]
    rows = [
        (
            f"O{n // 2}",
            DAYS[n // 2],
            f"S{n % 3}",
            n % 2 + 1,
            f"{n % 3 + 1}.50",
            *(f"v{(n + m) % 7}" for m in range(2495)),
        )
        for n in range(20)
    ]
    started = time.monotonic()
    draft, dry = draft_of(tmp_path, ",".join(["order_id", "order_date", "sku", "qty", "price", *more]), rows)
    assert time.monotonic() - started < 60, "30 seconds on a machine that does nothing else"
    assert outcome(dry)["sales"] == (20, 0)
    assert any("2,200 columns were not looked into" in doubt for doubt in draft.doubts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("急須,マグ,和風\nかな,ひらがな,漢字\n", "cp932"),
        ("товар,цена\nЧайник,5\n", "cp1251"),
        ("produit,prix\nThéière,5\n", "cp1252"),
        ("상품,가격\n주전자,5\n", "euc_kr"),
    ],
)
def test_an_encoding_is_named_where_the_file_does_not(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(text.encode(expected) * 4)
    assert find_encoding(path).name == expected
    path.write_text(text, encoding="utf-8")
    assert find_encoding(path).name is None


def test_an_encoding_has_its_place_in_the_draft(tmp_path: Path) -> None:
    rows = [(f"o{n}", DAYS[n], "急須" if n % 2 else "マグ", 1, f"{n % 2 + 1}00") for n in range(20)]
    write(tmp_path / "files" / "sales.txt", "order-id\tdate\tproduct-name\tquantity\tprice", rows, "\t", "cp932")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert 'encoding = "cp932"  # ?' in draft.toml
    assert outcome(dry)["sales"] == (20, 0)


def test_lines_above_the_header(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text('"","",""\n"a","b","c"\n"","",""\n"1","2","3"\n' + '"4","5","6"\n' * 9)
    assert title_lines(path) == 1
    path.write_text("My shop\n\nFrom;2026-01-01\n\na;b;c;d\n" + "1;2;3;4\n" * 9)
    assert title_lines(path) == 4


def test_numbered_columns() -> None:
    names = ["order", "sku1", "qty1", "sku2", "qty2", "address1", "address2", "tax 1 name", "tax 2 name"]
    family = find_family(names)
    assert family is not None
    assert dict(family.members) == {"sku": ["sku1", "sku2"], "qty": ["qty1", "qty2"]}
    assert find_family(["address1", "address2", "phone1", "phone2"]) is None


def test_formats_of_one_column_by_shape() -> None:
    assert find_dates(["03/09/2026 09:15", "13/09/2026 09:15:20", "04/05/26"]).formats == (
        "%d/%m/%Y %H:%M",
        "%d/%m/%Y %H:%M:%S",
        "%d/%m/%y",
    )
    assert find_dates(["9/21/2026 3:05 PM", "Aug-01-26"]).formats == ("%b-%d-%y", "%m/%d/%Y %I:%M %p")
    assert find_dates(["01/02/2026", "03/04/2026"]).rivals == ("%m/%d/%Y",)
    assert not find_dates(["12345678", "99999999"]).formats
