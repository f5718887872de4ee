"""The attacker against the brief's own file and made-up data: with k = 11 no group of 1..10 people can be found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from warehouse_assets.building.customer_mart import CUSTOMER_SELECTS
from warehouse_assets.building.marts import mart_parameters
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.generation import generate_export
from warehouse_assets_tests.attacker import Domain, families, fold_of, shown_as, smallest_derivable
from warehouse_assets_tests.demographics_attack import STATES, DemographicsAttack
from warehouse_assets_tests.integer_attacker import smallest_in_span, tightest_bound
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.prepared import prepared_warehouse

K = 11
SINGLES = ("age_band", "gender", "country", "continent", "segment", "channel", "status", "purchase_frequency")
_COLUMNS = {"channel": "acquisition_channel"}
Person = Mapping[str, Any]


@pytest.fixture(scope="module", params=["the brief's file", "made-up data"])
def shop(
    request: pytest.FixtureRequest, server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    if request.param == "made-up data":
        export = tmp_path_factory.mktemp("export") / "export.csv"
        generate_export(export, rows=4000, seed=5)
    else:
        export = request.getfixturevalue("shop_data") / "ecommerce" / "ecommerce.csv"
    with prepared_warehouse(server, "attacked", tmp_path_factory.mktemp("home")) as settings:
        shop = Shop(settings)
        shop.split(export)
        shop.run()
        yield shop


@pytest.fixture(scope="module")
def parameters(shop: Shop) -> Mapping[str, object]:
    as_of = shop.one("select max(as_of_date) from mart_customers.customer_demographics")
    return mart_parameters(shop.settings, as_of, {"ecommerce_export": as_of})


@pytest.fixture(scope="module")
def people(shop: Shop, parameters: Mapping[str, object]) -> list[Person]:
    """Everybody whom the mart counts, before anything is folded."""
    select = CUSTOMER_SELECTS["mart_customers.retention_cohorts"]
    relations = ", ".join(f"{name} as ({select.relation_text(name)})" for name in ("shops", "known_customers"))
    with shop.connect() as connection:
        cursor = connection.execute(f"with {relations} select * from known_customers".encode(), parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def counts_of(shop: Shop, count: str) -> dict[tuple[str, str], int]:
    frame = shop.frame("mart_customers.customer_demographics").to_dict("records")
    return {(row["attribute"], row["member"]): row[count] for row in frame if row[count] is not None}


def test_no_small_group_by_age_gender_and_place(
    shop: Shop, parameters: Mapping[str, object], people: list[Person]
) -> None:
    domain = Domain(
        sorted({str(person["age_band"]) for person in people}),
        sorted({str(person["gender"]) for person in people}),
        {str(person["country"]): str(person["continent"]) for person in people},
    )
    with shop.connect() as connection:
        names = shown_as(connection, parameters)
    counts = counts_of(shop, "customer_count")
    by_age, by_place = families(domain, names)
    assert by_age.smallest(counts, Counter((p["age_band"], p["gender"]) for p in people), K) is None
    assert by_place.smallest(counts, Counter((p["country"], p["gender"]) for p in people), K) is None


@pytest.mark.parametrize("attribute", SINGLES)
def test_no_small_group_by_one_attribute(
    attribute: str, shop: Shop, parameters: Mapping[str, object], people: list[Person]
) -> None:
    counts = counts_of(shop, "customer_count")
    with shop.connect() as connection:
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
    shop: Shop, parameters: Mapping[str, object], people: list[Person], dimensions: Sequence[str]
) -> DemographicsAttack:
    rows = shop.frame("mart_customers.customer_demographics").to_dict("records")
    published = {(row["attribute"], row["member"]): {name: known(row[name]) for name in row} for row in rows}
    with shop.connect() as connection:
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
    family: str, shop: Shop, parameters: Mapping[str, object], people: list[Person]
) -> None:
    with_state = [{**person, "state": state_of(person)} for person in people]
    told = attack_on(shop, parameters, people, ATTACKED[family]).counts(cells_of(with_state, ATTACKED[family]))
    assert smallest_in_span(told, K) is None
    assert tightest_bound(told, K) is None


def state_of(person: Person) -> str:
    return {"never active": "never"}.get(person["activity"], str(person["activity"]))


@pytest.mark.parametrize("dimensions", [("gender", "country"), ("segment",), ("status",)])
def test_no_sum_of_ages_of_a_small_group(
    dimensions: Sequence[str], shop: Shop, parameters: Mapping[str, object], people: list[Person]
) -> None:
    with_age = [person for person in people if person["age"] is not None]
    told = attack_on(shop, parameters, people, dimensions).ages(cells_of(with_age, dimensions))
    assert told.sums
    assert smallest_in_span(told, K) is None


def told(sums: Sequence[Sequence[bool]], sizes: Sequence[int]) -> list[int]:
    return [sum(n for n, is_in in zip(sizes, row, strict=True) if is_in) for row in sums]


def test_every_published_count_is_none_or_large(shop: Shop) -> None:
    for count in ("customer_count", "active_count", "churned_count"):
        assert [key for key, value in counts_of(shop, count).items() if 0 < value < K] == []
    segments = shop.frame("mart_customers.customer_value")["customer_count"].dropna()
    assert segments.map(lambda value: value >= K).all()
