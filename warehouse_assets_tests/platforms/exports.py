"""One writer per platform: the file, and what the marts must say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from warehouse_assets_tests.platforms.basket import Expected
from warehouse_assets_tests.platforms.marketplaces import (
    amazon_all_orders,
    amazon_orders,
    amazon_settlement,
    ebay,
    etsy,
    square,
)
from warehouse_assets_tests.platforms.payments import paypal, stripe
from warehouse_assets_tests.platforms.shops import magento, prestashop, shopify, woocommerce_csv, woocommerce_rest


@dataclass(frozen=True)
class Export:
    """A platform's export: the source that reads it, the file's name, its currency, and its writer."""

    source: str
    file: str
    currency: str
    write: Callable[[Path], Expected]


PLATFORMS = (
    Export("shopify_orders", "orders_export_1.csv", "NOK", shopify),
    Export("woocommerce_orders", "orders.json", "GBP", woocommerce_rest),
    Export("woocommerce_csv", "orders-export-2026.csv", "CAD", woocommerce_csv),
    Export("prestashop_orders", "orders_api.json", "XXX", prestashop),
    Export("magento_orders", "V1_orders.json", "SEK", magento),
    Export("amazon_orders", "1234567890.txt", "JPY", amazon_orders),
    Export("amazon_all_orders", "all-orders.txt", "AUD", amazon_all_orders),
    Export("amazon_settlement", "settlement.txt", "PLN", amazon_settlement),
    Export("ebay_orders", "eBay-OrdersReport.csv", "USD", ebay),
    Export("etsy_order_items", "EtsySoldOrderItems2026-3.csv", "NZD", etsy),
    Export("paypal_payments", "Download.csv", "CHF", paypal),
    Export("stripe_payments", "unified_payments.csv", "DKK", stripe),
    Export("square_items", "items-2026-01-01-2026-04-01.csv", "EUR", square),
)
