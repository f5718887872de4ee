"""Which faults make Dagster try a step again, how often, and that this holds for every step that uses the database."""

from __future__ import annotations

import errno
import inspect
from collections.abc import Iterator
from typing import Any

import dagster as dg
import psycopg
import pytest

from warehouse_assets.database import ConnectionFailed, DatabaseError, retry
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.orchestration.assets import step_retries
from warehouse_assets.orchestration.assets.step_retries import MOST_RETRIES, retry_transient_errors
from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.passing_faults import failed_in_passing


class _Tries:
    """An asset that meets the error each time."""

    def __init__(self, error: BaseException) -> None:
        self.error, self.number = error, 0

    def run(self) -> dg.ExecuteInProcessResult:
        @dg.asset(name="tried")
        @retry_transient_errors
        def tried() -> Iterator[dg.MaterializeResult[Any]]:
            self.number += 1
            raise self.error
            yield dg.MaterializeResult()

        with dg.DagsterInstance.ephemeral() as instance:
            config = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
            result = dg.materialize([tried], instance=instance, raise_on_error=False, run_config=config)
            run = instance.get_run_by_id(result.run_id)
            self.is_passing = run is not None and failed_in_passing(run)
            return result


_FIRST_PAUSE = step_retries.FIRST_PAUSE_SECONDS


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_retries, "FIRST_PAUSE_SECONDS", 0.0)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionFailed("No connection", is_transient=True),
        psycopg.errors.AdminShutdown("terminating connection"),
        psycopg.errors.DiskFull("could not extend file"),
        psycopg.errors.TooManyConnections("too many clients"),
        psycopg.errors.DeadlockDetected("deadlock"),
        psycopg.OperationalError("server closed the connection unexpectedly"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_tried_again_a_few_times(error: Exception) -> None:
    tries = _Tries(error)
    result = tries.run()
    assert not result.success
    assert tries.number == MOST_RETRIES + 1
    assert tries.is_passing
    [event] = [event for event in result.all_events if event.is_step_failure]
    assert "max_retries" not in str(event.step_failure_data.error)


@pytest.mark.parametrize(
    "error",
    [
        IngestionError("export.csv: no such column"),
        dg.Failure("a check failed"),
        ConnectionFailed("The password is not right", is_transient=False),
        psycopg.errors.UndefinedTable("relation does not exist"),
        DatabaseError("as asked"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_stays_wrong_fails_at_once(error: Exception) -> None:
    tries = _Tries(error)
    assert not tries.run().success
    assert (tries.number, tries.is_passing) == (1, False)


def test_pauses_grow_and_vary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_retries, "FIRST_PAUSE_SECONDS", 0.02)
    result = _Tries(psycopg.errors.DiskFull("full")).run()
    retries = [event for event in result.all_events if event.event_type_value == "STEP_UP_FOR_RETRY"]
    waits = [event.step_retry_data.seconds_to_wait for event in retries]
    for number, seconds in enumerate(waits):
        assert 0.01 * 2**number <= seconds <= 0.03 * 2**number
    assert len(set(waits)) == MOST_RETRIES


def test_every_step_that_uses_the_database_is_patient() -> None:
    steps = [asset.op.compute_fn for asset in build_defs().assets or () if isinstance(asset, dg.AssetsDefinition)]
    functions = {step.decorated_fn.__name__: step.decorated_fn for step in steps}
    assert len(functions) > 10
    impatient = {name for name, function in functions.items() if not hasattr(function, "__wrapped__")}
    assert impatient == set()


def test_the_retries_outlast_a_server_that_is_away_for_twenty_seconds() -> None:
    """Even if every pause is the shortest; each try waits for a connection besides."""
    steps = sum(_FIRST_PAUSE * 2**done * 0.5 for done in range(MOST_RETRIES))
    defaults = inspect.signature(retry).parameters
    attempts, pause, longest = (defaults[name].default for name in ("attempts", "first_pause", "longest_pause"))
    connections = sum(min(longest, pause * 2**attempt) * 0.5 for attempt in range(attempts - 1))
    assert steps + (MOST_RETRIES + 1) * connections > 20
