"""A source's SELECTs over the delivered tables: the canonical relations, still text, in the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

from warehouse_assets.ingestion.canonical import FIELDS, Relation
from warehouse_assets.ingestion.delivery import MALFORMED_SUFFIX, Delivery
from warehouse_assets.ingestion.errors import IngestionError, SourceError
from warehouse_assets.ingestion.reader import SOURCE_LINE, OpenFile, count_rows, load_table, open_file
from warehouse_assets.ingestion.source import Source
from warehouse_assets.ingestion.workspace import quoted, scalar
from warehouse_assets.splitting import Malformed

_AMOUNTS = ("unit_price", "line_amount")


@dataclass
class Landed:
    """A delivery in the workspace: one table per table of the source, one per canonical relation."""

    rows_read: int = 0
    encoding: str = ""
    relations: dict[Relation, tuple[str, ...]] = field(default_factory=dict)
    """Relation -> the canonical fields that its table `canonical_<relation>` has."""
    read: dict[Relation, int] = field(default_factory=dict)
    malformed: list[tuple[str, Malformed]] = field(default_factory=list)
    """(file, record that could not be read)."""
    missing_columns: list[str] = field(default_factory=list)
    unmapped_columns: list[str] = field(default_factory=list)


def land(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> Landed:
    """Reads the delivery and runs the source's SELECTs. Raises IngestionError; nothing is kept then."""
    source, landed = delivery.source, Landed()
    mentioned, takes_all = _mentioned_columns(source)
    opened: list[OpenFile] = []
    missing: set[str] = set(mentioned)
    for table, settings in source.settings.tables.items():
        files = [open_file(path, settings) for path in delivery.files.get(table, ())]
        present = list(dict.fromkeys(name for file in files for name in file.columns))
        allowed = [name for name in present if name not in source.settings.never_read]
        wanted = [name for name in allowed if takes_all or name in mentioned]
        missing -= set(wanted)
        landed.unmapped_columns += [name for name in allowed if name not in wanted]
        load_table(connection, table, files, wanted)
        opened += files
    _add_missing(connection, source, sorted(missing), landed)
    landed.encoding = ", ".join(sorted({file.encoding for file in opened}))
    landed.malformed = [(file.path.name, bad) for file in opened for bad in file.malformed]
    landed.malformed += _set_aside_by_the_split(delivery)
    for relation in source.selects:
        _create_relation(connection, source, relation, landed)
    driving = {source.driving_table(relation) for relation in source.selects}
    landed.rows_read = sum(count_rows(connection, table) for table in sorted(driving))
    return landed


def _parsed(source: Source, relation: Relation) -> exp.Expression:
    try:
        return sqlglot.parse_one(source.selects[relation], dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise SourceError(f"{source.folder / relation}.sql cannot be read as SQL: {error}.") from None


def _mentioned_columns(source: Source) -> tuple[set[str], bool]:
    """Columns that a SELECT mentions, and whether one takes all by `*`."""
    names: set[str] = set()
    takes_all = False
    for relation in source.selects:
        tree = _parsed(source, relation)
        aliases = {alias.alias for alias in tree.find_all(exp.Alias)}
        named = {column.name for column in tree.find_all(exp.Column) if not isinstance(column.this, exp.Star)}
        direct = {column.name for column in tree.find_all(exp.Column) if not _is_derived(column)}
        names |= (named - aliases) | direct
        takes_all = takes_all or any(
            not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star)
        )
    return names - {SOURCE_LINE}, takes_all


def _is_derived(column: exp.Column) -> bool:
    """Whether the column is read from a CTE or sub-query rather than from a delivered table."""
    select = column.find_ancestor(exp.Select)
    if select is None:
        return True
    tree = column.root()
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = [table.name for table in select.find_all(exp.Table) if table.find_ancestor(exp.Select) is select]
    return not tables or any(name in ctes for name in tables)


def _add_missing(
    connection: duckdb.DuckDBPyConnection, source: Source, missing: Sequence[str], landed: Landed
) -> None:
    """A column that no file has is NULL where only optional fields need it; else the delivery is refused."""
    if not missing:
        return
    for relation in source.selects:
        needed = _required_fields_from(source, relation, set(missing))
        if needed:
            column, canonical = needed
            raise IngestionError(
                f"Column {column!r} is missing, which {relation}.sql of source {source.name} needs for "
                f"{canonical}. Nothing was loaded: bring a file with this column, or change the mapping in "
                f"{source.folder / relation}.sql."
            )
    table = source.driving_table(next(iter(source.selects)))
    for column in missing:
        connection.execute(f"alter table {quoted(table)} add column {quoted(column)} varchar")
    landed.missing_columns += missing


