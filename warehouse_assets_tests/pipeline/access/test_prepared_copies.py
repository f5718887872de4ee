"""The warehouses that other tests begin with are as a first command leaves one."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets.startup import preparation
from warehouse_assets_tests.databases import is_cluster
from warehouse_assets_tests.pipeline.shop import Shop, differing
from warehouse_assets_tests.prepared import prepared_warehouse


@pytest.mark.skipif(is_cluster(), reason="a database on a cluster is no copy of another one")
def test_a_copy_differs_in_nothing_from_a_first_one(
    server: DatabaseUrls, unprepared_shop: Shop, tmp_path: Path
) -> None:
    preparation.prepare_warehouse(unprepared_shop.settings)
    for number in range(2):
        with prepared_warehouse(server, "copied", tmp_path / str(number)) as settings:
            assert preparation.plan_access(settings) == []
            with preparation.connect_as(settings, "transform") as connection:
                assert preparation._is_prepared(connection, settings)
            assert differing(unprepared_shop.contents(), Shop(settings).contents()) == {}
