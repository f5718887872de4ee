"""`warehouse privacy hidden-cells` counts what the smallest group hides, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from warehouse_assets.building.hidden_cells import RULES, Cost, hidden_cells
from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.database import connect
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.marts.customer_mart_shop import Sale, build, crowd, fill, prepare

AS_OF = date(2023, 6, 30)
K = 5
DEMOGRAPHICS, VALUE = "mart_customers.customer_demographics", "mart_customers.customer_value"
COHORTS = "mart_customers.retention_cohorts"
SEEN = {"signup": date(2023, 1, 5), "login": AS_OF}
PEOPLE = crowd(
    (20, {"gender": "F", "segment": "A", "age": 30, "is_declared_churned": False, **SEEN}),
    (10, {"gender": "M", "segment": "A", "age": 40, "is_declared_churned": False, **SEEN}),
    (3, {"gender": "M", "segment": "B", "is_declared_churned": True, "signup": date(2023, 2, 5), "login": AS_OF}),
)
SALES = [Sale(n, n, date(2023, 3 + (n > 20), 1), Decimal(1000 if n == 0 else 1)) for n in range(25)]
Costs = Mapping[tuple[str, int], Cost]


@pytest.fixture
def connection(prepared_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    with connect(prepared_database) as opened:
        prepare(opened)
        fill(opened, PEOPLE, SALES)
        opened.commit()
        yield opened


@pytest.fixture
def costs(connection: psycopg.Connection[Any]) -> Costs:
    found = list(hidden_cells(connection, Settings(home=Path("unused")), [1, K]))
    connection.rollback()
    connection.read_only = False
    return {(cost.table, cost.smallest_group): cost for cost in found}


def test_every_table_that_hides_something_is_counted() -> None:
    assert set(RULES) == {name for name, select in MART_SELECTS.items() if "minimum_group_size" in select.text}


def test_without_a_smallest_group_nothing_is_hidden(costs: Costs) -> None:
    for table in RULES:
        cost = costs[table, 1]
        assert (cost.published, cost.primary, cost.secondary, cost.folded) == (cost.before, 0, 0, 0)
    assert costs[DEMOGRAPHICS, 1].before > 40


def test_the_counts_are_those_of_the_tables(connection: psycopg.Connection[Any], costs: Costs) -> None:
    """Each cell that is there without a smallest group is there with one, or is counted once."""
    for table in (name for name in RULES if name.startswith("mart_customers.")):
        short = table.partition(".")[2]
        before, after = (build(connection, short, AS_OF, k) for k in (1, K))
        figures, cost = RULES[table].figures, costs[table, K]
        full = [(key, name) for key, row in before.items() for name in figures if row[name] is not None]
        assert cost.before == len(full)
        assert cost.published == sum(row[name] is not None for row in after.values() for name in figures)
        kept = sum(key in after and after[key][name] is not None for key, name in full)
        assert cost.before == kept + cost.primary + cost.secondary + cost.folded
        assert cost.folded == sum(key not in after for key, _ in full)
        hidden = {
            name
            for key, row in before.items()
            for name in TABLES[table].column_names
            if name in row and key in after and row[name] is not None and after[key][name] is None
        }
        assert hidden <= set(figures), "a figure that the smallest group hides is not counted"


def test_primary_cells_are_those_of_few_people(costs: Costs) -> None:
    """Three people signed up in February: their cohort is blank, and their segment is folded with the next one."""
    cohorts = costs[COHORTS, K]
    assert cohorts.primary > 0
    assert (cohorts.secondary, cohorts.folded) == (0, 0)
    # gender: 3 of the 13 men are churned, and 10 are not; their 3 and the 20 women who are none tell of each other.
    demographics = costs[DEMOGRAPHICS, K]
    assert demographics.primary > 0 and demographics.secondary > 0 and demographics.folded > 0


def test_a_dominated_amount_is_a_primary_one(costs: Costs) -> None:
    value = costs[VALUE, K]
    assert value.primary > 0
