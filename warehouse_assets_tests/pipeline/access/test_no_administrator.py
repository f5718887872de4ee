"""Once a warehouse is prepared, no session of the pipeline is the administrator's: every one is written down."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg
import pytest

from warehouse_assets.access.logins import READING, WORKING, login_name
from warehouse_assets.building.rebuild_queue import rebuild_all
from warehouse_assets.database import connections
from warehouse_assets.orchestration.assets.privacy import privacy_duties
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.startup.preparation import prepare_warehouse
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.short_exports import generate_short_export


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Login -> number of sessions that this process opened with it."""
    found: Counter[str] = Counter()
    connect = connections.psycopg.connect

    def noting(*arguments: Any, **options: Any) -> psycopg.Connection[Any]:
        connection = connect(*arguments, **options)
        found[connection.info.user] += 1
        return connection

    monkeypatch.setattr(connections.psycopg, "connect", noting)
    return found


def test_every_job_works_without_the_administrator(shop: Shop, tmp_path: Path, sessions: Counter[str]) -> None:
    with shop.connect() as connection:
        administrator, name = connection.info.user, connection.info.dbname
    prepare_warehouse(shop.settings)
    with shop.connect() as connection:
        rebuild_all(connection)
    assert sessions[administrator]
    sessions.clear()
    export, delivery = tmp_path / "export.csv", tmp_path / "2024.csv"
    generate_short_export(export, rows=80, seed=4, dirt=0.1)
    generate_short_export(delivery, rows=40, seed=5, dirt=0)
    shop.split(export)
    shop.deliver(delivery)
    done = shop.run(with_reports=True)
    assert done.marts_built and len(done.deliveries) == 4
    resource = Warehouse(home=str(shop.settings.home), database_url=shop.settings.database_url)
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize([privacy_duties], instance=instance, resources={"warehouse": resource}).success
    assert set(sessions) == {login_name(name, login) for login in (*WORKING, *READING)}
