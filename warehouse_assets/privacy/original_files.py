"""Finds the original files that hold a person, by reading them with the source's SELECTs, and deletes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.relations import Landed, land
from warehouse_assets.ingestion.readers.workspace import open_workspace, quoted
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.originals import all_originals
from warehouse_assets.settings import Settings
from warehouse_assets.splitting import SplitError


@dataclass(frozen=True)
class LandedRecord:
    """A record of the person as in the file: canonical fields, as text. Card numbers are not read."""

    file: str
    relation: Relation
    fields: Mapping[str, str]

    def __repr__(self) -> str:
        return f"LandedRecord({self.file}, {self.relation})"


@dataclass
class Holding:
    """Files that hold a person, and unreadable files that may."""

    paths: list[Path]
    records: list[LandedRecord]
    shared: set[str]
    """Values of the person that another person's record holds too."""
    unreadable: list[Path]


def find_holding(settings: Settings, namespace: str, customer_id: str, values: Sequence[str] = ()) -> Holding:
    """Reads every original of the sources that share the customer number; looks for `values` in other records."""
    found = Holding([], [], set(), [])
    for delivery in all_originals(settings):
        if delivery.source.namespace != namespace:
            continue
        try:
            _look(settings, delivery, customer_id, values, found)
        except (IngestionError, SplitError, duckdb.Error, pa.ArrowException, OSError):
            found.unreadable += delivery.paths
    return found


def _look(settings: Settings, delivery: Delivery, customer_id: str, values: Sequence[str], found: Holding) -> None:
    with open_workspace(settings.home / "tmp") as workspace:
        landed = land(workspace, delivery)
        records = list(_records(workspace, landed, delivery.name, customer_id))
        if records:
            found.records += records
            found.paths += [*delivery.own_paths, *_shared_files(workspace, delivery, customer_id)]
        texts = {*values, *(text for record in found.records for text in record.fields.values())}
        found.shared |= _shared(workspace, landed, customer_id, texts - found.shared)


def _shared_files(workspace: duckdb.DuckDBPyConnection, delivery: Delivery, customer_id: str) -> Iterator[Path]:
    """Files of those shared tables in which the person's number stands."""
    for table in () if delivery.is_of_shared_tables else delivery.files:
        if delivery.source.settings.tables[table].shared:
            columns = workspace.execute(f"describe {quoted(table)}").fetchall()
            names = ", ".join(f"cast({quoted(row[0])} as varchar)" for row in columns)
            query = f"select count(*) from {quoted(table)} where ? in ({names})"
            if (workspace.execute(query, [customer_id]).fetchone() or (0,))[0]:
                yield from delivery.files[table]


def _records(
    workspace: duckdb.DuckDBPyConnection, landed: Landed, file: str, customer_id: str
) -> Iterator[LandedRecord]:
    for relation, fields in landed.relations.items():
        if "customer_id" in fields:
            names = ", ".join(fields)
            query = f"select {names} from canonical_{relation} where customer_id = ?"
            for row in workspace.execute(query, [customer_id]).fetchall():
                given = {name: str(text) for name, text in zip(fields, row, strict=True) if text is not None}
                yield LandedRecord(file, relation, given)


def _shared(workspace: duckdb.DuckDBPyConnection, landed: Landed, customer_id: str, values: set[str]) -> set[str]:
    """Values that another person's record contains."""
    wanted, found = sorted(values), set[str]()
    for relation, fields in landed.relations.items():
        others = "customer_id is distinct from ?" if "customer_id" in fields else "? is not null"
        texts = f"concat_ws(chr(31), {', '.join(fields)})"
        query = (
            f"select distinct v.value from (select unnest(?) as value) as v, canonical_{relation}"
            f" where {others} and contains({texts}, v.value)"
        )
        if wanted:
            found |= {str(row[0]) for row in workspace.execute(query, [wanted, customer_id]).fetchall()}
    return found
