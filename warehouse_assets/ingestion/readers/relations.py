"""A source's SELECTs over the delivered tables: the canonical relations, still text, in the workspace."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from warehouse_assets.ingestion.errors import IngestionError, SourceError
from warehouse_assets.ingestion.readers.column_aliases import with_known_names
from warehouse_assets.ingestion.readers.delivered_tables import SOURCE_LINE, OpenFile, load_table, open_file
from warehouse_assets.ingestion.readers.left_out import drop_left_out, leaves_out
from warehouse_assets.ingestion.readers.needed_columns import absent_columns, check_needs, check_shared, header
from warehouse_assets.ingestion.readers.refund_files import refund_type, refunds_among
from warehouse_assets.ingestion.readers.workspace import confine, folder_of, quoted
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.column_usage import (
    AMOUNTS,
    ColumnUsage,
    find_column_usage,
    is_streamed,
    parsed,
)
from warehouse_assets.ingestion.sources.delivery import MALFORMED_SUFFIX, Delivery
from warehouse_assets.ingestion.sources.normal_ids import PERSON, id_expression
from warehouse_assets.ingestion.sources.source import Source, near
from warehouse_assets.ingestion.sources.unused_settings import (
    idle_table_settings,
    mistyped,
    require_use,
    unused_settings,
)
from warehouse_assets.splitting import Malformed

EXPORTED_PERSON = "exported_customer_id"
"""Column of a canonical relation: the customer's id as exported, where it is compared in another form."""


@dataclass
class Landed:
    """A delivery in the workspace: one table per table of the source, one per canonical relation."""

    rows_read: int = 0
    encoding: str = ""
    relations: dict[Relation, tuple[str, ...]] = field(default_factory=dict)
    """Relation -> the canonical fields that `canonical_<relation>` has, beside source_line and record."""
    read: dict[Relation, int] = field(default_factory=dict)
    files: dict[Relation, list[str]] = field(default_factory=dict)
    """Relation -> names of the files of its driving table."""
    malformed: list[tuple[str, Malformed]] = field(default_factory=list)
    """(file, record that could not be read)."""
    missing_columns: list[str] = field(default_factory=list)
    unmapped_columns: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    """Rule -> rows that are left out on purpose: by a SELECT's joins and conditions, or by [line_types]."""
    unused_settings: list[str] = field(default_factory=list)
    """Settings of source.toml that none of the relations, or none of the files, can concern."""


def land(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> Landed:
    """Reads the delivery and runs the source's SELECTs. Raises IngestionError; nothing is kept then."""
    source, landed = delivery.source, Landed()
    mentions = find_column_usage(source)
    check_shared(delivery, mentions)
    require_use(source, mentions)
    tables = {name: _open(delivery, name, folder_of(connection)) for name in delivery.tables}
    absent = absent_columns(delivery, mentions, tables)
    present = [name for files in tables.values() for file in files for name in file.columns]
    check_needs(delivery, mentions, absent, header(present, mentions))
    landed.missing_columns = sorted({mentions.as_written(column) for _, column in absent})
    rows: dict[str, int] = {}
    for table, files in tables.items():
        wanted = _wanted(source, mentions, files, landed)
        wanted += sorted(column for name, column in absent if name == table)
        for file in files:
            file.columns = [name for name in file.columns if name.lower() not in mentions.dropped]
        rows[table] = load_table(connection, table, files, wanted)
    opened = [file for files in tables.values() for file in files]
    landed.encoding = ", ".join(sorted({file.encoding for file in opened}))
    landed.malformed = [(file.path.name, bad) for file in opened for bad in file.malformed]
    landed.malformed += _set_aside_by_the_split(delivery)
    confine(connection, delivery.paths)
    for relation in delivery.relations:
        driving = source.driving_table(relation)
        landed.files[relation] = [file.path.name for file in tables[driving]]
        _create_relation(connection, delivery, relation, landed, rows[driving])
    given = {name: landed.relations.get(name) or parsed(source, name).named_selects for name in source.selects}
    landed.unused_settings = list(unused_settings(source.settings, given))
    if not delivery.is_of_shared_tables:
        landed.unused_settings += mistyped(source.settings, present)
    for name, files in tables.items():
        settings = source.settings.tables[name]
        landed.unused_settings += idle_table_settings(name, settings, {file.kind for file in files})
    landed.rows_read = sum(rows[table] for table in {source.driving_table(name) for name in delivery.relations})
    return landed


def _open(delivery: Delivery, table: str, scratch: Path) -> list[OpenFile]:
    settings = delivery.source.settings.tables[table]
    aliases = delivery.source.settings.columns
    files = [with_known_names(open_file(path, settings, scratch), aliases) for path in delivery.files.get(table, ())]
    if not files:
        raise IngestionError(
            f"{delivery.name}: no file of table {table} (patterns {', '.join(settings.files)}) is there. "
            "Nothing was loaded: bring all files of the delivery."
        )
    for file in files:
        folded = [name.lower() for name in file.columns]
        times = Counter(folded)
        twice = [str(place) for place, name in enumerate(folded, 1) if times[name] > 1]
        if twice:
            raise IngestionError(
                f"{file.path.name}: columns {' and '.join(twice)} have the same name, upper and lower case alike; "
                "rename one."
            )
    return files


def _wanted(source: Source, mentions: ColumnUsage, files: Sequence[OpenFile], landed: Landed) -> list[str]:
    """Columns of a table's files that are read; the others are noted."""
    never = {name.lower() for name in source.settings.never_read}
    present = {name.lower(): name for file in files for name in file.columns if name.lower() not in never}
    wanted = [name for low, name in present.items() if mentions.takes_all or low in mentions.names]
    on_purpose = source.left_out
    landed.unmapped_columns += [name for low, name in present.items() if name not in wanted and low not in on_purpose]
    return wanted


def _create_relation(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, relation: Relation, landed: Landed, expected: int
) -> None:
    """Makes `canonical_<relation>`: a view where the SELECT only picks, else a table; and checks its rows."""
    source, refunds = delivery.source, refunds_among(delivery, relation)
    place = source.folder / f"{relation}.sql"
    select = source.selects[relation]
    multiplies = getattr(source.settings, relation).may_multiply
    try:
        columns = [str(row[0]) for row in connection.execute(f"describe {select}").fetchall()]
        fields = _check_columns(columns, relation, place)
        texts = {name: _canonical_text(source, name) for name in fields}
        if refunds:
            texts["line_type"] = refund_type(refunds, texts.get("line_type"))
            fields = tuple(texts)
        picked = ", ".join(f"{text} as {quoted(name)}" for name, text in texts.items())
        if PERSON in fields:
            picked += f", nullif({_plain_text(PERSON)}, {_canonical_text(source, PERSON)}) as {EXPORTED_PERSON}"
        record = "row_number() over ()" if multiplies else SOURCE_LINE
        is_view = is_streamed(source, relation) and not multiplies and not leaves_out(source, fields)
        kind = "view" if is_view else "table"
        connection.execute(
            f"create {kind} canonical_{relation} as"
            f" select {record} as record, {SOURCE_LINE}, {picked} from ({select}\n) as mapped"
        )
        rows, lines = (expected, expected) if is_view else _count(connection, relation)
    except duckdb.Error as error:
        raise SourceError(f"{place} fails: {_told(error)}") from None
    _check_rows(source, relation, rows, lines, expected)
    dropped = drop_left_out(connection, source, relation, fields)
    landed.relations[relation], landed.read[relation] = fields, rows - dropped
    if relation == "sales":
        landed.left_out = {"row_left_out": expected - lines, "line_type_left_out": dropped}


def _count(connection: duckdb.DuckDBPyConnection, relation: Relation) -> tuple[int, int]:
    """Rows of a canonical relation, and lines that they come from."""
    counts = f"select count(*), count(distinct {SOURCE_LINE}) from canonical_{relation}"
    rows, lines = connection.execute(counts).fetchone() or (0, 0)
    return int(rows), int(lines)


def _told(error: duckdb.Error) -> str:
    """What DuckDB says of names, on one line; what it says while it runs may quote values."""
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)):
        told = str(error).partition("LINE ")[0].split()
        return " ".join(told).rstrip(".") + "."
    return f"{type(error).__name__} on some record. Values stay text here; the contract reads them."


