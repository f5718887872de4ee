"""Shop systems: Shopify, WooCommerce, PrestaShop, Magento."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse_assets_tests.platforms.basket import Expected, orders
from warehouse_assets_tests.platforms.files import columns_of, write_rows

SHOPIFY = columns_of(
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,"
    "Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,"
    "Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,"
    "Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,"
    "Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,"
    "Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Receipt Number,Duties"
)
WOOCOMMERCE = columns_of(
    "order_id,order_number,date,status,shipping_total,shipping_tax_total,fee_total,fee_tax_total,tax_total,"
    "discount_total,order_total,refunded_total,order_currency,payment_method,shipping_method,customer_id,"
    "billing_first_name,billing_last_name,billing_email,billing_phone,billing_address_1,billing_postcode,"
    "billing_city,billing_country,shipping_first_name,shipping_last_name,shipping_city,shipping_country,"
    "customer_note,item_id,item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_subtotal_tax,"
    "item_total,item_total_tax,item_refunded,item_refunded_qty,item_meta,shipping_items,fee_items,tax_items,"
    "coupon_items,order_notes"
)


def shopify(path: Path) -> Expected:
    """The order's columns on its first row; a gift card that is sold is no revenue; some discounts are the line's.

    Some orders have the same product on several lines, some add tax and refund it, some have free shipping as a
    discount, which their goods do not have. Tips are lines that the subtotal lacks; some items are free.
    """
    rows: list[dict[str, Any]] = []
    expected = Expected()
    for n, order in enumerate(orders(1)):
        of_line = Decimal("1.00") if n % 7 == 3 else Decimal(0)
        free = Decimal("5.90") if n % 7 == 2 and not order.shipping else Decimal(0)
        again = [order.lines[0]] * 2 if n % 8 == 6 else []
        goods = order.goods + sum(line.amount for line in again)
        before_tax = goods - order.discount - of_line + order.shipping
        tip = Decimal("1.50") if n % 10 == 3 and not order.refund else Decimal(0)
        tax = before_tax / 4 if n % 2 and n % 9 != 4 else Decimal(0)
        first: dict[str, Any] = {
            "Financial Status": "voided" if order.is_cancelled else "paid",
            "Currency": "NOK",
            "Subtotal": goods - order.discount - of_line + (25 if n % 9 == 4 else 0),
            "Shipping": order.shipping,
            "Taxes": tax or "1.00",
            "Total": before_tax + tax + tip,
            "Discount Amount": order.discount + free,
            "Refunded Amount": order.refund * (Decimal("1.25") if tax else 1),
            "Billing Name": f"Ada Made-up {order.buyer}",
            "Billing Country": "FR",
            "Billing City": "Lyon",
            "Cancelled at": "2026-03-30 10:00:00 +0200" if n == 20 else "",
            "Id": 7410000 + n,
        }
        lines = [(line.sku, line.title, line.price, line.pieces, "true") for line in [*order.lines, *again]]
        lines += [("", "Carte cadeau" if n % 2 else "Gift Card", 25, 1, "false")] if n % 9 == 4 else []
        lines += [("", "Tip", tip, 1, "false")] if tip else []
        lines += [(*lines[0][:2], 0, 1, "true")] if n % 12 == 1 else []
        for place, (sku, title, price, pieces, is_sent) in enumerate(lines):
            rows.append(
                {
                    "Name": f"#{order.number}",
                    "Email": order.email,
                    "Created at": f"{order.moment:%Y-%m-%d %H:%M:%S} +0000",
                    "Lineitem quantity": pieces,
                    "Lineitem name": title,
                    "Lineitem price": price,
                    "Lineitem sku": sku,
                    "Lineitem requires shipping": is_sent,
                    "Lineitem taxable": is_sent,
                    "Lineitem discount": of_line if not place else "0.00",
                    **(first if not place else {}),
                }
            )
        if not order.is_cancelled and n != 20:
            expected.add(order.moment, before_tax + tip - order.refund)
    write_rows(path, SHOPIFY, rows)
    return expected


def woocommerce_rest(path: Path) -> Expected:
    """Items with their totals after discount, a fee now and then, refunds as negative totals with their tax."""
    found, expected = [], Expected()
    for n, order in enumerate(orders(2)):
        fee = Decimal("1.50") if n % 6 == 1 else Decimal(0)
        back = order.refund * (Decimal("1.25") if n % 2 else 1)
        items = [
            {
                "id": 10 * n + place,
                "name": line.title,
                "product_id": 500 + place,
                "variation_id": 0,
                "quantity": line.pieces,
                "subtotal": str(line.amount),
                "total": str(line.amount - (order.discount if not place else 0)),
                "total_tax": "0.50",
                "sku": line.sku,
                "price": float(line.price),
            }
            for place, line in enumerate(order.lines)
        ]
        found.append(
            {
                "id": order.number,
                "number": str(order.number),
                "status": "cancelled" if order.is_cancelled else "completed",
                "currency": "GBP",
                "date_created": f"{order.moment:%Y-%m-%dT%H:%M:%S}",
                "discount_total": str(order.discount),
                "shipping_total": str(order.shipping),
                "shipping_tax": "0.00",
                "total": "125.00" if n % 2 else "0",
                "total_tax": "25.00" if n % 2 else "0",
                "customer_id": 0,
                "billing": {"first_name": "Bea", "last_name": "Made-up", "email": order.email, "country": "GB"},
                "line_items": items,
                "shipping_lines": [],
                "fee_lines": [{"id": 1, "name": "Wrapping", "total": str(fee), "total_tax": "0"}] if fee else [],
                "refunds": [{"id": 77, "reason": "", "total": f"-{back}"}] if order.refund else [],
            }
        )
        if not order.is_cancelled:
            expected.add(order.moment, order.goods - order.discount + order.shipping + fee - order.refund)
    path.write_text(json.dumps(found), encoding="utf-8")
    return expected


def woocommerce_csv(path: Path) -> Expected:
    """One row per item; shipping, fees and refunds (with tax) of the order stand on each of them."""
    rows: list[dict[str, Any]] = []
    expected = Expected()
    for n, order in enumerate(orders(3)):
        for place, line in enumerate(order.lines):
            rows.append(
                {
                    "order_id": order.number,
                    "date": f"{order.moment:%Y-%m-%d %H:%M:%S}",
                    "status": "cancelled" if order.is_cancelled else "completed",
                    "shipping_total": order.shipping,
                    "fee_total": "0.00",
                    "refunded_total": order.refund * (Decimal("1.25") if n % 2 else 1),
                    "order_total": "125.00" if n % 2 else "80.00",
                    "tax_total": "25.00" if n % 2 else "0.00",
                    "order_currency": "CAD",
                    "billing_email": order.email,
                    "billing_country": "CA",
                    "billing_city": "Toronto",
                    "item_id": 10 * n + place,
                    "item_name": line.title,
                    "item_sku": line.sku,
                    "item_quantity": line.pieces,
                    "item_subtotal": line.amount,
                    "item_total": line.amount - (order.discount if not place else 0),
                    "item_total_tax": "0.20",
                }
            )
        if not order.is_cancelled:
            expected.add(order.moment, order.goods - order.discount + order.shipping - order.refund)
    write_rows(path, WOOCOMMERCE, rows)
    return expected


def prestashop(path: Path) -> Expected:
    """Prices with tax, some in another currency, and discounts of the order.

    State 6 is of cancelled, 1 and 10 of unpaid and 7 of refunded orders.
    """
    found, expected = [], Expected()
    for n, order in enumerate(orders(4)):
        wrapping = Decimal("2.50") if n % 5 == 2 else Decimal(0)
        rate = 2 if n % 4 == 1 else 1
        paid = order.goods - order.discount + order.shipping + wrapping
        is_refunded = n % 11 == 3 and not order.is_cancelled
        rows = [
            {
                "id": 10 * n + place,
                "product_id": 40 + place,
                "product_quantity": line.pieces,
                "product_name": line.title,
                "product_reference": line.sku,
                "unit_price_tax_incl": f"{line.price * rate}0000",
                "unit_price_tax_excl": f"{(line.price - 1) * rate}0000",
            }
            for place, line in enumerate(order.lines)
        ]
        found.append(
            {
                "id": order.number,
                "id_customer": order.buyer + 1,
                "id_currency": rate,
                "conversion_rate": f"{rate}.000000",
                "reference": f"XKBKN{n:04d}",
                "current_state": (6, 10, 1)[n % 3] if order.is_cancelled else 7 if is_refunded else 5,
                "date_add": f"{order.moment:%Y-%m-%d %H:%M:%S}",
                "total_discounts_tax_incl": str(order.discount * rate),
                "total_shipping_tax_incl": str(order.shipping * rate),
                "total_wrapping_tax_incl": str(wrapping * rate),
                "total_paid_tax_incl": str(paid * rate),
                "associations": {"order_rows": rows},
            }
        )
        if not order.is_cancelled:
            expected.add(order.moment, paid - (paid if is_refunded else 0))
    path.write_text(json.dumps({"orders": found}), encoding="utf-8")
    return expected


def magento(path: Path) -> Expected:
    """Configurable products with their components; refunds and cancelled pieces as totals.

    Discounts stand on the item, or on the components of a bundle.
    """
    found, expected = [], Expected()
    for n, order in enumerate(orders(5)):
        items: list[dict[str, Any]] = []
        for place, line in enumerate(order.lines):
            parent = 100 * (n + 1) + 3 * place
            whole = {"item_id": parent, "sku": line.sku, "name": line.title, "qty_ordered": line.pieces}
            off = float(order.discount) if not place else 0
            is_bundle = n % 2 == 1
            items.append(
                whole
                | {"price": float(line.price), "discount_amount": 0 if is_bundle else off, "tax_amount": 0.4}
                | {"product_type": "bundle" if is_bundle else "configurable"}
            )
            component = whole | {"parent_item_id": parent, "price": 0, "product_type": "simple"}
            items.append(component | {"item_id": parent + 1, "discount_amount": off / 2 if is_bundle else 0})
            items.append(component | {"item_id": parent + 2, "discount_amount": off / 2 if is_bundle else 0})
        found.append(
            {
                "increment_id": f"{order.number:09d}",
                "created_at": f"{order.moment:%Y-%m-%d %H:%M:%S}",
                "status": "canceled" if order.is_cancelled else "complete",
                "order_currency_code": "SEK",
                "customer_email": order.email,
                "customer_firstname": "Cid",
                "customer_lastname": "Made-up",
                "shipping_amount": float(order.shipping),
                "shipping_discount_amount": 0,
                "shipping_tax_amount": 0,
                **({"total_refunded": float(order.refund) + 2, "tax_refunded": 2} if order.refund else {}),
                **({"total_canceled": 5.5, "tax_canceled": 0.5} if n % 10 == 7 or order.is_cancelled else {}),
                "billing_address": {"city": "Malmö", "country_id": "SE", "street": ["1 Gatan"], "telephone": "1"},
                "items": items,
            }
        )
        if not order.is_cancelled:
            cancelled = 5 if n % 10 == 7 else 0
            expected.add(order.moment, order.goods - order.discount + order.shipping - order.refund - cancelled)
    path.write_text(json.dumps({"items": found, "search_criteria": {}, "total_count": 40}), encoding="utf-8")
    return expected
