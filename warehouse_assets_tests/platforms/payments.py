"""Payments: PayPal and Stripe."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse_assets_tests.platforms.basket import Expected, orders
from warehouse_assets_tests.platforms.files import columns_of, write_rows

PAYPAL = columns_of(
    "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,"
    "Transaction ID,Shipping Address,Address Status,Item Title,Item ID,Shipping and Handling Amount,"
    "Insurance Amount,Sales Tax,Option 1 Name,Option 1 Value,Option 2 Name,Option 2 Value,Reference Txn ID,"
    "Invoice Number,Custom Number,Quantity,Receipt ID,Balance,Address Line 1,"
    "Address Line 2/District/Neighborhood,Town/City,State/Province/Region/County/Territory/Prefecture/Republic,"
    "Zip/Postal Code,Country,Contact Phone Number,Subject,Note,Country Code,Balance Impact"
)
STRIPE = columns_of(
    "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Converted Amount Refunded,"
    "Converted Currency,Decline Reason,Description,Fee,Refunded date (UTC),Statement Descriptor,Status,"
    "Seller Message,Taxes On Fee,Card ID,Customer ID,Customer Description,Customer Email,Invoice ID,Transfer,"
    "Disputed Amount,Dispute Reason,Dispute Status,Dispute Date (UTC)"
)


def paypal(path: Path) -> Expected:
    """Payments, refunds and chargebacks among withdrawals, conversions and pending payments.

    The month comes first. The time zone does not tell the country, but days above 12 do.
    """
    rows: list[dict[str, Any]] = []
    expected = Expected()
    for n, order in enumerate(orders(12)):
        day = {"Date": f"{order.moment:%m/%d/%Y}", "Time": f"{order.moment:%H:%M:%S}", "TimeZone": "GMT-07:00"}
        payment = day | {
            "Name": "Gus Made-up",
            "Type": "Express Checkout Payment",
            "Status": "Pending" if order.is_cancelled else "Completed",
            "Currency": "CHF",
            "Gross": f"{order.goods:,}",
            "Fee": "-1.00",
            "Net": order.goods - 1,
            "From Email Address": order.email,
            "To Email Address": "shop@example.org",
            "Transaction ID": f"T{n:05d}",
            "Country Code": "CH",
            "Balance Impact": "Credit",
        }
        rows.append(payment)
        if order.refund and not order.is_cancelled:
            later = order.moment + timedelta(days=2)
            back = {"Date": f"{later:%m/%d/%Y}", "Type": "Payment Refund", "Gross": f"-{order.refund}"}
            back |= {"From Email Address": "shop@example.org", "To Email Address": order.email}
            back |= {"Transaction ID": f"R{n:05d}", "Reference Txn ID": f"T{n:05d}", "Balance Impact": "Debit"}
            rows.append(payment | back)
            expected.add(later, -order.refund, 0)
        if n % 9 == 8 and not order.is_cancelled:
            later = order.moment + timedelta(days=4)
            back = {"Date": f"{later:%m/%d/%Y}", "Type": "Chargeback", "Gross": "-7.00", "Balance Impact": "Debit"}
            won = {"Date": f"{later:%m/%d/%Y}", "Type": "Chargeback Reversal", "Gross": "7.00"}
            rows.append(payment | back | {"Transaction ID": f"C{n:05d}", "Reference Txn ID": f"T{n:05d}"})
            expected.add(later, Decimal(-7), 0)
            if n == 8:
                rows.append(payment | won | {"Transaction ID": f"V{n:05d}", "Reference Txn ID": f"T{n:05d}"})
                expected.add(later, Decimal(7), 0)
        if n % 5 == 0:
            moved = {"Type": "General Withdrawal", "Gross": "-500.00", "Balance Impact": "Debit"}
            rows.append(day | moved | {"Status": "Completed", "Currency": "CHF", "Transaction ID": f"W{n:05d}"})
        if not order.is_cancelled:
            expected.add(order.moment, order.goods)
    write_rows(path, PAYPAL, rows, lead="\ufeff")
    return expected


def stripe(path: Path) -> Expected:
    """Captured payments, failed ones, refunds and lost disputes on their own day; the currency in small letters."""
    rows: list[dict[str, Any]] = []
    expected = Expected()
    for n, order in enumerate(orders(13)):
        later = order.moment + timedelta(days=3)
        is_refunded = bool(order.refund) and not order.is_cancelled
        dispute = {3: "lost", 7: "won", 8: "under_review"}.get(n % 10, "") if not is_refunded else ""
        rows.append(
            {
                "id": f"ch_{n:06d}",
                "Created date (UTC)": f"{order.moment:%Y-%m-%d %H:%M:%S}",
                "Amount": order.goods,
                "Amount Refunded": order.refund if is_refunded else "0.00",
                "Currency": "dkk",
                "Captured": "false" if order.is_cancelled else "true",
                "Refunded date (UTC)": f"{later:%Y-%m-%d %H:%M:%S}" if is_refunded else "",
                "Status": "Failed" if order.is_cancelled else "Paid",
                "Customer ID": f"cus_{order.buyer}",
                "Customer Email": order.email,
                "Card ID": "card_1",
                "Disputed Amount": order.goods if dispute else "",
                "Dispute Status": dispute,
                "Dispute Date (UTC)": f"{later:%Y-%m-%d %H:%M:%S}" if dispute else "",
            }
        )
        if not order.is_cancelled:
            expected.add(order.moment, order.goods)
        if is_refunded:
            expected.add(later, -order.refund, 0)
        if dispute == "lost" and not order.is_cancelled:
            expected.add(later, -order.goods, 0)
    write_rows(path, STRIPE, rows)
    return expected
