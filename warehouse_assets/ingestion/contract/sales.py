"""Sale lines: canonical text to rows of staging.sales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.ingestion.contract.amounts import MONEY, add_money
from warehouse_assets.ingestion.contract.arrow_columns import constant, days, keys, times
from warehouse_assets.ingestion.contract.dates import parse_dates
from warehouse_assets.ingestion.contract.dimension_members import DimensionMembers
from warehouse_assets.ingestion.contract.frame import (
    FrameResult,
    Mask,
    arrow,
    chosen,
    codes_of,
    column_of,
    distinct,
    mapped,
)
from warehouse_assets.ingestion.contract.line_keys import line_keys
from warehouse_assets.ingestion.contract.places import countries
from warehouse_assets.ingestion.contract.plain_text import PLACES, PRODUCT_NAMES, plain_columns
from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.contract.refunds import IS_REFUND, add_refunds, kind_of, turn_refunds
from warehouse_assets.ingestion.contract.rejects import Rejects
from warehouse_assets.ingestion.contract.rotated_keys import is_erased, traced
from warehouse_assets.ingestion.contract.rules import (
    Finding,
    apply_rules,
    missing,
    rejected,
    rounded_ids,
    sale_rules,
    shortened,
    unreadable,
)
from warehouse_assets.ingestion.contract.totals import TotalRows
from warehouse_assets.ingestion.contract.values import parse_numbers, parted_numbers
from warehouse_assets.ingestion.contract.vault_retention import Vaulting
from warehouse_assets.ingestion.contract.words.charge_names import charge_of
from warehouse_assets.ingestion.contract.words.status_words import is_like_cancelled, is_like_returned
from warehouse_assets.ingestion.readers.refund_files import REFUND
from warehouse_assets.ingestion.sources.settings import SourceSettings
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.pseudonyms.hashing import UNKNOWN_KEY
from warehouse_assets.pseudonyms.secret import Secret
from warehouse_assets.pseudonyms.tombstones import NOBODY, Tombstones
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.columns_star import LINE_TYPES

_COLUMNS = TABLES["staging.sales"].column_names


class SalesReader:
    """Takes frames of canonical_sales and gives rows of staging.sales, rejects and counts."""

    table = "staging.sales"

    def __init__(
        self,
        source: Source,
        file_key: int,
        first_month: date,
        exported_on: date,
        secret: Secret,
        vaulting: Vaulting,
        members: DimensionMembers,
        tombstones: Tombstones = NOBODY,
    ) -> None:
        self._source, self._file_key, self._members = source, file_key, members
        self._secret, self._tombstones = secret, tombstones
        self._vaulting = vaulting
        self._exported_at = pd.Timestamp(exported_on, tz="UTC").as_unit("us")
        self._rules = sale_rules(source.settings, first_month, exported_on)
        self._totals = TotalRows(source.settings)
        self._vaulted: list[pa.Table] = []

    def read(self, raw: pd.DataFrame, quality: Quality, rejects: Rejects) -> FrameResult:
        """Every row of the frame is either in the result or in the rejects."""
        about_rows = [*rounded_ids("sales", raw), *self._totals.find(raw)]
        raw, too_long = shortened("sales", plain_columns(raw, (*PRODUCT_NAMES, *PLACES)))
        parsed, findings = self._parse(raw)
        findings += [*too_long, *about_rows]
        ruled = apply_rules(self._rules, parsed, raw)
        _blank(parsed, ruled)
        findings += ruled
        bad = rejected(findings, len(raw))
        quality.add(findings, parsed["sold_at"])
        forgotten = bad & is_erased(raw)
        rejects.add("sales", raw, bad & ~forgotten, findings, parsed["instant"])
        accepted, values = chosen(raw, ~bad), chosen(parsed, ~bad)
        turn_refunds(values)
        if "order_id" in raw:
            self._keep_order_ids(accepted, values)
        suppressed = int(forgotten.sum())
        return FrameResult(self._rows(accepted, values), len(accepted), int(bad.sum()) - suppressed, suppressed)

    def take_vault(self) -> list[tuple[str, pa.Table]]:
        """Order numbers gathered since the last call, an order once per line."""
        taken, self._vaulted = self._vaulted, []
        return [("seen_orders", rows) for rows in taken]

    def _parse(self, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
        settings = self._source.settings
        dates = parse_dates(raw["sold_at"], settings.date_formats.get("sold_at", ()), settings.time_zone)
        quantity = parse_numbers(raw["quantity"], settings.money)
        parsed = pd.DataFrame(
            {
                "instant": dates.instant,
                "sold_at": dates.day,
                "quantity": quantity.approximate,
                "quantity_text": quantity.text,
            }
        )
        findings = [
            missing("sold_at", raw["sold_at"].isna().to_numpy()),
            unreadable("sold_at", "reject", dates.is_unreadable, raw, "date"),
            missing("quantity", raw["quantity"].isna().to_numpy()),
            unreadable("quantity", "reject", quantity.is_unreadable, raw, "number"),
            _ambiguous_quantities(raw, settings),
            *_add_rating(raw, parsed, settings),
            *add_money(raw, parsed, settings),
            *self._add_updated(raw, parsed),
            *_add_line_type(raw, parsed, settings.line_types),
            _find_charges(raw, parsed),
            *_find_odd_statuses(raw, settings),
            *_find_countries(raw, settings.territories),
        ]
        return parsed, findings

    def _add_updated(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
        settings = self._source.settings
        if "updated_at" not in raw:
            if settings.whole_orders:
                parsed["updated_at"] = pd.Series(self._exported_at, index=parsed.index)
            return []
        formats = settings.date_formats.get("updated_at", ())
        updated = parse_dates(raw["updated_at"], formats, settings.time_zone)
        parsed["updated_at"], parsed["updated_day"] = updated.instant, updated.day
        return [unreadable("updated_at", "blank", updated.is_unreadable, raw, "date")]

    def _rows(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> pa.Table:
        """Rows of staging.sales in the table's column order."""
        status = column_of(raw, "order_status")
        columns = {
            "file_key": constant(self._file_key, len(raw)),
            "source_line": keys(raw["source_line"]),
            "sale_date": days(parsed["sold_at"]),
            "sold_at": times(parsed["instant"]),
            "has_order_id": pa.array(column_of(raw, "order_id_key").notna().to_numpy()),
            "has_line_number": pa.array(self._has_line_number(raw)),
            "customer_key": keys(raw["customer_key"], UNKNOWN_KEY),
            "product_key": pa.array(self._members.product_keys(raw, parsed["instant"])),
            **self._place_keys(raw),
            "line_type": arrow(parsed["line_type"]),
            "order_status": arrow(status),
            "is_cancelled": pa.array(codes_of(status, self._source.settings.cancelled_statuses)),
            "is_returned": pa.array(codes_of(status, self._source.settings.returned_statuses)),
            **{name: arrow(column_of(parsed, f"{name}_text")) for name in ("quantity", *MONEY, "rating")},
            "currency_code": arrow(parsed["currency_code"]),
            "updated_at": times(parsed["updated_at"]) if "updated_at" in parsed else pa.nulls(len(raw), pa.string()),
        }
        columns["discount_amount"] = pc.fill_null(columns["discount_amount"], "0")
        columns["order_key"], columns["line_key"] = self._keys(raw, parsed, columns)
        return pa.table({name: columns[name] for name in _COLUMNS})

    def _has_line_number(self, raw: pd.DataFrame) -> Mask:
        """Rows with a line number that identifies them: not without an order, nor where orders are replaced whole."""
        found: Mask = (column_of(raw, "line_number").notna() & column_of(raw, "order_id_key").notna()).to_numpy(
            dtype=bool
        )
        return np.zeros_like(found) if self._source.settings.whole_orders else found

    def _keys(
        self, raw: pd.DataFrame, parsed: pd.DataFrame, columns: Mapping[str, pa.Array]
    ) -> tuple[pa.Array, pa.Array]:
        """Keys are made of the first generation's keys, so that a line stays the same through rotations.

        A refund has the number of the line that it pays back, and is another line.
        """
        trace = traced(raw)
        orders = keys(raw[trace.order_column]) if "order_id_key" in raw else None
        number = column_of(raw, "line_number")
        number = number.mask(parsed[IS_REFUND], mapped(number, lambda text: f"{REFUND} {text}"))
        numbers = arrow(number.where(self._has_line_number(raw)))
        first = {**columns, "customer_key": keys(raw[trace.customer_column], UNKNOWN_KEY)}
        of_orders, of_lines = line_keys(self._secret, self._source.name, first, orders, numbers)
        return trace.present(of_orders, self._secret, self._tombstones), trace.present(
            of_lines, self._secret, self._tombstones
        )

    def _place_keys(self, raw: pd.DataFrame) -> dict[str, pa.Array]:
        """The sale's own place, where it names one in a known country; else what stands in for the customer's.

        The default country completes a region or a city. By itself it counts only where the customer has no place.
        """
        region, city = column_of(raw, "region"), column_of(raw, "city")
        settings = self._source.settings
        country, _ = countries(column_of(raw, "country"), settings.default_country, settings.territories)
        names_one = np.logical_or.reduce([column_of(raw, name).notna().to_numpy(dtype=bool) for name in PLACES])
        is_own = names_one & country.is_known
        found = self._members.place_keys(country, region, city)
        return {
            "geography_key": pa.array(found, mask=~is_own),
            "fallback_geography_key": pa.array(found, mask=is_own | (found == UNKNOWN_KEY)),
        }

    def _keep_order_ids(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> None:
        """Order numbers of known persons, of orders that are not overdue already."""
        kept = (raw["order_id"].notna() & raw["customer_key"].notna()).to_numpy(dtype="bool") & ~is_erased(raw)
        kept &= (parsed["sold_at"] >= pd.Timestamp(self._vaulting.since)).to_numpy()
        if kept.any():
            columns = {
                "order_key": keys(raw["order_id_key"][kept]),
                "customer_key": keys(raw["customer_key"][kept]),
                "order_id": arrow(raw["order_id"][kept]),
                "last_seen_date": days(parsed["sold_at"][kept]),
            }
            self._vaulted.append(pa.table(columns))


def _add_rating(raw: pd.DataFrame, parsed: pd.DataFrame, settings: SourceSettings) -> list[Finding]:
    if "rating" not in raw:
        return []
    rating = parse_numbers(raw["rating"], settings.money)
    parsed["rating"], parsed["rating_text"] = rating.approximate, rating.text
    return [unreadable("rating", "blank", rating.is_unreadable, raw, "number")]


def _add_line_type(raw: pd.DataFrame, parsed: pd.DataFrame, named: Mapping[str, str]) -> list[Finding]:
    given = column_of(raw, "line_type")
    found = distinct(given)
    known = {**{kind: kind for kind in (*LINE_TYPES, REFUND)}, **{text.lower(): kind for text, kind in named.items()}}
    kinds = [kind_of(text.lower(), known) for text in found.texts]
    parsed["line_type"] = found.taken(kind for kind, _ in kinds).fillna("product")
    refunds = add_refunds(raw, parsed, found.marked(is_refund for _, is_refund in kinds))
    nameless = column_of(raw, "product_name").isna() & (parsed["line_type"] == "product")
    findings = [Finding("missing_product_name", "blank", "product_name", "is missing", nameless.to_numpy(dtype="bool"))]
    findings.append(refunds)
    unknown = found.marked(kind is None for kind, _ in kinds)
    problem = f"is none of {', '.join((*LINE_TYPES, REFUND))} and not under [line_types], so it counts as a product"
    findings.append(Finding("unknown_line_type", "blank", "line_type", problem, unknown, given))
    return findings


def _ambiguous_quantities(raw: pd.DataFrame, settings: SourceSettings) -> Finding:
    problem = "is read with the point as sign of thousands, while other quantities have a decimal point"
    mask = parted_numbers(raw["quantity"], settings.money)
    return Finding("ambiguous_quantity", "warn", "quantity", problem, mask, raw["quantity"])


def _find_charges(raw: pd.DataFrame, parsed: pd.DataFrame) -> Finding:
    """Products whose name, or number where they have none, is that of a charge."""
    name = column_of(raw, "product_name")
    found = distinct(name.where(name.notna(), column_of(raw, "product_id")))
    mask = found.marked(charge_of(text) is not None for text in found.texts)
    mask &= (parsed["line_type"] == "product").to_numpy(dtype=bool)
    problem = "names shipping, a fee, a discount or a gift card, but the line counts as a product"
    return Finding("charge_as_product", "warn", "product_name", problem, mask)


def _find_odd_statuses(raw: pd.DataFrame, settings: SourceSettings) -> Iterator[Finding]:
    """Sales whose status reads as if they were none; where returns are lines of their own, these say what came back."""
    if "order_status" not in raw:
        return
    found, named = distinct(raw["order_status"]), (*settings.cancelled_statuses, *settings.returned_statuses)
    unnamed = ~codes_of(raw["order_status"], named)
    mask = found.marked(is_like_cancelled(text) for text in found.texts) & unnamed
    problem = "reads as cancelled or unpaid, but is not in cancelled_statuses, so the line counts as sold"
    yield Finding("cancelled_as_sold", "warn", "order_status", problem, mask)
    if settings.negative_quantity == "reject":
        mask = found.marked(is_like_returned(text) for text in found.texts) & unnamed
        problem = "reads as returned or refunded, but is not in returned_statuses, so the line counts as sold"
        yield Finding("returned_as_sold", "warn", "order_status", problem, mask)


def _find_countries(raw: pd.DataFrame, territories: Mapping[str, str]) -> list[Finding]:
    if "country" not in raw:
        return []
    _, unknown = countries(raw["country"], None, territories)
    return [Finding("not_a_country", "blank", "country", "is no known country", unknown, raw["country"])]


def _blank(parsed: pd.DataFrame, findings: list[Finding]) -> None:
    """Fields whose value breaks a blanking rule become missing; an unreadable one is so already."""
    for finding in findings:
        for column in (f"{finding.column}_text", finding.column):
            if finding.severity == "blank" and column in parsed and finding.mask.any():
                parsed[column] = parsed[column].mask(finding.mask)
