"""The contract of a frame: Pandera checks with a severity each, and what they found, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from pandera.pandas import Check

from warehouse_assets.ingestion.contract.frame import Mask, arrow, distinct
from warehouse_assets.ingestion.contract.quality import Severity
from warehouse_assets.ingestion.contract.values import shape
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.settings import SourceSettings

LARGEST_AMOUNT = 1e14
"""numeric(18,4) holds less than this."""
_IMPERSONAL = {
    name
    for relation in (FIELDS["sales"], FIELDS["reviews"])
    for name, kind in relation.items()
    if kind.kind in ("number", "money", "date")
}
_PLAIN = re.compile(
    r"[+-]?\d{1,8}([.,]\d{1,4})?|\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?|\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})"
)
"""Short numbers and dates. A longer number may be a telephone or a card in the wrong column."""
_ROUNDED = re.compile(r"[+-]?\d([.,]\d+)?[eE]\+\d+")
_COMPUTED: Mapping[Relation, frozenset[str]] = {
    "sales": frozenset({"line_price", "updated_day"}),
    "customers": frozenset({"observed_day"}),
    "reviews": frozenset(),
}
"""Columns that parsing adds to the canonical ones."""
_UNSEEN = {"review_id", "comment"}
"""Columns that are a key, or gone, before any rule sees a record."""
_TEXTS = ("text", "id", "gender", "country", "currency")
_LONGEST = {"product_name": 1500}
_LONGEST_OTHERS = 400
"""Bytes; an index row of PostgreSQL holds 2,700, and the longest has a product's name and categories."""


@dataclass(frozen=True)
class Rule:
    """A Pandera check on one column, parsed or of text; rows that fail it are rejected, blanked or counted."""

    name: str
    column: str
    severity: Severity
    problem: str
    check: Check
    named_column: str | None = None
    """The canonical column that a person knows, where the parsed one has another name."""


@dataclass(frozen=True)
class Finding:
    """The rows of one frame that broke a rule; `values` are the texts whose shape the reason shows."""

    rule: str
    severity: Severity
    column: str
    problem: str
    mask: Mask
    values: pd.Series | None = None

    def first_reason(self) -> str:
        """The reason of the first failing row."""
        first = np.zeros(len(self.mask), dtype=np.bool_)
        first[int(np.argmax(self.mask))] = True
        [reason] = replace(self, mask=first).reasons().values()
        return reason

    def reasons(self) -> dict[int, str]:
        """Each failing row's column, problem and value: a plain number or date of a sale as it is, else its shape."""
        rows = [int(row) for row in np.flatnonzero(self.mask)]
        sentence = f"{self.column} {self.problem}"
        if self.values is None:
            return dict.fromkeys(rows, sentence)
        values = arrow(self.values[self.mask]).to_pylist()
        return {row: f"{sentence}: {self._shown(value)}" for row, value in zip(rows, values, strict=True)}

    def _shown(self, value: str | None) -> str:
        is_plain = self.column in _IMPERSONAL and value is not None and _PLAIN.fullmatch(value) is not None
        return str(value) if is_plain else shape(value)


def apply_rules(rules: Sequence[Rule], parsed: pd.DataFrame, raw: pd.DataFrame) -> list[Finding]:
    """Each rule's failing rows; missing values pass, as `missing_…` rules speak of them.

    A rule whose column the source does not map has no rows.
    """
    findings = []
    for rule in rules:
        values = parsed.get(rule.column, raw.get(rule.column))
        if values is not None:
            mask = _failing(rule.check, values)
            column = rule.named_column or rule.column
            values = raw.get(column)
            findings.append(Finding(rule.name, rule.severity, column, rule.problem, mask, values))
    return findings


def _failing(check: Check, values: pd.Series) -> Mask:
    mask = values.notna().to_numpy()
    if mask.any():
        mask[mask] = ~np.asarray(check(values[mask]).check_output, dtype=np.bool_)
    return mask


