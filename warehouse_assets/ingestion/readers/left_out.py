"""Lines of types that the source leaves out on purpose: they are no sales, but counted."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from warehouse_assets.ingestion.readers.refund_files import REFUND
from warehouse_assets.ingestion.readers.workspace import scalar
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.sources.source import Source


def leaves_out(source: Source, fields: Collection[str]) -> bool:
    """Whether some lines of a relation with these fields are to be left out."""
    return "line_type" in fields and bool(_types(source))


def drop_left_out(
    connection: duckdb.DuckDBPyConnection, source: Source, relation: Relation, fields: Collection[str]
) -> int:
    """Takes them out of the canonical relation; returns how many."""
    if not leaves_out(source, fields):
        return 0
    marks = ", ".join("?" for _ in _types(source))
    condition = f"lower(line_type) in ({marks})"
    dropped = scalar(connection, f"select count(*) from canonical_{relation} where {condition}", _types(source))
    connection.execute(f"delete from canonical_{relation} where {condition}", _types(source))
    return dropped


def _types(source: Source) -> list[str]:
    texts = [text.lower() for text, kind in source.settings.line_types.items() if kind == "left out"]
    return [*texts, *(f"{REFUND} {text}" for text in texts)]
