"""Loading begins with the schema."""

from __future__ import annotations

import pytest

from warehouse_assets.settings import Settings


@pytest.fixture
def database(prepared_database: Settings) -> Settings:
    """With the schema."""
    return prepared_database
