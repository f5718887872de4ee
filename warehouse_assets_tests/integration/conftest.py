"""A warehouse whose staging the tests of a module fill as they like, in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.deliveries import Connection, cleared, empty_warehouse


@pytest.fixture(scope="module")
def url(server: DatabaseUrls) -> Iterator[str]:
    """A database with the schema and the calendar."""
    with empty_warehouse(server) as url:
        yield url


@pytest.fixture
def shop(url: str) -> Iterator[Connection]:
    """A connection to it, without any delivery."""
    with cleared(url) as connection:
        yield connection
