"""Delivered tables in the workspace, and the profile of each of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import duckdb

from warehouse_assets.drafting.tables.families import find_family, lengthen
from warehouse_assets.drafting.tables.files import DraftTable
from warehouse_assets.drafting.tables.nested import Inner, find_nesting, widen
from warehouse_assets.drafting.tables.profiles import SAMPLE, Column
from warehouse_assets.drafting.weighing.names import is_never_read, likeness, words_of
from warehouse_assets.drafting.weighing.vocabulary import PHRASES
from warehouse_assets.ingestion.contract.words.total_words import NEARLY_ALL, leading_sql
from warehouse_assets.ingestion.readers.delivered_tables import OpenFile, load_table, open_file
from warehouse_assets.ingestion.readers.line_numbers import FILE_STEP
from warehouse_assets.ingestion.readers.workspace import drop_relation, folder_of, quoted, replace_relation
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE

_WIDE = 300
"""Columns that are loaded at once; of a wider table, those that names and values speak for are chosen first."""
_FOOTER_COLUMNS = 5
"""A narrower table has no rows that are taken for footers: a record of it may have one value."""
_HOLLOW = 5
"""A row of totals lacks at least one in so many of the columns that nearly all other rows fill."""
_BELOW_ZERO = r"^([-(−]\s*\S{0,3}\s*\d[\d.,]*\)?|\d[\d.,]*-)$"
_MEASURES, _BESIDE = ("quantity", "unit_price", "line_amount"), ("discount_amount", "tax_amount")
"""Fields of which a number below 0 tells what came back."""
_NET = frozenset({"net", "gross", "netto", "brutto", "neto", "bruto", "lordo", "ht", "ttc", "stuckzahl"})
_SHAPES = 60
"""Values of different shapes that are added to the sample of a column."""


def load_profiles(workspace: duckdb.DuckDBPyConnection, table: DraftTable) -> None:
    """Loads the table into the workspace and profiles its columns."""
    files = [open_file(path, table.settings, folder_of(workspace)) for path in table.paths]
    names = list(dict.fromkeys(name for file in files for name in file.columns if name != SOURCE_LINE))
    table.family = find_family(names)
    if len(names) > _WIDE:
        kept = _promising(workspace, table, files, names)
        table.unread, names = len(names) - len(kept), kept
        table.family = find_family(names)
    table.rows = load_table(workspace, table.name, files, names)
    if table.refunds:
        _set_refunds_aside(workspace, table, names)
    table.nesting, rows = find_nesting(workspace, table.name, names), table.rows
    if table.nesting.inner:
        names, rows, records = widen(workspace, table.name, names, table.nesting)
        table.nesting = replace(table.nesting, empty=table.rows - records)
    elif table.family:
        names = lengthen(workspace, table.name, names, table.family)
        rows = _scalar(workspace, f"select count(*) from {quoted(table.name)}")
    inner = {one.name: one for one in table.nesting.inner}
    rows -= _drop_sums(workspace, table, names)
    columns = list(_profiles(workspace, table, rows, names, inner))
    if any(column.present == rows and rows / 2 < column.distinct < rows for column in columns):
        table.repeats = rows - _distinct_rows(workspace, table.name, names)
    table.columns = [replace(column, repeats=table.repeats) for column in columns]


def _set_refunds_aside(workspace: duckdb.DuckDBPyConnection, table: DraftTable, names: Sequence[str]) -> None:
    """Takes lines of files of refunds out of the workspace: their days and orders are not those of sales.

    Quantities and prices below 0 tell by themselves what came back; then the files are as any other.
    """
    places = ", ".join(str(place) for place, path in enumerate(table.paths) if path in table.refunds)
    refunds = f"{SOURCE_LINE} // {FILE_STEP} in ({places})"
    for name in filter(_tells_returns, names):
        is_below = f"regexp_matches(trim({quoted(name)}), '{_BELOW_ZERO}')"
        if below := _scalar(workspace, f"select count(*) from {quoted(table.name)} where {refunds} and {is_below}"):
            lines = _scalar(workspace, f"select count(*) from {quoted(table.name)} where {refunds}")
            files, table.refunds = ", ".join(path.name for path in table.refunds), []
            table.signed_refunds = (
                f"{files}: {name} is below 0 on {below:,} of {lines:,} lines, so the signs tell returns"
            )
            if below < lines:
                table.signed_refunds += ": if the other lines came back too, name the files under refund_files"
            return
    _keep(workspace, table.name, f"not {refunds}")
    table.rows = _scalar(workspace, f"select count(*) from {quoted(table.name)}")


def _tells_returns(name: str) -> bool:
    """Whether a column is a quantity or the price of a line by its name, and no discount or tax."""
    reads, other = (max(likeness(name, field) for field in fields) for fields in (_MEASURES, _BESIDE))
    return other == 0 and (reads > 0 or bool(_NET.intersection(words_of(name))))


def _keep(workspace: duckdb.DuckDBPyConnection, table: str, condition: str) -> None:
    """Takes all other rows out of a table of the workspace."""
    replace_relation(workspace, table, f"select * from {quoted(table)} where {condition}")


def _drop_sums(workspace: duckdb.DuckDBPyConnection, table: DraftTable, names: Sequence[str]) -> int:
    """Takes blank rows, footers, totals and repeated headers out of the workspace; returns how many."""
    if len(names) < _FOOTER_COLUMNS:
        return 0
    filled = " + ".join(f"(trim(coalesce({quoted(name)}, '')) <> '')::int" for name in names)
    total, sign = _totals(workspace, table.name, names)
    few = f"({filled}) <= {2 if len(names) > 2 * _FOOTER_COLUMNS else 1}"
    again = " + ".join(f"(trim(coalesce({quoted(name)}, '')) = {_literal(name)})::int" for name in names)
    none = f"({few} or {total} or ({again}) > {len(names)} / 2)"
    sums, others = none, f"not {none}"
    dropped = _scalar(workspace, f"select count(*) from {quoted(table.name)} where {sums}")
    if not dropped or not _scalar(workspace, f"select count(*) from {quoted(table.name)} where {others}"):
        return 0
    totals = f"{total} and not {few}"
    table.sums = _scalar(workspace, f"select count(*) from {quoted(table.name)} where {totals}")
    if table.sums:
        table.sum_label, table.sum_sign = _label(workspace, table.name, names, totals), sign
    _keep(workspace, table.name, others)
    return dropped


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _totals(workspace: duckdb.DuckDBPyConnection, table: str, names: Sequence[str]) -> tuple[str, str | None]:
    """Rows whose first text may be a total's, and which lack a part of what nearly all other rows fill.

    Beside them the column that most of these rows lack: all of them do.
    """
    if not _scalar(workspace, f"select count(*) from {quoted(table)} where {_begins(names)} <> ''"):
        return "false", None
    usual = _usual(workspace, table, names)
    lacking = " + ".join(["0", *(f"({_bare(name)} = '')::int" for name in usual)])
    total = f"{_begins(names)} <> '' and {lacking} >= {max(1, len(usual) / _HOLLOW)}"
    asked = [name for name in usual if not is_never_read(name)]
    counts = ", ".join(["0", *(f"count(*) filter (where {_bare(name)} = '')" for name in asked)])
    _, *numbers = workspace.execute(f"select {counts} from {quoted(table)} where {total}").fetchone() or (0,)
    signs = dict(zip(asked, numbers, strict=True))
    sign = max(signs, key=lambda name: signs[name], default=None)
    return (f"({total} and {_bare(sign)} = '')", sign) if sign else ("false", None)


def _label(workspace: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], totals: str) -> str | None:
    """The column in which rows of totals say that they are some."""
    for name in names:
        other = f"{leading_sql(quoted(name))} = ''"
        if not _scalar(workspace, f"select count(*) from {quoted(table)} where {totals} and {other}"):
            return name
    return None


def _begins(names: Sequence[str]) -> str:
    first = ", ".join(f"nullif(trim({quoted(name)}), '')" for name in names)
    return leading_sql(f"coalesce({first})")


def _usual(workspace: duckdb.DuckDBPyConnection, table: str, names: Sequence[str]) -> list[str]:
    """Columns that nearly all rows fill whose first text is no total's."""
    counts = ", ".join(f"count(nullif(trim({quoted(name)}), ''))" for name in names)
    query = f"select count(*), {counts} from {quoted(table)} where {_begins(names)} = ''"
    rows, *filled = workspace.execute(query).fetchone() or (0,)
    return [name for name, number in zip(names, filled, strict=False) if rows and number >= NEARLY_ALL * rows]


