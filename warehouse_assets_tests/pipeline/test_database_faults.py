"""The database goes away or its disk fills while a run writes: it goes on by itself, or fails saying why."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from warehouse_assets.access import apply_access
from warehouse_assets.assets import patience
from warehouse_assets.database import ensure_running, stop
from warehouse_assets.generation import generate_export
from warehouse_assets.running import RunFailed
from warehouse_assets.settings import Settings
from warehouse_assets_tests.browser.served import wait_until
from warehouse_assets_tests.conftest import remove_warehouse
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import Shop, differing

_WAITING = "select count(*) from pg_locks where relation = to_regclass('{}') and not granted"
_CUT = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> {}"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_PAUSE_SECONDS", 0.2)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    generate_export(path, rows=200, seed=11)
    return path


@contextmanager
def fault(shop: Shop, table: str, happen: Callable[[Shop], object]) -> Iterator[None]:
    """Lets it happen once, when the run in the block waits to write the table: half way through a transaction."""
    wait_until(lambda: shop.one(f"select to_regclass('{table}') is not null"))
    connection = psycopg.connect(str(shop.settings.database_url))
    connection.execute(f"lock table {table} in share row exclusive mode".encode())

    def watch() -> None:
        wait_until(lambda: shop.one(_WAITING.format(table)))
        happen(shop)
        connection.close()

    thread = threading.Thread(target=watch)
    thread.start()
    yield
    thread.join()


def cut_connections(shop: Shop) -> None:
    with shop.connect() as connection:
        connection.execute(_CUT.format("pg_backend_pid()").encode())


@pytest.mark.parametrize("table", ["ops.data_quality", "dw.dim_product", "dw.agg_order_month", "mart_sales.sales_trends"])
def test_a_run_whose_connections_are_cut_goes_on(new_shop: NewShop, export: Path, table: str) -> None:
    """In the middle of loading, of the dimensions, of the months, of a mart."""
    undisturbed, cut = new_shop("undisturbed"), new_shop("cut")
    for shop in (undisturbed, cut):
        apply_access(shop.settings)
        shop.deliver(export)
    undisturbed.run()
    with fault(cut, table, cut_connections):
        cut.run()
    assert differing(undisturbed.contents(), cut.contents()) == {}
