"""Dagster's own records: its tables, and what its log asks the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dagster as dg
import pytest
import sqlalchemy as db
from dagster._core.execution.plan.outputs import StepOutputData, StepOutputHandle
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, InstigatorType
from dagster_postgres import PostgresEventLogStorage

from warehouse_assets.orchestration.instance.storage import (
    _PREPARED,
    EventLog,
    Runs,
    Schedules,
    WarehouseStorage,
)
from warehouse_assets.settings import Settings


@pytest.fixture
def log(database: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[EventLog]:
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "500")  # as each process of the warehouse has it
    assert database.dagster_database_url is not None
    log = EventLog(database.dagster_database_url)
    yield log
    log.dispose()


def _looks_into_the_catalog(log: EventLog) -> list[str]:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *others: object) -> None:
        if "pg_catalog" in statement:
            asked.append(statement)

    db.event.listen(log._engine, "before_cursor_execute", note)
    return asked


def test_the_catalog_is_not_asked_again_with_each_event(log: EventLog) -> None:
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition([*"abcde"]))
    def made() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(tags={"shape": "round"})

    asked, counts = _looks_into_the_catalog(log), []
    with dg.DagsterInstance.ephemeral() as instance:
        instance._event_storage = log
        log.register_instance(instance)
        for key in "abcde":
            before = len(asked)
            assert dg.materialize([made], instance=instance, partition_key=key).success
            counts.append(len(asked) - before)
        records = log.get_materialized_partitions(dg.AssetKey("made"))
    assert counts[0] > 0 and counts[1:] == [0] * 4, counts
    assert records == set("abcde")


@dg.asset(
    partitions_def=dg.StaticPartitionsDefinition([*"abcde"]), check_specs=[dg.AssetCheckSpec("round", asset="shape")]
)
def shape() -> tuple[None, dg.AssetCheckResult]:
    return None, dg.AssetCheckResult(passed=True)


@dg.asset
def other() -> None: ...


JOB = dg.Definitions([shape, other], jobs=[dg.define_asset_job("all", "*")]).resolve_job_def("all")
A_TO_D = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "d"}


def planned_by(storage: PostgresEventLogStorage) -> tuple[str, list[tuple[object, ...]]]:
    """A run, and what is stored of its plan: events, the assets' newest ones, checks."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance._event_storage = storage
        storage.register_instance(instance)
        run = instance.create_run_for_job(JOB, tags=A_TO_D).run_id
    return run, stored_of(storage, run)


def stored_of(storage: PostgresEventLogStorage, run: str) -> list[tuple[object, ...]]:
    queries = (
        "select dagster_event_type, asset_key, partition, step_key from event_logs where run_id = :run order by 1,2,3",
        "select asset_key, last_run_id from asset_keys where last_run_id = :run order by asset_key",
        "select check_name, partition, execution_status from asset_check_executions where run_id = :run order by 2",
    )
    with storage._connect() as connection:
        return [tuple(row) for query in queries for row in connection.execute(db.text(query), {"run": run})]


def test_a_plan_is_stored_as_dagster_postgres_stores_it(log: EventLog, database: Settings) -> None:
    theirs = PostgresEventLogStorage(str(database.dagster_database_url))
    first, expected = planned_by(theirs)
    second, found = planned_by(log)
    theirs.dispose()
    assert [row[0] for row in found].count("ASSET_MATERIALIZATION_PLANNED") == 5, "four months and a whole table"
    assert len(found) == 6 + 2 + 1
    assert found == [tuple(second if value == first else value for value in row) for row in expected]


