"""How marts are planned: aggregates have no statistics of their own, which must not lead to quadratic joins."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
import pytest

from warehouse_assets.building.kept_months import COMPARED
from warehouse_assets.building.marts import MART_GROUPS, MART_SELECTS, build_marts, find_as_of
from warehouse_assets.building.select import shared_relations
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import Connection, Delivery, build_all, deliver

ANALYZED = (
    "select array_agg(relname::text) from pg_class where relpersistence = 't' and relkind = 'r' and reltuples >= 0"
)


@pytest.mark.parametrize("group", MART_GROUPS, ids=lambda group: group[0])
def test_a_mart_is_built_without_nested_loops_and_alone_as_in_its_group(
    shop: Connection, group: tuple[str, ...], prepared_database: Settings
) -> None:
    deliver(shop, Delivery(1, sales=[{"customer_key": -1}]))
    build_all(shop)
    shared = {*shared_relations([MART_SELECTS[name] for name in group]), *COMPARED}
    seen = list[tuple[str, set[str]]]()

    def look(connection: psycopg.Connection[object], parameters: Mapping[str, object]) -> None:
        (setting,) = connection.execute("show enable_nestloop").fetchone() or ("",)
        (tables,) = connection.execute(ANALYZED).fetchone() or ([],)
        seen.append((str(setting), set(tables or ())))

    for names in (group, group[:1]):
        build_marts(shop, names, prepared_database, find_as_of(shop), {names[0]: look})
    assert seen[0] == ("off", shared & {name for table in group for name in MART_SELECTS[table].relations})
    assert seen[1] == ("off", shared & set(MART_SELECTS[group[0]].relations))


def test_the_periods_share_what_is_read_of_orders_and_customers() -> None:
    (group,) = (group for group in MART_GROUPS if "mart_sales.sales_by_month" in group)
    selects = [MART_SELECTS[name] for name in group]
    assert {"span_months", "spanning_orders", "order_steps", "customer_steps"} <= set(shared_relations(selects))
    assert not {"period_orders", "period_customers"} & set(shared_relations(selects))
