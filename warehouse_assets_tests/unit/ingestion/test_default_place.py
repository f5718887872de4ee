"""The default country in each relation that names places, and what stands in for a customer's place."""

from __future__ import annotations

from typing import Any

import pytest

from warehouse_assets.ingestion.contract.places import Place, find_country
from warehouse_assets.ingestion.sources.settings import SourceSettings
from warehouse_assets.ingestion.sources.unused_settings import unused_settings
from warehouse_assets_tests.unit.ingestion.frames import read_customers, read_reviews, read_sales


def key(country: str, region: str = "", city: str = "") -> int:
    found = find_country(country)
    assert found is not None
    return Place(found, region, city).key


def places(row: dict[str, Any], default: str | None = "Brazil") -> tuple[int | None, int | None]:
    [found] = read_sales(row, default_country=default).rows
    return found["geography_key"], found["fallback_geography_key"]


def test_a_sale_with_a_region_is_in_the_default_country() -> None:
    assert places({"region": "SP"}) == (key("Brazil", "SP"), None)
    assert places({"city": "Santos"}) == (key("Brazil", city="Santos"), None)
    assert places({"country": "Portugal", "region": "SP"}) == (key("Portugal", "SP"), None)


def test_a_sale_without_a_place_leaves_it_to_the_customer_and_then_to_the_default() -> None:
    assert places({}) == (None, key("Brazil"))
    assert places({"country": None}) == (None, key("Brazil"))
    assert places({}, default=None) == (None, None)


def test_a_place_without_a_country_does_not_hide_the_customers() -> None:
    own, fallback = places({"region": "SP"}, default=None)
    assert own is None
    assert fallback is not None


def test_a_customer_without_a_country_is_in_the_default_country() -> None:
    [row] = read_customers({"region": "SP"}, default_country="Brazil").rows
    assert row["geography_key"] == key("Brazil", "SP")


def test_a_review_has_no_place() -> None:
    assert len(read_reviews({}, default_country="Brazil").rows) == 1


@pytest.mark.parametrize(
    ("setting", "fields", "unused"),
    [
        ({"default_country": "Brazil"}, {"reviews": ("rating",)}, ["default_country"]),
        ({"default_country": "Brazil"}, {"sales": ("sold_at",)}, []),
        ({"cancelled_statuses": ["x"]}, {"sales": ("sold_at",)}, ["cancelled_statuses"]),
        ({"cancelled_statuses": ["x"]}, {"sales": ("order_status",)}, []),
        ({"churned_statuses": ["x"]}, {"customers": ("customer_id",)}, ["churned_statuses"]),
        ({"returned_statuses": ["x"]}, {"customers": ("status",)}, ["returned_statuses"]),
        ({"returned_statuses": ["x"]}, {"sales": ("order_status",)}, []),
        ({"line_types": {"Tip": "fee"}}, {"sales": ("sold_at",)}, ["line_types"]),
        ({"line_types": {"Tip": "fee"}}, {"sales": ("line_type",)}, []),
        ({"zero_quantity": "keep"}, {"customers": ("customer_id",)}, ["zero_quantity"]),
        ({"money": {"decimal": ",", "thousands": "."}}, {"reviews": ("rating",)}, ["money"]),
        ({"date_formats": {"signup_at": ["%d/%m/%Y"]}}, {"sales": ("sold_at",)}, ["date_formats.signup_at"]),
        ({"normalise": {"order_id": ["lower"]}}, {"sales": ("sold_at",)}, ["normalise.order_id"]),
        ({}, {"reviews": ("rating",)}, []),
    ],
)
def test_settings_without_effect_are_named(setting: Any, fields: Any, unused: list[str]) -> None:
    settings = SourceSettings.model_validate({"tables": {"a": {"files": ["*"]}}, **setting})
    assert list(unused_settings(settings, fields)) == unused
