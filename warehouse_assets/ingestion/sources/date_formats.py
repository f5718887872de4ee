"""Formats of dates as `source.toml` names them: signs of strptime, and counts of days or seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Literal

DayOrder = Literal["day first", "month first"]
COUNTED = ("excel", "unix", "unix_ms")
"""Days as spreadsheets count them, and seconds and milliseconds since 1970 in UTC."""


def reads_dates(date_format: str) -> bool:
    """Whether it counts, or its signs are those of strptime and tell the year at least."""
    moment = datetime(2026, 11, 28, 13, 45, tzinfo=UTC)
    try:
        return (
            date_format in COUNTED or datetime.strptime(moment.strftime(date_format), date_format).year == moment.year  # noqa: DTZ007
        )
    except ValueError:
        return False


def separator(date_format: str) -> str:
    """What stands between day and month: dates with another separator are of another format."""
    found = re.search(r"%-?[dm](.*?)%", date_format)
    return found[1] if found else ""


def day_order(date_format: str) -> DayOrder | None:
    """Whether a strptime format puts the day or the month first; None where the year leads or it is named."""
    marks = re.findall(r"%-?([dmYyBb])", date_format)
    if not marks or marks[0] in "YyBb" or "m" not in marks:
        return None
    return "day first" if marks.index("m") > 0 and marks[0] == "d" else "month first"
