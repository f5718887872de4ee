"""The warehouse's jobs, run in this process: each is a run of its own in Dagster's record."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stderr
from datetime import date

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from warehouse_assets.building.second_process import current
from warehouse_assets.cli.interrupts import forgotten_interrupts
from warehouse_assets.cli.services.processes import LOCATION
from warehouse_assets.orchestration import jobs
from warehouse_assets.orchestration.alerts import root_cause
from warehouse_assets.orchestration.assets.facts import AS_OF_TAG
from warehouse_assets.orchestration.assets.sources import SOURCE_TAG
from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.deliveries import split_delivery_key
from warehouse_assets.orchestration.instance.launcher import executing_here
from warehouse_assets.orchestration.partitions import DELIVERIES, RANGE_END, RANGE_START, pending_range
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.settings import Settings
from warehouse_assets.splitting.staged import private_directory

_COMMAND_LINE = {"warehouse/trigger": "command line", ".dagster/repository": f"__repository__@{LOCATION}"}
"""Run tags: what started the run, and the code location whose job it is."""


def opened_instance() -> AbstractContextManager[dg.DagsterInstance]:
    """Dagster's own storage, as DAGSTER_HOME says."""
    return dg.DagsterInstance.get()


class JobsHere:
    """Each method runs one job and returns why it failed, or None."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance) -> None:
        self._settings, self._instance = settings, instance
        warehouse = Warehouse(home=str(settings.home), database_url=settings.database_url)
        # Nobody looks at these partitions, and a run may load months before those that are known.
        self._definitions = build_defs({"warehouse": warehouse}, begin=settings.first_month)

    def split(self) -> str | None:
        """Splits the flat exports that are new."""
        return self._run(jobs.SPLIT)

    def together(self, keys: Sequence[str], most: int) -> Iterator[list[str]]:
        """The deliveries of one source in groups, each for one run: neighbours among Dagster's partitions."""
        self._instance.add_dynamic_partitions(str(DELIVERIES.name), keys)
        places = {key: place for place, key in enumerate(self._instance.get_dynamic_partitions(str(DELIVERIES.name)))}
        group = list[str]()
        for key in sorted(keys, key=places.__getitem__):
            if group and (len(group) == most or places[key] != places[group[-1]] + 1):
                yield group
                group = []
            group.append(key)
        if group:
            yield group

    def load(self, keys: Sequence[str]) -> str | None:
        """Loads a delivery, or a group of `together`."""
        self._instance.add_dynamic_partitions(str(DELIVERIES.name), keys)
        source = {SOURCE_TAG: split_delivery_key(keys[0])[0]}
        if len(keys) == 1:
            return self._run(jobs.LOAD, partition_key=keys[0], tags=source)
        return self._run(jobs.LOAD, tags=source | {RANGE_START: keys[0], RANGE_END: keys[-1]})

    def dimensions(self) -> str | None:
        return self._run(jobs.BUILD_DIMENSIONS)

    def months(self, months: Sequence[date]) -> str | None:
        """Builds these pending months of facts and aggregates."""
        return self._run(jobs.BUILD_MONTHS, tags=pending_range(months))

    def month_until(self, as_of: date) -> str | None:
        """Builds the month of that day, without what came after it."""
        return self._run(jobs.BUILD_MONTHS, partition_key=f"{as_of.replace(day=1)}", tags=_until(as_of))

    def marts(self, as_of: date | None) -> str | None:
        """Builds both marts, up to a day if one is given."""
        return self._run(jobs.BUILD_MARTS, jobs.MART_TABLE_KEYS, tags=_until(as_of))

    def reports(self) -> str | None:
        """Writes reports and BI files, and compares the access policy; half of it in the second process."""
        second = current()
        if second is None:
            return self.shown(jobs.SHOWN_KEYS)
        rest = second.begin(_shown_there, self._settings, jobs.FILES_KEYS)
        try:
            here = self.shown([key for key in jobs.SHOWN_KEYS if key not in jobs.FILES_KEYS])
        except Exception as error:
            if there := rest():  # which is not ended half way
                error.add_note(there)
            raise
        return "\n".join(filter(None, (here, rest()))) or None

    def shown(self, keys: Sequence[dg.AssetKey]) -> str | None:
        """Writes some of the reports and BI files."""
        return self._run(jobs.BUILD_MARTS, keys)

    def _run(
        self,
        job_name: str,
        selection: Sequence[dg.AssetKey] | None = None,
        *,
        partition_key: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> str | None:
        """A run of the job, or of some of its assets, which Dagster's pages show under the job."""
        with (
            executing_here(self._instance) as process,
            _faults_of_libraries_in_log(self._settings),
            forgotten_interrupts(),
        ):
            result = self._definitions.resolve_job_def(job_name).execute_in_process(
                instance=self._instance,
                asset_selection=selection,
                partition_key=partition_key,
                tags={**_COMMAND_LINE, **(tags or {}), **process},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                raise_on_error=False,
            )
        if result.success:
            return None
        if _was_interrupted(result):
            raise KeyboardInterrupt
        return _reason(result)


def _shown_there(settings: Settings, keys: Sequence[dg.AssetKey]) -> str | None:
    """Runs in the second process, with a connection of its own to Dagster's record."""
    with opened_instance() as instance:
        return JobsHere(settings, instance).shown(keys)


def _until(as_of: date | None) -> dict[str, str]:
    return {AS_OF_TAG: as_of.isoformat()} if as_of else {}


@contextmanager
def _faults_of_libraries_in_log(settings: Settings) -> Iterator[None]:
    """Dagster writes each lost write of an event to stderr; a person reads the run's own last line instead."""
    if os.environ.get("WAREHOUSE_VERBOSE"):
        yield
        return
    private_directory(settings.logs_path)
    with (settings.logs_path / "run.log").open("a", encoding="utf-8") as log, redirect_stderr(log):
        yield


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether a step was cut off by Ctrl-C or SIGTERM, both of which Dagster turns into an error of its own."""
    return any(error.cls_name == dg.DagsterExecutionInterruptedError.__name__ for error in _causes(result))


def _reason(result: dg.ExecuteInProcessResult) -> str:
    """The first failure of a run, as its own error says it."""
    for error in _causes(result):
        return _without_class(error.message.strip(), error.cls_name)
    return "The run failed; its events in Dagster's UI say why."


def _causes(result: dg.ExecuteInProcessResult) -> Iterator[SerializableErrorInfo]:
    """The innermost error of each step that failed, and of the run itself."""
    for event in result.all_events:
        error = event.step_failure_data.error if event.is_step_failure else None
        if event.event_type == dg.DagsterEventType.RUN_FAILURE:
            error = event.job_failure_data.error
        if (cause := root_cause(error)) is not None:
            yield cause


def _without_class(message: str, class_name: str | None) -> str:
    """The message without the path of its class, which says nothing to a person."""
    head, separator, text = message.partition(": ")
    return text if separator and class_name and head.split(".")[-1] == class_name else message
