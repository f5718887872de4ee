"""The overview: the newest finished month in a sentence, and what rose and fell most since the month before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets_tests.integration.dashboard.layout import Shown, read_page
from warehouse_assets_tests.integration.dashboard.served import (
    Shop,
    client_of,
    fill,
    insert,
    log_in,
    page,
    serving,
    shop_with_logins,
)

FEBRUARY, MARCH, APRIL = date(2023, 2, 1), date(2023, 3, 1), date(2023, 4, 1)
LAST_YEAR = date(2022, 3, 1)
PRODUCTS = {"Kettle": (10, 90), "Mug": (50, 60), "Pan": (40, 10), "Lid": (0, 5), "Tray": (7, 7), "Urn": (30, 31)}
"""Product -> revenue in February and in March."""


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server, _months) as made:
        yield made


def _months(connection: psycopg.Connection[Any]) -> None:
    fill(connection)
    months = {LAST_YEAR: (400, True), APRIL: (5, False)}
    for month, (net, is_complete) in months.items():
        row = {"month": month, "net_revenue_amount": net, "is_complete": is_complete}
        insert(connection, "mart_sales.sales_by_month", row)
    for key, (name, amounts) in enumerate(PRODUCTS.items(), 10):
        for month, net in zip((FEBRUARY, MARCH), amounts, strict=True):
            row = {"period_kind": "month", "period_start": month, "product_key": key, "product_name": name}
            row |= {"net_revenue_amount": net, "revenue_rank": key, "units_rank": key}
            if net:
                insert(connection, "mart_sales.product_sales", row)


def _seen(shop: Shop, login: str) -> Shown:
    with serving(shop.url) as service:
        client = client_of(service)
        log_in(client, shop.login(login))
        return read_page(client, "overview")


def test_the_newest_finished_month_is_compared_with_the_month_before_and_last_year(shop: Shop) -> None:
    revenue = next(card for card in _seen(shop, "sees_sales").cards if card.title == "Net revenue")
    assert revenue.value == "€300.00"
    assert revenue.note == "In Mar 2023: €300.00, 50.0% above Feb 2023, 25.0% below Mar 2022."


def test_rates_are_compared_in_points(shop: Shop) -> None:
    """Of 250 sold in February 50 came back, nothing in March."""
    returned = "update mart_sales.sales_by_month set returned_amount = %s where month = %s"
    with connect(shop.url, autocommit=True) as connection:
        connection.execute(returned, [50, FEBRUARY])
        cards = {card.title: card.note for card in _seen(shop, "sees_sales").cards}
        connection.execute(returned, [0, FEBRUARY])
    assert cards["Return rate"] == "In Mar 2023: 0.0%, 20.0 points below Feb 2023, the same as in Mar 2022."


def test_nothing_grows_by_a_share_of_what_was_below_0(shop: Shop) -> None:
    revenue = "update mart_sales.sales_by_month set net_revenue_amount = %s where month = %s"
    with connect(shop.url, autocommit=True) as connection:
        connection.execute(revenue, [-200, FEBRUARY])
        cards = {card.title: card.note for card in _seen(shop, "sees_sales").cards}
        connection.execute(revenue, [200, FEBRUARY])
    assert cards["Net revenue"] == "In Mar 2023: €300.00, 25.0% below Mar 2022."


def test_a_month_of_last_year_that_is_not_complete_is_named(shop: Shop) -> None:
    complete = "update mart_sales.sales_by_month set is_complete = %s where month = %s"
    with connect(shop.url, autocommit=True) as connection:
        connection.execute(complete, [False, LAST_YEAR])
        cards = {card.title: card.note for card in _seen(shop, "sees_sales").cards}
        connection.execute(complete, [True, LAST_YEAR])
    assert cards["Net revenue"].endswith("50.0% above Feb 2023, no complete Mar 2022 to compare with.")


def test_a_single_category_is_no_mover(shop: Shop) -> None:
    row = {"period_kind": "month", "category": "Unknown", "subcategory": "All", "revenue_rank": 1, "units_rank": 1}
    with connect(shop.url, autocommit=True) as connection:
        for month, net in ((FEBRUARY, 10), (MARCH, 20)):
            insert(connection, "mart_sales.category_sales", row | {"period_start": month, "net_revenue_amount": net})
        assert "moving_categories" not in [block.name for block in _seen(shop, "sees_sales").blocks]
        insert(connection, "mart_sales.category_sales", row | {"period_start": MARCH, "category": "Home"})
        assert "moving_categories" in [block.name for block in _seen(shop, "sees_sales").blocks]
        connection.execute("delete from mart_sales.category_sales where period_kind = 'month'")


def test_the_largest_gains_and_losses_come_with_both_amounts(shop: Shop) -> None:
    [products] = [block for block in _seen(shop, "sees_all").blocks if block.name == "moving_products"]
    assert [(line[0], *map(float, line[1:4])) for line in products.lines] == [
        ("Kettle", 90, 10, 80),
        ("Mug", 60, 50, 10),
        ("Lid", 5, 0, 5),
        ("Pan", 10, 40, -30),
    ]
    [trace] = products.traces
    assert trace["x"] == [80, 10, 5, -30]


def test_countries_without_a_change_are_no_movers(shop: Shop) -> None:
    """France went from 150 to 225, Germany from 50 to 75: nobody lost."""
    [countries] = [block for block in _seen(shop, "sees_sales").blocks if block.name == "moving_countries"]
    assert [(line[0], float(line[3])) for line in countries.lines] == [("France", 75), ("Germany", 25)]


def test_a_kept_overview_follows_the_tables_of_its_movers(shop: Shop) -> None:
    """Marts of one build are committed one after the other: a page may be drawn in between."""
    rename = "update mart_sales.product_sales set product_name = %s where product_name = %s"
    with serving(shop.url) as service, connect(shop.url, autocommit=True) as connection:
        client = client_of(service)
        log_in(client, shop.login("sees_sales"))
        assert "Kettle" in page(client, "/overview")
        connection.execute(rename, ["Teapot", "Kettle"])
        drawn = page(client, "/overview")
        connection.execute(rename, ["Kettle", "Teapot"])
    assert "Teapot" in drawn
