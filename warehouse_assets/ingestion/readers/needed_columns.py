"""Columns that the SELECTs need and the files lack: what is empty then, and what refuses the delivery."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from warehouse_assets.ingestion.errors import IngestionError, SourceError
from warehouse_assets.ingestion.readers.delivered_tables import OpenFile
from warehouse_assets.ingestion.sources.column_usage import ColumnUsage, needed_for
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.source import Source


def check_shared(delivery: Delivery, mentions: ColumnUsage) -> None:
    """What a shared table drives is read apart from the deliveries, so it reads no table of theirs."""
    known = {name.lower() for name in delivery.tables}
    for mention in sorted(mentions.columns, key=lambda one: one.column):
        if mention.relation in delivery.relations and not mention.tables & known:
            raise SourceError(
                f"{delivery.source.folder / mention.relation}.sql: its driving table is shared, so it cannot read "
                f"{mentions.as_written(mention.column)!r} of {', '.join(sorted(mention.tables))}, which comes "
                f"with each delivery. Name the delivery's table as driving under [{mention.relation}], and declare "
                "may_multiply = true where one of its rows gives several records."
            )


def absent_columns(
    delivery: Delivery, mentions: ColumnUsage, tables: dict[str, list[OpenFile]]
) -> set[tuple[str, str]]:
    """(table, column) that a SELECT mentions and no file of any table that may hold it has."""
    source = delivery.source
    never = {name.lower() for name in source.settings.never_read}
    present = {
        table.lower(): {name.lower() for file in files for name in file.columns} - never
        for table, files in tables.items()
    }
    names = {table.lower(): table for table in tables}
    absent = set()
    for mention in mentions.columns:
        if mention.relation not in delivery.relations or mention.may_be_alias:
            continue
        if not any(mention.column in present.get(table, ()) for table in mention.tables):
            driving = source.driving_table(mention.relation)
            table = driving.lower() if driving.lower() in mention.tables else min(mention.tables & set(names))
            absent.add((names[table], mention.column))
    return absent


def header(present: Sequence[str], mentions: ColumnUsage) -> Sequence[str]:
    """The columns as a message may name them: a first line that has none of the names may be a record of a person."""
    known = {mention.column for mention in mentions.columns}
    if present and not any(name.lower() in known for name in present):
        return [f"{len(set(present))} columns of other names, unless the first line is no header"]
    return present


def check_needs(
    delivery: Delivery, mentions: ColumnUsage, absent: set[tuple[str, str]], present: Sequence[str]
) -> None:
    """A column that no file has is NULL where only optional fields need it; else the delivery is refused."""
    source = delivery.source
    for relation in delivery.relations:
        needed = needed_for(
            source, relation, {column for table, column in absent if not _may_lack(source, table, column)}
        )
        if needed:
            column, canonical = needed
            raise IngestionError(
                f"Column {mentions.as_written(column)!r} is missing, which {relation}.sql of source {source.name} "
                f"needs for {canonical}.{_hint(column, present, absent)} Nothing was loaded. Bring a file with this "
                f"column, or change the mapping in {source.folder / relation}.sql."
            )


def _may_lack(source: Source, table: str, column: str) -> bool:
    return column in {name.lower() for name in source.settings.tables[table].optional}


def _hint(column: str, present: Sequence[str], absent: set[tuple[str, str]]) -> str:
    """A name of the files that is much like it. Others are not shown: without a header they would be values."""
    written = {name.lower(): name for name in present}
    if found := difflib.get_close_matches(column, list(written), n=1):
        return f" Did you mean {written[found[0]]!r}?"
    return " Is there a header line, and is the delimiter right?" if len(absent) > len(present) // 2 else ""
