"""What broke the contract, counted for the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from warehouse_assets.ingestion.contract.words.rule_words import require_described

if TYPE_CHECKING:  # pandas and Pandera: reading the ledger needs neither
    import pandas as pd

    from warehouse_assets.ingestion.contract.frame import Mask
    from warehouse_assets.ingestion.contract.rules import Finding

Severity = Literal["reject", "blank", "warn"]
Days = npt.NDArray[np.datetime64]


@dataclass
class Quality:
    """Broken rules counted by rule, severity and month of sale (None without one)."""

    counts: Counter[tuple[str, Severity, date | None]] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    """Rule -> the reason of the first record that broke it."""

    def add(self, findings: Iterable[Finding], days: pd.Series | None) -> None:
        """Counts what a frame broke, under the month of each row's day."""
        months = None if days is None else days.to_numpy("datetime64[M]")
        for finding in findings:
            require_described(finding.rule, finding.severity)
            if not finding.mask.any():
                continue
            if finding.rule not in self.examples:
                self.examples[finding.rule] = finding.first_reason()
            for month, number in _by_month(finding.mask, months):
                self.counts[finding.rule, finding.severity, month] += number

    def add_count(self, rule: str, severity: Severity, month: date | None, number: int) -> None:
        require_described(rule, severity)
        if number:
            self.counts[rule, severity, month] += number


def _by_month(mask: Mask, months: Days | None) -> Iterable[tuple[date | None, int]]:
    if months is None:
        return [(None, int(mask.sum()))]
    found, numbers = np.unique(months[mask], return_counts=True)
    return zip(found.astype("datetime64[D]").tolist(), numbers.tolist(), strict=True)