def _bare(name: str) -> str:
    return f"trim(coalesce({quoted(name)}, ''))"


def _scalar(workspace: duckdb.DuckDBPyConnection, query: str) -> int:
    row = workspace.execute(query).fetchone()
    return int(row[0]) if row else 0


def _distinct_rows(workspace: duckdb.DuckDBPyConnection, table: str, names: Sequence[str]) -> int:
    columns = ", ".join(f"coalesce({quoted(name)}, '')" for name in names)
    return _scalar(workspace, f"select count(distinct hash(row({columns}))) from {quoted(table)}")


def _promising(
    workspace: duckdb.DuckDBPyConnection, table: DraftTable, files: Sequence[OpenFile], names: Sequence[str]
) -> list[str]:
    """The columns that have values and whose names suggest a field, the best first; read in slices."""
    filled: dict[str, int] = {}
    for start in range(0, len(names), _WIDE):
        part = list(names[start : start + _WIDE])
        load_table(workspace, "_slice", files, part)
        counts = ", ".join(f"count(nullif(trim({quoted(name)}), ''))" for name in part)
        filled |= dict(zip(part, workspace.execute(f"select {counts} from _slice").fetchone() or (), strict=True))
        drop_relation(workspace, "_slice")
        files = [open_file(path, table.settings, folder_of(workspace)) for path in table.paths]
    family = {one for members in (table.family.members.values() if table.family else ()) for one in members}
    scores = {
        name: max(likeness(name, field) for field in PHRASES) + (name in family) for name in names if filled[name]
    }
    chosen = set(sorted(scores, key=lambda name: (-scores[name], -filled[name], names.index(name)))[:_WIDE])
    return [name for name in names if name in chosen]


