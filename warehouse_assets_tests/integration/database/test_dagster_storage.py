"""Dagster's own records: its tables, and what its log asks the catalog."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest
import sqlalchemy as db
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, InstigatorType

from warehouse_assets.orchestration.instance.storage import (
    _PREPARED,
    EventLog,
    Runs,
    Schedules,
    WarehouseStorage,
)
from warehouse_assets.settings import Settings


@pytest.fixture
def log(database: Settings) -> Iterator[EventLog]:
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