def shortened(relation: Relation, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """The frame without texts that no index takes, and what they were."""
    findings = []
    for name, kind in FIELDS[relation].items():
        if name not in raw or kind.kind not in ("text", "id", "country") or not kind.is_kept_in_rejects:
            continue
        longest = _LONGEST.get(name, _LONGEST_OTHERS)
        sizes = pc.fill_null(pc.binary_length(arrow(raw[name])), 0).to_numpy()
        if (too_long := sizes > longest).any():
            problem = f"is longer than {longest} bytes"
            findings.append(Finding(f"{name}_too_long", "blank", name, problem, too_long, raw[name]))
    return raw.assign(**{one.column: raw[one.column].mask(one.mask) for one in findings}), findings


def unreadable(column: str, severity: Severity, mask: Mask, raw: pd.DataFrame, kind: str) -> Finding:
    """A text that is no number, date or amount."""
    name = f"unparsable_{column}"
    return Finding(name, severity, column, f"is no readable {kind}", mask, raw[column])


def missing(column: str, mask: Mask, what: str | None = None) -> Finding:
    """A required value that is not there."""
    return Finding(f"missing_{what or column}", "reject", column, "is missing", mask)


def rejected(findings: Iterable[Finding], rows: int) -> Mask:
    """Rows with at least one finding that rejects."""
    masks = [finding.mask for finding in findings if finding.severity == "reject"]
    return np.logical_or.reduce(masks) if masks else np.zeros(rows, dtype=np.bool_)


def sale_rules(settings: SourceSettings, first_month: date, exported_on: date) -> list[Rule]:
    """The rules of sale lines under a source's policies, for a delivery exported on that day."""
    first, last = pd.Timestamp(first_month), pd.Timestamp(exported_on)
    early = f"is before {first_month} (setting first_month)"
    late = f"is after the day of export {exported_on}"
    rules = [
        Rule("sold_before_first_month", "sold_at", "reject", early, Check.ge(first)),
        Rule("sold_after_export", "sold_at", "reject", late, Check.le(last)),
        Rule("rating_out_of_range", "rating", "blank", "is outside 1..5", Check.in_range(1, 5)),
        _plausible("updated_at", first, last, "updated_day"),
        *(_kept_size(column) for column in ("discount_amount", "order_discount_amount", "tax_amount")),
    ]
    rules += _quantity_rules(settings)
    if settings.nonpositive_price == "reject":
        rules.append(_above_zero("nonpositive_price", "unit_price"))
        rules.append(_above_zero("nonpositive_price", "line_price", "line_amount"))
    return require_columns("sales", rules)


def _quantity_rules(settings: SourceSettings) -> list[Rule]:
    if settings.zero_quantity == "reject" and settings.negative_quantity == "reject":
        return [_above_zero("nonpositive_quantity", "quantity")]
    if settings.zero_quantity == "reject":
        return [Rule("zero_quantity", "quantity", "reject", "must not be 0", Check.ne(0))]
    if settings.negative_quantity == "reject":
        return [Rule("negative_quantity", "quantity", "reject", "must not be below 0", Check.ge(0))]
    return []


def rounded_ids(relation: Relation, raw: pd.DataFrame) -> list[Finding]:
    """Ids that a spreadsheet wrote as 1.14E+17: it keeps 15 digits, so that different ids have become one."""
    findings = []
    for name, kind in FIELDS[relation].items():
        if kind.kind == "id" and name in raw:
            found = distinct(raw[name])
            rounded = found.marked(_ROUNDED.fullmatch(text) is not None for text in found.texts)
            problem = "is a number that a spreadsheet has rounded; format the column as text and export it again"
            findings.append(Finding(f"{name}_rounded", "reject", name, problem, rounded, raw[name]))
    return findings


def customer_rules(first_month: date, exported_on: date) -> list[Rule]:
    """The rules of customer observations: what is out of range is blanked, the customer stays."""
    first, last = pd.Timestamp(first_month), pd.Timestamp(exported_on)
    living = Check.in_range(pd.Timestamp(1900, 1, 1), last)
    rules = [
        *(_plausible(column, first, last) for column in ("signup_at", "last_login_at", "last_purchase_at")),
        _plausible("observed_at", first, last, "observed_day"),
        Rule("implausible_birth_date", "birth_date", "blank", "is no living person's", living),
        Rule("age_out_of_range", "age", "blank", "is outside 13..120", Check.in_range(13, 120)),
        Rule("negative_purchase_count", "declared_purchase_count", "blank", "is below 0", Check.ge(0)),
    ]
    return require_columns("customers", rules)


def review_rules(first_month: date, exported_on: date) -> list[Rule]:
    """The rules of reviews: a rating is what a review is for."""
    rules = [
        Rule("rating_out_of_range", "rating", "reject", "is outside 1..5", Check.in_range(1, 5)),
        _plausible("reviewed_at", pd.Timestamp(first_month), pd.Timestamp(exported_on)),
    ]
    return require_columns("reviews", rules)


def require_columns(relation: Relation, rules: list[Rule]) -> list[Rule]:
    """The rules. Raises ValueError where one names a column that no record of the relation has to check."""
    kept = {name for name, kind in FIELDS[relation].items() if kind.classification.treatment != "drop"}
    known = (kept | _COMPUTED[relation]) - _UNSEEN
    for rule in rules:
        if rule.column not in known:
            raise ValueError(
                f"Rule {rule.name} names {rule.column!r}, which is no column of {relation} that a rule can check; "
                f"known are: {', '.join(sorted(known))}."
            )
        if rule.severity == "blank" and rule.column in kept and FIELDS[relation][rule.column].kind in _TEXTS:
            raise ValueError(f"Rule {rule.name} blanks the text {rule.column}; a rule on a text rejects or warns.")
    return rules


def _plausible(column: str, first: pd.Timestamp, last: pd.Timestamp, parsed: str | None = None) -> Rule:
    problem = "is before the setting first_month or after the day of export"
    check = Check.in_range(first, last)
    return Rule(f"implausible_{column}", parsed or column, "blank", problem, check, column)


def _above_zero(name: str, column: str, named_column: str | None = None) -> Rule:
    return Rule(name, column, "reject", "must be greater than 0", Check.gt(0), named_column)


def _kept_size(column: str) -> Rule:
    check = Check.in_range(-LARGEST_AMOUNT, LARGEST_AMOUNT, include_min=False, include_max=False)
    return Rule(f"{column}_out_of_range", column, "blank", "is larger than any amount kept", check)
