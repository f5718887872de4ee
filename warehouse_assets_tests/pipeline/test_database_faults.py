"""The database goes away or its disk fills while a run writes: it goes on by itself, or fails saying why."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from warehouse_assets.cli.runner import RunFailed
from warehouse_assets.database import DatabaseError, DatabaseUrls, ensure_running, status, stop
from warehouse_assets.orchestration.assets import step_retries
from warehouse_assets.settings import Settings
from warehouse_assets_tests.browser.served import wait_until
from warehouse_assets_tests.conftest import remove_warehouse
from warehouse_assets_tests.databases import is_cluster, new_database
from warehouse_assets_tests.pipeline.conftest import give_secret, shop_with
from warehouse_assets_tests.pipeline.shop import Shop, differing
from warehouse_assets_tests.prepared import prepared_warehouse
from warehouse_assets_tests.short_exports import generate_short_export

SECRET = "5e" * 32
_FAULT = "of a test"
"""Name of the sessions that make faults, and so are spared by them."""
_CUT = f"""
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and application_name <> '{_FAULT}'
"""
_WAITING = "select count(*) from pg_locks where relation = '{}'::regclass and not granted"
_MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_retries, "FIRST_PAUSE_SECONDS", 0.2)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "export.csv"
    generate_short_export(path, rows=150, seed=11)
    return path


@contextmanager
def shop_of(server: DatabaseUrls, name: str, home: Path) -> Iterator[Shop]:
    """A prepared warehouse; all have one secret, so that they can be compared."""
    with prepared_warehouse(server, name, home) as settings:
        give_secret(home, SECRET)
        yield Shop(settings)


@pytest.fixture(scope="module")
def undisturbed(
    server: DatabaseUrls, export: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, list[str]]:
    """What a warehouse of the export holds."""
    with shop_of(server, "undisturbed", tmp_path_factory.mktemp("undisturbed") / "home") as shop:
        shop.deliver(export)
        shop.run()
        return shop.contents()


@pytest.fixture(scope="module")
def own_server() -> Iterator[Settings]:
    """The home of a server that no other test uses."""
    if is_cluster():
        pytest.skip("a server of this test's own is no cluster")
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-own-")))
    ensure_running(settings)
    try:
        yield settings
    finally:
        remove_warehouse(settings)


@contextmanager
def fault(shop: Shop, table: str, happen: Callable[[], object]) -> Iterator[None]:
    """Lets it happen once, when the run in the block comes to write the table: half way through a transaction."""
    with spared(shop) as holder, spared(shop, autocommit=True) as watcher:
        holder.execute(f"lock table {table} in share row exclusive mode".encode())

        def watch() -> None:
            wait_until(lambda: watcher.execute(_WAITING.format(table).encode()).fetchone() != (0,))
            happen()
            holder.close()

        thread = threading.Thread(target=watch)
        thread.start()
        yield
        thread.join()


def spared(shop: Shop, *, autocommit: bool = False) -> psycopg.Connection[Any]:
    """A session that no cut meets."""
    return psycopg.connect(str(shop.settings.database_url), application_name=_FAULT, autocommit=autocommit)


def cut(shop: Shop) -> None:
    """Ends every session of the database, as an administrator or a failing network does."""
    with spared(shop) as connection:
        connection.execute(_CUT.encode())


def test_a_run_whose_connections_are_cut_goes_on(
    server: DatabaseUrls, export: Path, undisturbed: Mapping[str, list[str]], tmp_path: Path
) -> None:
    """Four times: while it loads, builds the dimensions, a month, a mart."""
    with shop_of(server, "cut", tmp_path / "home") as shop, ExitStack() as faults:
        shop.run()
        shop.deliver(export)
        for table in ("ops.data_quality", "dw.dim_product", "dw.agg_order_month", "mart_sales.sales_trends"):
            faults.enter_context(fault(shop, table, lambda: cut(shop)))
        shop.run()
        assert differing(undisturbed, shop.contents()) == {}


@pytest.mark.parametrize("away", [0.0, 3.0])
def test_a_run_outlives_a_server_that_goes_away(
    own_server: Settings, export: Path, undisturbed: Mapping[str, list[str]], tmp_path: Path, away: float
) -> None:
    """It restarts at once, or is away for a tenth of what the pauses of a run add up to, which are shorter here too."""

    def restart() -> None:
        stop(own_server)
        time.sleep(away)
        ensure_running(own_server)

    with shop_of(ensure_running(own_server), "restarted", tmp_path / "home") as shop:
        shop.run()
        shop.deliver(export)
        with fault(shop, "dw.agg_order_month", restart):
            shop.run()
        assert differing(undisturbed, shop.contents()) == {}


@contextmanager
def small_disk(owner: Path) -> Iterator[Path]:
    """A file system of 48 MB, of the account that owns `owner`."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    try:
        if mounted.returncode:
            pytest.skip(f"no small disk here: {mounted.stderr.strip()}")
        os.chown(folder, owner.stat().st_uid, owner.stat().st_gid)
        yield folder
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def tablespace(urls: DatabaseUrls, folder: Path) -> Iterator[str]:
    """A database whose tables are in the folder; its log of changes is elsewhere."""
    with psycopg.connect(urls.warehouse, autocommit=True) as connection:
        connection.execute(f"create tablespace small location '{folder}'".encode())
        try:
            with new_database(urls, "small") as url:
                connection.execute(b"alter database small set tablespace small")
                yield url
        finally:
            connection.execute(b"drop tablespace small")


def test_a_full_disk_fails_the_run_which_says_so_and_leaves_nothing(
    own_server: Settings, export: Path, undisturbed: Mapping[str, list[str]], tmp_path: Path
) -> None:
    data = status(own_server).data_path
    assert data is not None
    with small_disk(data) as disk, tablespace(ensure_running(own_server), disk) as url:
        shop = shop_with(SECRET, tmp_path / "home", url)
        shop.run()
        before = shop.contents()
        shop.deliver(export)
        filler = disk / "filler"
        room = os.statvfs(disk)
        filler.write_bytes(bytes(room.f_bavail * room.f_frsize))
        # Even a new session may need room, so that the run does not get as far as its first step.
        with pytest.raises((RunFailed, DatabaseError), match=r"disk is full\. Free some space, then run again"):
            shop.run()
        filler.unlink()
        # The database may know by now which secret it goes with, and nothing else.
        assert differing(before, shop.contents()).keys() <= {"ops.fingerprints"}
        shop.run()
        assert differing(undisturbed, shop.contents()) == {}
