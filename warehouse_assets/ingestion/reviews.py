"""Reviews given apart from sales: canonical text to rows of staging.reviews."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from pandera.pandas import Check

from warehouse_assets.ingestion.contract import Quality, Rule, apply_rules, missing, rejected, unreadable
from warehouse_assets.ingestion.frame import FrameResult, column_of, plain_numbers
from warehouse_assets.ingestion.observed import Observed
from warehouse_assets.ingestion.rejects import Rejects
from warehouse_assets.ingestion.source import Source
from warehouse_assets.ingestion.values import parse_dates, parse_numbers
from warehouse_assets.privacy.hashing import UNKNOWN_KEY
from warehouse_assets.privacy.secret import Secret


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
    ) -> None:
        self._source, self._file_key, self._secret, self._observed = source, file_key, secret, observed
        bounds = (pd.Timestamp(first_month), pd.Timestamp(exported_on))
        self._rules = [
            Rule("rating_out_of_range", "rating", "reject", "is outside 1..5", Check.in_range(1, 5)),
            Rule("implausible_reviewed_at", "reviewed_at", "blank", "is before the setting first_month or after the"
                 " day of export", Check.in_range(*bounds)),
        ]  # fmt: skip

    def read(self, raw: pd.DataFrame, quality: Quality, rejects: Rejects) -> FrameResult:
        """Every row of the frame is either in the result or in the rejects."""
        settings = self._source.settings
        reviewed = column_of(raw, "reviewed_at")
        dates = parse_dates(reviewed, settings.date_formats.get("reviewed_at", ()), settings.time_zone)
        rating = parse_numbers(raw["rating"])
        parsed = pd.DataFrame({"rating": rating.approximate, "reviewed_at": dates.day})
        findings = [
            missing("product_id", raw["product_id"].isna().to_numpy()),
            missing("rating", raw["rating"].isna().to_numpy()),
            unreadable("rating", "reject", rating.is_unreadable, raw, "number"),
        ]
        if "reviewed_at" in raw:
            findings.append(unreadable("reviewed_at", "blank", dates.is_unreadable, raw, "date"))
        ruled = apply_rules(self._rules, parsed, raw)
        for finding in ruled:
            if finding.severity == "blank":
                parsed.loc[finding.mask, finding.column] = None
        findings += ruled
        bad = rejected(findings, len(raw))
        quality.add(findings, None)
        rejects.add("reviews", raw, bad, findings, None)
        good = ~bad
        return FrameResult(
            self._rows(raw[good], parsed[good], rating.text[good]), int(good.sum()), int(bad.sum())
        )

    def take_vault(self) -> list[tuple[str, pa.Table]]:
        """Nothing: a review holds no identifier."""
        return []

    def _rows(self, raw: pd.DataFrame, parsed: pd.DataFrame, rating: pd.Series) -> pa.Table:
        product = self._observed.product_keys(raw, None)
        customer = raw["customer_key"].fillna(UNKNOWN_KEY).astype("int64").to_list()
        days = parsed["reviewed_at"].dt.date.where(parsed["reviewed_at"].notna(), None)
        ratings = plain_numbers(rating)
        content = zip(product, customer, days, ratings.to_pylist(), strict=True)
        name = self._source.name
        return pa.table(
            {
                "file_key": np.full(len(raw), self._file_key),
                "source_line": raw["source_line"].to_numpy(),
                "review_key": [
                    self._secret.key("\x1f".join(map(str, ("review", name, *it))).encode()) for it in content
                ],
                "product_key": product,
                "customer_key": customer,
                "reviewed_date": pa.array(days, pa.date32()),
                "rating": ratings,
            }
        )
