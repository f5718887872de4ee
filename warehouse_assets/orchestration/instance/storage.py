"""Dagster's own storage: dagster-postgres on the warehouse's server, found without configuration."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import dagster as dg

# Tried: `dg`, which does not export which events are those of assets and of checks.
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS

# Tried: `dg`, which does not export the table of events; dagster-postgres has a statement for many events of one kind
# only if all of them are materializations.
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable

# Tried: the annotation `Any`; Dagster passes this class to what dagster.yaml names, and `dg` does not export it.
from dagster._serdes import ConfigurableClassData
from dagster_postgres import (
    DagsterPostgresStorage,
    PostgresEventLogStorage,
    PostgresRunStorage,
    PostgresScheduleStorage,
)
from sqlalchemy import make_url
from sqlalchemy.engine import URL, Connection, Engine

from warehouse_assets import database
from warehouse_assets.orchestration.instance.record_connections import RECORDS, replace_lost_connections
from warehouse_assets.settings import read_settings
from warehouse_assets.startup.preparation import storage_urls

_ADDRESS = "WAREHOUSE_DAGSTER_URL"
_FOLLOWED = {
    dg.DagsterEventType.STEP_OUTPUT,
    dg.DagsterEventType.HANDLED_OUTPUT,
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
}
"""Events of a step's results. Another event follows each: of the next result, or of the step's end."""
_MOST_WAITING = 500
_NOT_KEPT = {dg.DagsterEventType.ASSET_FAILED_TO_MATERIALIZE}
_PREPARED = set[str]()
"""Addresses whose tables this process has seen. The code server makes an instance for each evaluation of a sensor."""


class _OfThread(threading.local):
    """A thread's open transaction, and its events that wait to be stored."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.waiting = list[dg.EventLogEntry]()


class _Prepared:
    """Makes its tables all at once, and remembers what was found in the database's catalog.

    What was not found is looked for again.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        self._found: set[str] = set()
        super().__init__(*arguments, **settings)

    def _init_db(self) -> None:
        """Makes the tables in one transaction: what a cut connection leaves half made, Dagster never completes."""
        each_statement_alone: Engine = vars(self)["_engine"]
        vars(self)["_engine"] = each_statement_alone.execution_options(isolation_level="READ COMMITTED")
        try:
            super()._init_db()  # type: ignore[misc] # of the class beside it
        finally:
            vars(self)["_engine"] = each_statement_alone

    def _once(self, name: str, look: Callable[..., bool], *arguments: object) -> bool:
        if name not in self._found and look(*arguments):
            self._found.add(name)
        return name in self._found


class Runs(_Prepared, PostgresRunStorage):
    """dagster-postgres's records of runs. The daemon asks for them every other second."""

    def has_run_stats_index_cols(self) -> bool:
        """Whether the columns of times exist. A positive answer is cached."""
        return self._once("run_stats", super().has_run_stats_index_cols)


class Schedules(_Prepared, PostgresScheduleStorage):
    """dagster-postgres's records of sensors and schedules. Half of what an evaluation costs was the catalog."""

    def complete_migrations(self) -> None:
        """Notes that Dagster's migrations were made, and makes those that were not.

        dagster-postgres notes them while it makes the tables, in a transaction of which it commits the tables only.
        Without the note, Dagster looks for the state of a sensor by the port of the code server, which another
        `warehouse up` does not have: no sensor was evaluated again.
        """
        self.migrate()
        self.optimize()

    def has_secondary_index_table(self) -> bool:
        """Whether the table of Dagster's migrations exists. A positive answer is cached."""
        return self._once("secondary_indexes", super().has_secondary_index_table)

    def has_built_index(self, migration_name: str) -> bool:
        """Whether a migration of Dagster was made. A positive answer is cached."""
        return self._once(f"index {migration_name}", super().has_built_index, migration_name)

    def _has_instigators_table(self, conn: Connection) -> bool:
        return self._once("instigators", super()._has_instigators_table, conn)


