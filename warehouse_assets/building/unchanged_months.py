"""The current builds of months, for runs that skip the months that are not pending."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.building.build_log import partition_name
from warehouse_assets.building.facts import MONTHLY_TABLES, PartitionBuild


def kept_months(connection: psycopg.Connection[Any], months: Collection[date]) -> dict[date, dict[str, PartitionBuild]]:
    """Month -> table -> its last complete build; a month that was never built has no rows."""
    kept = {month: {name: PartitionBuild(name, month, "", 0, 0.0) for name in MONTHLY_TABLES} for month in months}
    of_partition = {partition_name(month): month for month in months}
    rows = connection.execute(
        "select table_name, partition_name, build_id, row_count from ops.table_builds"
        " where table_name = any(%s) and partition_name = any(%s)",
        [list(MONTHLY_TABLES), list(of_partition)],
    )
    for name, partition, build_id, row_count in rows:
        month = of_partition[partition]
        kept[month][name] = PartitionBuild(name, month, build_id, row_count, 0.0)
    return kept