def _required_fields_from(source: Source, relation: Relation, missing: set[str]) -> tuple[str, str] | None:
    """(column, required field or clause) of the first need that cannot be met."""
    tree = _parsed(source, relation)
    select = tree if isinstance(tree, exp.Select) else tree.find(exp.Select)
    projections = {item.alias_or_name: item for item in select.expressions} if select else {}
    uses = {
        name: {column.name for column in item.find_all(exp.Column)} & missing
        for name, item in projections.items()
    }
    has_amount = any(name in uses and not uses[name] for name in _AMOUNTS)
    for name, columns in sorted(uses.items()):
        required = name in FIELDS[relation] and FIELDS[relation][name].is_required
        if columns and (required or (relation == "sales" and name in _AMOUNTS and not has_amount)):
            return min(columns), name
    elsewhere = {column.name for column in tree.find_all(exp.Column)} & missing - set().union(*uses.values())
    return (min(elsewhere), "a join or a condition") if elsewhere else None


def _create_relation(
    connection: duckdb.DuckDBPyConnection, source: Source, relation: Relation, landed: Landed
) -> None:
    place = source.folder / f"{relation}.sql"
    select = source.selects[relation]
    try:
        columns = [str(row[0]) for row in connection.execute(f"describe {select}").fetchall()]
        fields = _check_columns(columns, relation, place)
        picked = ", ".join(f"{_canonical_text(source, name)} as {quoted(name)}" for name in fields)
        connection.execute(
            f"create table canonical_{relation} as select {SOURCE_LINE}, {picked} from ({select}) as mapped"
        )
    except duckdb.Error as error:
        raise SourceError(f"{place} fails: {_first_line(error)}") from None
    landed.relations[relation] = fields
    landed.read[relation] = count_rows(connection, f"canonical_{relation}")
    _check_rows(connection, source, relation, landed.read[relation])


def _first_line(error: duckdb.Error) -> str:
    """DuckDB's message without the excerpt of the query or of values."""
    return str(error).splitlines()[0].rstrip(".") + "."


def _check_columns(columns: Iterable[str], relation: Relation, place: Path) -> tuple[str, ...]:
    names = list(columns)
    known = FIELDS[relation]
    unknown = [name for name in names if name not in known and name != SOURCE_LINE]
    if unknown:
        raise SourceError(
            f"{place}: {', '.join(unknown)} is no canonical column of {relation}; known are: {', '.join(known)}."
        )
    if SOURCE_LINE not in names:
        raise SourceError(
            f"{place}: select {SOURCE_LINE} of the driving table too, so that rejects cite their line."
        )
    required = [name for name, kind in known.items() if kind.is_required and name not in names]
    if relation == "sales" and not set(_AMOUNTS) & set(names):
        required.append("unit_price or line_amount")
    if required:
        raise SourceError(f"{place}: {', '.join(required)} is required of {relation}; select it.")
    return tuple(
        name for name in names if name != SOURCE_LINE and known[name].classification.treatment != "drop"
    )


def _canonical_text(source: Source, name: str) -> str:
    """A field trimmed, empty text as NULL, keys normalised as the source says."""
    text = f"trim(cast({quoted(name)} as varchar))"
    if "lower" in source.settings.normalise.get(name, ()):
        text = f"lower({text})"
    return f"nullif({text}, '')"


def _check_rows(connection: duckdb.DuckDBPyConnection, source: Source, relation: Relation, rows: int) -> None:
    """A join that loses or multiplies the driving table's rows is an error unless declared."""
    settings = getattr(source.settings, relation)
    driving = source.driving_table(relation)
    table = f"canonical_{relation}"
    lines = scalar(connection, f"select count(distinct {SOURCE_LINE}) from {table}")
    expected = count_rows(connection, driving)
    if rows > expected and not settings.may_multiply:
        problem = f"gives {rows} rows for the {expected} of {driving}: a join multiplies them"
        remedy = "may_multiply"
    elif lines < min(rows, expected) and not settings.may_multiply and not settings.may_lose:
        problem = f"gives some rows of {driving} twice and others not at all"
        remedy = "may_multiply"
    elif rows < expected and not settings.may_lose:
        problem = f"gives {rows} rows for the {expected} of {driving}: a join or condition loses some"
        remedy = "may_lose"
    else:
        return
    raise SourceError(
        f"{source.folder / relation}.sql {problem}. Mend the join, or, where it is meant, declare "
        f"{remedy} = true under [{relation}] in source.toml."
    )


def _set_aside_by_the_split(delivery: Delivery) -> list[tuple[str, Malformed]]:
    """Records that the splitter could not read; they stand beside the CSV third."""
    found = []
    for path in delivery.paths:
        beside = path.with_name(path.name.removesuffix(".csv") + MALFORMED_SUFFIX)
        if path.name.endswith(".csv") and beside.is_file():
            found += [(path.name, bad) for bad in _read_malformed(beside)]
    return found


def _read_malformed(path: Path) -> list[Malformed]:
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Malformed(int(item["source_line"]), str(item["reason"]), int(item["field_count"])) for item in records
    ]