def test_a_plan_is_stored_whole_or_not_at_all(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = list[Sequence[dg.EventLogEntry]]()

    def broken(*arguments: object) -> None:
        raise ConnectionError("cut")

    with monkeypatch.context() as patched:
        patched.setattr(log, "store_event_batch", plans.append)
        run, _ = planned_by(log)
    (plan,) = plans
    with monkeypatch.context() as patched:
        patched.setattr(log, "store_asset_check_event", broken)
        with pytest.raises(ConnectionError):
            log.store_event_batch(plan)
    assert stored_of(log, run) == []
    log.store_event_batch(plan)
    assert len(stored_of(log, run)) == 6 + 2 + 1


@dg.multi_asset(
    specs=[dg.AssetSpec("first"), dg.AssetSpec("second")],
    check_specs=[dg.AssetCheckSpec(name, asset="first") for name in ("round", "red")],
)
def pair() -> Iterator[dg.MaterializeResult[None]]:
    checks = [dg.AssetCheckResult(passed=True, check_name=name) for name in ("round", "red")]
    yield dg.MaterializeResult(asset_key="first", check_results=checks, data_version=dg.DataVersion("7"))
    yield dg.MaterializeResult(asset_key="second", data_version=dg.DataVersion("8"))


def executed_by(storage: PostgresEventLogStorage) -> list[tuple[object, ...]]:
    """What is stored of a run of two assets: events in order, tags, the newest events of assets and checks."""
    queries = (
        "select dagster_event_type, asset_key, step_key from event_logs where run_id = :run order by id",
        (
            "select t.key, t.value, e.asset_key from asset_event_tags t join event_logs e on e.id = t.event_id"
            " where e.run_id = :run and t.key <> 'dagster/storage_id' and t.key not like '%input%' order by 3, 1"
        ),
        "select a.asset_key, a.last_materialization is not null from asset_keys a where last_run_id = :run order by 1",
        (
            "select c.check_name, c.execution_status, e.dagster_event_type, m.dagster_event_type, m.run_id = e.run_id"
            " from asset_check_executions c join event_logs e on e.id = c.evaluation_event_storage_id"
            " join event_logs m on m.id = c.materialization_event_storage_id where c.run_id = :run order by 1"
        ),
    )
    with dg.DagsterInstance.ephemeral() as instance:
        instance._event_storage = storage
        storage.register_instance(instance)
        run = dg.materialize([pair], instance=instance).run_id
    with storage._connect() as connection:
        return [tuple(row) for query in queries for row in connection.execute(db.text(query), {"run": run})]


def test_results_are_stored_as_dagster_postgres_stores_them(log: EventLog, database: Settings) -> None:
    theirs = PostgresEventLogStorage(str(database.dagster_database_url))
    expected = executed_by(theirs)
    theirs.dispose()
    assert executed_by(log) == expected
    assert len([row for row in expected if row[0] == "ASSET_MATERIALIZATION"]) == 2


def result_of(step: str) -> dg.EventLogEntry:
    """An event that waits for the end of its step."""
    data = StepOutputData(step_output_handle=StepOutputHandle(step))
    happened = dg.DagsterEvent("STEP_OUTPUT", "job", step_key=step, event_specific_data=data)
    return dg.EventLogEntry(None, 10, "", "run", 1.0, step_key=step, job_name="job", dagster_event=happened)


def end_of(step: str) -> dg.EventLogEntry:
    return dg.EventLogEntry(None, 10, "", "run", 1.0, step_key=step, job_name="job")


def stored_steps(database: Settings) -> list[str]:
    with db.create_engine(str(database.dagster_database_url).replace("sql://", "sql+psycopg2://")).connect() as other:
        return [str(row[0]) for row in other.execute(db.text("select step_key from event_logs order by id"))]


def test_results_wait_for_the_end_of_their_step_or_for_a_reader(log: EventLog, database: Settings) -> None:
    log.store_event(result_of("first"))
    assert stored_steps(database) == []
    log.store_event(end_of("end"))
    assert stored_steps(database) == ["first", "end"]
    log.store_event(result_of("second"))
    assert [record.step_key for record in log.get_logs_for_run("run")] == ["first", "end", "second"]
    assert stored_steps(database) == ["first", "end", "second"]


def test_what_is_reported_without_a_run_does_not_wait(log: EventLog, database: Settings) -> None:
    """As by a person in Dagster's pages: no event follows."""
    check = dg.AssetCheckEvaluation(check_name="round", passed=True, metadata={}, asset_key=dg.AssetKey("shape"))
    with dg.DagsterInstance.ephemeral() as instance:
        instance._event_storage = log
        log.register_instance(instance)
        for number, event in enumerate([dg.AssetMaterialization("shape"), check], 1):
            instance.report_runless_asset_event(event)
            assert len(stored_steps(database)) == number
    assert log.get_latest_asset_check_execution_by_key([check.asset_check_key])


def test_what_waits_is_stored_when_the_log_is_closed(log: EventLog, database: Settings) -> None:
    log.store_event(result_of("last"))
    log.dispose()
    assert stored_steps(database) == ["last"]


def test_an_event_that_cannot_be_stored_takes_no_other_with_it(log: EventLog, database: Settings) -> None:
    log.store_event(result_of("first"))
    log.store_event(result_of("not\0storable"))
    with pytest.raises(ValueError, match="NUL"):
        log.store_event(end_of("end"))
    log.store_event(end_of("next"))
    assert stored_steps(database) == ["first", "end", "next"]


def test_a_sensor_is_known_though_the_code_server_has_another_port(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a second `warehouse up` evaluates no sensor; a home that was made without the note gets it."""
    address = database.dagster_database_url
    assert address is not None
    monkeypatch.setenv("WAREHOUSE_DAGSTER_URL", address)
    states = []
    for port in (4001, 4002):
        _PREPARED.discard(address)
        schedules = WarehouseStorage.from_config_value(None, {}).schedule_storage
        place = GrpcServerCodeLocationOrigin(host="127.0.0.1", port=port, location_name="warehouse")
        origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(place, "__repository__"), "incoming_files")
        state = InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.DECLARED_IN_CODE)
        if not states:
            schedules.add_instigator_state(state)
        states.append(schedules.get_instigator_state(origin.get_id(), origin.get_selector().get_id()))
        schedules.dispose()
    assert None not in states


def test_a_table_that_was_missing_is_found_once_it_is_there(log: EventLog) -> None:
    assert not log.has_table("made_later")
    with log.index_connection() as connection:
        connection.execute(db.text("create table made_later (n int)"))
    assert log.has_table("made_later")


@pytest.mark.parametrize("part", [Runs, EventLog, Schedules])
def test_its_tables_are_made_all_or_none(
    part: type[Runs | EventLog | Schedules], database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is cut after the last table, before their version is noted."""

    def cut(*arguments: object) -> None:
        raise ConnectionAbortedError

    url = str(database.dagster_database_url)
    engine = db.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    try:
        with monkeypatch.context() as patch:
            patch.setattr(f"{part.__mro__[2].__module__}.stamp_alembic_rev", cut)
            with pytest.raises(ConnectionAbortedError):
                part(url)
        assert db.inspect(engine).get_table_names() == []
        part(url).dispose()
        assert "alembic_version" in db.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_only_events_do_not_wait_for_the_disk(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run or a cursor that a crash loses would be a file that is never loaded."""
    address = str(database.dagster_database_url).replace("postgresql://", "postgresql+psycopg2://")
    monkeypatch.setenv("WAREHOUSE_DAGSTER_URL", address)
    storage = WarehouseStorage.from_config_value(None, {})
    parts = (storage.run_storage, storage.schedule_storage, storage.event_log_storage)
    found = []
    for part in parts:
        with vars(part)["_engine"].connect() as connection:
            found.append(connection.execute(db.text("show synchronous_commit")).scalar())
        part.dispose()
    assert found == ["on", "on", "off"]
