"""Bad values as in real exports, each at a modest rate, drawn independently of the values they replace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from warehouse_assets.generation.calendar import iso_dates
from warehouse_assets.generation.dice import Dice, Ints

CUSTOMER_RATES: dict[str, float] = {
    "impossible_age": 0.02,
    "mismatched_country": 0.015,
    "empty_optional": 0.02,
    "unparsable_signup": 0.002,
}
"""Share of customers, at dirt 1; all rows of a customer have the same bad value."""

ROW_RATES: dict[str, float] = {
    "bad_price": 0.01,
    "bad_quantity": 0.01,
    "empty_product": 0.01,
    "bad_rating": 0.02,
    "unparsable_date": 0.004,
    "before_signup": 0.006,
    "after_export": 0.003,
    "repeated_row": 0.004,
}
"""Share of rows, at dirt 1."""

BAD_AGES = ("-5", "150", "3", "-1", "0", "")
BAD_DATES = ("99/99/9999", "2023-02-30", "0000-00-00", "not a date", "")
BAD_RATINGS = ("0", "6", "-1")


class Dirt:
    """Spoils values in place and counts what it spoiled by kind."""

    def __init__(self, dice: Dice, amount: float, counts: Counter[str]) -> None:
        self._dice, self._amount, self._counts = dice, amount, counts

    def hits(self, kind: str, count: int) -> list[int]:
        """Which of `count` items are spoiled; the draws do not depend on the amount of dirt."""
        rate = (CUSTOMER_RATES.get(kind) or ROW_RATES[kind]) * self._amount
        found: list[int] = np.flatnonzero(self._dice.happens(rate, count)).tolist()
        self._counts[kind] += len(found)
        return found

    def choose(self, kind: str, values: list[str], bad: Sequence[str]) -> None:
        """Replaces spoiled values with one of `bad`."""
        self.change(kind, values, lambda index, draw: bad[draw % len(bad)])

    def change(self, kind: str, values: list[str], spoil: Callable[[int, int], str]) -> None:
        """Replaces spoiled values with `spoil(index, draw)`; `draw` is below 1000."""
        draws = self._dice.below(1000, len(values)).tolist()
        for index in self.hits(kind, len(values)):
            values[index] = spoil(index, draws[index])


def spoil_dates(dirt: Dirt, dates: list[str], signup: Ints, exported: int) -> None:
    """Purchase dates that are invalid, before the sign-up, or after the export."""
    dirt.choose("unparsable_date", dates, BAD_DATES)
    dirt.change("before_signup", dates, lambda i, draw: _iso(int(signup[i]) - 1 - draw % 400))
    dirt.change("after_export", dates, lambda i, draw: _iso(exported + 36_525 + draw % 500))


def _iso(day: int) -> str:
    return iso_dates(np.array([day]))[0]
