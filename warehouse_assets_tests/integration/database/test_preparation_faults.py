"""The connection is cut while a start brings the database to its schema and grants: it begins again."""

from __future__ import annotations

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
