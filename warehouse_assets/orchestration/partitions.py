"""The two partitionings of assets: by delivery and by month."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import dagster as dg

from warehouse_assets.building.facts import FCT_SALES
from warehouse_assets.orchestration.checks import asset_key

DELIVERIES = dg.DynamicPartitionsDefinition(name="deliveries")
"""Partition key `<source>/<file name>`."""

PARTITION = "dagster/partition"
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
"""Dagster's run tags for partitions."""
PENDING_ONLY = {"warehouse/months": "pending"}
"""Run tag: skip months of the range that are not pending, so that a queue with gaps takes one run."""


def monthly(first_month: date) -> dg.MonthlyPartitionsDefinition:
    """All months from the first to the current month."""
    return dg.MonthlyPartitionsDefinition(start_date=f"{first_month:%Y-%m-%d}", end_offset=1)


def pending_range(months: Collection[date]) -> dict[str, str]:
    """Run tags for a run over these months, from the first to the last. Empty without months."""
    return {RANGE_START: f"{min(months)}", RANGE_END: f"{max(months)}", **PENDING_ONLY} if months else {}


def month_of(key: str) -> date:
    """The month of a partition key."""
    return date.fromisoformat(key)


def first_partition(definitions: dg.RepositoryDefinition) -> date:
    """The month that partitions begin with in definitions that are loaded."""
    partitions = definitions.asset_graph.get(asset_key(FCT_SALES)).partitions_def
    if not isinstance(partitions, dg.TimeWindowPartitionsDefinition):
        raise TypeError(f"{FCT_SALES} is not partitioned by month")
    return partitions.start.date()
