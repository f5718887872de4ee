"""Checks executed alone, as from an asset's page: each has a result on the rows as they are; nothing is built."""

from __future__ import annotations

import dagster as dg
import pytest

from warehouse_assets.definitions import build_defs
from warehouse_assets.generation import generate_export
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets_tests.pipeline.shop import Shop


@pytest.fixture(scope="module")
def built(module_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    export = tmp_path_factory.mktemp("export") / "export.csv"
    generate_export(export, rows=60, seed=1, dirt=0)
    module_shop.deliver(export)
    module_shop.run()
    return module_shop


def _execute(shop: Shop, selection: dg.AssetSelection | None = None) -> dg.ExecuteInProcessResult:
    """A run of checks only, in a record of its own."""
    settings = shop.settings
    definitions = build_defs({"warehouse": Warehouse(home=str(settings.home), database_url=settings.database_url)})
    assets = [asset for asset in definitions.assets or () if isinstance(asset, dg.AssetsDefinition)]
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            assets,
            instance=instance,
            resources=dict(definitions.resources or {}),
            selection=selection or dg.AssetSelection.all_asset_checks(),
            raise_on_error=False,
        )


def test_every_check_gives_a_result_alone(built: Shop) -> None:
    result = _execute(built)
    assert result.success
    evaluations = result.get_asset_check_evaluations()
    declared = {
        key
        for asset in build_defs({}).assets or ()
        if isinstance(asset, dg.AssetsDefinition)
        for key in asset.check_keys
    }
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
    assert (found.passed, again.passed) == (False, True)


def test_tables_of_one_transaction_are_built_together(built: Shop) -> None:
    result = _execute(built, dg.AssetSelection.assets(["dw", "dim_product"]).without_checks())
    assert not result.success
    [failed] = result.get_step_failure_events()
    assert "These tables are built together" in str(failed.step_failure_data.error)
