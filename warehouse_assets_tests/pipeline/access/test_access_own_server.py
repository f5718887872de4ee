"""On the embedded server nothing of a run but its preparation is done by the superuser."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse_assets import database
from warehouse_assets.access.review import last_logins, review_access
from warehouse_assets.database.cluster import SUPERUSER
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import plan_access
from warehouse_assets_tests.commands import run
from warehouse_assets_tests.conftest import remove_warehouse
from warehouse_assets_tests.short_exports import generate_short_export


@pytest.fixture(scope="module")
def home() -> Iterator[Settings]:
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-own-")))
    export = settings.home / "export.csv"
    generate_short_export(export, rows=40, seed=5, dirt=0)
    ordinary = {name: value for name, value in os.environ.items() if not name.startswith(("WAREHOUSE", "DAGSTER"))}
    done = run({**ordinary, "WAREHOUSE_HOME": str(settings.home)}, "run", export, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    yield settings
    remove_warehouse(settings)


def test_a_run_from_nothing_applies_the_policy_by_itself(home: Settings) -> None:
    assert plan_access(home) == []


def test_records_are_written_by_logins_without_power(home: Settings) -> None:
    owners = "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"
    with database.connect(database.ensure_running(home).dagster) as connection:
        assert connection.execute(owners).fetchall() == [("warehouse_dagster",)]
        events = connection.execute("select count(*) from event_logs").fetchone()
    assert events is not None and events[0] > 0


def test_the_review_tells_paths_dates_and_logins(home: Settings) -> None:
    lines = review_access(home)
    found = {(line.login, line.object_name): line for line in lines}
    analyst = found["demo_sales", "mart_sales.sales_by_month"]
    assert (analyst.path, analyst.privileges, analyst.rows) == ("demo_sales > sales_analyst", "SELECT", "all")
    assert analyst.since.startswith("20") and analyst.last_login == "unknown" and analyst.expires.startswith("20")
    assert found["demo_country", "mart_sales.sales_by_country"].rows == "by policy"
    assert found["warehouse_transform", "dw.fct_sales"].privileges == "OWNER"
    assert found["warehouse_ingest", "vault.identities"].last_login.startswith("20")
    assert not [line for line in lines if line.login == "PUBLIC"]
    assert {line.login for line in lines if line.path.endswith("(superuser)")} == {SUPERUSER}
    assert {"warehouse_ingest", "warehouse_transform"} <= set(last_logins(home, "warehouse"))
