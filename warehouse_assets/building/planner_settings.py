"""How PostgreSQL is to plan statements over rows that it has no statistics of yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def hash_joins(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Within the caller's transaction: large sets are joined by hashing, however small they are guessed to be.

    A month that was just loaded was never analysed, so its range of days is taken for a two hundredth of it,
    and a nested loop over "few" rows becomes quadratic in the lines of the month.
    """
    connection.execute("set local enable_nestloop = off")
    yield
    connection.execute("set local enable_nestloop = on")
