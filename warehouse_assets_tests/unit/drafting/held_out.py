# ruff: noqa: E501 (a layout is a line of its columns, one of its values and one of what is right)
"""Layouts in the form of exports that no source is shipped for, written before any draft of them was seen."""

from __future__ import annotations

from warehouse_assets_tests.unit.drafting.layouts import Layout, comma, day, flat, pieces, price


def order(n: int) -> int:
    """The order that row n belongs to: two rows each."""
    return n // 2


def order_total(n: int) -> float:
    """The sum of both lines of the order of row n."""
    first = order(n) * 2
    return sum(price(one) * pieces(one) for one in (first, first + 1))


def _odd(n: int, text: object) -> object:
    """A value that only the first row of an order has."""
    return "" if n % 2 else text


HELD_OUT: tuple[Layout, ...] = (
    flat(
        "prestashop_admin", "ID;Reference;New client;Delivery;Customer;Total;Payment;Status;Date",
        lambda n: (n + 1, f"QW{n * 7919 % 9973:04d}LX", n % 2, ("France", "Belgium", "Spain")[n % 3], f"{'ABCDE'[n % 5]}. Madeup",
                   f"{_total(n):.2f} €", ("Card", "Cheque")[n % 2], ("Delivered", "Payment accepted", "Canceled")[n % 3], f"{day(2 * n)} 10:1{n % 10}:00"),
        {"order_id": "ID|Reference", "sold_at": "Date", "line_amount": "Total", "unit_price": "Total", "quantity": "'1'",
         "order_status": "Status", "country": "Delivery", "customer_id": "Customer"},
    ),
    flat(
        "paypal_activity", "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,Item Title,Item ID,Shipping and Handling Amount,Sales Tax,Quantity,Balance,Country",
        lambda n: (day(2 * n), f"10:{n % 60:02d}:00", "CET", f"Ann Made{'abcd'[n % 4]}", "Express Checkout Payment", "Completed", "EUR", f"{_total(n):.2f}",
                   f"-{_total(n) / 20:.2f}", f"{_total(n) - float(f'{_total(n) / 20:.2f}'):.2f}", f"p{n % 9}@x.io", "shop@x.io", f"9XA{n * 104729 % 999983:06d}", f"Pot {n % 7}",
                   f"S{n % 7}", "0.00", "0.00", 1, f"{sum(_total(m) for m in range(n + 1)):.2f}", "FR" if n % 3 else "DE"),
        {"order_id": "Transaction ID", "sold_at": "Date", "customer_id": "From Email Address", "product_name": "Item Title", "product_id": "Item ID",
         "quantity": "Quantity", "line_amount": "Gross", "unit_price": "Gross", "currency_code": "Currency", "order_status": "Status",
         "country": "Country", "tax_amount": "Sales Tax"},
    ),
    flat(
        "lightspeed_sales", "Date,Receipt Number,Line Type,Customer Code,Customer Name,Quantity,Subtotal,Sales Tax,Discount,Total,Paid,Details,Register,User,Status,Sku",
        lambda n: (f"{day(2 * (n // 3))} 09:0{n // 3 % 10}:00", 5000 + n // 3, *_register_line(n)),
        {"order_id": "Receipt Number", "sold_at": "Date", "line_type": "Line Type", "customer_id": "Customer Code", "product_id": "Sku", "product_name": "Details",
         "quantity": "Quantity", "line_amount": "Subtotal", "discount_amount": "Discount", "tax_amount": "Sales Tax", "order_status": "Status"},
    ),
    flat(
        "bigcommerce", "Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Time,Order Status,Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),Order Total (inc tax),Total Quantity,Total Shipped,Order Currency Code,Billing Country,Billing City,Coupon Details",
        lambda n: (100 + n, n % 9 or "", f"Bea Made{'abc'[n % 3]}", f"b{n % 9}@x.io", day(2 * n), f"1{n % 10}:00:00", ("Completed", "Shipped", "Cancelled")[n % 3], f"{_total(n):.2f}",
                   f"{_total(n) / 5:.2f}", "4.90", f"{_total(n) + float(f'{_total(n) / 5:.2f}') + 4.9:.2f}", n % 4 + 1, n % 4 + 1, "USD", ("United States", "Canada")[n % 2], ("Reno", "Ottawa")[n % 2], ""),
        {"order_id": "Order ID", "sold_at": "Order Date", "customer_id": "Customer ID|Customer Email", "line_amount": "Subtotal (ex tax)", "unit_price": "Subtotal (ex tax)", "tax_amount": "Tax Total",
         "quantity": "'1'|Total Quantity", "currency_code": "Order Currency Code", "order_status": "Order Status", "country": "Billing Country", "city": "Billing City"},
    ),
    flat(
        "ecwid", "order_number;date;email;payment_status;sku;name;quantity;price;subtotal;tax;shipping_cost;total;shipping_country;shipping_city",
        lambda n: (f"E{order(n)}", f"{day(n)} 08:00:00", f"e{order(n) % 9}@x.io", "PAID", f"S{n % 7}", f"Pot {n % 7}", pieces(n), f"{price(n):.2f}", f"{order_total(n):.2f}",
                   f"{order(n) % 6 + 1}.07", "5.00", f"{order_total(n) + order(n) % 6 + 1.07 + 5:.2f}", "FR" if order(n) % 3 else "IT", "Lyon" if order(n) % 3 else "Roma"),
        {"order_id": "order_number", "sold_at": "date", "customer_id": "email", "order_status": "payment_status", "product_id": "sku", "product_name": "name", "quantity": "quantity",
         "unit_price": "price", "tax_amount": "CASE WHEN", "country": "shipping_country", "city": "shipping_city"},
    ),
    flat(
        "wix", "Order number,Date created,Time,Total order quantity,Contact email,Item,Variant,SKU,Qty,Quantity refunded,Price,Weight,Delivery method,Recipient name,Delivery country,Delivery city,Billing country,Shipping rate,Taxes,Discount/Coupon,Total,Currency,Payment status",
        lambda n: (10000 + order(n), day(n), "10:00:00 AM", pieces(order(n) * 2) + pieces(order(n) * 2 + 1), f"w{order(n) % 9}@x.io", f"Pot {n % 7}", "Blue", f"S{n % 7}", pieces(n), 0, f"{price(n):.2f}", "0.50",
                   "Standard", f"Cy Made{'abc'[order(n) % 3]}", "USA", "Reno", "USA", "4.00", "0.00", "0.00", f"{order_total(n) + 4:.2f}", "USD", "Paid"),
        {"order_id": "Order number", "sold_at": "Date created", "customer_id": "Contact email", "product_name": "Item", "product_id": "SKU", "quantity": "Qty", "unit_price": "Price",
         "country": "Billing country|Delivery country", "city": "Delivery city", "currency_code": "Currency", "order_status": "Payment status", "tax_amount": "Taxes", "order_discount_amount": "Discount/Coupon",
         "discount_amount": "Discount/Coupon"},
    ),
    flat(
        "squarespace", "Order ID,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Amount Refunded,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem variant,Billing Name,Billing City,Billing Country,Shipping Country",
        lambda n: (f"{order(n):05d}", f"s{order(n) % 9}@x.io", _odd(n, "PAID"), _odd(n, f"{day(n)} 10:00:00 +0000"), _odd(n, "GBP"), _odd(n, f"{order_total(n):.2f}"), _odd(n, "3.00"), _odd(n, "0.00"), _odd(n, "0.00"),
                   _odd(n, f"{order_total(n) + 3:.2f}"), _odd(n, f"{order(n) % 3}.00"), f"{day(n)} 10:00:00 +0000", pieces(n), f"Pot {n % 7}", f"{price(n):.2f}", f"SQ{n % 7}", "", _odd(n, f"Di Made{'abc'[order(n) % 3]}"), _odd(n, "Leeds"), _odd(n, "GB"), _odd(n, "GB")),
        {"order_id": "Order ID", "sold_at": "Created at|Paid at", "customer_id": "Email", "order_status": "Financial Status", "currency_code": "Currency", "order_discount_amount": "Discount Amount", "quantity": "Lineitem quantity",
         "product_name": "Lineitem name", "unit_price": "Lineitem price", "product_id": "Lineitem sku", "city": "Billing City", "country": "Billing Country", "tax_amount": "Taxes"},
    ),
    flat(
        "shopware", "orderID;ordernumber;ordertime;customernumber;invoice_amount;invoice_amount_net;invoice_shipping;status;currency;billing_country;billing_city;articleordernumber;article_name;quantity;price;tax_rate",
        lambda n: (9000 + order(n), 20000 + order(n), f"{day(n)} 12:00:00", 30000 + order(n) % 9, comma(order_total(n) + 4.9), comma((order_total(n) + 4.9) / 1.19), "4,90", "Komplett abgeschlossen", "EUR", "Deutschland", "Kiel", f"SW1{n % 7:03d}",
                   f"Kanne {n % 7}", pieces(n), comma(price(n)), "19"),
        {"order_id": "orderID|ordernumber", "sold_at": "ordertime", "customer_id": "customernumber", "order_status": "status", "currency_code": "currency", "country": "billing_country", "city": "billing_city",
         "product_id": "articleordernumber", "product_name": "article_name", "quantity": "quantity", "unit_price": "price"},
    ),
    flat(
        "zoho", "SalesOrder ID,Order Date,SalesOrder Number,Status,Customer ID,Customer Name,Currency Code,Exchange Rate,Item Name,Item Desc,SKU,QuantityOrdered,QuantityInvoiced,QuantityCancelled,Item Price,Discount Amount,Item Total,Item Tax Amount,SubTotal,Shipping Charge,Total,Sales Person",
        lambda n: (460000000000001 + order(n), day(n), f"SO-{order(n):05d}", "invoiced", 46000000000800 + order(n) % 9, f"Eve Made{'abc'[order(n) % 9 % 3]}", "INR", "1.0", f"Pot {n % 7}", "", f"S{n % 7}", f"{pieces(n)}.00", f"{pieces(n)}.00", "0.00", f"{price(n):.2f}",
                   "0.00", f"{price(n) * pieces(n):.2f}", "0.00", f"{order_total(n):.2f}", "0.00", f"{order_total(n):.2f}", "Rex Rep"),
        {"order_id": "SalesOrder ID|SalesOrder Number", "sold_at": "Order Date", "order_status": "Status", "customer_id": "Customer ID", "currency_code": "Currency Code", "product_name": "Item Name", "product_id": "SKU",
         "quantity": "QuantityOrdered|QuantityInvoiced", "unit_price": "Item Price", "line_amount": "Item Total", "discount_amount": "Discount Amount", "tax_amount": "Item Tax Amount"},
    ),
    flat(
        "odoo", "Order Reference,Order Date,Customer/ID,Customer,Salesperson,Order Lines/Product/Internal Reference,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price,Order Lines/Subtotal,Total,Currency,Status",
        lambda n: (_odd(n, f"S{order(n):05d}"), _odd(n, f"{day(n)} 14:00:00"), _odd(n, f"res_partner_{order(n) % 9}"), _odd(n, f"Flo Made{'abc'[order(n) % 3]}"), _odd(n, "Rex Rep"), f"FURN_{n % 7}", f"Pot {n % 7}", f"{pieces(n)}.0", f"{price(n)}", f"{price(n) * pieces(n)}",
                   _odd(n, f"{order_total(n)}"), _odd(n, "EUR"), _odd(n, "Sales Order")),
        {"order_id": "Order Reference", "sold_at": "Order Date", "customer_id": "Customer/ID", "product_id": "Order Lines/Product/Internal Reference", "product_name": "Order Lines/Product", "quantity": "Order Lines/Quantity",
         "unit_price": "Order Lines/Unit Price", "line_amount": "Order Lines/Subtotal", "currency_code": "Currency", "order_status": "Status"},
    ),
)  # fmt: skip


def _total(n: int) -> float:
    """The amount of an order that one row sums up."""
    return n * 13 % 47 + 7.5


def _register_line(n: int) -> tuple[object, ...]:
    """A receipt of a till: a row that sums it up, its line, and how it was paid."""
    receipt, kind = n // 3, n % 3
    amount = f"{price(receipt) * pieces(receipt):.2f}"
    who = (f"K{receipt % 9}", f"Gil Made{'abc'[receipt % 3]}")
    if kind == 0:
        return (
            "Sale",
            *who,
            pieces(receipt),
            amount,
            "0.00",
            "0.00",
            amount,
            amount,
            f"{pieces(receipt)} X Pot",
            "Main",
            "Till",
            "Closed",
            "",
        )
    if kind == 1:
        return (
            "Sale Line",
            *who,
            pieces(receipt),
            amount,
            "0.00",
            "0.00",
            amount,
            "",
            f"Pot {receipt % 7}",
            "Main",
            "Till",
            "Closed",
            f"S{receipt % 7}",
        )
    return ("Payment", *who, "", "", "", "", "", amount, "Cash", "Main", "Till", "Closed", "")