def _check_columns(columns: Iterable[str], relation: Relation, place: Path) -> tuple[str, ...]:
    names = list(columns)
    known = FIELDS[relation]
    unknown = [name for name in names if name not in known and name != SOURCE_LINE]
    if unknown:
        raise SourceError(
            f"{place}: {', '.join(unknown)} is no canonical column of {relation};{near(unknown[0], known)} "
            f"known are: {', '.join(known)}."
        )
    if SOURCE_LINE not in names:
        raise SourceError(f"{place}: select {SOURCE_LINE} of the driving table too, so that rejects cite their line.")
    required = [name for name, kind in known.items() if kind.is_required and name not in names]
    if relation == "sales" and not set(AMOUNTS) & set(names):
        required.append("unit_price or line_amount")
    if required:
        raise SourceError(f"{place}: {', '.join(required)} is required of {relation}; select it.")
    return tuple(name for name in names if name != SOURCE_LINE and known[name].classification.treatment != "drop")


def _canonical_text(source: Source, name: str) -> str:
    """A field trimmed, empty text as NULL, keys normalised as the source says."""
    kept = _plain_text(name)
    is_id = any(name in fields and fields[name].kind == "id" for fields in FIELDS.values())
    return id_expression(name, kept, source.settings.normalise.get(name, ())) if is_id else kept


def _plain_text(name: str) -> str:
    """A field as exported but for spaces around it; empty text, and what databases write for nothing, as NULL."""
    text = f"cast({quoted(name)} as varchar)"
    # Nearly every text begins above '!' and ends without a space: trim is for the others.
    bare = f"(case when {text} > '!' and not ends_with({text}, ' ') then {text} else nullif(trim({text}), '') end)"
    return f"nullif(nullif({bare}, 'NULL'), '\\N')"


def _check_rows(source: Source, relation: Relation, rows: int, lines: int, expected: int) -> None:
    """A join that loses or multiplies the driving table's rows is an error unless declared."""
    settings = getattr(source.settings, relation)
    driving = source.driving_table(relation)
    if rows > lines and not settings.may_multiply:
        problem, remedy = (
            f"gives {rows} rows for {lines} of {driving}: a join multiplies them",
            "may_multiply",
        )
    elif lines < expected and not settings.may_lose:
        problem = f"gives {lines} of the {expected} rows of {driving}: a join or condition loses some"
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
    return [Malformed(int(item["source_line"]), str(item["reason"]), int(item["field_count"])) for item in records]
