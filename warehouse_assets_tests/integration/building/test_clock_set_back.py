"""The server's clock may be set back: what is newer than what is not told by it alone."""

from __future__ import annotations

import pytest

from warehouse_assets.building.build_log import record_build
from warehouse_assets.building.marts import MART_SELECTS, are_marts_stale
from warehouse_assets_tests.integration.deliveries import Connection


def build_marts_now(shop: Connection) -> None:
    with shop.transaction():
        for name in MART_SELECTS:
            record_build(shop, name, 0, read_at_start=True)


@pytest.mark.parametrize("back", ["1 microsecond", "1 hour", "10 years"])
def test_marts_are_older_than_a_later_build_and_newer_than_an_earlier_one(shop: Connection, back: str) -> None:
    record_build(shop, "dw.dim_product", 0)
    build_marts_now(shop)
    shop.execute(f"update ops.table_builds set built_at = built_at + interval '{back}'".encode())
    assert not are_marts_stale(shop)
    record_build(shop, "dw.dim_product", 0)
    assert are_marts_stale(shop), "a killed run would leave marts that nobody builds"
    build_marts_now(shop)
    assert not are_marts_stale(shop), "they would be built again and again"
