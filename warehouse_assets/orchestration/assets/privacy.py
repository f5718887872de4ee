"""The daily data protection duties as one asset: open requests, retention, and their logs."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import table_spec
from warehouse_assets.orchestration.checks import (
    TableChecks,
    are_checks_alone,
    asset_key,
    check_now,
    check_specs,
    of_one_transaction,
)
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.privacy.persons import open_privacy_session
from warehouse_assets.privacy.request_answers import answer_open_requests, problems
from warehouse_assets.privacy.retention import overdue, run_retention
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.governance import GOVERNANCE
from warehouse_assets.settings import Settings
from warehouse_assets.startup.privacy_session import privacy_session

RETENTION_LOG, REQUESTS = "governance.retention_log", "governance.requests"
_NAMES = tuple(table.name for table in GOVERNANCE)
_HELD = ("vault.identities", "vault.orders", "staging.rejected_records", "dw.fct_customer_lifecycle")
_NOTHING_OVERDUE = dg.AssetCheckSpec(
    "nothing_overdue",
    asset=asset_key(RETENTION_LOG),
    description="No vault row, reject, logged request or original file is past its retention period",
)
_IN_TIME = dg.AssetCheckSpec(
    "answered_in_time",
    asset=asset_key(REQUESTS),
    description="No request of a person is open after its legal deadline of one month",
)


@dg.multi_asset(
    name="duties",
    specs=[table_spec(name, _HELD if name == RETENTION_LOG else ()) for name in _NAMES],
    check_specs=[*check_specs(_NAMES), _NOTHING_OVERDUE, _IN_TIME],
    can_subset=True,
    pool="ingestion",
)
@retry_transient_errors
def privacy_duties(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Answers open requests and deletes expired data. The queues then hold what to rebuild."""
    settings, today = warehouse.settings, datetime.now(UTC).date()
    with privacy_session(settings) as session:
        connection = session.connection
        if are_checks_alone(context):
            yield from _selected(context, connection, settings, today)
            return
        answers = answer_open_requests(session, datetime.now(UTC))
        left = problems(answers)
        answered = len(answers) - len(left)
        deleted = run_retention(open_privacy_session(settings, connection), today)
        for line in left:
            context.log.warning(f"Not answered: {line}")
        context.log.info(f"{answered} requests answered")
        figures: dict[str, dict[str, Any]] = {
            RETENTION_LOG: {one.name: one.number for one in deleted},
            REQUESTS: {"answered": answered, "still open": len(left)},
        }
        yield from of_one_transaction(context, _results(connection, figures))
        yield from _deadlines(context, connection, settings, today)


def _results(
    connection: psycopg.Connection[Any], figures: Mapping[str, Mapping[str, Any]]
) -> Iterator[dg.MaterializeResult[Any]]:
    for name in _NAMES:
        checks = TableChecks(TABLES[name])
        checks.run(connection)
        yield dg.MaterializeResult(
            asset_key=asset_key(name), metadata=figures.get(name, {}), check_results=checks.results()
        )


def _selected(
    context: dg.AssetExecutionContext, connection: psycopg.Connection[Any], settings: Settings, today: date
) -> Iterator[dg.AssetCheckResult]:
    """The selected checks on the registers as they are; nothing is answered or deleted."""
    of_deadlines = {_NOTHING_OVERDUE.key, _IN_TIME.key}
    for key in sorted(context.selected_asset_check_keys - of_deadlines):
        yield check_now(connection, key, {})
    yield from _deadlines(context, connection, settings, today)


def _deadlines(
    context: dg.AssetExecutionContext, connection: psycopg.Connection[Any], settings: Settings, today: date
) -> Iterator[dg.AssetCheckResult]:
    """The checks of what is past its time, as far as they are selected."""
    if _NOTHING_OVERDUE.key in context.selected_asset_check_keys:
        yield _outcome(_NOTHING_OVERDUE, overdue(connection, settings, today))
    if _IN_TIME.key in context.selected_asset_check_keys:
        query = "select count(*) from governance.requests where completed_on is null and due_on < %s"
        late = connection.execute(query, [today]).fetchone()
        yield _outcome(_IN_TIME, {"requests": int(late[0]) if late else 0})


def _outcome(check: dg.AssetCheckSpec, found: dict[str, int]) -> dg.AssetCheckResult:
    metadata = {f"overdue: {name}": number for name, number in found.items()}
    return dg.AssetCheckResult(
        asset_key=check.asset_key, check_name=check.name, passed=not any(found.values()), metadata=metadata
    )
