"""`warehouse split` and `warehouse generate`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from warehouse_assets.cli.console import console, errors
from warehouse_assets.generation import generate_export, generate_months
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.settings import Settings
from warehouse_assets.splitting import split_file


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on standard error; nothing if that is not a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        yield progress


def split(settings: Settings, file: Path, key: Sequence[str], out: Path, source: str, database_url: str | None) -> None:
    """Splits one file and prints where the thirds are."""
    columns = tuple(key) or read_source(settings.sources_path, source).settings.split_key
    if not columns:
        raise SourceError(f"Source {source} has no split_key. Name the key column with --key.")
    result = split_file(file, out, key_columns=columns, database_url=database_url)
    for place, part in ((result.csv, "csv"), (result.jsonl, "json"), (result.database or result.table, "database")):
        console.print(f"{result.rows[part]:>12,} rows  {place}")  # type: ignore[index]
    if result.malformed:
        console.print(
            f"{result.malformed:>12,} records could not be read. {result.malformed_file} lists them with the reason."
        )


def generate(rows: int, seed: int, out: Path, months: int | None) -> None:
    """Writes the export, or one file per month."""
    if months is not None:
        out.mkdir(parents=True, exist_ok=True)
        paths = generate_months(out, rows=rows, seed=seed, months=months)
        console.print(f"{rows:,} rows in {len(paths)} files in {out}")
        return
    with progress_bar() as bar:
        task = bar.add_task("Generating", total=rows)
        done = generate_export(out, rows=rows, seed=seed, progress=lambda n: bar.update(task, completed=n))
    console.print(f"{done.rows:,} rows of {done.customers:,} customers in {out}")
