"""signup_trends: sign-ups by month and channel, dense from the first sign-up, channels folded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from warehouse_assets_tests.oracle.exact import first_day, growth, mean, month_is_complete, month_of, rate
from warehouse_assets_tests.oracle.folding import fold_by_size
from warehouse_assets_tests.oracle.periods import Row
from warehouse_assets_tests.oracle.shop import Customer


def _channel_rows(channel: str, counts: Counter[int], months: Sequence[int], as_of: date) -> Iterator[Row]:
    cumulative = 0
    first = months[0]
    for month in months:
        cumulative += counts[month]
        is_complete = month_is_complete(month, as_of)
        previous = counts[month - 1] if month - 1 >= first else None
        last_year = counts[month - 12] if month - 12 >= first else None
        is_full = is_complete and month - 2 >= first
        yield {
            "month": first_day(month),
            "acquisition_channel": channel,
            "signup_count": counts[month],
            "cumulative_signups": cumulative,
            "growth_vs_previous": growth(counts[month], previous, is_complete),
            "growth_vs_last_year": growth(counts[month], last_year, is_complete),
            "rolling_3m_average": rate(mean([counts[month - back] for back in range(3)])) if is_full else None,
        }


def signup_trends(customers: Sequence[Customer], as_of: date, k: int) -> list[Row]:
    signups = [(month_of(known.signup), known.now.channel) for known in customers if known.signup]
    if len(signups) < k:
        return []
    names = fold_by_size((channel for _, channel in signups), k)
    months = range(min(month for month, _ in signups), month_of(as_of) + 1)
    rows = list(_channel_rows("All", Counter(month for month, _ in signups), months, as_of))
    for name in sorted(set(names.values())):
        counts = Counter(month for month, channel in signups if names[channel] == name)
        rows += _channel_rows(name, counts, months, as_of)
    return rows
