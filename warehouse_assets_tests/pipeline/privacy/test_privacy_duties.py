"""The daily job: open requests are answered, what is over its time goes, and the checks say so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg

from warehouse_assets.orchestration.assets.privacy import privacy_duties
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.privacy.requests import log_request
from warehouse_assets.startup.privacy_session import privacy_session
from warehouse_assets_tests.pipeline.shop import SOURCE, Shop
from warehouse_assets_tests.short_exports import generate_short_export

RECEIVED = date(2026, 1, 1)
"""Long enough ago for every deadline to be over."""


def run_duties(shop: Shop) -> dg.ExecuteInProcessResult:
    resource = Warehouse(home=str(shop.settings.home), database_url=shop.settings.database_url)
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize([privacy_duties], instance=instance, resources={"warehouse": resource})


def outcomes(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    found = [evaluation for evaluation in result.get_asset_check_evaluations() if evaluation.check_name != "schema"]
    return {evaluation.check_name: bool(evaluation.passed) for evaluation in found}


def test_a_logged_request_is_answered_and_the_checks_hold(shop: Shop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_short_export(export, rows=100, seed=4, dirt=0)
    shop.split(export)
    shop.run()
    number = export.read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    with privacy_session(shop.settings) as session:
        person = session.person(SOURCE, number)
        log_request(session.connection, session.tombstones, person, "erasure", RECEIVED)
    result = run_duties(shop)
    assert result.success
    assert outcomes(result) == {"nothing_overdue": True, "answered_in_time": True}
    assert shop.one("select outcome from governance.requests") is not None
    assert shop.one(f"select count(*) from staging.customers where customer_key = {person.customer_key}") == 0
    shop.run()
    assert shop.one(f"select count(*) from dw.dim_customer where customer_key = {person.customer_key}") == 0
    with privacy_session(shop.settings) as session:
        log_request(session.connection, session.tombstones, session.person(SOURCE, "x"), "rectification", RECEIVED)
    assert outcomes(run_duties(shop)) == {"nothing_overdue": True, "answered_in_time": False}
