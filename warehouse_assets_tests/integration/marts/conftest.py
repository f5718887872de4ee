"""The database that the tests of the customer mart fill; those of the sales mart prepare their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from warehouse_assets.database import connect
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.marts.customer_mart_shop import prepare


@pytest.fixture
def connection(prepared_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    with connect(prepared_database) as opened:
        prepare(opened)
        yield opened
