"""Files in any order, late, twice or corrected: the warehouse is what one load of all of them gives."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from warehouse_assets.generation import generate_export, generate_months
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


def test_generated_export_equals_an_independent_computation(shop: Shop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_export(export, rows=3_000, seed=8, dirt=2.0)
    shop.split(export)
    shop.run()
    assert shop.differences_from_oracle([RawFile(export)], datetime.now(UTC).date()) == {}


def test_the_split_makes_no_difference(new_shop: NewShop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_export(export, rows=800, seed=9)
    split, whole = new_shop("split"), new_shop("whole")
    split.split(export)
    split.run()
    whole.deliver(export)
    whole.run()
    differences = differing(split.contents(), whole.contents())
    assert [name for name in differences if name.startswith(("dw.", "mart_"))] == []


def test_a_correction_replaces_and_equals_a_fresh_load(new_shop: NewShop, tmp_path: Path) -> None:
    wrong, right = tmp_path / "a" / "export.csv", tmp_path / "b" / "export.csv"
    for path, seed in ((wrong, 1), (right, 2)):
        path.parent.mkdir()
        generate_export(path, rows=600, seed=seed)
    corrected, fresh = new_shop("corrected"), new_shop("fresh")
    for export in (wrong, right):
        corrected.split(export)
        corrected.run()
    fresh.split(right)
    fresh.run()
    differences = differing(corrected.contents(), fresh.contents())
    differences.pop("ops.ingested_files", None)  # keeps the history of the replaced deliveries
    differences.pop("ops.table_builds", None)  # keeps months that are empty now
    assert differences == {}


def test_an_as_of_date_ignores_what_is_later_and_the_next_run_sees_all(shop: Shop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_export(export, rows=1_000, seed=4)
    shop.split(export)
    shop.run()
    before = {name: rows for name, rows in shop.contents().items() if name.startswith("mart_")}
    shop.run(as_of=date(2022, 6, 15))
    assert shop.one("select max(month) from mart_sales.sales_by_month") == date(2022, 6, 1)
    assert shop.one("select max(as_of_date) from mart_sales.sales_by_month") <= date(2022, 6, 15)
    accepted = "select sum(net_amount) from dw.fct_sales where sale_date <= '2022-06-15'"
    assert shop.one("select sum(net_revenue_amount) from mart_sales.sales_by_month") == shop.one(accepted)
    shop.run()
    after = {name: rows for name, rows in shop.contents().items() if name.startswith("mart_")}
    assert differing(before, after) == {}
