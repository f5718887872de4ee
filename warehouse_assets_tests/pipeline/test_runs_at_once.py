"""Several processes at once on one warehouse: two runs of the command line and builds of months beside them."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg
import pytest

from warehouse_assets.building.dimensions import build_dimensions
from warehouse_assets.building.facts import build_partition
from warehouse_assets.building.marts import MART_SELECTS, are_marts_stale, build_marts, find_as_of
from warehouse_assets.building.rebuild_queue import pending_months
from warehouse_assets.building.table_checks import CheckFailed
from warehouse_assets.cli.runner import Runner
from warehouse_assets.orchestration.checks import TableChecks
from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.jobs import MONTHS
from warehouse_assets.orchestration.partitions import RANGE_END, RANGE_START
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests import commands
from warehouse_assets_tests.commands import Command
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import Shop, differing, filled_months, unrecorded
from warehouse_assets_tests.short_exports import FIRST_MONTH, LAST_MONTH, generate_short_export

_RANGE = {RANGE_START: FIRST_MONTH, RANGE_END: LAST_MONTH}


def start(shop: Shop) -> Command:
    """`warehouse run` as a person starts it."""
    environment = os.environ | {
        "WAREHOUSE_HOME": str(shop.settings.home),
        "WAREHOUSE_DATABASE_URL": str(shop.settings.database_url),
        "WAREHOUSE_DAGSTER_DATABASE_URL": str(shop.settings.dagster_database_url),
    }
    return commands.start(environment, "run")


def build_months(shop: Shop) -> bool:
    """One run of half a year, as a person launches it in Dagster's pages; whether it went well."""
    warehouse = Warehouse(home=str(shop.settings.home), database_url=shop.settings.database_url)
    with unrecorded() as instance:
        result = dg.materialize(
            [asset for asset in build_defs().assets or () if isinstance(asset, dg.AssetsDefinition)],
            selection=MONTHS,
            instance=instance,
            resources={"warehouse": warehouse, "memory": dg.mem_io_manager},
            tags=_RANGE,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    return result.success


def test_the_result_is_that_of_one_after_the_other(new_shop: NewShop, tmp_path: Path) -> None:
    first, *others = files = [tmp_path / f"{name}.csv" for name in ("first", "second", "third")]
    for seed, file in enumerate(files):
        generate_short_export(file, rows=120, seed=seed)
    ordered, at_once = new_shop("ordered"), new_shop("at_once")
    for shop in (ordered, at_once):
        shop.deliver(first)
        shop.run()
    ordered.split(*others)
    ordered.run()
    assert build_months(ordered)
    ordered.run()
    at_once.split(*others)
    runs = [start(at_once), start(at_once)]
    while any(run.returncode is None for run in runs):
        assert build_months(at_once)
        time.sleep(1)
    said = [run.communicate(timeout=300) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    # A build of months that ended last leaves its marts to the next run, or to the sensor.
    at_once.run()
    assert differing(ordered.contents(), at_once.contents()) == {}


def test_marts_that_were_built_while_a_month_waited_are_out_of_date(shop: Shop, tmp_path: Path) -> None:
    """Its transaction began before theirs and ended after it, so that they do not hold what it brought."""
    generate_short_export(tmp_path / "export.csv", rows=60, seed=1)
    shop.deliver(tmp_path / "export.csv")
    shop.run()
    with shop.connect() as waiting, shop.connect() as other:
        [month, *_] = sorted(filled_months(other))
        with waiting.transaction():
            waiting.execute("select 1")
            build_marts(other, list(MART_SELECTS), shop.settings, find_as_of(other), {})
            assert not are_marts_stale(other)
            build_partition(waiting, "dw.fct_sales", month)
        assert are_marts_stale(other)


def test_marts_that_are_built_beside_a_month_are_compared_without_it(shop: Shop, tmp_path: Path) -> None:
    """Its facts are new and its aggregates not yet, which is no fault of the marts; afterwards all is compared."""
    for seed, name in enumerate(("first.csv", "second.csv")):
        generate_short_export(tmp_path / name, rows=120, seed=seed)
    shop.deliver(tmp_path / "first.csv")
    shop.run()
    shop.deliver(tmp_path / "second.csv")
    with unrecorded() as instance:
        Runner(shop.settings, instance).load_new()
    checks = {"mart_sales.sales_by_month": TableChecks(TABLES["mart_sales.sales_by_month"]).run}
    with shop.connect() as connection:
        build_dimensions(connection)
        month = pending_months(connection)[-1]
        build_partition(connection, "dw.fct_sales", month)
        as_of = find_as_of(connection)
        build_marts(connection, list(checks), shop.settings, as_of, checks)
        assert are_marts_stale(connection)
        build_partition(connection, "dw.agg_country_month", month)
        build_marts(connection, list(checks), shop.settings, as_of, checks)
        connection.execute("update dw.agg_country_month set net_revenue_amount = net_revenue_amount + 1")
        with pytest.raises(CheckFailed):
            build_marts(connection, list(checks), shop.settings, as_of, checks)


def test_products_are_compared_with_what_countries_sold(shop: Shop, tmp_path: Path) -> None:
    generate_short_export(tmp_path / "first.csv", rows=120, seed=1)
    shop.deliver(tmp_path / "first.csv")
    shop.run()
    name = "mart_sales.product_sales"
    checks = {name: TableChecks(TABLES[name]).run}
    with shop.connect() as connection:
        as_of = find_as_of(connection)
        month = connection.execute("select max(month) from dw.agg_product_month").fetchone()
        assert month is not None
        build_partition(connection, "dw.fct_sales", month[0])
        build_partition(connection, "dw.agg_product_month", month[0])
        connection.execute("update dw.agg_sales_month set net_revenue_amount = 1 where month = %s", month)
        build_marts(connection, [name], shop.settings, as_of, checks)
        build_partition(connection, "dw.agg_sales_month", month[0])
        build_marts(connection, [name], shop.settings, as_of, checks)
        connection.execute("update dw.agg_product_month set net_revenue_amount = net_revenue_amount + 1")
        with pytest.raises(CheckFailed):
            build_marts(connection, [name], shop.settings, as_of, checks)


def test_a_month_is_built_while_marts_are_being_built(shop: Shop, tmp_path: Path) -> None:
    """Neither waits for the other, and the marts are those of the state at the beginning of their transaction."""
    name = "mart_sales.sales_by_month"
    generate_short_export(tmp_path / "export.csv", rows=120, seed=1)
    shop.deliver(tmp_path / "export.csv")
    shop.run()
    with shop.connect() as marts, shop.connect() as months, ThreadPoolExecutor(1) as aside:
        month = max(filled_months(months))
        builds: list[Future[object]] = []

        def check(connection: psycopg.Connection[Any], parameters: Mapping[str, object]) -> None:
            builds.append(aside.submit(build_partition, months, "dw.fct_sales", month))
            wait(builds, timeout=60)
            assert builds[0].done()
            TableChecks(TABLES[name]).run(connection, parameters)

        build_marts(marts, [name], shop.settings, find_as_of(marts), {name: check})
        builds[0].result()
