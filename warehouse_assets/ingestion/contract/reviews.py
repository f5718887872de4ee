"""Reviews given apart from sales: canonical text to rows of staging.reviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.contract.arrow_columns import constant, days, keys, times
from warehouse_assets.ingestion.contract.dates import parse_dates
from warehouse_assets.ingestion.contract.dimension_members import DimensionMembers
from warehouse_assets.ingestion.contract.frame import FrameResult, arrow, chosen, column_of, distinct
from warehouse_assets.ingestion.contract.plain_text import PRODUCT_NAMES, plain_columns
from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.contract.rejects import Rejects
from warehouse_assets.ingestion.contract.rotated_keys import is_erased, traced
from warehouse_assets.ingestion.contract.rules import (
    Finding,
    apply_rules,
    missing,
    rejected,
    review_rules,
    rounded_ids,
    shortened,
    unreadable,
)
from warehouse_assets.ingestion.contract.values import parse_numbers
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.pseudonyms.hashing import UNKNOWN_KEY, leading_63_bits
from warehouse_assets.pseudonyms.secret import Secret
from warehouse_assets.pseudonyms.tombstones import NOBODY, Tombstones

_ID_KEY = "review_id_key"
_KEY_TYPE = pd.ArrowDtype(pa.int64())


class ReviewsReader:
    """Takes frames of canonical_reviews and gives rows of staging.reviews, rejects and counts."""

    table = "staging.reviews"

    def __init__(
        self,
        source: Source,
        file_key: int,
        first_month: date,
        exported_on: date,
        secret: Secret,
        members: DimensionMembers,
        tombstones: Tombstones = NOBODY,
    ) -> None:
        self._source, self._file_key, self._members = source, file_key, members
        self._secret, self._tombstones = secret, tombstones
        self._rules = review_rules(first_month, exported_on)

    def read(self, raw: pd.DataFrame, quality: Quality, rejects: Rejects) -> FrameResult:
        """Every row of the frame is either in the result or in the rejects."""
        rounded = rounded_ids("reviews", raw)
        raw, too_long = shortened("reviews", self._with_id_key(plain_columns(raw, PRODUCT_NAMES)))
        parsed, findings = self._parse(raw)
        findings += [*too_long, *rounded]
        ruled = apply_rules(self._rules, parsed, raw)
        for finding in ruled:
            if finding.severity == "blank":
                parsed[finding.column] = parsed[finding.column].mask(finding.mask)
        findings += ruled
        bad = rejected(findings, len(raw))
        quality.add(findings, None)
        forgotten = bad & is_erased(raw)
        rejects.add("reviews", raw, bad & ~forgotten, findings, None)
        accepted, suppressed = chosen(raw, ~bad), int(forgotten.sum())
        rows = self._rows(accepted, chosen(parsed, ~bad))
        return FrameResult(rows, len(accepted), int(bad.sum()) - suppressed, suppressed)

    def take_vault(self) -> list[tuple[str, pa.Table]]:
        """Nothing: a review holds no identifier."""
        return []

    def _parse(self, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
        settings = self._source.settings
        formats = settings.date_formats.get("reviewed_at", ())
        dates = parse_dates(column_of(raw, "reviewed_at"), formats, settings.time_zone)
        rating = parse_numbers(raw["rating"], settings.money)
        parsed = pd.DataFrame(
            {
                "rating": rating.approximate,
                "rating_text": rating.text,
                "reviewed_at": dates.day,
                "instant": dates.instant,
            }
        )
        findings = [
            missing("product_id", raw["product_id"].isna().to_numpy()),
            missing("rating", raw["rating"].isna().to_numpy()),
            unreadable("rating", "reject", rating.is_unreadable, raw, "number"),
        ]
        if "reviewed_at" in raw:
            findings.append(unreadable("reviewed_at", "blank", dates.is_unreadable, raw, "date"))
        return parsed, findings

    def _with_id_key(self, raw: pd.DataFrame) -> pd.DataFrame:
        """The frame with a key in place of each review's id; a corrected reject brings its key along."""
        if "review_id" not in raw:
            return raw if _ID_KEY in raw else raw.assign(**{_ID_KEY: _no_keys(raw)})
        found = distinct(raw["review_id"])
        lead = f"review id\x1f{self._source.name}\x1f"
        known = leading_63_bits(self._secret.digests(f"{lead}{text}".encode() for text in found.texts))
        chosen_keys = pa.array([*known.tolist(), None], pa.int64()).take(pa.array(found.codes % (len(known) + 1)))
        return raw.assign(**{_ID_KEY: pd.Series(chosen_keys, dtype=_KEY_TYPE)}).drop(columns="review_id")

    def _rows(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> pa.Table:
        has_id = raw[_ID_KEY].notna().to_numpy(dtype="bool")
        instants = parsed["instant"].where(parsed["reviewed_at"].notna())
        columns = {
            "has_review_id": pa.array(has_id),
            "product_key": pa.array(self._members.product_keys(raw, None)),
            "customer_key": keys(raw["customer_key"], UNKNOWN_KEY),
            "reviewed_date": days(parsed["reviewed_at"]),
            "reviewed_at": times(instants),
            "rating": arrow(parsed["rating_text"]),
        }
        trace = traced(raw)
        digests = self._secret.digests(self._identities(raw, columns, trace.customer_column))
        return pa.table(
            {
                "file_key": constant(self._file_key, len(raw)),
                "source_line": keys(raw["source_line"]),
                "review_key": trace.present(pa.array(leading_63_bits(digests)), self._secret, self._tombstones),
                **columns,
            }
        )

    def _identities(self, raw: pd.DataFrame, columns: Mapping[str, pa.Array], customer_column: str) -> Iterator[bytes]:
        """What makes a review the same in two deliveries: product and id, else its content with the time of day."""
        customers = keys(raw[customer_column], UNKNOWN_KEY)
        zone = ZoneInfo(self._source.settings.time_zone)
        told = (columns[name] for name in ("product_key", "reviewed_date", "reviewed_at", "rating"))
        rows = zip(*(column.to_pylist() for column in (keys(raw[_ID_KEY]), customers, *told)), strict=True)
        for id_key, customer, product, day, at, rating in rows:
            content = (product, customer, day, rating, *_time_of_day(at, zone))
            fields = ("review", self._source.name, *(content if id_key is None else ("id", product, id_key)))
            yield "\x1f".join(map(str, fields)).encode()


def _time_of_day(at: str | None, zone: ZoneInfo) -> tuple[str, ...]:
    """The instant, unless it is midnight of the shop: the review is dated by day only."""
    if at is None or datetime.fromisoformat(at).astimezone(zone).time() == time.min:
        return ()
    return (at,)


def _no_keys(raw: pd.DataFrame) -> pd.Series:
    return pd.Series(pa.nulls(len(raw), pa.int64()), index=raw.index, dtype=_KEY_TYPE)
