"""Asset checks: one generated scan per table, and the queries in `sql/checks` that return bad rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets.access.logins import PipelineRole
from warehouse_assets.building.table_checks import (
    SCHEMA_CHECK,
    BadRowCheck,
    CheckFailed,
    ScanResult,
    bad_row_checks,
    results_of_checks,
    scan_rules,
    scan_table,
)
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.schemas import TABLES, Table

MASK = "•••"


def asset_key(table_name: str) -> dg.AssetKey:
    """`[schema, table]`."""
    return dg.AssetKey(table_name.split("."))


def check_specs(table_names: Iterable[str]) -> list[dg.AssetCheckSpec]:
    """A blocking `schema` check for each table, and one for each of its queries in `sql/checks`."""
    queries = bad_row_checks()
    specs = []
    for name in table_names:
        rules = len(scan_rules(TABLES[name]))
        description = f"One scan for the {rules} rules of the Pandera schema of {name}"
        specs.append(dg.AssetCheckSpec(SCHEMA_CHECK, asset=asset_key(name), description=description, blocking=True))
        for check in queries.get(name, ()):
            specs.append(
                dg.AssetCheckSpec(check.rule, asset=asset_key(name), description=check.description, blocking=True)
            )
    return specs


def check_result(table_name: str, check: str, result: ScanResult) -> dg.AssetCheckResult:
    """The result with its counts. Examples show no personal columns."""
    metadata: dict[str, Any] = {"rows": result.row_count, **{f"bad rows: {k}": n for k, n in result.failures.items()}}
    if result.examples:
        metadata["examples"] = dg.MetadataValue.table([dg.TableRecord(_masked(table_name, r)) for r in result.examples])
    return dg.AssetCheckResult(
        asset_key=asset_key(table_name),
        check_name=check,
        passed=result.passed,
        metadata=metadata,
        description=f"Broken rules: {result.broken}" if result.broken else None,
    )


def _masked(table_name: str, row: Mapping[str, str]) -> dict[str, str]:
    """The row with its personal columns masked."""
    names = TABLES[table_name].column_names
    return {name: row.get(name, MASK) for name in names} if set(row) <= set(names) else dict(row)


def are_checks_alone(context: dg.AssetExecutionContext) -> bool:
    """Whether a person executes checks of tables, and no table is to be built."""
    return not context.selected_asset_keys


def run_alone(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    parameters_of: Callable[[psycopg.Connection[Any]], Mapping[str, object]] = lambda connection: {},
    role: PipelineRole = "transform",
) -> Iterator[dg.AssetCheckResult]:
    """The selected checks of tables, on the rows as they are; nothing is built."""
    with warehouse.connect(role) as connection:
        parameters = parameters_of(connection)
        for key in sorted(context.selected_asset_check_keys):
            yield check_now(connection, key, parameters)


def check_now(
    connection: psycopg.Connection[Any], key: dg.AssetCheckKey, parameters: Mapping[str, object]
) -> dg.AssetCheckResult:
    """One check on its whole table as it is."""
    table = TABLES[".".join(key.asset_key.path)]
    return TableChecks(table).run_one(connection, key.name, parameters)


def of_one_transaction(
    context: dg.AssetExecutionContext, results: Iterable[dg.MaterializeResult[Any]]
) -> Iterator[dg.MaterializeResult[Any]]:
    """The results of the selected tables. The others were filled with them, which is recorded too."""
    partitions = context.partition_keys if context.has_partition_key_range or context.has_partition_key else [None]
    for result in results:
        if result.asset_key in context.selected_asset_keys:
            yield result
            continue
        version = {"dagster/data_version": result.data_version.value} if result.data_version else {}
        for partition in partitions:
            context.log_event(
                dg.AssetMaterialization(
                    result.asset_key or "", metadata=result.metadata, partition=partition, tags=version
                )
            )


class TableChecks:
    """Runs a table's checks inside the transaction that writes it, and keeps the results for Dagster."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._queries: tuple[BadRowCheck, ...] = bad_row_checks().get(table.name, ())
        self._results: dict[str, ScanResult] = {}
        self._lock = threading.Lock()

    def run(
        self,
        connection: psycopg.Connection[Any],
        parameters: Mapping[str, object] | None = None,
        relation: str | None = None,
        where: str = "true",
    ) -> None:
        """Scans the relation (by default the table) and runs the queries in `sql/checks`. Raises CheckFailed."""
        for found in results_of_checks(connection, self.table, self._queries, parameters or {}, relation, where):
            self.note(*found)

    def run_one(
        self, connection: psycopg.Connection[Any], check: str, parameters: Mapping[str, object]
    ) -> dg.AssetCheckResult:
        """One check on the whole table as it is."""
        if check == SCHEMA_CHECK:
            return check_result(self.table.name, check, scan_table(connection, self.table, None, "true", parameters))
        [query] = [query for query in self._queries if query.rule == check]
        return check_result(self.table.name, check, query.run(connection, parameters))

    def note(self, check: str, result: ScanResult) -> None:
        """Keeps the result of a check. Raises CheckFailed."""
        with self._lock:
            former = self._results.get(check)
            rows = result.row_count + (former.row_count if former else 0)
            # Months are checked in parallel: a month that passes must not hide another's failure.
            worst = former if former is not None and not former.passed else result
            self._results[check] = ScanResult(rows, worst.failures, worst.examples)
        if not result.passed:
            raise CheckFailed(self.table.name, check, result)

    @property
    def row_count(self) -> int:
        """Rows that the schema check has scanned so far."""
        return self._results[SCHEMA_CHECK].row_count

    def results(self) -> list[dg.AssetCheckResult]:
        """The results of the checks, with the rows of all partitions added up."""
        return [check_result(self.table.name, check, result) for check, result in self._results.items()]
