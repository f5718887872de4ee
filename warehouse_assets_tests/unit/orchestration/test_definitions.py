"""The code location as a whole: what every asset must carry, and that no dependency is misspelled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from warehouse_assets.building.dimensions import SELECTS as DIMENSION_SELECTS
from warehouse_assets.building.facts import SELECTS as FACT_SELECTS
from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.building.table_checks import bad_row_checks
from warehouse_assets.ingestion.sources.source import list_sources
from warehouse_assets.orchestration.assets.facts import fact_assets
from warehouse_assets.orchestration.assets.marts import mart_assets
from warehouse_assets.orchestration.assets.sources import INCOMING, source_specs
from warehouse_assets.orchestration.assets.table_metadata import tables_read
from warehouse_assets.orchestration.checks import SCHEMA_CHECK, asset_key
from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.deliveries import split_delivery_key
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.ddl import contiguous
from warehouse_assets.settings import SQL_ROOT, Settings

_QUEUES = {"staging.pending_months", "staging.pending_customers", "vault.requests"}
_RECORDS = {
    "ops.table_builds",
    "ops.fingerprints",
    "ops.schema_versions",
    "ops.file_deletions",
    "ops.locks",
    "governance.access_log",
    "governance.login_countries",
}


_OUTSIDE = {dg.AssetKey(["sources", name]) for name in list_sources(SQL_ROOT / "sources")} | {INCOMING}
"""What nobody here makes: the shops' exports, and the directory in which they arrive."""
_LAYERS = ["sources", "split", "staging", "dimensions", "facts", "mart_sales"]
_WITHOUT_SCHEMA = {"sources", "split", "reports", "access"}
"""Files, pictures and the policy, not tables."""


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_defs()


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> AssetGraph:
    return definitions.resolve_asset_graph()


def problems(graph: AssetGraph) -> Iterator[str]:
    """What a person would miss at an asset, and dependencies that lead nowhere."""
    checked = {check.asset_key for check in graph.asset_check_keys}
    for key in sorted(graph.get_all_asset_keys()):
        node, name = graph.get(key), key.to_user_string()
        if key not in graph.materializable_asset_keys and key not in _OUTSIDE:
            yield f"{name}: nobody makes it; is a dependency misspelled?"
            continue
        for what in ("owners", "description", "kinds", "group_name"):
            if not getattr(node, what) or getattr(node, what) == "default":
                yield f"{name}: no {what}"
        if node.tags.get("layer") != node.group_name:
            yield f"{name}: its layer is not its group"
        if key not in _OUTSIDE and not node.code_version:
            yield f"{name}: no code version"
        if node.group_name not in _WITHOUT_SCHEMA:
            yield from _problems_of_table(node, name, key in checked)


def _problems_of_table(node: Any, name: str, is_checked: bool) -> Iterator[str]:
    if not is_checked:
        yield f"{name}: no check"
    if "grain" not in (node.description or "").lower():
        yield f"{name}: no grain"
    schema = node.metadata.get("dagster/column_schema")
    if schema is None:
        yield f"{name}: no schema"
        return
    columns = schema.value.columns if hasattr(schema, "value") else schema.columns
    for column in columns:
        if not column.description or "privacy" not in column.tags:
            yield f"{name}.{column.name}: no description or privacy class"


def test_nothing_is_missing_with_every_source(graph: AssetGraph) -> None:
    assert list(problems(graph)) == []


def _spec(**changes: Any) -> dg.AssetSpec:
    schema = dg.TableSchema(columns=[dg.TableColumn("a", "text", description="A", tags={"privacy": "none"})])
    given: dict[str, Any] = {
        "key": ["dw", "dim_new"],
        "deps": [["staging", "sales"]],
        "group_name": "dimensions",
        "owners": ["team:a"],
        "kinds": {"sql"},
        "tags": {"layer": "dimensions"},
        "description": "Grain: one row per thing.",
        "code_version": "1",
        "metadata": {"dagster/column_schema": schema},
    }
    return dg.AssetSpec(**{**given, **changes})


def _problems_with(spec: dg.AssetSpec, *, is_checked: bool = True) -> list[str]:
    checks = [dg.AssetCheckSpec("schema", asset=spec.key)] if is_checked else []

    @dg.multi_asset(name="new", specs=[spec], check_specs=checks)
    def new():  # type: ignore[no-untyped-def]
        yield from ()

    definitions = dg.Definitions.merge(build_defs(), dg.Definitions(assets=[new]))
    return list(problems(definitions.resolve_asset_graph()))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"deps": [["staging", "sale"]]}, ["staging/sale: nobody makes it; is a dependency misspelled?"]),
        ({"owners": []}, ["dw/dim_new: no owners"]),
        ({"description": ""}, ["dw/dim_new: no description", "dw/dim_new: no grain"]),
        ({"metadata": {}}, ["dw/dim_new: no schema"]),
        ({"code_version": None}, ["dw/dim_new: no code version"]),
        ({"tags": {}}, ["dw/dim_new: its layer is not its group"]),
    ],
)
def test_what_is_missing_is_found(changes: dict[str, Any], found: list[str]) -> None:
    assert _problems_with(_spec(**changes)) == found


def test_an_asset_without_a_check_is_found() -> None:
    assert _problems_with(_spec(), is_checked=False) == ["dw/dim_new: no check"]


def test_every_table_is_an_asset_except_queues_and_records(graph: AssetGraph) -> None:
    tables = {asset_key(name) for name in TABLES if name not in _QUEUES | _RECORDS}
    assert tables <= graph.materializable_asset_keys


