"""The two ways in which assets are divided: by delivery and by month."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

import dagster as dg

from warehouse_assets.schemas.ddl import next_month

DELIVERIES = dg.DynamicPartitionsDefinition(name="deliveries")
"""`<source>/<file name>`: what a source delivered under one name."""

PARTITION = "dagster/partition"
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
"""Run tags by which Dagster knows what a run is for."""


def monthly(first_month: date) -> dg.MonthlyPartitionsDefinition:
    """All months from the setting `first_month` to the present one, which is not over yet."""
    return dg.MonthlyPartitionsDefinition(start_date=f"{first_month:%Y-%m-%d}", end_offset=1)


def month_of(key: str) -> date:
    """The month that a partition key names."""
    return date.fromisoformat(key)


def delivery_key(source_name: str, file_name: str) -> str:
    """The partition key of a delivery."""
    return f"{source_name}/{file_name}"


def split_delivery_key(key: str) -> tuple[str, str]:
    """(source, file name) of a partition key."""
    source_name, _, file_name = key.partition("/")
    return source_name, file_name


def contiguous(months: Iterable[date], filled: Collection[date] | None = None) -> Iterator[tuple[date, date]]:
    """(first, last) of each run of months without a gap, so that no month between is rebuilt for nothing.

    With `filled`, only months of it make a gap: building a month that has no facts costs less than a further run.
    """
    first = last = None
    for month in sorted(months):
        if first is None or last is None:
            first = last = month
        elif _is_gap(last, month, filled):
            yield first, last
            first = last = month
        else:
            last = month
    if first is not None and last is not None:
        yield first, last


def _is_gap(last: date, month: date, filled: Collection[date] | None) -> bool:
    if filled is None:
        return month != next_month(last)
    return any(last < between < month for between in filled)
