# ruff: noqa: E501 (a layout is a line of its columns, one of its values and one of what is right)
"""Layouts whose columns do not say what they mean: charges among articles, discounts without a unit, cents, stores."""

from __future__ import annotations

from warehouse_assets_tests.unit.drafting.layouts import Layout, comma, day, euro_day, flat, pieces, price

_CHARGES = (("VK", "Versandkosten", "4,90"), ("GV", "Geschenkverpackung", "2,00"), ("RB", "Rabatt", "-1,50"))


def _article_or_charge(n: int) -> tuple[object, ...]:
    """A charge on every fifth row, else an article."""
    if n % 5 == 4:
        number, name, amount = _CHARGES[n // 5 % 3]
        return (number, name, 1, amount)
    return (f"A{n % 7}", f"Kanne {n % 7}", pieces(n), comma(price(n)))


ODD: tuple[Layout, ...] = (
    flat(
        "charges", "Auftrag;Datum;Kunde;Artikelnummer;Bezeichnung;Menge;Einzelpreis (€)",
        lambda n: (f"A{n // 2}", euro_day(n, "."), f"K{n // 2 % 9}", *_article_or_charge(n)),
        {"order_id": "Auftrag", "sold_at": "Datum", "customer_id": "Kunde", "product_id": "Artikelnummer",
         "product_name": "Bezeichnung", "quantity": "Menge", "unit_price": "Einzelpreis", "line_type": "CASE WHEN"},
    ),
    flat(
        "unproved_discount", "Order,Date,Customer,SKU,Product,Qty,Price,Discount",
        lambda n: (n // 2, day(n), f"C{n // 2 % 9}", f"S{n % 7}", f"Pot {n % 7}", pieces(n), f"{price(n):.2f}", n % 3 * 5),
        {"order_id": "Order", "sold_at": "Date", "customer_id": "Customer", "product_id": "SKU", "product_name": "Product",
         "quantity": "Qty", "unit_price": "Price"},
    ),
    flat(
        "stores", "Store;Ticket;Sold on;Member;Article code;Article;Pieces;Amount;Devise",
        lambda n: (("Lyon", "Nantes")[n // 2 % 2], f"T{n // 2}", euro_day(n), f"M{n // 2 % 9}", f"A{n % 7}", f"Pot {n % 7}",
                   pieces(n), comma(price(n) * pieces(n)), "CHF"),
        {"order_id": "Ticket", "sold_at": "Sold on", "customer_id": "Member", "product_id": "Article code",
         "product_name": "Article", "quantity": "Pieces", "line_amount": "Amount", "currency_code": "Devise"},
    ),
    flat(
        "unknown_codes", "order_no,created_at,user_id,sku,title,quantity,unit_price_usd,state,currency",
        lambda n: (n // 2, f"{day(n)}T10:00:00Z", 100 + n // 2 % 9, f"S{n % 7}", f"Pot {n % 7}", pieces(n), f"{price(n):.2f}",
                   ("paid", "refunded", "void")[n // 2 % 3], ("USD", "ZZZ")[n // 2 % 9 == 4]),
        {"order_id": "order_no", "sold_at": "created_at", "customer_id": "user_id", "product_id": "sku", "product_name": "title",
         "quantity": "quantity", "unit_price": "unit_price_usd", "order_status": "state", "currency_code": "currency"},
    ),
    flat(
        "portuguese", "encomenda;data;cliente;codigo;descrição;quantidade;preço;desconto %;total",
        lambda n: (f"E{n // 2}", euro_day(n), f"C{n // 2 % 9}", f"P{n % 7}", f"Bule {n % 7}", pieces(n), comma(price(n)), n % 3 * 10,
                   comma(price(n) * pieces(n) * (1 - n % 3 / 10))),
        {"order_id": "encomenda", "sold_at": "data", "customer_id": "cliente", "product_id": "codigo", "product_name": "descrição",
         "quantity": "quantidade", "unit_price": "preço", "discount_amount": "desconto %"}, "cp1252",
    ),
)  # fmt: skip
