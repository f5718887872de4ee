"""Checks executed alone, as from an asset's page: each has a result on the rows as they are; nothing is built."""

from __future__ import annotations

from functools import reduce
from operator import or_

import dagster as dg
import pytest

from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.short_exports import generate_short_export


@pytest.fixture(scope="module")
def built(module_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    export = tmp_path_factory.mktemp("export") / "export.csv"
    generate_short_export(export, rows=60, seed=1, dirt=0)
    module_shop.deliver(export)
    module_shop.run()
    return module_shop


def _execute(shop: Shop, selection: dg.AssetSelection) -> dg.ExecuteInProcessResult:
    """A run of checks only, in a record of its own."""
    settings = shop.settings
    definitions = build_defs({"warehouse": Warehouse(home=str(settings.home), database_url=settings.database_url)})
    assets = [asset for asset in definitions.assets or () if isinstance(asset, dg.AssetsDefinition)]
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            assets,
            instance=instance,
            resources=dict(definitions.resources or {}),
            selection=selection,
            raise_on_error=False,
        )


def _assets() -> list[dg.AssetsDefinition]:
    assets = [asset for asset in build_defs({}).assets or () if isinstance(asset, dg.AssetsDefinition)]
    return [asset for asset in assets if asset.check_keys]


def test_every_check_gives_a_result_alone(built: Shop) -> None:
    checks = [dg.AssetSelection.checks(key) for asset in _assets() for key in asset.check_keys]
    result = _execute(built, reduce(or_, checks))
    assert result.success
    evaluations = result.get_asset_check_evaluations()
    declared = {key for asset in _assets() for key in asset.check_keys}
    assert {evaluation.asset_check_key for evaluation in evaluations} == declared
    unpassed = {str(one.asset_check_key) for one in evaluations if not one.passed}
    assert unpassed <= {str(dg.AssetCheckKey(dg.AssetKey(["access", "policy"]), "drift"))}
    assert result.get_asset_materialization_events() == []


def test_one_check_alone_finds_what_is_wrong_now(built: Shop) -> None:
    key = dg.AssetCheckKey(dg.AssetKey(["mart_sales", "sales_by_quarter"]), "equals_months")
    with built.connect() as connection:
        connection.execute(b"update mart_sales.sales_by_quarter set net_revenue_amount = net_revenue_amount + 1")
        [found] = _execute(built, dg.AssetSelection.checks(key)).get_asset_check_evaluations()
        connection.execute(b"update mart_sales.sales_by_quarter set net_revenue_amount = net_revenue_amount - 1")
        [again] = _execute(built, dg.AssetSelection.checks(key)).get_asset_check_evaluations()
    assert (found.passed, found.description) == (False, "Broken rules: equals_months: 2 rows")
    assert (again.passed, again.description) == (True, None)


def test_one_table_of_a_transaction_is_built_with_the_others_and_all_are_recorded(built: Shop) -> None:
    chosen = dg.AssetSelection.assets(dg.AssetKey(["dw", "dim_product"]))
    result = _execute(built, chosen.without_checks())
    assert result.success
    recorded = {
        event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key
    }
    assert recorded == {
        f"dw/{name}"
        for name in ("dim_channel", "dim_customer", "dim_customer_history", "dim_date", "dim_geography", "dim_product")
    }