def test_every_table_shows_its_columns_and_has_a_blocking_check(graph: AssetGraph) -> None:
    checks = {(check.asset_key, check.name) for check in graph.asset_check_keys}
    for name, table in TABLES.items():
        if name in _QUEUES | _RECORDS:
            continue
        schema = graph.get(asset_key(name)).metadata["dagster/column_schema"]
        columns = schema.value.columns if hasattr(schema, "value") else schema.columns
        assert tuple(column.name for column in columns) == table.column_names
        assert (asset_key(name), SCHEMA_CHECK) in checks


def test_a_description_tells_what_a_table_is_its_sources_and_its_readers(graph: AssetGraph) -> None:
    assert graph.get(asset_key("mart_sales.sales_by_country")).description == (
        "Where sales come from, month by month."
        f" Grain: {TABLES['mart_sales.sales_by_country'].grain}. Data mart 2, sales."
        " Built from dw.agg_country_month, dw.agg_customer_month, dw.agg_order_month, dw.agg_sales_day,"
        " ops.record_outcomes."
        " Read by transform, data_engineer, dpo, sales_analyst, country_manager (own rows only), bi_sales."
    )
    identities = graph.get(asset_key("vault.identities")).description or ""
    assert identities.endswith("Built from split.incoming. Read by ingest, privacy.")


def test_data_flows_from_left_to_right_by_layers(graph: AssetGraph) -> None:
    """Dagster draws an asset to the right of all that it is made of."""
    depth: dict[dg.AssetKey, int] = {}
    for level in graph.toposorted_asset_keys_by_level:
        for key in level:
            depth[key] = 1 + max((depth[parent] for parent in graph.get(key).parent_keys), default=0)
    middle = [median(depth[key] for key in depth if graph.get(key).group_name == layer) for layer in _LAYERS]
    assert middle == sorted(set(middle))


def test_a_column_tells_which_columns_it_is_made_of(graph: AssetGraph) -> None:
    for name in {**DIMENSION_SELECTS, **FACT_SELECTS, **MART_SELECTS}:
        columns = graph.get(asset_key(name)).metadata["dagster/column_lineage"].deps_by_column
        assert set(columns) == set(TABLES[name].column_names)
        parents = {dep.asset_key for deps in columns.values() for dep in deps}
        known = {asset_key(table) for table in TABLES}
        assert parents <= known, name
    month = graph.get(asset_key("mart_sales.sales_by_month")).metadata["dagster/column_lineage"].deps_by_column
    read = {(dep.asset_key.path[-1], dep.column_name) for dep in month["month"]}
    assert read == {("agg_sales_day", name) for name in ("source_name", "currency_code", "sale_date")}


def test_every_bad_row_query_belongs_to_a_table_and_says_what_it_finds() -> None:
    assert set(bad_row_checks()) <= set(TABLES)
    for checks in bad_row_checks().values():
        for check in checks:
            assert check.text.startswith("-- "), check.rule
            assert len(check.description) > 20, check.rule


def test_dependencies_are_the_tables_that_the_sql_reads(graph: AssetGraph) -> None:
    scratch = {"staging.pending_customers"}
    for name in {**DIMENSION_SELECTS, **FACT_SELECTS, **MART_SELECTS}:
        read = {table for table in tables_read(name) if table not in scratch | {name}}
        declared = {".".join(parent.path) for parent in graph.get(asset_key(name)).parent_keys}
        assert read <= declared | {"dw.dim_date"}, (name, read - declared)


def test_no_job_mixes_two_partitions_definitions() -> None:
    definitions = build_defs()
    for name in ("split", "load_deliveries", "build_dimensions", "build_months", "build_marts"):
        assert definitions.resolve_job_def(name) is not None


def test_partitioned_assets_take_a_range_in_one_run() -> None:
    for asset in fact_assets(date(1990, 1, 1)):
        if asset.partitions_def is not None:
            assert asset.backfill_policy == dg.BackfillPolicy.single_run()
    assert all(asset.partitions_def is None for asset in mart_assets())


def test_a_build_fills_the_marts_before_it_writes_reports() -> None:
    """The in-process executor takes the ready step with the highest priority first."""
    assets = [asset for asset in build_defs({}).assets or () if isinstance(asset, dg.AssetsDefinition)]
    steps = {asset.op.name: int(asset.op.tags.get("dagster/priority", 0)) for asset in assets if asset.is_executable}
    assert sorted(steps, key=lambda name: -steps[name])[:2] == ["mart_sales", "mart_customers"]
    assert sorted(steps.values())[-3:] == [0, 1, 2]


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


def test_a_code_server_can_load_all_of_it() -> None:
    """Names of jobs and of what they hold must differ, which is looked at only here."""
    build_defs().get_repository_def().load_all_definitions()


def test_every_asset_is_made_by_a_job() -> None:
    defs = build_defs()
    jobs = [
        defs.resolve_job_def(name) for name in ("read_databases", "split", "load_deliveries", "build", "privacy_duties")
    ]
    made = {key for job in jobs for key in job.asset_layer.executable_asset_keys}
    assert defs.resolve_asset_graph().materializable_asset_keys - made == set()


def test_only_sources_in_use_are_shown_once_there_are_some(tmp_path: Path) -> None:
    """A source in need of correction is shown too, since its description says what to do."""
    shutil.copytree(SQL_ROOT / "sources", tmp_path / "sources")
    settings = Settings(tmp_path / "home", sources_path=tmp_path / "sources")
    assert len(source_specs(settings)) == len(list_sources(settings.sources_path))
    (settings.incoming_path / "cdnow").mkdir(parents=True)
    (settings.datasets_path / "online_retail").mkdir(parents=True)
    (tmp_path / "sources" / "square_items" / "source.toml").write_text("[")
    shown = {spec.key.path[-1]: spec.description or "" for spec in source_specs(settings)}
    assert list(shown) == ["cdnow", "online_retail", "square_items"]
    assert "is not valid TOML" in shown["square_items"]
