"""Reads the SELECT of a table from `sql/` and inserts its result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.building.planner_settings import small_samples
from warehouse_assets.database.scale_out import is_scaled_out, spread_scratch
from warehouse_assets.schemas import Table
from warehouse_assets.settings import SQL_ROOT


@dataclass(frozen=True)
class Computation:
    """Bind parameters of a SELECT that SQL cannot compute: Python makes them of the rows of one of its relations."""

    relation: str
    columns: tuple[str, ...]
    """What is read of the relation; the rows come in the order of these columns."""
    compute: Callable[[Iterable[tuple[Any, ...]]], Mapping[str, Any]]


@dataclass(frozen=True)
class Select:
    """A SELECT in `sql/<path>` with bind parameters `%(name)s`; some are fixed here, the build gives the others.

    `relations` are SELECTs that it reads by name, in files beside it, or in the parent folder if several folders
    share one. Each may read the ones before it. Their results are never stored.
    """

    path: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    relations: tuple[str, ...] = ()
    outcomes: str | None = None
    """SELECT in the file of this name beside it: rows of ops.record_outcomes, written by the same statement."""
    computed: Computation | None = None

    @property
    def text(self) -> str:
        """The whole statement, including relations."""
        own = _read(SQL_ROOT / self.path)
        return self._with_relations(f"select * from (\n{own}\n) as built") if self.relations else own

    @property
    def outcomes_text(self) -> str:
        """The whole SELECT of the outcomes alone, including relations."""
        return self._with_relations(f"select * from (\n{self.relation_text(self.outcomes or '')}\n) as told")

    def _with_relations(self, text: str) -> str:
        return f"with {self._relations}\n{text}" if self.relations else text

    def parameters(self, connection: psycopg.Connection[Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
        """All bind parameters: the given, the fixed and the computed ones."""
        bound = {**given, **self.fixed}
        if self.computed is None:
            return bound
        columns = ", ".join(self.computed.columns)
        query = f"{self.query_of(self.computed.relation, columns)} order by {columns}"
        return {**bound, **self.computed.compute(connection.execute(query.encode(), bound))}

    def query_of(self, relation: str, columns: str) -> str:
        """A query of one of its relations."""
        return self._with_relations(f"select {columns} from {relation}")

    @property
    def _relations(self) -> str:
        return ",\n".join(f"{name} as (\n{self.relation_text(name)}\n)" for name in self.relations)

    def relation_text(self, name: str) -> str:
        """One relation's own SELECT."""
        return _read(self.relation_path(name))

    def relation_path(self, name: str, root: Path = SQL_ROOT) -> Path:
        """The file of a relation."""
        own = (root / self.path).with_name(f"{name}.sql")
        return own if own.is_file() else own.parent.with_name(own.name)

    def reading(self, tables: Sequence[str]) -> Select:
        """The same SELECT, with these relations read from tables of the same names."""
        return replace(self, relations=tuple(name for name in self.relations if name not in tables))


_INSERT_OUTCOMES = (
    "insert into ops.record_outcomes (file_key, record_kind, month, fact_count, superseded_count, repeated_count,"
    " returned_count, contradicted_count)"
)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip().rstrip(";")


def insert_statement(table: Table, select: Select, target: str | None = None) -> bytes:
    """INSERT of the SELECT's columns, which come in the table's declared order, and of its outcomes if it has any."""
    insert = f"insert into {target or table.name} ({', '.join(table.column_names)})\n"
    if select.outcomes is None:
        return f"{insert}{_with_declared_types(table, select.text)}".encode()
    own, outcomes = _read(SQL_ROOT / select.path), select.relation_text(select.outcomes)
    return (
        f"with {select._relations},\noutcomes as (\n{_INSERT_OUTCOMES}\n{outcomes}\n)\n"
        f"{insert}{_with_declared_types(table, own)}"
    ).encode()


