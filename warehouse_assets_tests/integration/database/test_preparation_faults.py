"""Starts that meet each other, or whose connection is cut, while the database is brought to its schema and grants."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from warehouse_assets.settings import Settings
from warehouse_assets.startup import preparation


@pytest.mark.parametrize("part", ["create_schema", "apply_policy", "ensure_dates", "recover"])
def test_a_start_whose_connection_is_cut_begins_again(
    database: Settings, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cuts = getattr(preparation, part), list[int]()

    def cut_once(connection: psycopg.Connection[Any], *rest: Any) -> Any:
        if not cuts:
            cuts.append(connection.info.backend_pid)
            with psycopg.connect(str(database.database_url), autocommit=True) as other:
                other.execute("select pg_terminate_backend(%s, 5000)", cuts)
        return whole(connection, *rest)

    monkeypatch.setattr(preparation, part, cut_once)
    with preparation.connect_as(database, "transform") as connection:
        assert connection.execute("select count(*) from dw.dim_date").fetchone() != (0,)
    assert len(cuts) == 1


def test_first_starts_at_once_wait_for_each_other(database: Settings) -> None:
    """As the sensors of a new warehouse do: the policy changes the owner of the table on which the others wait."""
    with ThreadPoolExecutor(4) as pool:
        connections = list(pool.map(lambda _: preparation.connect_as(database, "transform"), range(4)))
    for connection in connections:
        assert connection.execute("select count(*) from dw.dim_date").fetchone() != (0,)
        connection.close()
