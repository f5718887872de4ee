"""Output of the command line: lines, tables, progress, and errors without a traceback."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import typer
from rich.console import Console

from warehouse_assets.settings import WarehouseError

_WIDE = 100_000
"""Width of a table that goes to a file or a pipe: no value is cut there."""

console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout and sys.stdout.isatty() else _WIDE)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def reported() -> Iterator[None]:
    """Prints an expected error's message and exits with status 1; 130 after Ctrl-C or SIGTERM."""
    collect_no_modules()
    try:
        with _expected():
            yield
    except BaseException as interruption:
        if not _is_interruption(interruption):
            raise
        errors.print("Interrupted. Completed work is kept; the next run does the rest.")
        raise typer.Exit(130) from None


def collect_no_modules() -> None:
    """What is imported stays: the collector passes it over from now on, at the end of the process too."""
    gc.freeze()
    gc.enable()


@contextmanager
def _expected() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not is_expected(error):
            raise
        errors.print(f"[red]Error:[/red] {message_of(error)}", markup=True)
        for note in getattr(error, "__notes__", ()):
            errors.print(note, markup=False)
        raise typer.Exit(1) from None


def _is_interruption(error: BaseException) -> bool:
    # Dagster is not imported here; it says SIGTERM and Ctrl-C in its own way.
    return isinstance(error, KeyboardInterrupt) or type(error).__name__ == "DagsterExecutionInterruptedError"


def is_expected(error: Exception) -> bool:
    """Whether a person can act on the error. Anything else is a bug and shows its traceback."""
    return isinstance(error, WarehouseError | OSError) or _is_of_database(error) or _is_of_records(error)


def _is_of_records(error: BaseException) -> bool:
    """Whether Dagster's own storage failed: its libraries have exceptions of their own."""
    return type(error).__module__.partition(".")[0] in ("sqlalchemy", "psycopg2", "dagster_postgres")


def _is_of_database(error: BaseException) -> bool:
    # psycopg is not imported here: `warehouse --help` needs none of it.
    return "psycopg" in sys.modules and isinstance(error, sys.modules["psycopg"].Error)


def message_of(error: BaseException) -> str:
    """The error's message. Messages of the database come without the values that they may quote."""
    if _is_of_database(error):
        from warehouse_assets.database.errors import safe_message

        return f"The database reports: {safe_message(cast('Any', error))}"
    if _is_of_records(error):
        return (
            f"The connection to Dagster's records was lost ({type(error).__name__}). Completed work is kept."
            " Run the command again."
        )
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error).replace("[", r"\[")


def quiet() -> None:
    """Hides Dagster's log lines and beta warnings; its own log keeps them. WAREHOUSE_VERBOSE shows them."""
    if not os.environ.get("WAREHOUSE_VERBOSE"):
        logging.getLogger("dagster").setLevel(logging.CRITICAL)
        logging.getLogger().addFilter(lambda record: "Retrying failed database" not in record.getMessage())
        warnings.filterwarnings("ignore")


def program_name() -> str:
    """The name by which this program can be called from here."""
    return "warehouse" if shutil.which("warehouse") else os.path.relpath(sys.argv[0])
