"""The contract of a frame: Pandera checks with a severity each, and what they found, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from pandera.pandas import Check

from warehouse_assets.ingestion.source import SourceSettings
from warehouse_assets.ingestion.values import Mask, shape, texts

Severity = Literal["reject", "blank", "warn"]


@dataclass(frozen=True)
class Rule:
    """A Pandera check on one parsed column; rows that fail it are rejected, blanked or counted."""

    name: str
    column: str
    severity: Severity
    problem: str
    check: Check


@dataclass(frozen=True)
class Finding:
    """The rows of one frame that broke a rule; `values` are the texts whose shape is told."""

    rule: str
    severity: Severity
    column: str
    problem: str
    mask: Mask
    values: pd.Series | None = None

    def reason(self, row: int) -> str:
        """What a person is told: column, problem and the shape of the value, never the value."""
        if self.values is None:
            return f"{self.column} {self.problem}"
        return f"{self.column} {self.problem}: {shape(self.values.iat[row])}"


@dataclass
class Quality:
    """Broken rules counted by rule, severity and month of sale (None without one)."""

    counts: Counter[tuple[str, Severity, date | None]] = field(default_factory=Counter)

    def add(self, findings: Iterable[Finding], months: pd.Series | None) -> None:
        for finding in findings:
            if not finding.mask.any():
                continue
            if months is None:
                self.counts[finding.rule, finding.severity, None] += int(finding.mask.sum())
                continue
            for month, number in months[finding.mask].value_counts(dropna=False).items():
                key = None if pd.isna(month) else month.date().replace(day=1)  # type: ignore[call-overload, attr-defined]
                self.counts[finding.rule, finding.severity, key] += int(number)

    def add_count(self, rule: str, severity: Severity, month: date | None, number: int) -> None:
        if number:
            self.counts[rule, severity, month] += number


def apply_rules(rules: Sequence[Rule], parsed: pd.DataFrame, raw: pd.DataFrame) -> list[Finding]:
    """Each rule's failing rows; missing values pass, as `missing_…` rules speak of them."""
    findings = []
    for rule in rules:
        if rule.column in parsed:
            mask = _failing(rule.check, parsed[rule.column])
            values = texts(raw[rule.column]) if rule.column in raw else None
            findings.append(Finding(rule.name, rule.severity, rule.column, rule.problem, mask, values))
    return findings


def _failing(check: Check, values: pd.Series) -> Mask:
    mask = values.notna().to_numpy()
    if mask.any():
        mask[mask] = ~np.asarray(check(values[mask]).check_output, dtype=np.bool_)
    return mask


def unreadable(column: str, severity: Severity, mask: Mask, raw: pd.DataFrame, kind: str) -> Finding:
    """A text that is no number, date or amount."""
    name = f"unparsable_{column}"
    return Finding(name, severity, column, f"is no readable {kind}", mask, texts(raw[column]))


def missing(column: str, mask: Mask, what: str | None = None) -> Finding:
    """A required value that is not there."""
    return Finding(f"missing_{what or column}", "reject", column, "is missing", mask)


def rejected(findings: Iterable[Finding], rows: int) -> Mask:
    """Rows with at least one finding that rejects."""
    masks = [finding.mask for finding in findings if finding.severity == "reject"]
    return np.logical_or.reduce(masks) if masks else np.zeros(rows, dtype=np.bool_)


def sale_rules(settings: SourceSettings, first_month: date, exported_on: date) -> list[Rule]:
    """The rules of sale lines under a source's policies, for a delivery exported on that day."""
    rules = [
        Rule("sold_before_first_month", "sold_at", "reject", f"is before {first_month} (setting first_month)",
             Check.ge(pd.Timestamp(first_month))),
        Rule("sold_after_export", "sold_at", "reject", f"is after the day of export {exported_on}",
             Check.le(pd.Timestamp(exported_on))),
        Rule("rating_out_of_range", "rating", "blank", "is outside 1..5", Check.in_range(1, 5)),
    ]  # fmt: skip
    if settings.negative_quantity == "reject":
        rules.append(
            Rule("nonpositive_quantity", "quantity", "reject", "must be greater than 0", Check.gt(0))
        )
    else:
        rules.append(Rule("zero_quantity", "quantity", "reject", "must not be 0", Check.ne(0)))
    if settings.nonpositive_price == "reject":
        rules.append(Rule("nonpositive_price", "price", "reject", "must be greater than 0", Check.gt(0)))
    return rules


def customer_rules(first_month: date, exported_on: date) -> list[Rule]:
    """The rules of customer observations: what is out of range is blanked, the customer stays."""
    bounds = (pd.Timestamp(first_month), pd.Timestamp(exported_on))
    known = "is before the setting first_month or after the day of export"
    dates = [
        Rule(f"implausible_{column}", column, "blank", known, Check.in_range(*bounds))
        for column in ("signup_at", "last_login_at", "last_purchase_at")
    ]
    return [
        *dates,
        Rule("implausible_birth_date", "birth_date", "blank", "is no date of birth of a living person",
             Check.in_range(pd.Timestamp(1900, 1, 1), bounds[1])),
        Rule("age_out_of_range", "age", "blank", "is outside 13..120", Check.in_range(13, 120)),
        Rule("negative_purchase_count", "declared_purchase_count", "blank", "is below 0", Check.ge(0)),
    ]  # fmt: skip
