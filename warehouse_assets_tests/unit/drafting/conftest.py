"""Files of these tests have a hundred lines, for which DuckDB's second thread only costs: a fifth of its time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from warehouse_assets.ingestion.readers import workspace


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(workspace._SETTINGS, "threads", 1)
        yield
