"""Files in any order, late, twice or corrected: the warehouse is what one load of all of them gives."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse_assets.generation import generate_months
from warehouse_assets_tests.oracle import RawFile
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import Shop, differing


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return generate_months(tmp_path_factory.mktemp("months"), rows=1_500, seed=3, months=12)


def test_monthly_files_one_by_one_in_any_order_equal_all_at_once(months: list[Path], new_shop: NewShop) -> None:
    together, one_by_one = new_shop("together"), new_shop("one_by_one")
    together.deliver(*months)
    together.run()
    for month in random.Random(5).sample(months, len(months)):
        one_by_one.deliver(month)
        one_by_one.run()
    assert differing(together.contents(), one_by_one.contents()) == {}
    assert together.differences_from_oracle(map(RawFile, months), datetime.now(UTC).date()) == {}


def test_a_late_file_rebuilds_only_the_months_that_it_touches(months: list[Path], shop: Shop) -> None:
    shop.deliver(*months[:4], *months[5:])
    shop.run()
    with shop.connect() as connection:
        before = dict(
            connection.execute(
                "select partition_name, build_id from ops.table_builds where table_name = 'dw.fct_sales'"
            ).fetchall()
        )
    shop.deliver(months[4])
    record = shop.run()
    with shop.connect() as connection:
        after = dict(
            connection.execute(
                "select partition_name, build_id from ops.table_builds where table_name = 'dw.fct_sales'"
            ).fetchall()
        )
        touched = {
            row[0]
            for row in connection.execute(
                "select distinct date_trunc('month', s.sale_date::timestamp)::date from staging.sales as s"
                " inner join ops.ingested_files as f on s.file_key = f.file_key where f.file_name = %s",
                [months[4].name],
            )
        }
    rebuilt = {name for name in after if after[name] != before.get(name)}
    assert rebuilt == {f"{month:%Y-%m}" for month in record.months}
    assert touched <= set(record.months)
    assert len(record.months) < len(after)