class EventLog(_Prepared, PostgresEventLogStorage):
    """dagster-postgres's event log, with fewer statements: they were most of what a run adds to its SQL.

    It does not ask the catalog with every event, and stores many events in one transaction: those of a plan, and those
    that a step emits one after the other once its work is done. A process that is killed in between has lost them, as
    it loses those that it had yet to emit.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        self._of_thread = _OfThread()
        super().__init__(*arguments, **settings)

    def store_event(self, event: dg.EventLogEntry) -> None:
        """Stores it, or lets it wait for the one that follows at once."""
        waiting = self._of_thread.waiting
        waiting.append(event)
        # What is reported without a run, as by a person in Dagster's pages, has no event after it.
        is_followed = event.run_id and event.step_key and event.dagster_event_type in _FOLLOWED
        if not is_followed or len(waiting) == _MOST_WAITING:
            self._store_waiting()

    def store_event_batch(self, events: Sequence[dg.EventLogEntry]) -> None:
        """Stores them in one transaction. A build begins with an event for each table and month that it plans."""
        self._store_waiting()
        # Dagster's own storages keep those in no batch.
        self._store([entry for entry in events if entry.dagster_event_type not in _NOT_KEPT])

    def _store_waiting(self) -> None:
        """Stores them one by one if they cannot be stored together, so that none is lost with another."""
        waiting, self._of_thread.waiting = self._of_thread.waiting, []
        if len(waiting) > 1:
            try:
                self._store(waiting)
            except Exception:  # as Dagster does with its batches
                logging.getLogger(__name__).warning("Events are stored one by one", exc_info=True)
            else:
                return
        errors = list[Exception]()
        for alone in waiting:
            try:
                super().store_event(alone)
            except Exception as error:
                errors.append(error)
        for lost in errors:
            raise lost

    def _store(self, events: Sequence[dg.EventLogEntry]) -> None:
        if not events:
            return
        with self._connect() as connection:
            serial = connection.execution_options(isolation_level="READ COMMITTED")
            with serial.begin():
                self._of_thread.connection = serial
                try:
                    self._insert(serial, events)
                finally:
                    self._of_thread.connection = None

    def _insert(self, connection: Connection, events: Sequence[dg.EventLogEntry]) -> None:
        """As dagster-postgres stores each of them. An asset keeps its last event of a kind."""
        rows = [self._event_to_row(entry) for entry in events]
        ids = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)
        stored = list(zip(events, connection.execute(ids, rows).scalars(), strict=True))
        of_assets = [(entry, id_) for entry, id_ in stored if entry.dagster_event_type in ASSET_EVENTS]
        if of_assets:
            self._store_asset_event_tags(connection, *zip(*of_assets, strict=True))
        newest = {(one.dagster_event_type, one.get_dagster_event().asset_key): (one, id_) for one, id_ in of_assets}
        for entry, id_ in newest.values():
            self._store_asset_event(connection, entry, id_)
        for entry, id_ in stored:
            if entry.dagster_event_type in ASSET_CHECK_EVENTS:
                self.store_asset_check_event(entry, id_)

    def _connect(self) -> AbstractContextManager[Connection]:
        """The connection of this thread's transaction, or one of the pool: who reads finds what was stored before."""
        if self._of_thread.connection is not None:
            return nullcontext(self._of_thread.connection)
        if self._of_thread.waiting:
            self._store_waiting()
        return super()._connect()

    def dispose(self) -> None:
        """Stores what this thread's last step has left waiting."""
        try:
            self._store_waiting()
        finally:
            super().dispose()

    def has_table(self, table_name: str) -> bool:
        """Whether the table exists. A positive answer is cached."""
        return self._once(table_name, super().has_table, table_name)

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        look = super()._has_asset_key_col_on_connection
        return self._once(f"asset_keys.{column_name}", look, conn, column_name)


class WarehouseStorage(DagsterPostgresStorage):
    """dagster-postgres at `WAREHOUSE_DAGSTER_URL`; without it, in the database beside the warehouse.

    So `dagster dev -m warehouse_assets.definitions` works as it is: the embedded server is started when it
    is not running. One connection is kept by each process, instead of one made per event, which is most of a
    small run.
    """

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure: the address comes from the environment or from the settings."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> WarehouseStorage:
        """Called by Dagster for each instance; starts the embedded server if need be."""
        address = _address()
        url = make_url(address)
        RECORDS.add((url.host, url.port, url.database))
        is_new = address not in _PREPARED
        storage = cls(address, should_autocreate_tables=False, inst_data=inst_data)
        storage._run_storage = Runs(address, should_autocreate_tables=is_new)
        storage._event_log_storage = EventLog(_without_waiting(url), should_autocreate_tables=is_new)
        schedules = Schedules(address, should_autocreate_tables=is_new)
        if is_new:
            schedules.complete_migrations()
        storage._schedule_storage = schedules
        _PREPARED.add(address)
        for part in (storage.run_storage, storage.event_log_storage, storage.schedule_storage):
            part.optimize_for_webserver(statement_timeout=0, pool_recycle=3600, max_overflow=20)
            replace_lost_connections(vars(part)["_engine"])
        return storage


def _without_waiting(url: URL) -> str:
    """The address for events, of which a run writes thousands: their commits do not wait for the disk.

    A server that crashes may lose the events of the last half second. Runs, their states and the cursors of sensors
    are never lost: each of their commits waits for the disk, and brings the events before it there too.
    """
    given = str(url.query.get("options", ""))
    options = f"{given} -c synchronous_commit=off".strip()
    return url.update_query_dict({"options": options}).render_as_string(hide_password=False)


def _address() -> str:
    known = os.environ.get(_ADDRESS)
    if known:
        return known
    settings = read_settings()
    urls = storage_urls(settings, database.ensure_running(settings))
    return database.prepare_dagster_home(settings, urls)[_ADDRESS]
