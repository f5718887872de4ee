"""The code location as a whole: what every asset must carry, and that no dependency is misspelled."""

from __future__ import annotations

import dagster as dg
import pytest

from warehouse_assets.assets.facts import fact_assets
from warehouse_assets.assets.marts import mart_assets, tables_read
from warehouse_assets.building.dimensions import SELECTS as DIMENSION_SELECTS
from warehouse_assets.building.facts import SELECTS as FACT_SELECTS
from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.building.scan import bad_row_checks
from warehouse_assets.checks import SCHEMA_CHECK, asset_key
from warehouse_assets.definitions import build_defs
from warehouse_assets.partitions import contiguous, split_delivery_key
from warehouse_assets.schemas import TABLES

_QUEUES = {"staging.pending_months", "staging.pending_customers"}
_RECORDS = {"ops.table_builds", "ops.fingerprints", "governance.access_log", "governance.login_countries"}


@pytest.fixture(scope="module")
def graph() -> dg.AssetGraph:  # type: ignore[name-defined]
    return build_defs().resolve_asset_graph()


def test_every_table_is_an_asset_except_queues_and_records(graph: dg.AssetGraph) -> None:  # type: ignore[name-defined]
    tables = {asset_key(name) for name in TABLES if name not in _QUEUES | _RECORDS}
    assert tables <= graph.materializable_asset_keys


def test_every_dependency_is_an_asset_of_ours(graph: dg.AssetGraph) -> None:  # type: ignore[name-defined]
    assert set(graph.get_all_asset_keys()) == set(graph.materializable_asset_keys)


def test_every_asset_says_who_owns_it_what_it_holds_and_how_it_is_made(graph: dg.AssetGraph) -> None:  # type: ignore[name-defined]
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.owners, key
        assert node.description, key
        assert "grain" in node.description.lower() or key.path[0] == "reports", key
        assert node.kinds, key
        assert node.tags["layer"] == node.group_name, key
        assert node.code_version, key


def test_every_table_shows_its_schema_and_has_a_blocking_check(graph: dg.AssetGraph) -> None:  # type: ignore[name-defined]
    checks = {(check.asset_key, check.name) for check in graph.asset_check_keys}
    for name, table in TABLES.items():
        if name in _QUEUES | _RECORDS:
            continue
        node = graph.get(asset_key(name))
        schema = node.metadata["dagster/column_schema"]
        columns = schema.value.columns if hasattr(schema, "value") else schema.columns
        assert tuple(column.name for column in columns) == table.column_names
        assert (asset_key(name), SCHEMA_CHECK) in checks


def test_every_bad_row_query_belongs_to_a_table_and_says_what_it_finds() -> None:
    assert set(bad_row_checks()) <= set(TABLES)
    for checks in bad_row_checks().values():
        for check in checks:
            assert check.text.startswith("-- "), check.rule
            assert len(check.description) > 20, check.rule


def test_dependencies_are_the_tables_that_the_sql_reads(graph: dg.AssetGraph) -> None:  # type: ignore[name-defined]
    scratch = {"staging.pending_customers"}
    for name, select in {**DIMENSION_SELECTS, **FACT_SELECTS, **MART_SELECTS}.items():
        read = {table for table in tables_read(select) if table not in scratch | {name}}
        declared = {".".join(parent.path) for parent in graph.get(asset_key(name)).parent_keys}
        assert read <= declared | {"dw.dim_date"}, (name, read - declared)


def test_no_job_mixes_two_partitions_definitions() -> None:
    definitions = build_defs()
    for name in ("split", "load_deliveries", "build_dimensions", "build_months", "build_marts"):
        assert definitions.resolve_job_def(name) is not None


def test_partitioned_assets_take_a_range_in_one_run() -> None:
    for asset in fact_assets():
        if asset.partitions_def is not None:
            assert asset.backfill_policy == dg.BackfillPolicy.single_run()
    assert all(asset.partitions_def is None for asset in mart_assets())


def test_months_without_a_gap_make_one_range() -> None:
    from datetime import date

    months = [date(2023, 1, 1), date(2022, 12, 1), date(2023, 3, 1)]
    assert list(contiguous(months)) == [
        (date(2022, 12, 1), date(2023, 1, 1)),
        (date(2023, 3, 1), date(2023, 3, 1)),
    ]
    assert list(contiguous([])) == []


def test_a_delivery_key_keeps_slashes_in_the_file_name() -> None:
    assert split_delivery_key("shop/2023/01.csv") == ("shop", "2023/01.csv")
