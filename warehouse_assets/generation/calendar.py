"""The months that an export spans, as days since 1970-01-01."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from warehouse_assets.generation.dice import Ints

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Calendar:
    """`count` months from the month of `first` (a first day)."""

    first: date
    count: int

    @classmethod
    def parse(cls, first_month: str, months: int) -> Calendar:
        """From "2021-01" and a number of months; raises ValueError saying what it takes."""
        try:
            first = date.fromisoformat(f"{first_month}-01")
        except ValueError:
            raise ValueError(f"first_month must be a month such as 2021-01, not {first_month!r}") from None
        if not 1 <= months <= 600:
            raise ValueError(f"months must be 1 to 600, not {months}")
        return cls(first, months)

    def month(self, index: int) -> date:
        """First day of the month `index` months after the first."""
        months = self.first.year * 12 + self.first.month - 1 + index
        return date(months // 12, months % 12 + 1, 1)

    @cached_property
    def starts(self) -> Ints:
        """First day of each month, and of the one after the last."""
        days = [self.month(index).toordinal() - _EPOCH for index in range(self.count + 1)]
        return np.array(days, dtype=np.int64)

    @cached_property
    def lengths(self) -> Ints:
        return np.diff(self.starts)

    @property
    def last_day(self) -> int:
        return int(self.starts[-1]) - 1

    def month_of(self, days: Ints) -> Ints:
        """The index of each day's month."""
        return np.searchsorted(self.starts, days, side="right").astype(np.int64) - 1


def iso_dates(days: Ints) -> list[str]:
    """Days as YYYY-MM-DD."""
    texts: list[str] = days.astype("datetime64[D]").astype(str).tolist()
    return texts
