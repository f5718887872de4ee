"""Places that are no country and count as one: `[territories]`, in each relation that has places."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from warehouse_assets_tests.unit.ingestion.frames import read_customers, read_sales, source

ISLANDS = {"Channel Islands": "Europe", "Côte  Rocheuse": "America"}


@pytest.mark.parametrize("text", ["Channel Islands", "CHANNEL ISLANDS", "Channel\u00a0Islands", "C\u00f4te Rocheuse"])
def test_a_territory_is_a_place_of_its_own(text: str) -> None:
    sale = read_sales({"country": text}, {"country": None}, territories=ISLANDS)
    customer = read_customers({"country": text}, territories=ISLANDS)
    assert (sale.counts, customer.counts) == ({}, {})
    assert sale.rows[0]["geography_key"] == customer.rows[0]["geography_key"] != -1
    assert sale.rows[1]["geography_key"] is None


def test_without_the_setting_it_is_no_country() -> None:
    assert read_sales({"country": "Channel Islands"}).counts == {"not_a_country": ("blank", 1)}
    assert read_customers({"country": "Channel Islands"}).counts == {"not_a_country": ("blank", 1)}


def test_a_territory_may_be_the_default() -> None:
    given = read_customers({"country": "Channel Islands"}, territories=ISLANDS).rows[0]
    default = read_customers({"country": None}, territories=ISLANDS, default_country="channel islands").rows[0]
    assert default["geography_key"] == given["geography_key"]


def test_a_continent_must_be_one() -> None:
    with pytest.raises(ValidationError, match="Atlantis"):
        source(territories={"Channel Islands": "Atlantis"})
