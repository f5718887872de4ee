"""A delivery read as loading reads it, with nothing kept: what it would bring, refuse, blank and warn of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import psycopg
import pyarrow as pa

from warehouse_assets.ingestion.contract.values import shape
from warehouse_assets.ingestion.readers.relations import Landed
from warehouse_assets.ingestion.readers.workspace import masked_errors, open_workspace
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.staging.ledger import LoadResult
from warehouse_assets.ingestion.staging.loading import Load, read_into
from warehouse_assets.pseudonyms.secret import secret_from
from warehouse_assets.pseudonyms.tombstones import NOBODY
from warehouse_assets.settings import Settings

_SHOWN = ("date", "number", "money")
EXAMPLES = 3
"""Records that are shown of each relation, and rejects of each rule."""
_PARSED = {
    "sales": (
        "sale_date", "sold_at", "quantity", "unit_price", "line_amount", "discount_amount", "order_discount_amount",
        "tax_amount", "currency_code", "rating", "updated_at",
    ),
    "customers": ("age", "gender", "signup_date", "last_login_date", "last_purchase_date", "observed_at"),
    "reviews": ("rating", "reviewed_date"),
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One record: its line, each field as exported (of texts the shape only), and what was understood."""

    line: int
    exported: dict[str, str | None]
    parsed: dict[str, str]


@dataclass
class DryRun:
    """What loading the delivery would do."""

    result: LoadResult
    landed: Landed
    samples: dict[Relation, list[Sample]] = field(default_factory=dict)
    rejects: dict[str, list[str]] = field(default_factory=dict)
    """Rule -> the reasons of the first records that it rejects."""


class _Kept:
    """In the place of COPY: the first rows of each relation, the first rejects of each rule, nothing else."""

    def __init__(self) -> None:
        self.rows: dict[str, pa.Table] = {}
        self.rejects: dict[str, list[str]] = {}

    def put(self, table: str, rows: pa.Table | None) -> None:
        """Keeps what is to be shown."""
        if rows is None or not rows.num_rows:
            return
        if table == "staging.rejected_records":
            for line, reasons, rules in zip(*(rows[name].to_pylist() for name in _TOLD), strict=True):
                self._note(line, _items(reasons), _items(rules))
        elif table not in self.rows:
            self.rows[table] = rows.slice(0, EXAMPLES)

    def run(self, work: Callable[[psycopg.Connection[Any]], object]) -> None:
        """There is no server."""

    def _note(self, line: int, reasons: list[str], rules: list[str]) -> None:
        for rule, reason in zip(rules, reasons, strict=True):
            told = self.rejects.setdefault(rule, [])
            if len(told) < EXAMPLES:
                told.append(reason if ", line " in reason else f"line {line}: {reason}")


_TOLD = ("source_line", "reasons", "rules")


def _items(array: str) -> list[str]:
    """The items of a text array as PostgreSQL writes it; each is quoted."""
    body = array[2:-2]
    return [item.replace('\\"', '"').replace("\\\\", "\\") for item in body.split('","')] if body else []


def try_delivery(settings: Settings, delivery: Delivery, today: date) -> DryRun:
    """Reads and checks all records of a delivery as loading would. Raises what loading would raise."""
    declared = delivery.declared_export_day()
    result = LoadResult(delivery.source.name, delivery.name, 0, "loaded")
    load = Load(
        settings, delivery, secret_from(bytes(32)), NOBODY, result, declared or today, declared, today,
        lambda what, done, total: None,
    )  # fmt: skip
    kept = _Kept()
    scratch = settings.home / "tmp"
    with masked_errors(delivery.name, scratch), open_workspace(scratch) as workspace:
        landed = read_into(workspace, kept, load)
        samples = {relation: _samples(workspace, relation, landed, kept.rows) for relation in landed.relations}
    return DryRun(result, landed, samples, kept.rejects)


def _samples(
    workspace: duckdb.DuckDBPyConnection, relation: Relation, landed: Landed, rows: dict[str, pa.Table]
) -> list[Sample]:
    """The first accepted records; where none was accepted, the first ones."""
    fields = landed.relations[relation]
    accepted = rows.get(f"staging.{relation}")
    parsed = {int(row["source_line"]): row for row in accepted.to_pylist()} if accepted is not None else {}
    where = f"where source_line in ({', '.join(map(str, parsed))})" if parsed else ""
    query = f"select source_line, {', '.join(fields)} from canonical_{relation} {where} limit {EXAMPLES}"
    found = workspace.execute(query).fetchall()
    return [
        _sample(relation, fields, row, parsed.get(int(row[0]), {})) for row in sorted(found, key=lambda row: row[0])
    ]


def _is_plain(relation: Relation, name: str, value: str) -> bool:
    """Whether a value may be shown: a number or a date. A text may be a name that was mapped to a wrong field."""
    field = FIELDS[relation][name]
    return field.is_kept_in_rejects and field.kind in _SHOWN and not any(letter.isalpha() for letter in value)


def _sample(relation: Relation, fields: tuple[str, ...], row: tuple[Any, ...], parsed: dict[str, Any]) -> Sample:
    exported = {
        name: value if value is None or _is_plain(relation, name, value) else shape(value)
        for name, value in zip(fields, row[1:], strict=True)
    }
    told = {name: str(parsed[name]) for name in _PARSED[relation] if parsed.get(name) not in (None, "")}
    return Sample(int(row[0]), exported, told)
