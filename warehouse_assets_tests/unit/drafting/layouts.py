# ruff: noqa: E501 (a layout is a line of its columns, one of its values and one of what is right)
"""Made-up layouts with the columns that are right for each field of a sale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse_assets_tests.platforms import PLATFORMS
from warehouse_assets_tests.unit.drafting.drafts import write

Row = Sequence[Any]
Truth = Mapping[str, str]


@dataclass(frozen=True)
class Layout:
    """A layout: how its file is written, and field -> the columns that are right, with | between them."""

    name: str
    write: Callable[[Path], object]
    truth: Truth


def flat(name: str, header: str, rows: Callable[[int], Row], truth: Truth, encoding: str = "utf-8") -> Layout:
    """A flat file of a hundred rows, of fifty orders."""
    delimiter = ";" if ";" in header else "\t" if "\t" in header else ","

    def write_file(folder: Path) -> None:
        write(folder / f"{name}.csv", header, [rows(n) for n in range(100)], delimiter, encoding)

    return Layout(name, write_file, truth)


def day(n: int) -> str:
    """The day of the order that row n belongs to."""
    return f"2026-{n // 2 % 9 + 1:02d}-{n // 2 % 28 + 1:02d}"


def euro_day(n: int, sign: str = "/") -> str:
    return sign.join(reversed(day(n).split("-")))


def price(n: int) -> float:
    return n % 7 + 2.5


def comma(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


_PIECES = (1, 2, 3, 1, 2)


def pieces(n: int) -> int:
    return _PIECES[(n + n // 7) % 5]


OWN = (
    flat(
        "spanish", "Número de pedido;Fecha;Cliente ID;Referencia producto;Producto;Cantidad;Precio unitario;Importe total;Estado",
        lambda n: (f"P{n // 2}", euro_day(n), f"C{n // 2 % 9}", f"R{n % 7}", f"Tetera {n % 7}", pieces(n), comma(price(n)),
                   comma(price(n) * pieces(n)), "pagado" if n % 9 else "cancelado"),
        {"order_id": "Número de pedido", "sold_at": "Fecha", "customer_id": "Cliente ID", "product_id": "Referencia producto",
         "product_name": "Producto", "quantity": "Cantidad", "unit_price": "Precio unitario", "line_amount": "Importe total",
         "order_status": "Estado"},
    ),
    flat(
        "italian", "Numero ordine;Data ordine;Codice cliente;Codice articolo;Descrizione;Quantità;Prezzo;Sconto;Totale riga",
        lambda n: (f"O{n // 2}", euro_day(n), f"C{n // 2 % 9}", f"A{n % 7}", f"Teiera {n % 7}", pieces(n), comma(price(n)),
                   comma(n % 3 / 2), comma(price(n) * pieces(n) - n % 3 / 2)),
        {"order_id": "Numero ordine", "sold_at": "Data ordine", "customer_id": "Codice cliente", "product_id": "Codice articolo",
         "product_name": "Descrizione", "quantity": "Quantità", "unit_price": "Prezzo", "discount_amount": "Sconto"},
    ),
    flat(
        "german", "Bestellnummer;Bestelldatum;Kundennummer;Nachname;Artikelnummer;Bezeichnung;Menge;Einzelpreis;Gesamtbetrag;Land",
        lambda n: (f"B{n // 2}", euro_day(n, "."), f"K{n // 2 % 9}", f"Muster{n // 2 % 9}", f"A{n % 7}", f"Kanne {n % 7}",
                   pieces(n), comma(price(n)), comma(price(n) * pieces(n)), "DE" if n // 2 % 3 else "AT"),
        {"order_id": "Bestellnummer", "sold_at": "Bestelldatum", "customer_id": "Kundennummer", "product_id": "Artikelnummer",
         "product_name": "Bezeichnung", "quantity": "Menge", "unit_price": "Einzelpreis", "country": "Land"}, "cp1252",
    ),
    flat(
        "french", "id_order;reference;date_commande;id_client;client;reference_produit;produit;quantite;prix_unitaire_ttc;remise;total_ttc;devise",
        lambda n: (n // 2, f"XK{n // 2:04d}", euro_day(n), 100 + n // 2 % 9, f"Ana Exemple{chr(65 + n // 2 % 9)}", f"T{n % 7}",
                   f"Théière {n % 7}", pieces(n), comma(price(n)), comma(n % 4 / 4), comma(price(n) * pieces(n) - n % 4 / 4), "EUR"),
        {"order_id": "id_order|reference", "sold_at": "date_commande", "customer_id": "id_client", "product_id": "reference_produit",
         "product_name": "produit", "quantity": "quantite", "unit_price": "prix_unitaire_ttc", "discount_amount": "remise",
         "currency_code": "devise"}, "cp1252",
    ),
    flat(
        "dutch", "bestelnummer,datum,klant,artikel,omschrijving,aantal,prijs,btw percentage",
        lambda n: (f"B{n // 2}", day(n), f"K{n // 2 % 9}", f"A{n % 7}", f"Pot {n % 7}", pieces(n), price(n), 21),
        {"order_id": "bestelnummer", "sold_at": "datum", "customer_id": "klant", "product_id": "artikel",
         "product_name": "omschrijving", "quantity": "aantal", "unit_price": "prijs"},
    ),
    flat(
        "ledger", "Transaction ID,Date,Description,Amount,Balance",
        lambda n: (f"T{n}", f"2026-{n % 9 + 1:02d}-{n % 28 + 1:02d}", f"Sale {n % 7}", f"{price(n):.2f}",
                   f"{sum(map(price, range(n + 1))):.2f}"),
        {"order_id": "Transaction ID", "sold_at": "Date", "product_name": "Description", "line_amount": "Amount",
         "unit_price": "Amount", "quantity": "'1'"},
    ),
    flat(
        "order_totals", "order_id,ordered_at,customer_id,sku,item_name,qty,price,order_total,order_tax,order_discount",
        lambda n: (n // 2, day(n), f"C{n // 2 % 9}", f"S{n % 7}", f"Pot {n % 7}", pieces(n), f"{price(n):.2f}",
                   f"{n // 2 + 20}.10", f"{n // 2 % 6 + 1}.07", f"{n // 2 % 5}.50"),
        {"order_id": "order_id", "sold_at": "ordered_at", "customer_id": "customer_id", "product_id": "sku",
         "product_name": "item_name", "quantity": "qty", "unit_price": "price", "order_discount_amount": "order_discount",
         "tax_amount": "CASE WHEN"},
    ),
    flat(
        "addresses", "Order,Placed on,Buyer email,Bill-to name,Bill-to country,Ship-to name,Ship-to country,Item,Item code,Units,Unit price,Currency",
        lambda n: (f"#{n // 2}", day(n), f"b{n // 2 % 9}@x.io", "Ann Bill", "FR", "Bob Ship", "BE", f"Pot {n % 7}", f"S{n % 7}",
                   pieces(n), f"{price(n):.2f}", "EUR"),
        {"order_id": "Order", "sold_at": "Placed on", "customer_id": "Buyer email", "country": "Bill-to country",
         "product_name": "Item", "product_id": "Item code", "quantity": "Units", "unit_price": "Unit price",
         "currency_code": "Currency"},
    ),
    flat(
        "guests", "order_no,created,user_id,product_id,product,count,amount,cost price",
        lambda n: (n // 2, day(n), 0 if n // 2 % 2 else 5000 + n // 2 % 9, 70 + n % 7, f"Pot {n % 7}", pieces(n),
                   f"{price(n) * pieces(n):.2f}", f"{price(n) / 2:.2f}"),
        {"order_id": "order_no", "sold_at": "created", "customer_id": "CASE WHEN", "product_id": "product_id",
         "product_name": "product", "quantity": "count", "line_amount": "amount"},
    ),
    flat(
        "codes", "k1,k2,k3,k4,k5",
        lambda n: (f"{n * 7919 % 1000:03d}", day(n), pieces(n), f"${price(n):.2f}", f"note {n % 5}"),
        {"sold_at": "k2", "quantity": "k3", "unit_price": "k4", "line_amount": "k4"},
    ),
    flat(
        "persons", "Invoice,Invoice date,Contact,Phone,Article,Article no,Pieces,Net price,Sales rep",
        lambda n: (f"I{n // 2}", day(n), f"Ann Made{'abc'[n // 2 % 3]}", f"+33 6 00 00 00 {n // 2 % 9:02d}", f"Pot {n % 7}", f"A{n % 7}",
                   pieces(n), f"{price(n):.2f}", "Rex Rep"),
        {"order_id": "Invoice", "sold_at": "Invoice date", "product_name": "Article", "product_id": "Article no",
         "quantity": "Pieces", "unit_price": "Net price", "customer_id": "Contact"},
    ),
    flat(
        "two_dates", "Order ID,Order Date,Ship Date,Customer ID,Customer Name,Segment,Country,City,Product ID,Category,Sub-Category,"
        "Product Name,Sales,Quantity,Discount rate,Profit",
        lambda n: (f"CA-{n // 2}", day(n), day(n + 4), f"AB-{n // 2 % 9}", f"Ann Made{chr(65 + n // 2 % 9)}", "Consumer", "France", "Lyon",
                   f"P-{n % 7}", f"Cat{n % 2}", f"Sub{n % 7}", f"Pot {n % 7}", f"{price(n) * pieces(n):.2f}", pieces(n), 0.2,
                   f"{n % 5 - 2}.35"),
        {"order_id": "Order ID", "sold_at": "Order Date", "customer_id": "Customer ID", "country": "Country", "city": "City",
         "product_id": "Product ID", "category": "Category", "subcategory": "Sub-Category", "product_name": "Product Name",
         "line_amount": "Sales", "quantity": "Quantity"},
    ),
)  # fmt: skip

_PLATFORM_TRUTH: Mapping[str, Truth] = {
    "shopify_orders": {
        "order_id": "Name", "customer_id": "Email", "product_id": "Lineitem sku", "product_name": "Lineitem name",
        "sold_at": "Created at", "quantity": "Lineitem quantity", "unit_price": "Lineitem price", "tax_amount": "Taxes",
        "order_discount_amount": "Discount Amount", "currency_code": "Currency", "order_status": "Financial Status",
        "country": "Billing Country", "city": "Billing City",
    },
    "woocommerce_orders": {
        "order_id": "id|number", "line_number": "$.id", "customer_id": "$.email", "product_id": "$.sku|$.product_id",
        "product_name": "$.name", "sold_at": "date_created", "quantity": "$.quantity", "unit_price": "$.price",
        "order_discount_amount": "discount_total", "tax_amount": "$.total_tax", "currency_code": "currency",
        "order_status": "status", "country": "$.country",
    },
    "woocommerce_csv": {
        "order_id": "order_id", "line_number": "item_id", "customer_id": "billing_email", "product_id": "item_sku",
        "product_name": "item_name", "sold_at": "date", "quantity": "item_quantity", "line_amount": "item_total",
        "currency_code": "order_currency", "order_status": "status", "country": "billing_country", "city": "billing_city",
    },
    "prestashop_orders": {},
    "magento_orders": {
        "order_id": "increment_id", "line_number": "$.item_id", "customer_id": "customer_email", "product_id": "$.sku",
        "product_name": "$.name", "sold_at": "created_at", "quantity": "$.qty_ordered", "unit_price": "$.price",
        "discount_amount": "$.discount_amount", "tax_amount": "$.tax_amount", "currency_code": "order_currency_code",
        "order_status": "status", "country": "$.country_id", "city": "$.city",
    },
    "amazon_orders": {
        "order_id": "order-id", "line_number": "order-item-id", "customer_id": "buyer-email", "product_id": "sku",
        "product_name": "product-name", "sold_at": "purchase-date", "quantity": "quantity-purchased",
        "line_amount": "item-price", "discount_amount": "item-promotion-discount", "currency_code": "currency",
        "country": "ship-country",
    },
    "amazon_all_orders": {
        "order_id": "amazon-order-id", "product_id": "sku", "product_name": "product-name", "sold_at": "purchase-date",
        "quantity": "quantity", "line_amount": "item-price", "discount_amount": "item-promotion-discount",
        "currency_code": "currency", "order_status": "order-status", "country": "ship-country",
        "updated_at": "last-updated-date",
    },
    "amazon_settlement": {
        "order_id": "order-id", "product_id": "sku", "sold_at": "posted-date", "quantity": "quantity-purchased",
        "line_amount": "amount", "currency_code": "currency",
    },
    "ebay_orders": {
        "order_id": "Order Number|Sales Record Number", "customer_id": "Buyer", "product_id": "Item Number|Custom Label",
        "product_name": "Item Title", "sold_at": "Sale Date", "quantity": "Quantity", "unit_price": "Sold For",
        "country": "Ship To Country", "city": "Ship To City",
    },
    "etsy_order_items": {
        "order_id": "Order ID", "line_number": "Transaction ID", "customer_id": "Buyer", "product_id": "Listing ID|SKU",
        "product_name": "Item Name", "sold_at": "Sale Date", "quantity": "Quantity", "unit_price": "Price",
        "discount_amount": "Discount Amount", "currency_code": "Currency", "country": "Ship Country",
    },
    "paypal_payments": {},
    "stripe_payments": {
        "order_id": "id", "customer_id": "Customer ID|Customer Email", "sold_at": "Created date (UTC)", "quantity": "'1'",
        "line_amount": "Amount", "unit_price": "Amount", "currency_code": "Currency", "order_status": "Status",
    },
    "square_items": {
        "order_id": "Transaction ID", "customer_id": "Customer ID", "product_id": "SKU", "product_name": "Item",
        "category": "Category", "sold_at": "Date", "quantity": "Qty", "line_amount": "Gross Sales",
        "discount_amount": "Discounts", "tax_amount": "Tax",
    },
}  # fmt: skip
LAYOUTS = (
    *OWN,
    *(
        Layout(one.source, lambda folder, one=one: one.write(folder / one.file), _PLATFORM_TRUTH[one.source])  # type: ignore[misc]
        for one in PLATFORMS
    ),
)
