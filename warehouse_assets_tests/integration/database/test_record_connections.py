"""A session of Dagster's records that the server has ended is replaced, and is not asked before each use."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as db

from warehouse_assets.orchestration.instance import record_connections
from warehouse_assets.settings import Settings


@pytest.fixture
def engine(database: Settings) -> Iterator[db.Engine]:
    assert database.dagster_database_url is not None
    engine = db.create_engine(database.dagster_database_url, isolation_level="AUTOCOMMIT")
    record_connections.replace_lost_connections(engine)
    yield engine
    engine.dispose()


def _session(engine: db.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(db.text("select pg_backend_pid()")).scalar_one())


def test_a_session_that_the_server_has_ended_is_replaced_at_once(engine: db.Engine, database: Settings) -> None:
    session = _session(engine)
    with psycopg.connect(database.dagster_database_url or "", autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [session])
    assert _session(engine) != session


def test_a_connection_that_is_closed_on_this_side_is_replaced(engine: db.Engine) -> None:
    session = _session(engine)
    lent = engine.raw_connection()
    kept = lent.driver_connection
    assert kept is not None
    lent.close()
    kept.close()
    assert _session(engine) != session


def test_a_session_is_asked_for_life_only_after_a_pause(engine: db.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[object]()
    monkeypatch.setattr(engine.dialect, "do_ping", asked.append)
    session = _session(engine)
    assert [_session(engine) for _ in range(3)] == [session] * 3 and not asked
    monkeypatch.setattr(record_connections, "_SURE_SECONDS", 0.0)
    assert _session(engine) == session and len(asked) == 1
