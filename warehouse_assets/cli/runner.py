"""`warehouse run`: the jobs one after the other, each a run of its own in Dagster's record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from warehouse_assets import database
from warehouse_assets.building.rebuild_queue import is_anything_pending, pending_months, queue_month
from warehouse_assets.building.second_process import second_process
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.fingerprint import is_up_to_date
from warehouse_assets.ingestion.staging.files_of_erased import LEFT_OUT, delete_files_of_erased
from warehouse_assets.ingestion.staging.ledger import current_fingerprints
from warehouse_assets.ingestion.staging.sample import SAMPLE_REPLACED, is_sample, sample_files, sample_keys
from warehouse_assets.orchestration.datasets import unsplit_datasets
from warehouse_assets.orchestration.deliveries import all_deliveries, content_of, land_offers, split_delivery_key
from warehouse_assets.orchestration.instance.imports import FORECASTS
from warehouse_assets.orchestration.loads_at_once import AT_ONCE
from warehouse_assets.schemas.ddl import contiguous, next_month
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import connect_as

if TYPE_CHECKING:  # Dagster is imported with the first job: a run with nothing new needs none of it
    import dagster as dg

    from warehouse_assets.cli.jobs_here import JobsHere

_SMALL = 4 << 20
"""Bytes of a delivery that is loaded with others in one run of Dagster."""
_MOST_TOGETHER = 100
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

    def __init__(
        self, settings: Settings, instance: dg.DagsterInstance | None = None, say: Say = lambda line: None
    ) -> None:
        """`instance`: where Dagster keeps its record; without one, its own storage, opened with the first job."""
        self._settings, self._instance, self._say = settings, instance, say
        self._opened = ExitStack()
        self.record = RunRecord()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.close()

    @cached_property
    def _jobs(self) -> JobsHere:
        from warehouse_assets.cli.jobs_here import JobsHere, opened_instance

        instance = self._instance
        if instance is None:
            self._opened.enter_context(second_process(FORECASTS, "warehouse_assets.reporting.picture"))
            instance = self._opened.enter_context(opened_instance())
        return JobsHere(self._settings, instance)

    def run(self, as_of: date | None = None, *, with_reports: bool = True) -> RunRecord:
        """Reads, splits, loads and builds what is new. With nothing new, nothing is built."""
        self.read_databases()
        return self.run_files(as_of, with_reports=with_reports)

    def run_files(self, as_of: date | None = None, *, with_reports: bool = True) -> RunRecord:
        """The same, of the files that are there."""
        if unsplit_datasets(self._settings):
            self._say("Splitting datasets")
            self._noting_failures(self._jobs.split)
        self.load_new()
        self.build_pending(as_of, with_reports=with_reports)
        if self.record.failures:
            raise RunFailed("Not everything was loaded; all else was.\n" + "\n".join(self.record.failures))
        return self.record

    def _noting_failures(self, job: Callable[[], str | None], place: str = "") -> bool:
        """Runs the job; a failure is kept for the end, so that one bad file stops no other."""
        reason = job()
        if reason is not None:
            self.record.failures.append(f"{place}: {reason}" if place else reason)
        return reason is None

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
        new = self._new_deliveries()
        if new:
            _ = self._jobs  # forks, which must come before the loads begin
        had_sample = bool(new) and self._has_sample()
        with AT_ONCE.begun(self._settings, new, self._say):
            for keys in self._runs_of(new):
                self._load({key: new[key] for key in keys})
        if had_sample and not self._has_sample():
            self._say(SAMPLE_REPLACED)
        with connect_as(self._settings, "ingest", bulk=False) as connection:
            again = len(list(delete_files_of_erased(connection, self._settings)))
        if again:
            self._say(f"{again} files that were loaded before hold erased people and were deleted")

    def _has_sample(self) -> bool:
        """Whether example data count or lie in the home: retention deletes their files, and leaves their rows."""
        return bool(sample_files(self._settings) or self._ask(sample_keys))

    def _new_deliveries(self) -> dict[str, Delivery]:
        """Deliveries whose content is not current in the ledger, or that another mapping read; by source and name.

        A file that cannot be read counts as new: loading it reports why, and stops no other delivery. Example data
        is left out beside data of a shop.
        """
        known = self._ask(current_fingerprints)
        new, changed = dict[str, Delivery](), dict[str, Delivery]()
        for key, delivery in all_deliveries(self._settings, self._note).items():
            file_key = _key_of(delivery)
            if file_key not in known:
                new[key] = delivery
            elif not self._is_current(delivery, file_key, known):
                changed[key] = delivery
        if changed:
            self._say(f"Mapping or shared table changed: {len(changed)} deliveries are read again")
        found = new | changed
        own = {key: delivery for key, delivery in found.items() if not is_sample(delivery)}
        return own or found

    def _runs_of(self, new: Mapping[str, Delivery]) -> Iterator[Sequence[str]]:
        """Small deliveries of a source together: a run of Dagster takes longer than their loads. Others alone."""
        for (_, is_small), keys in groupby(new, lambda key: (split_delivery_key(key)[0], _is_small(new[key]))):
            if is_small:
                yield from self._jobs.together([*keys], _MOST_TOGETHER)
            else:
                yield from ([key] for key in keys)

    def _load(self, deliveries: Mapping[str, Delivery]) -> None:
        for key in deliveries:
            self._say(f"Loading {key}")
        alone = [*deliveries] if len(deliveries) == 1 else self._not_loaded_together(deliveries)
        places = {key: f"{key} (in {self._settings.incoming_path})" for key in alone}
        failed = [key for key in alone if not self._noting_failures(partial(self._jobs.load, [key]), places[key])]
        for key, delivery in deliveries.items():
            if key in failed:
                continue
            self.record.deliveries.append(key)
            if not all(path.exists() for path in delivery.paths):
                self._say(f"{key} holds erased people: {LEFT_OUT}")

    def _not_loaded_together(self, deliveries: Mapping[str, Delivery]) -> list[str]:
        """Loads them in one run; those that it left out are to be loaded alone, so that each says why."""
        file_keys = {key: _key_of(one) for key, one in deliveries.items()}  # a load deletes files of erased people
        reason = self._jobs.load([*deliveries])
        if reason is None:
            return []
        known = self._ask(current_fingerprints)
        left = [key for key, one in deliveries.items() if not self._is_current(one, file_keys[key], known)]
        if not left:
            self._note(reason)
        return left

    def _is_current(self, delivery: Delivery, file_key: int, known: Mapping[int, str | None]) -> bool:
        """Whether it is loaded as the mapping reads it now; `known` as of `current_fingerprints`."""
        return file_key in known and is_up_to_date(delivery, known[file_key], self._settings.first_month)

    def build_pending(self, as_of: date | None = None, *, with_reports: bool = True) -> None:
        """Builds what is pending, then the reports and BI files. Does nothing if nothing is pending."""
        if self.build_tables(as_of) and with_reports:
            self._say("Writing reports")
            _require(self._jobs.reports())

    def build_tables(self, as_of: date | None = None) -> bool:
        """Builds dimensions, the months in the queue and the marts; whether there was anything to build."""
        if not self._ask(is_anything_pending) and as_of is None:
            return False
        self._say("Building dimensions")
        _require(self._jobs.dimensions())
        self.record.dimensions_built = True
        self._build_pending_months()
        if as_of is not None and as_of != next_month(as_of.replace(day=1)):
            self._build_month(as_of)
        self._say("Building marts")
        _require(self._jobs.marts(as_of))
        self.record.marts_built = True
        if as_of is not None:
            self._ask(partial(queue_month, month=as_of.replace(day=1)))
        return True

    def _build_pending_months(self) -> None:
        from warehouse_assets.orchestration.first_month import record_first_month

        months = self._ask(pending_months)
        self._ask(partial(record_first_month, self._settings))
        if months:
            self._say(f"Building {', '.join(_spans(months))}")
            _require(self._jobs.months(months))
            self.record.months += months

    def _build_month(self, as_of: date) -> None:
        """The month of that day, without what came after it."""
        self._say(f"Building {as_of:%Y-%m}")
        _require(self._jobs.month_until(as_of))
        self.record.months.append(as_of.replace(day=1))


def _key_of(delivery: Delivery) -> int:
    """Its key in the ledger."""
    return delivery.key(content_of(delivery, largest_read=None))


def _is_small(delivery: Delivery) -> bool:
    with suppress(OSError):  # loading it reports why
        return delivery.size_bytes <= _SMALL
    return False


def _require(reason: str | None) -> None:
    """Raises RunFailed if the job failed."""
    if reason is not None:
        raise RunFailed(reason)


def run_lines(record: RunRecord) -> Iterable[str]:
    """What the run did, for a person."""
    yield f"{len(record.deliveries)} deliveries loaded" if record.deliveries else "No new delivery"
    if record.months:
        yield f"{len(record.months)} months rebuilt: {', '.join(_spans(record.months))}"


def _spans(months: Iterable[date]) -> Iterator[str]:
    for first, last in contiguous(months):
        yield f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"
