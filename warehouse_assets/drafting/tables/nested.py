"""Nested JSON as columns: what lies inside an object, and the things of one list, which make a row each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse_assets.ingestion.readers.workspace import quoted, replace_relation
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE

_SAMPLE = 200
_DEPTH = 4
ITEM = "item"
PLACE = "place"
"""What a SELECT calls one thing of the list, and its number in it."""


@dataclass(frozen=True)
class Inner:
    """A value inside a column: its name, e.g. `customer.address.city`, and where it lies."""

    name: str
    outer: str
    path: str
    is_item: bool

    @property
    def label(self) -> str:
        """What its name says: of a thing in the list that, and of what is said of an address whose it is."""
        *outer, own = self.name.split(".")
        return f"{ITEM} {own}" if self.is_item else " ".join([*(one for one in outer if "address" not in one), own])

    def expression(self, outer: str) -> str:
        """The value as text; `outer` is the column, or the thing of the list, as the SELECT calls it."""
        return f"{outer} ->> {_text(self.path)}"


@dataclass(frozen=True)
class Nesting:
    """The values inside a table's columns, and the column that holds the list, if one does."""

    inner: Sequence[Inner] = ()
    items: str | None = None
    empty: int = 0
    """Records whose list holds nothing."""

    def source(self, table: str, items: str) -> str:
        """What to select from: the table, a row per thing of its list."""
        things = f"unnest(from_json({items}, '[\"json\"]'))"
        return f"{table}, {things} with ordinality as {ITEM}s ({ITEM}, {PLACE})"


def find_nesting(workspace: duckdb.DuckDBPyConnection, table: str, names: Sequence[str]) -> Nesting:
    """Objects are looked into; of the lists of objects that with the most fields makes rows."""
    samples = {name: _values(workspace, table, name) for name in names}
    lists = {name: found for name, found in samples.items() if found and all(isinstance(one, list) for one in found)}
    things = {name: [one for each in found for one in each if isinstance(one, dict)] for name, found in lists.items()}
    items = max(things, key=lambda name: len(_paths(things[name])), default=None)
    if items is not None and not things[items]:
        items = None
    objects = {name: found for name, found in samples.items() if found and all(isinstance(one, dict) for one in found)}
    inner = [Inner(f"{name}.{path[2:]}", name, path, False) for name in objects for path in _paths(objects[name])]
    if items is not None:
        inner += [Inner(f"{items}.{path[2:]}", items, path, True) for path in _paths(things[items])]
    return Nesting(inner, items)


def widen(
    workspace: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], nesting: Nesting
) -> tuple[list[str], int, int]:
    """Puts the inner values beside the table's plain columns.

    Returns the names of all columns, the rows, and of how many records they are.
    """
    outer = {one.outer for one in nesting.inner}
    plain = [name for name in names if name not in outer]
    inner = [
        f"{one.expression(ITEM if one.is_item else quoted(one.outer))} as {quoted(one.name)}" for one in nesting.inner
    ]
    source = nesting.source(quoted(table), quoted(nesting.items)) if nesting.items else quoted(table)
    columns = ", ".join([SOURCE_LINE, *map(quoted, plain), *inner])
    replace_relation(workspace, table, f"select {columns} from {source}")
    counts = f"select count(*), count(distinct {SOURCE_LINE}) from {quoted(table)}"
    rows, records = workspace.execute(counts).fetchone() or (0, 0)
    return [*plain, *(one.name for one in nesting.inner)], int(rows), int(records)


def _values(workspace: duckdb.DuckDBPyConnection, table: str, name: str) -> list[Any]:
    """A sample of the column as JSON; empty where one value is none, or no more than a text or number."""
    column = quoted(name)
    query = f"select {column} from {quoted(table)} where trim({column}) <> '' limit {_SAMPLE}"
    found = []
    for (text,) in workspace.execute(query).fetchall():
        if text[:1] not in "{[":
            return []
        try:
            found.append(json.loads(text))
        except ValueError:
            return []
    return found


def _paths(objects: Sequence[Any]) -> list[str]:
    """JSON paths to all values that are neither object nor list, in the order in which they appear."""
    return list(dict.fromkeys(path for one in objects for path in _leaves(one, "$", _DEPTH)))


def _leaves(value: Any, path: str, depth: int) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items() if depth else ():
            plain = key.replace("_", "").isalnum() and key.isascii()
            yield from _leaves(inner, f"{path}.{key}" if plain else f'{path}."{key}"', depth - 1)
    elif not isinstance(value, list) and path != "$":
        yield path


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
