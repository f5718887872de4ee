"""`warehouse run`: the jobs one after the other, each a run of its own in Dagster's record."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, TypeVar

import dagster as dg
import psycopg

from warehouse_assets import database
from warehouse_assets.building.rebuild_queue import is_anything_pending, pending_months, queue_month
from warehouse_assets.definitions import build_defs
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.fingerprint import is_up_to_date
from warehouse_assets.ingestion.staging.files_of_erased import delete_files_of_erased
from warehouse_assets.ingestion.staging.ledger import current_fingerprints
from warehouse_assets.orchestration import jobs
from warehouse_assets.orchestration.assets.facts import AS_OF_TAG
from warehouse_assets.orchestration.assets.sources import unsplit_datasets
from warehouse_assets.orchestration.assets.staging import LEFT_OUT
from warehouse_assets.orchestration.deliveries import all_deliveries, content_of, land_offers
from warehouse_assets.orchestration.instance.launcher import executing_here
from warehouse_assets.orchestration.partitions import DELIVERIES, contiguous, pending_range
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.schemas.ddl import next_month
from warehouse_assets.settings import Settings
from warehouse_assets.splitting.staged import private_directory
from warehouse_assets.startup.preparation import connect_as

Say = Callable[[str], None]
Found = TypeVar("Found")


class RunFailed(RuntimeError):
    """A job of the run failed; the message says which step and why."""


@dataclass
class RunRecord:
    """What a run did: the deliveries that it loaded and the months that it rebuilt."""

    deliveries: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """Why a source could not be read, or a file be split or loaded; the others were."""
    months: list[date] = field(default_factory=list)
    dimensions_built: bool = False
    marts_built: bool = False


class Runner:
    """Runs the warehouse's jobs in this process, on Dagster's own storage."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance, say: Say = lambda line: None) -> None:
        self._settings, self._instance, self._say = settings, instance, say
        resources = {"warehouse": Warehouse(home=str(settings.home), database_url=settings.database_url)}
        self._definitions = build_defs(resources)
        self._assets = [asset for asset in self._definitions.assets or () if isinstance(asset, dg.AssetsDefinition)]
        self._resources = dict(self._definitions.resources or {})
        self.record = RunRecord()

    def run(self, as_of: date | None = None, *, with_reports: bool = True) -> RunRecord:
        """Splits, loads and builds what is new. With nothing new, nothing is built."""
        if unsplit_datasets(self._settings):
            self._say("Splitting datasets")
            self._noting_failures(lambda: self._materialize(jobs.SOURCES))
        self.read_databases()
        self.load_new()
        self.build_pending(as_of, with_reports=with_reports)
        if self.record.failures:
            raise RunFailed("Not everything was loaded; all else was.\n" + "\n".join(self.record.failures))
        return self.record

    def _noting_failures(self, work: Callable[[], None], place: str = "") -> bool:
        """Does the work; a failure is kept for the end, so that one bad file stops no other."""
        try:
            work()
        except RunFailed as error:
            self.record.failures.append(f"{place}: {error}" if place else str(error))
            return False
        return True

    def _ask(self, look: Callable[[psycopg.Connection[Any]], Found]) -> Found:
        """What a session of its own finds; none is held while a job runs, and a lost one is opened again."""

        def look_once() -> Found:
            with connect_as(self._settings, "transform", bulk=False) as connection:
                return look(connection)

        return database.retry(look_once)

    def _note(self, failure: str) -> None:
        if failure not in self.record.failures:
            self.record.failures.append(failure)

    def read_databases(self) -> None:
        """Brings what the sources' databases offer beyond their watermarks to the incoming directory."""
        landed, failures = self._ask(partial(land_offers, self._settings))
        for key in landed:
            self._say(f"Read {key} from the shop's database")
        self.record.failures += failures

    def load_new(self) -> None:
        """Loads every delivery that is not current in the ledger; one that cannot be loaded is noted."""
        for key, delivery in self._new_deliveries():
            self._load(key, delivery)
        with connect_as(self._settings, "ingest", bulk=False) as connection:
            again = len(list(delete_files_of_erased(connection, self._settings)))
        if again:
            self._say(f"{again} files that were loaded before hold erased people and were deleted")

    def _new_deliveries(self) -> list[tuple[str, Delivery]]:
        """Deliveries whose content is not current in the ledger, or that another mapping read; by source and name.

        A file that cannot be read counts as new: loading it reports why, and stops no other delivery.
        """
        known = self._ask(current_fingerprints)
        new, changed = [], []
        for key, delivery in all_deliveries(self._settings, self._note).items():
            file_key = delivery.key(content_of(delivery, largest_read=None))
            if file_key not in known:
                new.append((key, delivery))
            elif not is_up_to_date(delivery, known[file_key], self._settings.first_month):
                changed.append((key, delivery))
        if changed:
            self._say(f"Mapping or shared table changed: {len(changed)} deliveries are read again")
        return new + changed

    def _load(self, key: str, delivery: Delivery) -> None:
        self._say(f"Loading {key}")
        self._instance.add_dynamic_partitions(str(DELIVERIES.name), [key])
        place = f"{key} (in {self._settings.incoming_path})"
        if self._noting_failures(lambda: self._materialize(jobs.STAGING, partition_key=key), place):
            self.record.deliveries.append(key)
            if not all(path.exists() for path in delivery.paths):
                self._say(f"{key} holds erased people: {LEFT_OUT}")

    def build_pending(self, as_of: date | None = None, *, with_reports: bool = True) -> None:
        """Builds what is pending, then the reports and BI files. Does nothing if nothing is pending."""
        if self.build_tables(as_of) and with_reports:
            self._say("Writing reports")
            self._materialize(jobs.REPORTS)

    def build_tables(self, as_of: date | None = None) -> bool:
        """Builds dimensions, the months in the queue and the marts; whether there was anything to build."""
        if not self._ask(is_anything_pending) and as_of is None:
            return False
        self._say("Building dimensions")
        self._materialize(jobs.DIMENSION_TABLES)
        self.record.dimensions_built = True
        self._build_pending_months()
        tags = {AS_OF_TAG: as_of.isoformat()} if as_of else {}
        if as_of is not None and as_of != next_month(as_of.replace(day=1)):
            self._build_month(as_of.replace(day=1), tags)
        self._say("Building marts")
        self._materialize(jobs.MARTS, tags=tags)
        self.record.marts_built = True
        if as_of is not None:
            self._ask(partial(queue_month, month=as_of.replace(day=1)))
        return True

    def _build_pending_months(self) -> None:
        months = self._ask(pending_months)
        if months:
            self._say(f"Building {', '.join(_spans(months))}")
            self._materialize(jobs.MONTHS, tags=pending_range(months))
            self.record.months += months

    def _build_month(self, month: date, tags: Mapping[str, str]) -> None:
        self._say(f"Building {month:%Y-%m}")
        self._materialize(jobs.MONTHS, partition_key=f"{month}", tags=tags)
        self.record.months.append(month)

    def _materialize(
        self,
        selection: dg.AssetSelection,
        partition_key: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        with executing_here(self._instance) as process, _faults_of_libraries_in_log(self._settings):
            result = dg.materialize(
                self._assets,
                instance=self._instance,
                resources=self._resources,
                selection=selection,
                partition_key=partition_key,
                tags={**(tags or {}), **process},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                raise_on_error=False,
            )
        if not result.success:
            raise RunFailed(_reason(result))


@contextmanager
def _faults_of_libraries_in_log(settings: Settings) -> Iterator[None]:
    """Dagster writes each lost write of an event to stderr; a person reads the run's own last line instead."""
    if os.environ.get("WAREHOUSE_VERBOSE"):
        yield
        return
    private_directory(settings.logs_path)
    with (settings.logs_path / "run.log").open("a", encoding="utf-8") as log, redirect_stderr(log):
        yield


def _reason(result: dg.ExecuteInProcessResult) -> str:
    """The first failure of a run, as its own error says it."""
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None:
                error = error.cause
            if error is not None:
                return _without_class(error.message.strip(), error.cls_name)
    return "The run failed; its events in Dagster's UI say why."


def _without_class(message: str, class_name: str | None) -> str:
    """The message without the path of its class, which says nothing to a person."""
    head, separator, text = message.partition(": ")
    return text if separator and class_name and head.split(".")[-1] == class_name else message


def run_lines(record: RunRecord) -> Iterable[str]:
    """What the run did, for a person."""
    yield f"{len(record.deliveries)} deliveries loaded" if record.deliveries else "No new delivery"
    if record.months:
        yield f"{len(record.months)} months rebuilt: {', '.join(_spans(record.months))}"


def _spans(months: Iterable[date]) -> Iterator[str]:
    for first, last in contiguous(months):
        yield f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"
