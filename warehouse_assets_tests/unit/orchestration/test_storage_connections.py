"""Dagster's records wait for a server that is away, and for nothing else."""

from __future__ import annotations

import time
from typing import Any

import psycopg2
import pytest
import sqlalchemy as db
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

from warehouse_assets.orchestration.instance import record_connections


class Driver(PGDialect_psycopg2):
    """Refuses to connect, with these reasons one after the other."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(dbapi=psycopg2)
        self.reasons = list(reasons)

    def connect(self, *arguments: Any, **parameters: Any) -> Any:
        if self.reasons:
            raise psycopg2.OperationalError(self.reasons.pop(0))
        return "connected"


PLACE: dict[str, Any] = {"host": "db.example", "port": 5432, "dbname": "records"}


@pytest.fixture(autouse=True)
def records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_connections, "RECORDS", {("db.example", 5432, "records")})


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept = list[float]()
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


def test_a_server_that_is_away_or_starting_is_waited_for(pauses: list[float]) -> None:
    away = Driver("connection refused", "the database system is starting up", "server closed the connection")
    assert record_connections.wait_for_server(away, None, (), PLACE) == "connected"
    assert len(pauses) == 3


def test_a_wrong_password_is_told_at_once(pauses: list[float]) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password"):
        record_connections.wait_for_server(Driver('password authentication failed for user "x"'), None, (), PLACE)
    assert pauses == []


def test_the_pauses_outlast_a_server_that_is_away_for_twenty_seconds(pauses: list[float]) -> None:
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        record_connections.wait_for_server(Driver(*["connection refused"] * 99), None, (), PLACE)
    shortest = [min(3.0, 0.1 * 2**attempt) * 0.5 for attempt in range(len(pauses))]
    assert sum(shortest) > 20


def test_a_shops_database_is_not_waited_for(pauses: list[float]) -> None:
    assert (
        record_connections.wait_for_server(Driver("connection refused"), None, (), {**PLACE, "dbname": "shop"}) is None
    )
    assert pauses == []


def test_engines_wait_while_they_are_made() -> None:
    """Those of dagster-postgres connect while they are made, before anybody could ask them to wait."""
    assert db.event.contains(db.Engine, "do_connect", record_connections.wait_for_server)
