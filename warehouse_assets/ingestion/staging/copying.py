"""Arrow tables into PostgreSQL by COPY, in a thread of its own so that reading and writing overlap."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable
from typing import Protocol

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv

from warehouse_assets.ingestion.errors import IngestionError

_ABOUT_VALUES = ("22", "23", "54")
"""Classes of SQLSTATE whose messages quote what is in the row."""
_WAITING = 6
"""Tables that may wait for the server: it goes on with many narrow ones while wide ones are checked; bounds memory."""


class Copies(Protocol):
    """Takes rows for tables, and work for the connection, in order."""

    def put(self, table: str, rows: pa.Table | None) -> None: ...

    def run(self, work: Callable[[psycopg.Connection], object]) -> None: ...


def copy_rows(connection: psycopg.Connection, table: str, rows: pa.Table) -> None:
    """Appends rows to a table by COPY; the columns are the Arrow table's, by name."""
    statement = f"copy {table} ({', '.join(rows.column_names)}) from stdin with (format csv)"
    try:
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.write(_csv(rows))
    except psycopg.Error as error:
        if (error.sqlstate or "")[:2] not in _ABOUT_VALUES:
            raise
        rule = error.diag.constraint_name or type(error).__name__
        raise IngestionError(f"{table} refuses a row ({error.sqlstate}, {rule}). Nothing was loaded.") from None


def _csv(rows: pa.Table) -> memoryview:
    """CSV where NULL is empty and an empty text is quoted."""
    buffer = io.BytesIO()
    pacsv.write_csv(rows, buffer, pacsv.WriteOptions(include_header=False, quoting_style="needed"))
    return buffer.getbuffer()


class CopyThread:
    """Runs COPYs of one connection in order, in the background; its first error is raised by the caller."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._queue: queue.Queue[Callable[[psycopg.Connection], object] | None] = queue.Queue(_WAITING)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="copy", daemon=True)

    def __enter__(self) -> CopyThread:
        self._thread.start()
        return self

    def put(self, table: str, rows: pa.Table | None) -> None:
        """Queues rows for a table; raises what an earlier COPY raised."""
        if rows is not None and rows.num_rows:
            self.run(lambda connection: copy_rows(connection, table, rows))

    def run(self, work: Callable[[psycopg.Connection], object]) -> None:
        """Queues any work on the connection, in its turn."""
        if self._error is not None:
            raise self._error
        self._queue.put(work)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()
        if self._error is not None and kind is None:
            raise self._error

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            if self._error is None:
                try:
                    work(self._connection)
                except BaseException as error:  # handed to the caller's thread, which raises it
                    self._error = error
