"""Planner settings for statements over rows without statistics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def small_samples(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Makes ANALYZE read 3,000 rows instead of 30,000, within the caller's transaction.

    Enough for how many rows and groups there are; a sample of the default size costs as much as some of the queries
    that it plans.
    """
    connection.execute("set local default_statistics_target = 10")
    yield
    connection.execute("set local default_statistics_target to default")


@contextmanager
def hash_joins(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Makes PostgreSQL join large sets by hashing, within the caller's transaction.

    A month that was just loaded has no statistics, and a partitioned table has none of its own, so PostgreSQL
    estimates that a range of days or the rows of a shop are few. A nested loop over those "few" rows would be
    quadratic in the lines of the month, or in all orders.
    """
    connection.execute("set local enable_nestloop = off")
    yield
    connection.execute("set local enable_nestloop = on")
