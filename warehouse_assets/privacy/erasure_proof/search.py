"""Searches for traces of a person: tables and statistics by SQL, files byte by byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.privacy.identifying_values import IdentifyingValue

Connection = psycopg.Connection[Any]
_BLOCK = 1 << 24
_RELATIONS = """
select n.nspname, c.relname from pg_class as c inner join pg_namespace as n on c.relnamespace = n.oid
where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
    and has_table_privilege(c.oid, 'select')
order by 1, 2
"""
_STATISTICS = """
select s.schemaname || '.' || s.tablename || '.' || s.attname from pg_stats as s
where (
    select bool_or(position(v.value in concat_ws(' ', s.most_common_vals::text, s.histogram_bounds::text)) > 0)
    from unnest(%s::text[]) as v (value)
)
"""


@dataclass
class Search:
    """The places searched, their number, and the places with a trace."""

    places: dict[str, int] = field(default_factory=dict)
    """Kind of place -> number searched."""
    size_bytes: int = 0
    found: list[str] = field(default_factory=list)
    """Places with the kind of trace found; never its value."""

    @property
    def is_clean(self) -> bool:
        return not self.found

    def count(self, place: str, number: int = 1) -> None:
        self.places[place] = self.places.get(place, 0) + number


def search_databases(urls: DatabaseUrls, values: Sequence[IdentifyingValue], search: Search) -> None:
    """Searches every row of every table and the planner's statistics, in the warehouse and in Dagster's storage."""
    for what, url in {"warehouse": urls.warehouse, "Dagster storage": urls.dagster}.items():
        with connect(url, autocommit=True) as connection:
            relations = connection.execute(_RELATIONS.encode()).fetchall()
            for schema, name in relations:
                _search_table(connection, f"{what}: {schema}.{name}", sql.Identifier(schema, name), values, search)
            search.count(f"{what}: tables", len(relations))
            texts = [value.text for value in values]
            search.found += [f"{what}: statistics of {row[0]}" for row in connection.execute(_STATISTICS, [texts])]
            search.count(f"{what}: statistics", 1)


def _search_table(
    connection: Connection, place: str, name: sql.Identifier, values: Sequence[IdentifyingValue], search: Search
) -> None:
    """A key or short number must be a whole value; a text may occur anywhere.

    OFFSET 0 lets a cluster bring the rows of its nodes before it looks into them.
    """
    whole = [value.text for value in values if len(value.patterns[0]) != len(value.text.encode())]
    parts = [value.text for value in values if value.text not in whole]
    row = connection.execute(
        sql.SQL(
            "select count(*) from (select t::text as line, to_jsonb(t) as fields from {} as t offset 0) as rows where"
            " (select bool_or(position(v.value in rows.line) > 0) from unnest(%s::text[]) as v (value))"
            " or (select bool_or(f.value = any(%s)) from jsonb_each_text(rows.fields) as f)"
        ).format(name),
        [parts, whole],
    ).fetchone()
    if row and row[0]:
        search.found.append(f"{place}, {row[0]} rows")


def search_files(folder: Path, what: str, values: Sequence[IdentifyingValue], search: Search) -> None:
    """Searches every file under a folder, byte by byte."""
    for path in _files(folder):
        kinds = _found_in(path, values, search)
        search.count(f"{what}: files")
        search.found += [f"{what}: {path.relative_to(folder)}, {kind}" for kind in kinds]


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def _found_in(path: Path, values: Sequence[IdentifyingValue], search: Search) -> list[str]:
    """Kinds of trace in a file; none if the file disappears meanwhile."""
    longest = max((len(pattern) for value in values for pattern in value.patterns), default=1)
    kinds, tail = set[str](), b""
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                search.size_bytes += len(block)
                data = tail + block
                kinds |= {value.kind for value in values if any(pattern in data for pattern in value.patterns)}
                tail = data[-longest + 1 :] if longest > 1 else b""
    except FileNotFoundError:
        pass
    return sorted(kinds)
