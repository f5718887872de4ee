"""Fixtures shared by all tests: a real server, an empty database of one's own, the shop's data."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings

from warehouse_assets.database import DatabaseUrls, ensure_running, stop
from warehouse_assets.database.cluster import base_path
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets_tests.databases import new_database, with_schema
from warehouse_assets_tests.pipeline.debian import debian_server

# A busy machine is slow, and nothing here depends on how fast it is.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


LONGEST_FIRST = ("pipeline/faults", "browser", "pipeline", "integration", "unit")
"""Folders by the time of their files: what is begun last decides when several workers end."""
MEMORY, ROOM = Path("/dev/shm"), 12 << 30
"""The system's folder in memory, and the bytes free in it from which the tests' servers are there."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order of folders; within a folder as always."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(here).as_posix()
        return next(number for number, folder in enumerate(LONGEST_FIRST) if name.startswith(f"{folder}/"))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What is imported by now stays, and is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def server() -> Iterator[DatabaseUrls]:
    """A server for this session (for this worker, with xdist), removed at the end: the embedded one.

    With `WAREHOUSE_TEST_SERVER=debian` it is a plain PostgreSQL server, as a team has one; with `citus` it is the
    cluster of `WAREHOUSE_TEST_CITUS`.
    """
    if os.environ.get("WAREHOUSE_TEST_SERVER") == "citus":
        yield ensure_running(Settings(home=Path("not used"), database_url=os.environ["WAREHOUSE_TEST_CITUS"]))
        return
    if os.environ.get("WAREHOUSE_TEST_SERVER") == "debian":
        with debian_server() as url:
            yield ensure_running(Settings(home=Path("not used"), database_url=url))
        return
    settings = Settings(home=new_home())
    try:
        urls = ensure_running(settings)
        _prefer_speed(urls)
        yield urls
    finally:
        remove_warehouse(settings)


@pytest.fixture
def database(server: DatabaseUrls, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty database on that server, Dagster's records in it too; dropped at the end."""
    with new_database(server, f"test_{uuid.uuid4().hex[:12]}") as url:
        yield Settings(home=tmp_path / "home", database_url=url, dagster_database_url=url)


@pytest.fixture
def prepared_database(server: DatabaseUrls, tmp_path: Path) -> Iterator[Settings]:
    """The same with the schema, for tests of something else than that."""
    with new_database(server, f"test_{uuid.uuid4().hex[:12]}", with_schema(server)) as url:
        yield Settings(home=tmp_path / "home", database_url=url, dagster_database_url=url)


@pytest.fixture(scope="session")
def shop_data() -> Path:
    """The folder of the shop's real exports."""
    folder = Path(os.environ.get("SHOP_DATA_DIR") or PROJECT_ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no shop data: {folder} is absent; set SHOP_DATA_DIR to the folder that holds them")
    return folder


@pytest.fixture(scope="session")
def report_schemas() -> Path:
    """The folder of Microsoft's and Tableau's schemas, which are theirs and not copied here."""
    folder = Path(os.environ.get("REPORT_SCHEMAS_DIR") or PROJECT_ROOT.parent / "shared" / "schemas")
    if not folder.is_dir():
        pytest.skip(f"no schemas: {folder} is absent; set REPORT_SCHEMAS_DIR to the folder that holds them")
    return folder


def new_home() -> Path:
    """In memory where there is room: nothing in it need outlive the session, and databases are many small files."""
    place = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None
    home = Path(tempfile.mkdtemp(prefix="wh-", dir=place))
    home.chmod(0o755)  # the server has an account of its own, if this is root
    return home


def remove_warehouse(settings: Settings) -> None:
    """Stop the embedded server of a home and delete all that belongs to it, wherever it is."""
    stop(settings)
    shutil.rmtree(base_path(settings.home), ignore_errors=True)
    shutil.rmtree(settings.home, ignore_errors=True)


def _prefer_speed(urls: DatabaseUrls) -> None:
    """The data need not outlive the session."""
    with psycopg.connect(urls.warehouse, autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("alter system set max_wal_size = '512MB'")
        connection.execute("select pg_reload_conf()")