def _profiles(
    workspace: duckdb.DuckDBPyConnection,
    table: DraftTable,
    rows: int,
    names: Sequence[str],
    inner: dict[str, Inner],
) -> Iterator[Column]:
    texts = {name: f"nullif(trim({quoted(name)}), '')" for name in names}
    counts: list[int] = []
    for start in range(0, len(names), 50):
        part = names[start : start + 50]
        query = ", ".join(f"count({texts[name]}), count(distinct {texts[name]})" for name in part)
        counts += workspace.execute(f"select {query} from {quoted(table.name)}").fetchone() or ()
    family = set(table.family.members) if table.family else set()
    for place, name in enumerate(names):
        sample = _sample(workspace, table.name, texts[name], counts[2 * place + 1])
        column = Column(
            table.name, name, rows, counts[2 * place], counts[2 * place + 1], sample, inner.get(name), name in family
        )
        yield _with_shapes(workspace, table.name, texts[name], column)


def _sample(workspace: duckdb.DuckDBPyConnection, table: str, text: str, distinct: int) -> list[str]:
    """Distinct values, the same ones on each machine."""
    if not distinct:
        return []
    chosen = f"select distinct {text} as sampled from {quoted(table)} where sampled is not null"
    query = f"{chosen} order by md5(sampled) limit {SAMPLE}"
    return [str(row[0]) for row in workspace.execute(query).fetchall()]


def _with_shapes(workspace: duckdb.DuckDBPyConnection, table: str, text: str, column: Column) -> Column:
    """The column with a value of each shape in its sample, where a sample may miss a rare format."""
    if column.distinct <= SAMPLE or not (column.is_dates or column.amounts):
        return column
    shape = f"regexp_replace(regexp_replace({text}, '[0-9]', '9', 'g'), '[A-Za-z]', 'a', 'g')"
    query = f"select min({text}) from {quoted(table)} where {text} is not null group by {shape} limit {_SHAPES}"
    rare = [str(row[0]) for row in workspace.execute(query).fetchall()]
    return replace(column, sample=list(dict.fromkeys([*rare, *column.sample])))
