"""Files whose lines are all refunds: each line says so by its type, before any record is checked."""

from __future__ import annotations

from collections.abc import Collection

from warehouse_assets.ingestion.readers.line_numbers import FILE_STEP
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.file_patterns import names_file

REFUND = "refund"
"""The line type of a refund, which leads the type that the line has by itself."""


def refunds_among(delivery: Delivery, relation: Relation) -> dict[int, str]:
    """Places and paths of the files of refunds among those of the relation's driving table; none where it is no sale.

    A source whose patterns can name none of these files is refused before.
    """
    if relation != "sales" or relation not in delivery.relations:
        return {}
    files = delivery.files.get(delivery.source.driving_table(relation), ())
    patterns = delivery.source.settings.refund_files
    names = {place: path.relative_to(delivery.folder).as_posix() for place, path in enumerate(files)}
    return {place: name for place, name in names.items() if any(names_file(one, name) for one in patterns)}


def refund_type(places: Collection[int], line_type: str | None) -> str:
    """The line type of each row as SQL, where the files at these places hold refunds; `line_type` is the row's own."""
    own = line_type or "null"
    listed = ", ".join(map(str, sorted(places)))
    return f"case when {SOURCE_LINE} // {FILE_STEP} in ({listed}) then concat_ws(' ', '{REFUND}', {own}) else {own} end"