def insert_of_each_month(table: Table, select: Select, target: str) -> bytes:
    """INSERT of the SELECT's rows of several months, which are bound as `starts` and `ends`; without its outcomes."""
    insert = f"insert into {target} ({', '.join(table.column_names)})\n"
    return f"{insert}{_with_declared_types(table, _of_each_month(select.text))}".encode()


def outcomes_of_each_month(select: Select) -> bytes:
    """INSERT of the SELECT's outcomes of several months, which are bound as `starts` and `ends`."""
    return f"{_INSERT_OUTCOMES}\n{_of_each_month(select.outcomes_text)}".encode()


def _of_each_month(text: str) -> str:
    """The SELECT of a month, worked out for each of several."""
    of_month = text.replace("%(month_start)s", "built.month_start").replace("%(month_end)s", "built.month_end")
    return (
        "select rows.* from unnest(%(starts)s::date[], %(ends)s::date[]) as built (month_start, month_end)\n"
        f"cross join lateral (\n{of_month}\n) as rows"
    )


def _with_declared_types(table: Table, text: str) -> str:
    """The SELECT with its numbers in the declared scale.

    PostgreSQL would round them by itself, but an INSERT of what other nodes computed does not.
    """
    exact = {column.name: column.sql_type for column in table.column_list if "(" in column.sql_type}
    if not exact:
        return text
    columns = ", ".join(f"{name}::{exact[name]}" if name in exact else name for name in table.column_names)
    return f"select {columns} from (\n{text}\n) as exact ({', '.join(table.column_names)})"


def insert_outcomes(select: Select) -> bytes:
    """INSERT of the outcomes alone, where the relations are there as tables."""
    return f"{_INSERT_OUTCOMES}\n{select.relation_text(select.outcomes or '')}".encode()


def replace_table(
    connection: psycopg.Connection[Any],
    table: Table,
    select: Select,
    parameters: Mapping[str, Any],
    where: str = "true",
) -> int:
    """Replaces all rows of an unpartitioned table within the caller's transaction; returns the rows written.

    `where` chooses the rows that are replaced, if the SELECT gives no others.

    Uses DELETE instead of TRUNCATE, so that a reader with an older snapshot still sees the previous build.
    """
    columns = ", ".join(table.column_names)
    bound = select.parameters(connection, parameters)
    with _scratch(connection, f"{table.short_name}_build", select.text, bound, f"({columns})") as scratch:
        return _take_rows(connection, table, scratch, where)


def _take_rows(connection: psycopg.Connection[Any], table: Table, scratch: str, where: str = "true") -> int:
    """Replaces those of the table's rows by the scratch table's; returns the rows written."""
    columns = ", ".join(table.column_names)
    connection.execute(f"delete from {table.name} where {where}".encode())
    return connection.execute(f"insert into {table.name} ({columns}) select {columns} from {scratch}".encode()).rowcount


def replace_if_stale(
    connection: psycopg.Connection[Any], table: Table, select: Select, parameters: Mapping[str, Any]
) -> int:
    """Replaces the table if its rows are not those of the SELECT; returns how many are not."""
    columns = ", ".join(table.column_names)
    bound = select.parameters(connection, parameters)
    with _scratch(connection, f"{table.short_name}_whole", select.text, bound, f"({columns})") as whole:
        now, wanted = (f"select {columns} from {relation}" for relation in (table.name, whole))
        differences = (
            f"(select count(*) from ({a} except all {b}) as rows)" for a, b in ((now, wanted), (wanted, now))
        )
        row = connection.execute(f"select greatest({', '.join(differences)})".encode()).fetchone()
        stale = int(row[0]) if row else 0
        if stale:
            _take_rows(connection, table, whole)
    return stale


