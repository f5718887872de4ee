"""Corrected rejects: checked again; accepted records join their delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa

from warehouse_assets.database.locks import lock_ingestion
from warehouse_assets.database.month_partitions import ensure_partitions
from warehouse_assets.ingestion.contract.dimension_members import DimensionMembers
from warehouse_assets.ingestion.contract.frame import TEXT
from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.contract.rejects import Rejects
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.line_numbers import Lines
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging import ledger
from warehouse_assets.ingestion.staging.copying import copy_rows
from warehouse_assets.ingestion.staging.ledger import LoadResult
from warehouse_assets.ingestion.staging.loading import Load
from warehouse_assets.ingestion.staging.reject_sheets import VALUES, Reject, read_rejects, read_sheet, unguarded
from warehouse_assets.pseudonyms.secret import Secret
from warehouse_assets.pseudonyms.tombstones import read_tombstones
from warehouse_assets.settings import Settings


@dataclass
class CorrectedRejects:
    """What became of the rows of a spreadsheet."""

    unchanged: int = 0
    loaded: int = 0
    rejected: int = 0
    duplicate: int = 0
    reasons: list[str] = field(default_factory=list)
    """Why the first corrected records are still rejected."""


def reload_rejects(
    connection: psycopg.Connection[Any], settings: Settings, path: Path, secret: Secret, today: date
) -> CorrectedRejects:
    """Checks the corrected rows of a spreadsheet again, in one transaction; what is accepted joins its delivery.

    Raises IngestionError with nothing changed, as when a row's reject is no longer there.
    """
    if secret.generation:
        raise IngestionError(
            "The secret was rotated since, so rejects cannot rejoin their orders by key. Correct the file and deliver "
            "it again under its name."
        )
    done = CorrectedRejects()
    with connection.transaction():
        lock_ingestion(connection)
        known = {one.mark: one for one in read_rejects(connection, None)}
        groups: dict[tuple[int, Relation], list[tuple[Reject, dict[str, str]]]] = {}
        for number, row in enumerate(read_sheet(path), 2):
            one = known.get(row["reject"])
            if one is None:
                raise IngestionError(
                    f"{path.name}, line {number}: its reject is no longer there (corrected before, or its delivery was "
                    "replaced or forgotten). Export the rejects again. Nothing was changed."
                )
            values = {name: text for name in VALUES if (text := unguarded(row.get(name) or ""))}
            if values == {name: str(one.record[name]) for name in VALUES if one.record.get(name) not in (None, "")}:
                done.unchanged += 1
            else:
                groups.setdefault((one.file_key, one.kind), []).append((one, values))
        for (file_key, kind), rows in groups.items():
            _Group(connection, settings, secret, today, file_key, kind).reload(rows, done)
    return done


class _Group:
    """The corrected rejects of one delivery and relation."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        settings: Settings,
        secret: Secret,
        today: date,
        file_key: int,
        kind: Relation,
    ) -> None:
        self._connection, self._file_key, self._kind = connection, file_key, kind
        row = connection.execute(
            "select source_name, file_name, exported_on, is_exported_on_declared from ops.ingested_files"
            " where file_key = %s",
            [file_key],
        ).fetchone()
        source_name, file_name, exported_on, is_declared = row or ("", "", today, False)
        source = read_source(settings.sources_path, source_name)
        delivery = Delivery(source, file_name, settings.incoming_path / source_name, {})
        self._result = LoadResult(source_name, file_name, file_key, "loaded")
        declared = exported_on if is_declared else None
        self._load = Load(
            settings, delivery, secret, read_tombstones(settings.secrets_path).known_to(secret), self._result,
            exported_on, declared, today, lambda what, done, total: None,
        )  # fmt: skip
        self._members = DimensionMembers(source_name)
        self._drops_repeats = source.settings.duplicates == "drop"
        self._zone = source.settings.time_zone

    def reload(self, rows: Sequence[tuple[Reject, dict[str, str]]], done: CorrectedRejects) -> None:
        """Takes the old rejects out, checks the corrected records, and keeps the books."""
        for one, _ in rows:
            self._forget(one)
        rejects = Rejects(self._file_key, self._result.source_name, self._result.file_name, Lines({}))
        quality = Quality()
        result = self._load.reader(self._kind, self._members).read(self._frame(rows), quality, rejects)
        again = rejects.take()
        if again is not None:
            copy_rows(self._connection, "staging.rejected_records", again)
            done.reasons += [f"{self._result.file_name}, {text}" for text in _told(again)][: 10 - len(done.reasons)]
        loaded = self._insert(result.rows)
        self._write_counts(quality, loaded, result.accepted - loaded, result.accepted)
        done.loaded += loaded
        done.duplicate += result.accepted - loaded
        done.rejected += result.rejected

    def _forget(self, one: Reject) -> None:
        self._connection.execute("delete from staging.rejected_records where ctid = %s::tid", [one.row])
        for rule in one.rules:
            where = (
                "file_key = %(file)s and rule_name = %(rule)s and severity = 'reject' and month is not distinct from"
                " date_trunc('month', %(at)s::timestamptz at time zone %(zone)s)::date"
            )
            values = {"file": self._file_key, "rule": rule, "at": one.sold_at, "zone": self._zone}
            last = f"delete from ops.data_quality where {where} and record_count = 1"
            if not self._connection.execute(last.encode(), values).rowcount:
                fewer = f"update ops.data_quality set record_count = record_count - 1 where {where}"
                self._connection.execute(fewer.encode(), values)

    def _frame(self, rows: Sequence[tuple[Reject, dict[str, str]]]) -> pd.DataFrame:
        """The corrected records as `read_frames` gives them: texts, and the keys that the rejects kept."""
        needed = [name for name, one in FIELDS[self._kind].items() if one.is_required]
        prices = (
            ["unit_price"] if self._kind == "sales" and not any("line_amount" in texts for _, texts in rows) else []
        )
        names = dict.fromkeys([*needed, *prices, *(name for _, texts in rows for name in texts)])
        columns: dict[str, pd.Series] = {
            name: pd.Series([texts.get(name) for _, texts in rows], dtype=TEXT)
            for name in names
            if name in FIELDS[self._kind]
        }
        whole = pd.ArrowDtype(pa.int64())
        keys = {"customer_key": "customer_key", "order_id_key": "order_key", "review_id_key": "review_key"}
        columns["source_line"] = pd.Series([one.source_line for one, _ in rows], dtype=whole)
        for name, kept in keys.items():
            columns[name] = pd.Series([one.record.get(kept) for one, _ in rows], dtype=whole)
        return pd.DataFrame(columns)

    def _insert(self, rows: pa.Table) -> int:
        """Adds accepted rows and the members that they name; of exact repeats none where the source drops them."""
        if not rows.num_rows:
            return 0
        table = f"staging.{self._kind}"
        if self._kind == "sales":
            months = {day.replace(day=1) for day in rows.column("sale_date").to_pylist()}
            ensure_partitions(self._connection, table, months)
        self._take(table, rows, "corrected")
        if self._drops_repeats:
            same = ", ".join(name for name in rows.column_names if name != "source_line")
            kept = f"select distinct on ({same}) * from corrected as m order by {same}, source_line"
            there = f"select md5(row({same})::text) from {table} where file_key = {self._file_key}"
            select = f"select k.* from ({kept}) as k where md5(row({_of('k', same)})::text) not in ({there})"
        else:
            select = "select * from corrected"
        inserted = self._connection.execute(f"insert into {table} {select}".encode()).rowcount
        for name, members in self._members.tables(self._file_key).items():
            self._take(name, members, "members")
            update = (
                "do update set last_sold_at = greatest(o.last_sold_at, excluded.last_sold_at),"
                " newest_line_count = coalesce(o.newest_line_count, 0) + excluded.newest_line_count"
                if name == "staging.products"
                else "do nothing"
            )
            key = {"staging.products": "(file_key, product_key, product_name, category, subcategory)"}.get(name, "")
            self._connection.execute(
                f"insert into {name} as o select * from members on conflict {key} {update}".encode()
            )
        self._queue(rows)
        return inserted

    def _take(self, table: str, rows: pa.Table, temporary: str) -> None:
        self._connection.execute(f"drop table if exists {temporary}".encode())
        self._connection.execute(f"create temp table {temporary} (like {table}) on commit drop".encode())
        if rows.num_rows:
            copy_rows(self._connection, temporary, rows)

    def _queue(self, rows: pa.Table) -> None:
        self._connection.execute(
            "insert into staging.pending_customers (customer_key)"
            " select distinct customer_key from corrected where customer_key >= 0 on conflict do nothing"
        )
        if self._kind == "sales":
            self._connection.execute(
                "insert into staging.pending_months (month)"
                " select date_trunc('month', sale_date::timestamp)::date from corrected"
                " union select date_trunc('month', sale_date::timestamp)::date from staging.sales"
                " where has_order_id and order_key in (select order_key from corrected where has_order_id)"
                " on conflict do nothing"
            )

    def _write_counts(self, quality: Quality, loaded: int, duplicate: int, accepted: int) -> None:
        kind = self._kind
        self._connection.execute(
            f"update ops.ingested_files set {kind}_loaded = {kind}_loaded + %s,"
            f" {kind}_duplicate = {kind}_duplicate + %s, {kind}_rejected = {kind}_rejected - %s"
            " where file_key = %s".encode(),
            [loaded, duplicate, accepted, self._file_key],
        )
        self._result.quality = quality
        ledger.add_quality(self._connection, self._result)


def _told(rows: pa.Table) -> list[str]:
    lines, reasons = rows.column("source_line").to_pylist(), rows.column("reasons").to_pylist()
    return [f"line {line}: {text.strip('{}')}" for line, text in zip(lines, reasons, strict=True)]


def _of(alias: str, names: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in names.split(", "))
