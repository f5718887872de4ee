"""Dagster's pages as people use them: a file dropped, the graph, a backfill, a replay, a failing check, by clicks."""

from __future__ import annotations

import os
import re
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from warehouse_assets.cli.services.processes import free_port
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.database.urls import with_database
from warehouse_assets.settings import Settings
from warehouse_assets_tests.browser.conftest import Screenshot
from warehouse_assets_tests.browser.served import Served, serving, wait_until
from warehouse_assets_tests.short_exports import generate_short_export

SOURCE, FILE = "ecommerce_export", "export.csv"
LAYERS = ("sources", "split", "staging", "dimensions", "facts", "mart_sales")
LINES = "select coalesce(sum(line_count), 0)::int from mart_sales.sales_by_month"


@pytest.fixture(scope="module")
def served(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`warehouse up` on a database of its own, with one file dropped into it that has reached the marts."""
    name = f"pages_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(with_database(server.warehouse, "postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        url = with_database(server.warehouse, name)
        settings = Settings(tmp_path_factory.mktemp("home"), database_url=url, dagster_database_url=url)
        try:
            with serving(settings, free_port()) as served:
                drop(served, FILE, rows=400, seed=3)
                wait_until(lambda: is_loaded(served))
                yield served
        finally:
            connection.execute(f"drop database {name} with (force)".encode())


def drop(served: Served, name: str, rows: int, seed: int) -> Path:
    folder = served.settings.incoming_path / SOURCE
    folder.mkdir(parents=True, exist_ok=True)
    generate_short_export(folder / name, rows=rows, seed=seed)
    return folder / name


def is_loaded(served: Served) -> bool:
    """Whether the marts hold rows and nothing is under way."""
    runs = served.runs()
    return any(run["jobName"] == "build" for run in runs) and all(run["status"] == "SUCCESS" for run in runs)


def known(served: Served) -> set[str]:
    return {run["runId"] for run in served.runs()}


def open_asset(served: Served, page: Page, key: str, view: str = "overview") -> None:
    page.goto(f"{served.url}/assets/{key}?view={view}")


def press_materialize(page: Page) -> None:
    page.get_by_role("button", name="Materialize").first.click()


def test_a_dropped_file_has_reached_the_marts_by_itself(served: Served) -> None:
    assert served.one(LINES) > 300
    assert {run["jobName"] for run in served.runs()} == {"load_deliveries", "build"}


def test_the_graph_reads_from_left_to_right(served: Served, page: Page, screenshot: Screenshot) -> None:
    page.goto(f"{served.url}/asset-groups/")
    places = []
    for layer in LAYERS:
        box = page.locator("svg foreignObject").get_by_text(layer, exact=True).first
        expect(box).to_be_visible()
        places.append((box.bounding_box() or {})["x"])
    screenshot("groups")
    assert places == sorted(set(places))


def test_an_asset_tells_what_it_holds(served: Served, page: Page, screenshot: Screenshot) -> None:
    open_asset(served, page, "mart_sales/sales_by_month")
    for text in (
        "Grain: one row per shop (All shops too), month and currency",
        "Read by transform, data_engineer",
        "data-engineering",
        "First day of the month",
        "privacy: none",
    ):
        expect(page.get_by_text(text).first).to_be_visible()
    screenshot("asset")


def test_one_asset_is_materialized(served: Served, page: Page) -> None:
    before = known(served)
    open_asset(served, page, "mart_sales/sales_by_country")
    press_materialize(page)
    assert served.wait_for_new_run(before)["status"] == "SUCCESS"


def choose_months(served: Served, page: Page, months: str) -> None:
    """Opens the launch of fct_sales with the months that a person types."""
    open_asset(served, page, "dw/fct_sales", "partitions")
    press_materialize(page)
    page.get_by_text("Show all partitions").click()
    box = page.get_by_placeholder(re.compile(r"ex: \d{4}")).last
    box.fill(months)
    box.press("Enter")
    box.blur()


def test_36_months_are_one_run(served: Served, page: Page, screenshot: Screenshot) -> None:
    before = known(served)
    choose_months(served, page, "[2021-01-01...2023-12-01]")
    expect(page.get_by_text("36 partitions").first).to_be_visible()
    screenshot("range")
    page.get_by_role("button", name="Launch").click()
    run = served.wait_for_new_run(before, asset_partition_range_start="2021-01-01")
    assert (run["status"], run["tags"]["dagster/asset_partition_range_end"]) == ("SUCCESS", "2023-12-01")


def test_one_month_alone_is_built(served: Served, page: Page, screenshot: Screenshot) -> None:
    built = "select partition_name from ops.table_builds where table_name = 'dw.fct_sales' order by built_at desc"
    before = known(served)
    choose_months(served, page, "2021-02-01")
    expect(page.get_by_text("1 partition").first).to_be_visible()
    screenshot("month")
    page.get_by_role("button", name="Launch").click()
    assert served.wait_for_new_run(before)["status"] == "SUCCESS"
    assert served.one(built) == "2021-02"


def replay(page: Page, key: str) -> None:
    press_materialize(page)
    page.get_by_text("Select a partition or create one").click()
    page.get_by_role("menuitem").filter(has_text=key).click()
    page.get_by_text("Launch runs to materialize").click()
    page.get_by_role("button", name="Launch").click()


def test_a_delivery_is_replayed_and_one_that_is_gone_says_so(
    served: Served, page: Page, screenshot: Screenshot
) -> None:
    key = f"{SOURCE}/{FILE}"
    before = known(served)
    open_asset(served, page, "staging/sales")
    replay(page, key)
    assert served.wait_for_new_run(before, partition=key)["status"] == "SUCCESS"
    kept = (served.settings.incoming_path / SOURCE / FILE).rename(served.settings.home / FILE)
    before = known(served)
    open_asset(served, page, "staging/sales")
    replay(page, key)
    run = served.wait_for_new_run(before, partition=key)
    kept.rename(served.settings.incoming_path / SOURCE / FILE)
    assert run["status"] == "FAILURE"
    page.goto(f"{served.url}/runs/{run['runId']}")
    expect(page.get_by_text(re.compile("Its file is gone")).first).to_be_visible()
    screenshot("gone")


def test_a_failing_check_shows_its_rows(served: Served, page: Page, screenshot: Screenshot) -> None:
    """The mart would no longer equal its facts."""
    spoil = "update dw.agg_country_month set net_revenue_amount = net_revenue_amount + 1"
    with psycopg.connect(str(served.settings.database_url), autocommit=True) as connection:
        connection.execute(spoil)
    before = known(served)
    open_asset(served, page, "mart_sales/sales_by_month")
    press_materialize(page)
    assert served.wait_for_new_run(before)["status"] == "FAILURE"
    open_asset(served, page, "mart_sales/sales_by_month", "checks")
    page.get_by_text("equals_facts").first.click()
    expect(page.get_by_text("Failed").first).to_be_visible()
    expect(page.get_by_text("facts_net_amount").first).to_be_visible()
    screenshot("check")
    with psycopg.connect(str(served.settings.database_url), autocommit=True) as connection:
        connection.execute(spoil.replace("+ 1", "- 1"))


def test_killed_services_come_back_and_go_on(served: Served) -> None:
    """kill -9 of web server, daemon, code server and dashboard; then another file, loaded without a hand."""
    before = served.children()
    assert set(before) == {"dagster", "daemon", "code", "dashboard"}
    lines = served.one(LINES)
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    wait_until(
        lambda: set(served.children()) == set(before) and not set(served.children().values()) & set(before.values())
    )
    drop(served, "second.csv", rows=200, seed=9)
    wait_until(lambda: served.one(LINES) > lines)
