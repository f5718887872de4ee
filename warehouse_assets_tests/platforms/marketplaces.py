"""Marketplaces and tills: Amazon, eBay, Etsy, Square."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse_assets_tests.platforms.basket import Expected, orders
from warehouse_assets_tests.platforms.files import columns_of, write_rows

AMAZON_ORDERS = columns_of(
    "order-id,order-item-id,purchase-date,payments-date,buyer-email,buyer-name,buyer-phone-number,sku,"
    "product-name,quantity-purchased,currency,item-price,item-tax,shipping-price,shipping-tax,ship-service-level,"
    "recipient-name,ship-address-1,ship-address-2,ship-city,ship-state,ship-postal-code,ship-country,"
    "item-promotion-discount"
)
AMAZON_ALL = columns_of(
    "amazon-order-id,merchant-order-id,purchase-date,last-updated-date,order-status,fulfillment-channel,"
    "sales-channel,order-channel,ship-service-level,product-name,sku,asin,item-status,quantity,currency,"
    "item-price,item-tax,shipping-price,shipping-tax,gift-wrap-price,gift-wrap-tax,item-promotion-discount,"
    "ship-promotion-discount,ship-city,ship-state,ship-postal-code,ship-country,promotion-ids,is-business-order"
)
SETTLEMENT = columns_of(
    "settlement-id,settlement-start-date,settlement-end-date,deposit-date,total-amount,currency,transaction-type,"
    "order-id,merchant-order-id,adjustment-id,shipment-id,marketplace-name,amount-type,amount-description,amount,"
    "fulfillment-id,posted-date,posted-date-time,order-item-code,merchant-order-item-id,"
    "merchant-adjustment-item-id,sku,quantity-purchased"
)
EBAY = columns_of(
    "Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Ship To City,Ship To State,"
    "Ship To Zip,Ship To Country,Item Number,Item Title,Custom Label,Quantity,Sold For,Shipping And Handling,"
    "eBay Collected Tax,Total Price,Payment Method,Sale Date,Paid On Date,Shipped On Date,Transaction ID,"
    "Variation Details"
)
ETSY = columns_of(
    "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,Shipping Discount,"
    "Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,Date Paid,Date Shipped,"
    "Ship Name,Ship Address1,Ship Address2,Ship City,Ship State,Ship Zipcode,Ship Country,Order ID,Variations,"
    "Order Type,Listings Type,Payment Type,InPerson Discount,InPerson Location,VAT Paid by Buyer,SKU"
)
SQUARE = columns_of(
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,"
    "Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,"
    "Customer ID,Customer Name,Customer Reference ID,Unit,Count,Itemization Type,Commission,Employee,PAN Suffix"
)


def amazon_orders(path: Path) -> Expected:
    """Amounts of whole lines, in yen; no columns of gift wrap."""
    rows: list[dict[str, Any]] = []
    expected = Expected()
    for n, order in enumerate(orders(6, digits="1")):
        for place, line in enumerate(order.lines):
            rows.append(
                {
                    "order-id": f"250-{order.number}-{n:07d}",
                    "order-item-id": f"{10 * n + place:014d}",
                    "purchase-date": f"{order.moment:%Y-%m-%dT%H:%M:%S}+00:00",
                    "buyer-email": order.email,
                    "buyer-name": "Dan Made-up",
                    "sku": line.sku,
                    "product-name": line.title,
                    "quantity-purchased": line.pieces,
                    "currency": "JPY",
                    "item-price": line.amount,
                    "shipping-price": order.shipping if not place else 0,
                    "item-promotion-discount": order.discount if not place else 0,
                    "ship-country": "JP",
                }
            )
        expected.add(order.moment, order.goods - order.discount + order.shipping)
    write_rows(path, AMAZON_ORDERS, rows, "\t")
    return expected


def amazon_all_orders(path: Path) -> Expected:
    """Cancelled lines without a price; promotions below zero; gift wrap; orders that came back."""
    rows: list[dict[str, Any]] = []
    expected = Expected()
    for n, order in enumerate(orders(7)):
        wrap = Decimal("3.00") if n % 8 == 2 else Decimal(0)
        came_back = " - Returned to Seller" if n % 2 else " - Rejected by Buyer"
        for place, line in enumerate(order.lines):
            rows.append(
                {
                    "amazon-order-id": f"250-{order.number}-{n:07d}",
                    "purchase-date": f"{order.moment:%Y-%m-%dT%H:%M:%S}+00:00",
                    "last-updated-date": f"{order.moment:%Y-%m-%dT%H:%M:%S}+00:00",
                    "order-status": "Cancelled"
                    if order.is_cancelled
                    else "Shipped" + (came_back if n % 9 == 3 else ""),
                    "product-name": line.title,
                    "sku": line.sku,
                    "quantity": 0 if order.is_cancelled else line.pieces,
                    "currency": "" if order.is_cancelled else "AUD",
                    "item-price": "" if order.is_cancelled else line.amount,
                    "shipping-price": order.shipping if not place and not order.is_cancelled else "",
                    "gift-wrap-price": wrap if not place and not order.is_cancelled else "",
                    "item-promotion-discount": f"-{order.discount}" if not place and order.discount else "",
                    "ship-country": "AU",
                }
            )
        if not order.is_cancelled:
            paid = order.goods - order.discount + order.shipping + wrap
            expected.add(order.moment, paid if n % 9 != 3 else Decimal(0))
    write_rows(path, AMAZON_ALL, rows, "\t")
    return expected


def amazon_settlement(path: Path) -> Expected:
    """The currency on the first row only; fees and taxes beside what customers pay; claims are refunds too."""
    head = {"settlement-id": "999", "total-amount": "1", "currency": "PLN"}
    rows: list[dict[str, Any]] = [head]
    expected = Expected()
    for n, order in enumerate(orders(8)):
        common = {"settlement-id": "999", "order-id": f"250-{order.number}", "posted-date": f"{order.moment:%Y-%m-%d}"}
        for line in order.lines:
            item = common | {"transaction-type": "Order", "sku": line.sku, "amount-type": "ItemPrice"}
            principal = {"amount-description": "Principal", "amount": line.amount, "quantity-purchased": line.pieces}
            rows.append(item | principal)
            rows.append(item | {"amount-description": "Tax", "amount": "2.00"})
            rows.append(item | {"amount-type": "ItemFees", "amount-description": "Commission", "amount": "-3.00"})
        if order.shipping:
            shipping = {"amount-type": "ItemPrice", "amount-description": "Shipping", "amount": order.shipping}
            rows.append(common | {"transaction-type": "Order", "sku": order.lines[0].sku} | shipping)
        if order.discount:
            promotion = {"amount-type": "Promotion", "amount-description": "Principal", "amount": -order.discount}
            rows.append(common | {"transaction-type": "Order", "sku": order.lines[0].sku} | promotion)
        if order.refund:
            refund = {"amount-type": "ItemPrice", "amount-description": "Principal", "amount": -order.refund}
            kind = ("Refund", "A-to-z Guarantee Refund", "Chargeback Refund")[n % 3]
            rows.append(common | {"transaction-type": kind, "sku": order.lines[0].sku} | refund)
            goodwill = {"amount-type": "ItemPrice", "amount-description": "Goodwill", "amount": "-1.00"}
            rows.append(common | {"transaction-type": "Refund", "sku": order.lines[0].sku} | goodwill)
            expected.add(order.moment, Decimal(-1), 0)
        expected.add(order.moment, order.goods + order.shipping - order.discount - order.refund)
    write_rows(path, SETTLEMENT, rows, "\t")
    return expected


def ebay(path: Path) -> Expected:
    """A blank line above the header, a row that sums up orders of several items, two lines of footer; unpaid orders."""
    rows: list[dict[str, Any]] = [{}]
    expected = Expected(rejected=2)
    for n, order in enumerate(orders(9)):
        common = {
            "Sales Record Number": 100 + n,
            "Order Number": f"12-{order.number}",
            "Buyer Username": f"user{order.buyer}",
            "Sale Date": f"{order.moment:%b-%d-%y}",
        }
        paid = {} if order.is_cancelled else {"Paid On Date": f"{order.moment:%b-%d-%y}"}
        buyer = paid | {
            "Buyer Name": "Eva Made-up",
            "Buyer Email": order.email,
            "Ship To City": "Paris",
            "Ship To Country": "France",
            "Shipping And Handling": f"${order.shipping}",
            "Total Price": f"${order.goods + order.shipping:,}",
        }
        pieces = sum(line.pieces for line in order.lines)
        if len(order.lines) > 1:
            rows.append(common | buyer | {"Quantity": pieces, "Sold For": f"${order.goods:,}"})
        for line in order.lines:
            item = {"Item Number": f"1000{line.sku[-1]}", "Item Title": line.title, "Custom Label": line.sku}
            item |= {"Quantity": line.pieces, "Sold For": f"${line.price:,}"}  # type: ignore[dict-item]
            rows.append(common | (buyer if len(order.lines) == 1 else {}) | item)
        if not order.is_cancelled:
            expected.add(order.moment, order.goods + order.shipping)
    write_rows(path, EBAY, rows, lead=",".join(['""'] * len(EBAY)) + "\n")
    with path.open("a", encoding="utf-8") as file:
        file.write('\n"40","record(s) downloaded,","from "\n"Seller ID : made_up_shop"\n')
    return expected


def etsy(path: Path) -> Expected:
    """A row per transaction; shipping of the order on each of them."""
    rows: list[dict[str, Any]] = []
    expected = Expected()
    for n, order in enumerate(orders(10)):
        for place, line in enumerate(order.lines):
            rows.append(
                {
                    "Sale Date": f"{order.moment:%m/%d/%y}",
                    "Item Name": line.title,
                    "Buyer": f"buyer{order.buyer}",
                    "Quantity": line.pieces,
                    "Price": line.price,
                    "Discount Amount": order.discount if not place else "0.00",
                    "Shipping Discount": "0.00",
                    "Order Shipping": order.shipping,
                    "Order Sales Tax": "0.00",
                    "Item Total": line.amount,
                    "Currency": "NZD",
                    "Transaction ID": 30000 + 10 * n + place,
                    "Listing ID": f"88{line.sku[-1]}",
                    "Ship Name": "Fay Made-up",
                    "Ship Country": "New Zealand",
                    "Order ID": 20000 + n,
                    "SKU": line.sku,
                }
            )
        expected.add(order.moment, order.goods - order.discount + order.shipping)
    write_rows(path, ETSY, rows)
    return expected


def square(path: Path) -> Expected:
    """Discounts below zero on sales; refunds with negative quantities and sales, and positive discounts.

    Some items were rung up twice; a gift card that is sold is no revenue.
    """
    rows: list[dict[str, Any]] = []
    expected = Expected()
    for n, order in enumerate(orders(11)):
        for place, line in enumerate(order.lines):
            off = order.discount if not place else Decimal(0)
            sale = {
                "Date": f"{order.moment:%Y-%m-%d}",
                "Time": f"{order.moment:%H:%M:%S}",
                "Time Zone": "Paris",
                "Category": "Tea",
                "Item": line.title,
                "Qty": line.pieces,
                "Price Point Name": "Regular",
                "SKU": line.sku,
                "Gross Sales": f"€{line.amount}",
                "Discounts": f"-€{off}" if off else "€0.00",
                "Tax": "€0.00",
                "Transaction ID": f"T{order.number}",
                "Event Type": "Payment",
                "Customer ID": f"C{order.buyer}" if n % 2 else "",
                "PAN Suffix": "1234",
            }
            rows += [sale, sale] if n % 6 == 5 else [sale]
            card = {"Item": "Gift Card", "SKU": "", "Qty": 1, "Gross Sales": "€25.00", "Discounts": "€0.00"}
            rows += [sale | card | {"Itemization Type": "Gift Card" if n % 2 else ""}] if n % 9 == 4 else []
            expected.add(order.moment, line.amount - off if n % 6 == 5 else Decimal(0), 0)
            if n % 10 == 7 and not place:
                back = {"Qty": -line.pieces, "Gross Sales": f"-€{line.amount}", "Discounts": f"€{off}"}
                rows.append(sale | back | {"Transaction ID": f"R{order.number}", "Event Type": "Refund"})
                expected.add(order.moment, -(line.amount - off), 0)
        expected.add(order.moment, order.goods - order.discount)
    write_rows(path, SQUARE, rows)
    return expected
