"""Columns that other files call otherwise: the names that the SELECTs use, over what each file has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.delivered_tables import OpenFile


def with_known_names(file: OpenFile, aliases: Mapping[str, Sequence[str]]) -> OpenFile:
    """The file with each column under the name that source.toml gives it. Raises where two columns get one name."""
    present = {name.lower(): name for name in file.columns}
    known: dict[str, str] = {}
    for name, others in aliases.items():
        found = [present[other.lower()] for other in (name, *others) if other.lower() in present]
        if len(found) > 1:
            raise IngestionError(
                f"{file.path.name}: [columns] of source.toml takes {' and '.join(map(repr, found))} for one column, "
                f"{name!r}, and the file has both. Remove one of them from [columns]."
            )
        if found and found[0] != name:
            known[found[0]] = name
    return _renamed(file, known) if known else file


def _renamed(file: OpenFile, known: Mapping[str, str]) -> OpenFile:
    own = {name: column for column, name in known.items()}

    def batches(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for batch in file.batches([own.get(name, name) for name in wanted]):
            yield batch.rename_columns([known.get(name, name) for name in batch.schema.names])

    return replace(
        file, columns=[known.get(name, name) for name in file.columns], batches=batches, scan=None, copy=None
    )
