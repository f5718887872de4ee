"""Frames of canonical records put through their readers, for tests of the contract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.contract.customers import CustomersReader
from warehouse_assets.ingestion.contract.dimension_members import DimensionMembers
from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.contract.rejects import Rejects
from warehouse_assets.ingestion.contract.reviews import ReviewsReader
from warehouse_assets.ingestion.contract.sales import SalesReader
from warehouse_assets.ingestion.contract.vault_retention import vaulting
from warehouse_assets.ingestion.readers.line_numbers import Lines
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.sources.settings import SourceSettings
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.pseudonyms.secret import secret_from

Row = dict[str, Any]
FIRST_MONTH, EXPORTED_ON, TODAY = date(1990, 1, 1), date(2023, 6, 30), date(2023, 7, 1)
SECRET = secret_from(bytes(32))
SALE: Row = {"customer_id": "7", "product_name": "Lamp", "sold_at": "2023-05-01", "quantity": "2", "unit_price": "10"}
CUSTOMER: Row = {"customer_id": "7", "full_name": "Ann Example", "signup_at": "2023-01-05"}
REVIEW: Row = {"product_id": "P1", "customer_id": "7", "rating": "4", "reviewed_at": "2023-05-01"}


@dataclass(frozen=True)
class Reading:
    """What a reader made of a frame: rows accepted, rejects and counts per rule and severity."""

    rows: list[Row]
    rejects: list[Row]
    counts: dict[str, tuple[str, int]]
    vaulted: list[Row]

    def rules(self) -> list[list[str]]:
        return [reject["rules"] for reject in self.rejects]


def source(**settings: Any) -> Source:
    return Source("shop", Path("shop"), SourceSettings(tables={"export": {"files": ["*.csv"]}}, **settings))


def read_sales(*rows: Row, **settings: Any) -> Reading:
    """Each row over a sound sale; None takes a field out of its row, `...` out of the source."""
    kept = vaulting(TODAY, 1000)
    reader = SalesReader(source(**settings), 1, FIRST_MONTH, EXPORTED_ON, SECRET, kept, DimensionMembers("shop"))
    return _read(reader, "sales", [SALE | row for row in rows])


def read_customers(*rows: Row, declared: date | None = None, **settings: Any) -> Reading:
    reader = CustomersReader(source(**settings), 1, FIRST_MONTH, EXPORTED_ON, declared, DimensionMembers("shop"))
    return _read(reader, "customers", [CUSTOMER | row for row in rows])


def read_reviews(*rows: Row, **settings: Any) -> Reading:
    reader = ReviewsReader(source(**settings), 1, FIRST_MONTH, EXPORTED_ON, SECRET, DimensionMembers("shop"))
    return _read(reader, "reviews", [REVIEW | row for row in rows])


def _read(reader: SalesReader | CustomersReader | ReviewsReader, relation: Relation, rows: list[Row]) -> Reading:
    quality = Quality()
    rejects = Rejects(1, "shop", "a.csv", Lines({relation: ["a.csv"]}))
    done = reader.read(_frame(rows), quality, rejects)
    assert done.accepted + done.rejected == len(rows)
    refused = rejects.take()
    return Reading(
        done.rows.to_pylist(),
        [_reject(row) for row in refused.to_pylist()] if refused is not None else [],
        {rule: (severity, number) for (rule, severity, _), number in quality.counts.items()},
        [row for _, table in reader.take_vault() for row in table.to_pylist()],
    )


def _frame(rows: list[Row]) -> pd.DataFrame:
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if rows[0].get(name) is not ...]
    columns = {"source_line": pa.array(range(2, len(rows) + 2), pa.int64())}
    columns |= {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    columns["customer_key"] = pa.array([_key(row.get("customer_id")) for row in rows], pa.int64())
    if "order_id" in names:
        columns["order_id_key"] = pa.array([_key(row.get("order_id")) for row in rows], pa.int64())
    return pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def _key(text: str | None) -> int | None:
    return None if text is None else (1 << 62) + (int(text) if text.isdigit() else crc32(text.encode()))


def _reject(row: Row) -> Row:
    listed = {name: json.loads("[" + row[name][1:-1] + "]") for name in ("rules", "reasons")}
    return row | listed | {"record": json.loads(row["record"])}
