"""signup_trends: sign-ups by month and channel, dense from the first sign-up, channels folded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from warehouse_assets_tests.oracle.exact import first_day, growth, is_complete, mean, month_of, rate
from warehouse_assets_tests.oracle.folding import fold_by_size
from warehouse_assets_tests.oracle.periods import Row
from warehouse_assets_tests.oracle.shop import Customer


def _channel_rows(channel: str, counts: Counter[int], months: Sequence[int], first: date, as_of: date) -> Iterator[Row]:
    """`first` is the day of the first sign-up of all."""
    cumulative = 0
    for month in months:
        cumulative += counts[month]
        complete = {month - back for back in (0, 1, 2, 12) if is_complete(month - back, 1, first, as_of)}
        yield {
            "month": first_day(month),
            "acquisition_channel": channel,
            "signup_count": counts[month],
            "cumulative_signups": cumulative,
            "growth_vs_previous": growth(counts[month], counts[month - 1], complete >= {month, month - 1}),
            "growth_vs_last_year": growth(counts[month], counts[month - 12], complete >= {month, month - 12}),
            "rolling_3m_average": rate(mean([counts[month - back] for back in range(3)]))
            if complete >= {month, month - 1, month - 2}
            else None,
            "is_total": channel == "All",
        }


def signup_trends(customers: Sequence[Customer], as_of: date, k: int) -> list[Row]:
    shown = fold_by_size((known.now.channel for known in customers), k)
    if sum(known.signup is not None for known in customers) < k:
        return []
    signups = [(month_of(known.signup), shown[known.now.channel]) for known in customers if known.signup]
    names = fold_by_size((channel for _, channel in signups), k)
    first = min(known.signup for known in customers if known.signup)
    months = range(month_of(first), month_of(as_of) + 1)
    rows = list(_channel_rows("All", Counter(month for month, _ in signups), months, first, as_of))
    for name in sorted(set(names.values())):
        counts = Counter(month for month, channel in signups if names[channel] == name)
        rows += _channel_rows(name, counts, months, first, as_of)
    return rows
