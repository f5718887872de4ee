"""The two data marts: each table from its one SELECT, replaced whole in a checked transaction."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import sqlglot
from sqlglot import exp

from warehouse_assets.assets.describe import built, table_spec
from warehouse_assets.assets.facts import as_of_limit
from warehouse_assets.building.marts import MART_SELECTS, build_mart, find_as_of
from warehouse_assets.building.scan import CheckFailed
from warehouse_assets.building.select import Select
from warehouse_assets.checks import TableChecks, asset_key, check_result, check_specs
from warehouse_assets.resources import Warehouse
from warehouse_assets.schemas import TABLES


def tables_read(select: Select) -> list[str]:
    """The tables that a SELECT reads, as schema.table, sorted."""
    tree = sqlglot.parse_one(select.text, dialect="postgres")
    return sorted({f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db})


def mart_asset(table_name: str) -> dg.AssetsDefinition:
    """One mart table; what it depends on is what its SELECT reads."""
    select = MART_SELECTS[table_name]

    @dg.multi_asset(
        name=table_name.split(".")[1],
        specs=[table_spec(table_name, tables_read(select), select)],
        check_specs=check_specs([table_name]),
        pool="marts",
    )
    def build(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        checks = TableChecks(TABLES[table_name])

        def run_checks(connection: Any, parameters: Mapping[str, object]) -> None:
            checks.run(connection, parameters)

        with warehouse.connect() as connection:
            as_of = find_as_of(connection, as_of_limit(context))
            try:
                done = build_mart(connection, table_name, warehouse.settings, as_of, run_checks)
            except CheckFailed as failure:
                yield check_result(failure.table, failure.check, failure.result)
                raise dg.Failure(str(failure)) from None
        yield dg.MaterializeResult(
            asset_key=asset_key(table_name),
            metadata=built(done.row_count, done.seconds, **{"as of": str(done.as_of)}),
            check_results=checks.results(),
            data_version=dg.DataVersion(done.build_id),
        )

    return build


def mart_assets() -> list[dg.AssetsDefinition]:
    """Every table of both marts."""
    return [mart_asset(name) for name in MART_SELECTS]
