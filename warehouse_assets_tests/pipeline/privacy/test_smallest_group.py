"""The attacker against the brief's own file: with k = 11 no group of 1..10 people can be worked out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from warehouse_assets.building.marts import mart_parameters
from warehouse_assets_tests.attacker import Domain, families, fold_of, shown_as, smallest_derivable
from warehouse_assets_tests.demographics_attack import STATES, DemographicsAttack
from warehouse_assets_tests.integer_attacker import smallest_in_span, tightest_bound
from warehouse_assets_tests.pipeline.shop import Shop

K = 11
SINGLES = ("age_band", "gender", "country", "continent", "segment", "channel", "status", "purchase_frequency")
_COLUMNS = {"channel": "acquisition_channel"}
Person = Mapping[str, Any]


@pytest.fixture(scope="module")
def brief(module_shop: Shop, shop_data: Path) -> Shop:
    module_shop.split(shop_data / "ecommerce" / "ecommerce.csv")
    module_shop.run()
    return module_shop


@pytest.fixture(scope="module")
def parameters(brief: Shop) -> Mapping[str, object]:
    as_of = brief.one("select max(as_of_date) from mart_customers.customer_demographics")
    return mart_parameters(brief.settings, as_of, {"ecommerce_export": as_of})


@pytest.fixture(scope="module")
def people(brief: Shop) -> list[Person]:
    """Everybody in the warehouse, from the dimensions."""
    query = (
        "select customer.*, country, continent, acquisition_channel, is_declared_churned"
        " from dw.dim_customer as customer"
        " inner join dw.dim_geography using (geography_key) inner join dw.dim_channel using (channel_key)"
        " inner join dw.fct_customer_lifecycle using (customer_key)"
        " where customer_key >= 0"
    )
    with brief.connect() as connection:
        cursor = connection.execute(query.encode())
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def counts_of(brief: Shop, count: str) -> dict[tuple[str, str], int]:
    frame = brief.frame("mart_customers.customer_demographics").to_dict("records")
    return {(row["attribute"], row["member"]): row[count] for row in frame if row[count] is not None}


def test_no_small_group_by_age_gender_and_place(
    brief: Shop, parameters: Mapping[str, object], people: list[Person]
) -> None:
    domain = Domain(
        sorted({str(person["age_band"]) for person in people}),
        sorted({str(person["gender"]) for person in people}),
        {str(person["country"]): str(person["continent"]) for person in people},
    )
    with brief.connect() as connection:
        names = shown_as(connection, parameters)
    counts = counts_of(brief, "customer_count")
    by_age, by_place = families(domain, names)
    assert by_age.smallest(counts, Counter((p["age_band"], p["gender"]) for p in people), K) is None
    assert by_place.smallest(counts, Counter((p["country"], p["gender"]) for p in people), K) is None


@pytest.mark.parametrize("attribute", SINGLES)
def test_no_small_group_by_one_attribute(
    attribute: str, brief: Shop, parameters: Mapping[str, object], people: list[Person]
) -> None:
    counts = counts_of(brief, "customer_count")
    with brief.connect() as connection:
        names = shown_as(connection, parameters)
    sizes = Counter(
        (p[_COLUMNS.get(attribute, attribute)], p["continent"] if attribute == "country" else "") for p in people
    )
    cells = list(sizes)
    shown = [key for key in counts if key[0] in ("All", attribute)]
    sums = [[name == "All" or fold_of(names, attribute, *cell) == member for cell in cells] for name, member in shown]
    assert told(sums, [sizes[cell] for cell in cells]) == [counts[key] for key in shown]
    assert smallest_derivable(sums, [sizes[cell] for cell in cells], K) is None


ATTACKED = {
    "age, gender, activity": ("age_band", "gender", "state"),
    "place, gender, activity": ("gender", "country", "state"),
    "segment, status, activity": ("segment", "status", "state"),
}


def attack_on(
    brief: Shop, parameters: Mapping[str, object], people: list[Person], dimensions: Sequence[str]
) -> DemographicsAttack:
    rows = brief.frame("mart_customers.customer_demographics").to_dict("records")
    published = {(row["attribute"], row["member"]): {name: known(row[name]) for name in row} for row in rows}
    with brief.connect() as connection:
        names = shown_as(connection, parameters)
    values = {name: sorted({str(person[name]) for person in people}) for name in dimensions if name != "state"}
    domain = {**values, "state": STATES} if "state" in dimensions else values
    places = {str(person["country"]): str(person["continent"]) for person in people}
    return DemographicsAttack(published, names, domain, places)


def known(value: Any) -> Any:
    return None if pd.isna(value) else value


def cells_of(people: Sequence[Person], dimensions: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(str(person[name]) for name in dimensions) for person in people)


@pytest.mark.parametrize("family", ATTACKED)
def test_no_small_group_of_several_attributes_and_their_activity(
    family: str, brief: Shop, parameters: Mapping[str, object], people: list[Person]
) -> None:
    with_state = [{**person, "state": state_of(person)} for person in people]
    told = attack_on(brief, parameters, people, ATTACKED[family]).counts(cells_of(with_state, ATTACKED[family]))
    assert smallest_in_span(told, K) is None
    assert tightest_bound(told, K) is None


def state_of(person: Person) -> str:
    """Every customer of the brief has a status."""
    return {True: "churned", False: "active"}[person["is_declared_churned"]]


@pytest.mark.parametrize("dimensions", [("gender", "country"), ("segment",), ("status",)])
def test_no_sum_of_ages_of_a_small_group(
    dimensions: Sequence[str], brief: Shop, parameters: Mapping[str, object], people: list[Person]
) -> None:
    with_age = [person for person in people if person["age"] is not None]
    told = attack_on(brief, parameters, people, dimensions).ages(cells_of(with_age, dimensions))
    assert told.sums
    assert smallest_in_span(told, K) is None


def told(sums: Sequence[Sequence[bool]], sizes: Sequence[int]) -> list[int]:
    return [sum(n for n, is_in in zip(sizes, row, strict=True) if is_in) for row in sums]


def test_every_published_count_is_none_or_large(brief: Shop) -> None:
    for count in ("customer_count", "active_count", "churned_count"):
        assert [key for key, value in counts_of(brief, count).items() if 0 < value < K] == []
    segments = brief.frame("mart_customers.customer_value")["customer_count"].dropna()
    assert segments.map(lambda value: value >= K).all()