def store_changes(
    connection: psycopg.Connection[Any], table: Table, text: str, where: str = "true", *, keeps_others: bool = False
) -> str:
    """Stores a row per key whose row in the table (`former_<column>`) differs from that of the SELECT (`<column>`).

    The columns of a side without the key are NULL. `where` chooses the rows of the table that are compared. With
    `keeps_others`, rows whose key the SELECT lacks are no difference. Returns the name of the temporary table; who
    called drops it.
    """
    changes, columns = changes_of(table), ", ".join(table.column_names)
    old, new = (", ".join(f"{side}.{name}" for name in table.column_names) for side in ("old", "new"))
    former = ", ".join(f"old.{name} as former_{name}" for name in table.column_names)
    key = table.primary_key[0]
    sides = {"old": f"select {columns} from {table.name} where {where}", "new": text}
    if is_scaled_out(connection):  # a spread table is not joined with rows of the coordinator
        for side, rows in sides.items():
            connection.execute(f"create temporary table {side}_rows as\n{rows}".encode())
            sides[side] = f"select * from {side}_rows"
    connection.execute(
        f"create temporary table {changes} as select {former}, {new} from ({sides['old']}) as old"
        f" {'right' if keeps_others else 'full'} join (\n{sides['new']}\n) as new ({columns})"
        f" on {' and '.join(f'old.{name} = new.{name}' for name in table.primary_key)}"
        f" where old.{key} is null or new.{key} is null or row({old}) is distinct from row({new})".encode()
    )
    if is_scaled_out(connection):
        connection.execute("drop table old_rows, new_rows")
    return changes


def changes_of(table: Table) -> str:
    """The name of the temporary table of its changes."""
    return f"{table.short_name}_changes"


@contextmanager
def computed_once(
    connection: psycopg.Connection[Any],
    selects: Sequence[Select],
    parameters: Mapping[str, Any],
    names: Sequence[str],
    spread: Collection[str] = (),
) -> Iterator[tuple[str, ...]]:
    """Stores those of the named relations that the SELECTs read as temporary tables with statistics.

    Those of `spread` are on the nodes of their customers instead. Works within the caller's transaction. Yields their
    names for `Select.reading`.
    """
    readers = {name: select for select in selects for name in select.relations}
    stored = tuple(name for name in names if name in readers)
    with ExitStack() as stack:
        for name in stored:
            text = readers[name].relation_text(name)
            if name in spread:
                stack.enter_context(spread_scratch(connection, name, text, parameters))
                continue
            stack.enter_context(_scratch(connection, name, text, parameters))
            with small_samples(connection):
                connection.execute(f"analyze {name}".encode())
        yield stored


def shared_relations(selects: Sequence[Select]) -> tuple[str, ...]:
    """The relations that several SELECTs read, in the order of reading; those with a parameter of one are its own."""
    fixed = {f"%({parameter})s" for select in selects for parameter in select.fixed}
    texts = [{name: select.relation_text(name) for name in select.relations} for select in selects]
    return tuple(
        dict.fromkeys(
            name
            for own in texts
            for name, text in own.items()
            if sum(other.get(name) == text for other in texts) > 1 and not any(mark in text for mark in fixed)
        )
    )


@contextmanager
def computed(connection: psycopg.Connection[Any], select: Select, parameters: Mapping[str, Any]) -> Iterator[None]:
    """Stores the relations of one SELECT as temporary tables, for `Select.reading`, within the caller's transaction."""
    with ExitStack() as stack:
        for name in select.relations:
            stack.enter_context(_scratch(connection, name, select.relation_text(name), parameters))
        yield


@contextmanager
def _scratch(
    connection: psycopg.Connection[Any], name: str, text: str, parameters: Mapping[str, Any], columns: str = ""
) -> Iterator[str]:
    """A temporary table of the SELECT's rows, dropped at the end.

    CREATE TABLE AS can read with parallel workers, INSERT cannot; it accepts no bound parameters.
    """
    psycopg.ClientCursor(connection).execute(f"create temporary table {name} {columns} as\n{text}".encode(), parameters)
    yield name
    connection.execute(f"drop table {name}".encode())
