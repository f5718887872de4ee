"""A home of the oldest version that can be upgraded: its data stay, and its marts equal those of a new home."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.pseudonyms.secret import SECRET_FILE
from warehouse_assets_tests.databases import is_cluster
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import differing
from warehouse_assets_tests.upgrade.restoring import SECRET, oldest_export, restore_oldest

ROWS = 238
"""Accepted sales of the dump."""


@pytest.mark.skipif(
    is_cluster(), reason="the oldest version knew no cluster, and its dump replaces the schema of Citus"
)
def test_a_home_of_the_oldest_version_is_upgraded(new_unprepared_shop: NewShop, tmp_path: Path) -> None:
    export = tmp_path / "old240.csv"
    export.write_bytes(oldest_export())
    old, new = new_unprepared_shop("old"), new_unprepared_shop("new")
    for shop in (old, new):
        (shop.settings.secrets_path / SECRET_FILE).write_text(SECRET)
    restore_oldest(str(old.settings.database_url))
    with old.connect() as connection:
        # as if it had been loaded today, as the new one is
        connection.execute(b"update ops.ingested_files set exported_on = current_date")
    assert old.one("select sum(sales_loaded) from ops.ingested_files") == ROWS
    for shop in (old, new):
        shop.split(export)
        shop.run()
    found = differing(old.contents(), new.contents())
    assert found.keys() <= {"ops.fingerprints"}, found
    assert old.one("select count(*) from dw.fct_sales") == ROWS
