"""Birth dates, reviews of one day, and the ages of the customer mart: from file to mart."""

from __future__ import annotations

from datetime import date

import pytest

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.building.marts import build_mart, find_as_of
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import loading, own_source

TOML = """
default_currency = "EUR"
[tables.lines]
files = ["{delivery}/lines.csv"]
[tables.people]
files = ["{delivery}/people.csv"]
[tables.stars]
files = ["{delivery}/stars.csv"]
[sales]
driving = "lines"
[customers]
driving = "people"
[reviews]
driving = "stars"
"""
SALES = """select source_line, o as order_id, c as customer_id, p as product_id, d as sold_at, '1' as quantity,
'10' as unit_price from lines"""
PEOPLE = "select source_line, c as customer_id, born as birth_date, years as age, joined as signup_at from people"
STARS = 'select source_line, p as product_id, c as customer_id, stars as rating, "at" as reviewed_at from stars'
JOINED_LONG_AGO = [f"C{n},1998-03-1{n % 10},,2015-01-0{n % 9 + 1}" for n in range(12)]
"""Sixteen at the sign-up, twenty-eight when the shop last sold."""


@pytest.mark.parametrize(
    ("people", "bands"),
    [
        (JOINED_LONG_AGO, {"25-34": 12}),
        ([f"C{n},,16,2015-01-05" for n in range(12)], {"13-17": 12}),
        ([f"C{n},1998-03-10,16,2015-01-05" for n in range(12)], {"25-34": 12}),
    ],
    ids=["born", "told", "both"],
)
def test_ages_and_reviews(database: Settings, people: list[str], bands: dict[str, int]) -> None:
    settings = own_source(database, "shop", TOML, sales=SALES, customers=PEOPLE, reviews=STARS)
    with loading(settings, "shop") as shop:
        ensure_dates(shop.connection, settings.first_month)
        shop.put("a/lines.csv", "o,c,p,d\n" + "".join(f"O{n},C{n},P,2026-09-0{n % 9 + 1}\n" for n in range(12)))
        shop.put("a/people.csv", "\n".join(["c,born,years,joined", *people]) + "\n")
        times = ("2026-09-01 10:00", "2026-09-01 11:00", "2026-09-01", "2026-09-01")
        shop.put("a/stars.csv", "p,c,stars,at\n" + "".join(f"P,,5,{at}\n" for at in times))
        shop.load(date(2026, 12, 1))
        build_all(shop.connection)
        assert shop.one("select count(*) from dw.fct_reviews") == len(times)
        build_mart(shop.connection, "mart_customers.customer_demographics", settings, find_as_of(shop.connection))
        found = shop.rows(
            "mart_customers.customer_demographics", "member, customer_count::int", "attribute = 'age_band'"
        )
        assert dict(found) == bands
        assert shop.one("select count(*) from staging.customers where extract(day from birth_month) <> 1") == 0
