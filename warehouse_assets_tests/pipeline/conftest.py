"""Fixtures of whole warehouses."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets.orchestration import sensors, watching
from warehouse_assets.pseudonyms.secret import SECRET_FILE
from warehouse_assets.settings import Settings
from warehouse_assets_tests.daemon import Daemon
from warehouse_assets_tests.databases import new_database
from warehouse_assets_tests.pipeline.shop import Shop, unrecorded
from warehouse_assets_tests.prepared import prepared_warehouse
from warehouse_assets_tests.short_exports import generate_short_export

_NUMBERS = count()
NewShop = Callable[[str], Shop]


@pytest.fixture(scope="session", autouse=True)
def everybody_kept() -> Iterator[None]:
    """Made-up people are of fixed years: on no day that the tests run may retention leave them out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE_VAULT_RETENTION_DAYS", "36500")
        yield


@pytest.fixture
def shop(server: DatabaseUrls, tmp_path: Path) -> Iterator[Shop]:
    """A warehouse without any file, prepared as by a first command."""
    with prepared_warehouse(server, "shop", tmp_path / "home") as settings:
        yield Shop(settings)


@pytest.fixture
def unprepared_shop(database: Settings) -> Shop:
    """One that no command has entered: its database is empty."""
    return Shop(database)


@pytest.fixture(scope="module")
def module_shop(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A prepared warehouse for all tests of a module, which do not change it."""
    with prepared_warehouse(server, "module_shop", tmp_path_factory.mktemp("home")) as settings:
        yield Shop(settings)


@pytest.fixture(scope="module")
def unprepared_module_shop(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One that no command has entered, for all tests of a module."""
    with new_database(server, f"module_{os.getpid()}_{next(_NUMBERS)}") as url:
        home = tmp_path_factory.mktemp("home")
        yield Shop(Settings(home=home, database_url=url, dagster_database_url=url))


@pytest.fixture
def new_shop(server: DatabaseUrls, tmp_path: Path) -> Iterator[NewShop]:
    """Makes further warehouses by name, prepared; all share one secret, so that their keys can be compared."""
    secret, numbers = os.urandom(32).hex(), count(1)
    with ExitStack() as stack:

        def make(name: str) -> Shop:
            place = prepared_warehouse(server, f"shop_{next(numbers)}", tmp_path / name)
            shop = Shop(stack.enter_context(place))
            give_secret(shop.settings.home, secret)
            return shop

        yield make


@pytest.fixture
def new_unprepared_shop(server: DatabaseUrls, tmp_path: Path) -> Iterator[NewShop]:
    """The same, each as no command has entered it."""
    secret = os.urandom(32).hex()
    with ExitStack() as stack:

        def make(name: str) -> Shop:
            url = stack.enter_context(new_database(server, f"shop_{os.getpid()}_{name}"))
            return shop_with(secret, tmp_path / name, url)

        yield make


def shop_with(secret: str, home: Path, url: str) -> Shop:
    """An empty warehouse whose keys are those of all others with this secret."""
    give_secret(home, secret)
    return Shop(Settings(home=home, database_url=url, dagster_database_url=url))


def give_secret(home: Path, secret: str) -> None:
    """The secret of a home that has none yet."""
    path = home / "secrets" / SECRET_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(secret)
    path.chmod(0o600)


@pytest.fixture
def daemon(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    clock = [time.time()]
    monkeypatch.setattr(watching, "WATCH_SECONDS", 0.0)
    monkeypatch.setattr(sensors, "time", type("Clock", (), {"time": lambda: clock[0], "monotonic": time.monotonic}))
    with unrecorded() as instance:
        yield Daemon(shop, instance, clock)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    generate_short_export(path, rows=300, seed=3)
    return path
