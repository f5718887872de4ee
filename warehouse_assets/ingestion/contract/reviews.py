"""Reviews given apart from sales: canonical text to rows of staging.reviews."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.contract.arrow_columns import constant, days, keys
from warehouse_assets.ingestion.contract.dimension_members import Observed
from warehouse_assets.ingestion.contract.frame import FrameResult, arrow, chosen, column_of
from warehouse_assets.ingestion.contract.rejects import Rejects
from warehouse_assets.ingestion.contract.rotated_keys import is_erased, traced
from warehouse_assets.ingestion.contract.rules import (
    Finding,
    Quality,
    apply_rules,
    missing,
    rejected,
    review_rules,
    shortened,
    unreadable,
)
from warehouse_assets.ingestion.contract.values import parse_dates, parse_numbers
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.pseudonyms.hashing import UNKNOWN_KEY, leading_63_bits
from warehouse_assets.pseudonyms.secret import Secret
from warehouse_assets.pseudonyms.tombstones import NOBODY, Tombstones


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
        observed: Observed,
        tombstones: Tombstones = NOBODY,
    ) -> None:
        self._source, self._file_key, self._observed = source, file_key, observed
        self._secret, self._tombstones = secret, tombstones
        self._rules = review_rules(first_month, exported_on)

    def read(self, raw: pd.DataFrame, quality: Quality, rejects: Rejects) -> FrameResult:
        """Every row of the frame is either in the result or in the rejects."""
        raw, too_long = shortened("reviews", raw)
        parsed, findings = self._parse(raw)
        findings += too_long
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
        rating = parse_numbers(raw["rating"])
        parsed = pd.DataFrame({"rating": rating.approximate, "rating_text": rating.text, "reviewed_at": dates.day})
        findings = [
            missing("product_id", raw["product_id"].isna().to_numpy()),
            missing("rating", raw["rating"].isna().to_numpy()),
            unreadable("rating", "reject", rating.is_unreadable, raw, "number"),
        ]
        if "reviewed_at" in raw:
            findings.append(unreadable("reviewed_at", "blank", dates.is_unreadable, raw, "date"))
        return parsed, findings

    def _rows(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> pa.Table:
        columns = {
            "product_key": pa.array(self._observed.product_keys(raw, None)),
            "customer_key": keys(raw["customer_key"], UNKNOWN_KEY),
            "reviewed_date": days(parsed["reviewed_at"]),
            "rating": arrow(parsed["rating_text"]),
        }
        trace = traced(raw)
        first = {**columns, "customer_key": keys(raw[trace.customer_column], UNKNOWN_KEY)}
        rows = zip(*(column.to_pylist() for column in first.values()), strict=True)
        lead = ("review", self._source.name)
        digests = self._secret.digests("\x1f".join(map(str, (*lead, *row))).encode() for row in rows)
        return pa.table(
            {
                "file_key": constant(self._file_key, len(raw)),
                "source_line": keys(raw["source_line"]),
                "review_key": trace.present(pa.array(leading_63_bits(digests)), self._secret, self._tombstones),
                **columns,
            }
        )
