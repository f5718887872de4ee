"""Rejected records: kept whole, less what is personal beyond need, with all their reasons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.canonical import FIELDS, Relation
from warehouse_assets.ingestion.contract import Finding
from warehouse_assets.ingestion.values import Mask
from warehouse_assets.splitting import Malformed

_KEYS = {"customer_key": "customer_key", "order_id_key": "order_key"}


class Rejects:
    """Gathers the rejects of a frame until they are taken as rows of staging.rejected_records."""

    def __init__(self, file_key: int, source_name: str, file_name: str) -> None:
        self._origin = (file_key, source_name, file_name)
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
        reasons = [finding for finding in findings if finding.severity == "reject" and finding.mask.any()]
        kept = [name for name, field in FIELDS[kind].items() if name in raw and field.is_kept_in_rejects]
        columns = kept + [name for name in _KEYS if name in raw]
        for row, values in zip(
            _rows_of(bad), raw.loc[bad, columns].itertuples(index=False, name=None), strict=True
        ):
            broken = [finding for finding in reasons if finding.mask[row]]
            self._rows.append(
                (
                    int(raw["source_line"].iat[row]),
                    kind,
                    _array([finding.rule for finding in broken]),
                    _array([finding.reason(row) for finding in broken]),
                    None if sold_at is None or pd.isna(sold_at.iat[row]) else sold_at.iat[row],
                    _record(columns, values),
                )
            )

    def add_malformed(self, malformed: Sequence[tuple[str, Malformed]]) -> None:
        """Records of the file that are no records: not even a relation is known of them."""
        for file_name, bad in malformed:
            reason = f"{file_name}, line {bad.line}: {bad.reason}"
            self._rows.append((bad.line, "file", _array(["malformed_record"]), _array([reason]), None, "{}"))

    def take(self) -> pa.Table | None:
        """The rows gathered since the last call."""
        if not self._rows:
            return None
        lines, kinds, rules, reasons, sold, records = zip(*self._rows, strict=True)
        number = len(self._rows)
        self._rows = []
        file_key, source_name, file_name = self._origin
        return pa.table(
            {
                "file_key": [file_key] * number,
                "source_name": [source_name] * number,
                "file_name": [file_name] * number,
                "source_line": lines,
                "record_kind": kinds,
                "rules": rules,
                "reasons": reasons,
                "sold_at": pa.array(sold, pa.timestamp("us", "UTC")),
                "record": records,
            }
        )


def _rows_of(mask: Mask) -> Iterator[int]:
    return (int(row) for row in mask.nonzero()[0])


def _record(columns: Sequence[str], values: Sequence[object]) -> str:
    """The canonical record as exported, keys in place of ids. NUL cannot stand in jsonb."""
    pairs = ((_KEYS.get(name, name), value) for name, value in zip(columns, values, strict=True))
    record = {
        name: int(value) if name in _KEYS.values() else value for name, value in pairs if not pd.isna(value)
    }  # type: ignore[call-overload]
    return json.dumps(record, ensure_ascii=False).replace("\\u0000", "")


def _array(items: Sequence[str]) -> str:
    """A text array as PostgreSQL reads it."""
    return "{" + ",".join('"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items) + "}"
