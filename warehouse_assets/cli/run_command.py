"""`warehouse run` and `warehouse forget`: files through the right door, then the jobs, then a summary."""

from __future__ import annotations

import fcntl
import gc
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path

from warehouse_assets import database
from warehouse_assets.cli.background import Background
from warehouse_assets.cli.console import collect_no_modules, console, errors
from warehouse_assets.cli.runner import RunFailed, Runner, run_lines
from warehouse_assets.cli.summary import print_summary, print_unread
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.landing import plan_landings
from warehouse_assets.ingestion.sources.source import list_sources, read_source
from warehouse_assets.ingestion.staging.removal import forget_deliveries
from warehouse_assets.ingestion.staging.sample import SAMPLE_SOURCE, SAMPLE_STEM, has_loaded, refuse_name_of_sample
from warehouse_assets.orchestration.instance.imports import prepare_loads
from warehouse_assets.settings import Settings
from warehouse_assets.splitting.staged import private_directory
from warehouse_assets.startup.preparation import connect_as, storage_urls

SAMPLE_ROWS = 20_000


def run_warehouse(
    settings: Settings,
    files: Sequence[Path],
    source: str | None,
    *,
    split: bool = True,
    as_of: date | None = None,
    server: Background[database.DatabaseUrls] | None = None,
) -> bool:
    """Lands the files, runs the jobs and prints the summary. Returns False if something failed.

    A second run in the same home waits for the first. `server`: the start of the database, if the caller has begun it.
    """
    starting = Background(partial(_start_database, settings, server))
    if files or not _has_files(settings):
        # Meanwhile, as there will be jobs. With nothing new there is none, and nothing to import.
        gc.disable()
        import_module("warehouse_assets.cli.jobs_here")
        prepare_loads()
        collect_no_modules()
    urls = starting.result()
    _make_folders(settings)
    with _only_run(settings):
        os.environ.update(database.prepare_dagster_home(settings, urls))
        return _run(settings, files, source, split=split, as_of=as_of)


def _start_database(settings: Settings, server: Background[database.DatabaseUrls] | None) -> database.DatabaseUrls:
    return storage_urls(settings, server.result() if server else database.ensure_running(settings))


@contextmanager
def _only_run(settings: Settings) -> Iterator[None]:
    """Holds the home's lock for runs of the command line."""
    with (settings.home / "run.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print("Another `warehouse run` works in this home. Waiting for it to end.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(settings: Settings, files: Sequence[Path], source: str | None, *, split: bool, as_of: date | None) -> bool:
    started = time.monotonic()
    if files:
        from warehouse_assets.cli.layouts import route

        for name, group in route(settings, files, source).items():
            _bring_in(settings, group, name, split=split)
    with Runner(settings, say=lambda line: console.print(f"  {line}")) as runner:
        try:
            runner.read_databases()
            if not runner.record.failures and _is_new(settings):
                _make_sample(settings)
            runner.run_files(as_of)
            failure = None
        except RunFailed as error:
            failure = str(error)
    for line in run_lines(runner.record):
        console.print(line)
    print_unread(settings)
    print_summary(settings)
    seconds = time.monotonic() - started
    if failure is None:
        console.print(f"Done in {seconds:.1f} s")
        return True
    errors.print(f"Error: {failure}", markup=False)
    failed, loaded = len(runner.record.failures), len(runner.record.deliveries)
    what = f"{failed} of {failed + loaded} new files or sources were not loaded" if failed else "see above"
    errors.print(f"Failed after {seconds:.1f} s: {what}.", markup=False)
    return False


def _make_folders(settings: Settings) -> None:
    """Originals hold personal data: only the owner enters these."""
    for path in (settings.datasets_path, settings.incoming_path, settings.secrets_path, settings.reports_path):
        private_directory(path)


def _bring_in(settings: Settings, files: Sequence[Path], source_name: str, *, split: bool) -> None:
    """Copies each file to `datasets/` when the source's flat exports are split, else to `incoming/`."""
    source = read_source(settings.sources_path, source_name)
    for path in files:
        refuse_name_of_sample(source_name, path)
    for landing in plan_landings(source, files, split=split):
        folder = (settings.datasets_path if landing.is_split else settings.incoming_path) / source.name
        for placed in landing.copy(folder):
            console.print(f"  {landing.path} -> {placed}", markup=False)
        for name in landing.strangers:
            console.print(f"  {name}: not read, no pattern of source {source.name} names it", markup=False)


def _has_files(settings: Settings) -> bool:
    doors = (settings.datasets_path, settings.incoming_path)
    return any(path.is_file() or path.is_symlink() for door in doors for path in door.rglob("[!.]*"))


def _is_new(settings: Settings) -> bool:
    """Whether nothing waits and nothing was ever loaded: files of a shop may be gone, and their rows are not.

    Where the source of the example is not in use, a shop has sources of its own.
    """
    if _has_files(settings) or SAMPLE_SOURCE not in list_sources(settings.sources_path):
        return False
    with connect_as(settings, "ingest", bulk=False) as connection:
        return not has_loaded(connection)


def _make_sample(settings: Settings) -> None:
    """Synthetic data, so that there is something to look at before there is anything of one's own."""
    from warehouse_assets.generation import generate_export

    folder = settings.datasets_path / SAMPLE_SOURCE
    private_directory(folder)
    console.print(
        f"No data yet: generating a sample of {SAMPLE_ROWS:,} rows. `warehouse run FILE` replaces it by yours."
    )
    generate_export(folder / f"{SAMPLE_STEM}.csv", rows=SAMPLE_ROWS, seed=1)


def forget(settings: Settings, source_name: str, file_name: str) -> None:
    """Removes a delivery and its files, and rebuilds what it affected."""
    source = read_source(settings.sources_path, source_name)
    found = find_deliveries(source, settings.incoming_path)
    paths = [path for delivery in found if delivery.name == file_name for path in delivery.own_paths]
    with connect_as(settings, "ingest", bulk=False) as connection:
        if not forget_deliveries(connection, settings, source_name, [file_name], paths):
            console.print(f"{file_name} was removed before.", markup=False)
    run_warehouse(settings, [], source_name)
