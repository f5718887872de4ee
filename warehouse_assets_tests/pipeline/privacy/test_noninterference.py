"""Who the people are makes no difference: with every identity replaced, each mart is the same, row for row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warehouse_assets.generation import generate_export
from warehouse_assets.pseudonyms.secret import SECRET_FILE
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.privacy.identities import SWAPPED, swap_identities
from warehouse_assets_tests.pipeline.shop import Shop, differing


def marts(shop: Shop) -> dict[str, list[str]]:
    return {name: rows for name, rows in shop.contents().items() if name.startswith("mart_")}


def assert_identities_do_not_matter(export: Path, new_shop: NewShop, tmp_path: Path) -> None:
    swapped = tmp_path / "swapped" / export.name
    maps = swap_identities(export, swapped, seed=11)
    assert all(old != new for name in SWAPPED for old, new in maps[name].items() if old)
    as_it_is, others = new_shop("as_it_is"), new_shop("others")
    (others.settings.home / "secrets" / SECRET_FILE).write_text(os.urandom(32).hex())
    for shop, file in ((as_it_is, export), (others, swapped)):
        shop.split(file)
        shop.run()
    assert differing(marts(as_it_is), marts(others)) == {}
    assert all(marts(as_it_is).values())
    keys = (
        "select string_agg(customer_key::text, ',' order by customer_key) from dw.dim_customer where customer_key >= 0"
    )
    assert as_it_is.one(keys) != others.one(keys)


def test_identities_do_not_matter_in_the_file_of_the_brief(shop_data: Path, new_shop: NewShop, tmp_path: Path) -> None:
    assert_identities_do_not_matter(shop_data / "ecommerce" / "ecommerce.csv", new_shop, tmp_path)


@pytest.mark.parametrize("seed", [3])
def test_identities_do_not_matter_in_generated_data(seed: int, new_shop: NewShop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_export(export, rows=2_500, seed=seed, dirt=3.0)
    assert_identities_do_not_matter(export, new_shop, tmp_path)
