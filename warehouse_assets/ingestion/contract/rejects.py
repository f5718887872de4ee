"""Rejected records: kept whole, less what is personal beyond need, with all their reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.contract.frame import Mask
from warehouse_assets.ingestion.contract.rules import Finding
from warehouse_assets.ingestion.readers.line_numbers import Lines
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.splitting import Malformed

_KEYS = {"customer_key": "customer_key", "order_id_key": "order_key", "review_id_key": "review_key"}
_COLUMNS = ("source_line", "record_kind", "rules", "reasons", "sold_at", "record")


class Rejects:
    """Gathers the rejects of a frame until they are taken as rows of staging.rejected_records."""

    def __init__(self, file_key: int, source_name: str, file_name: str, lines: Lines) -> None:
        self._origin = {"file_key": file_key, "source_name": source_name, "file_name": file_name}
        self._lines = lines
        self._rows: list[tuple[object, ...]] = []

    def add(
        self,
        kind: Relation,
        raw: pd.DataFrame,
        bad: Mask,
        findings: Sequence[Finding],
        sold_at: pd.Series | None,
    ) -> None:
        """The frame's bad rows, each with every rule that rejects it."""
        if not bad.any():
            return
        broken = [(finding.rule, finding.reasons()) for finding in findings if finding.severity == "reject"]
        lines = raw["source_line"][bad].to_list()
        times = [None] * len(lines) if sold_at is None else sold_at[bad].astype(object).to_list()
        records = _records(kind, raw[bad])
        rows = np.flatnonzero(bad).tolist()
        for row, number, at, record in zip(rows, lines, times, records, strict=True):
            found = [(rule, reasons[row]) for rule, reasons in broken if row in reasons]
            where = self._lines.place(kind, number)
            reasons = [f"{where}{reason}" for _, reason in found]
            line, when = self._lines.line(number), None if pd.isna(at) else at
            self._rows.append((line, kind, _array([rule for rule, _ in found]), _array(reasons), when, record))

    def add_malformed(self, malformed: Sequence[tuple[str, Malformed]]) -> None:
        """Records of the file that are no records: not even a relation is known of them."""
        for file_name, bad in malformed:
            reason = f"{file_name}, line {bad.line}: {bad.reason}"
            self._rows.append((bad.line, "file", _array(["malformed_record"]), _array([reason]), None, "{}"))

    def take(self) -> pa.Table | None:
        """The rows gathered since the last call."""
        if not self._rows:
            return None
        columns = dict(zip(_COLUMNS, zip(*self._rows, strict=True), strict=True))
        origin = {name: [value] * len(self._rows) for name, value in self._origin.items()}
        times = pa.array(columns.pop("sold_at"), pa.timestamp("us", "UTC"))
        self._rows = []
        return pa.table({**origin, **columns, "sold_at": times})


def _records(kind: Relation, raw: pd.DataFrame) -> list[str]:
    """The canonical records as exported, keys in place of ids. NUL cannot stand in jsonb."""
    kept = [name for name, field in FIELDS[kind].items() if name in raw and field.is_kept_in_rejects]
    frame = raw[[*kept, *(name for name in _KEYS if name in raw)]].rename(columns=_KEYS)
    found = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    records = ({name: value for name, value in record.items() if value is not None} for record in found)
    return [json.dumps(record, ensure_ascii=False).replace("\\u0000", "") for record in records]


def _array(items: Sequence[str]) -> str:
    """A text array as PostgreSQL reads it."""
    return "{" + ",".join('"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items) + "}"
