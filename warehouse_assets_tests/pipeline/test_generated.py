"""Generated exports: equal to an independent computation, split or not, corrected, as of an earlier day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from warehouse_assets.cli.runner import RunFailed
from warehouse_assets.generation import generate_export
from warehouse_assets_tests.oracle import RawFile
from warehouse_assets_tests.pipeline.conftest import NewShop
from warehouse_assets_tests.pipeline.shop import Shop, differing
from warehouse_assets_tests.short_exports import generate_short_export


def test_generated_export_equals_an_independent_computation(unprepared_shop: Shop, tmp_path: Path) -> None:
    shop, export = unprepared_shop, tmp_path / "export.csv"
    generate_export(export, rows=3_000, seed=8, dirt=2.0)
    shop.split(export)
    shop.run()
    assert shop.differences_from_oracle([RawFile(export)], datetime.now(UTC).date()) == {}
    # The oracle cannot hash: it knows products by what they are called, the marts by the dimension's keys.
    strangers = (
        "select count(*) from mart_sales.product_sales as mart left join dw.dim_product as products"
        " using (product_key, product_name, category, subcategory) where products.product_key is null"
    )
    assert shop.one(strangers) == 0
    assert shop.one("select count(distinct product_key) from mart_sales.product_sales") == shop.one(
        "select count(*) from (select distinct product_name, category, subcategory from mart_sales.product_sales) as p"
    )


def test_the_split_makes_no_difference(new_shop: NewShop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_export(export, rows=800, seed=9, months=18)
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
        generate_export(path, rows=600, seed=seed, months=18)
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


def test_an_export_with_a_header_only_loads_nothing_and_fails_nothing(shop: Shop, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_export(export, rows=1, seed=1)
    header = export.read_text(encoding="utf-8").splitlines(keepends=True)[0]
    export.write_text(header, encoding="utf-8")
    shop.split(export)
    record = shop.run()
    assert len(record.deliveries) == 3
    assert shop.one("select sum(rows_read)::int from ops.ingested_files") == 0
    assert shop.one("select count(*) from mart_sales.sales_by_month") == 0


def test_one_bad_file_stops_no_other_and_is_named(shop: Shop, tmp_path: Path) -> None:
    good, bad, empty = tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "empty.csv"
    generate_short_export(good, rows=300, seed=1)
    bad.write_text(good.read_text(encoding="utf-8").replace(",Price,", ",Prix,", 1), encoding="utf-8")
    empty.touch()
    shop.split(good, bad, empty)
    with pytest.raises(RunFailed) as failure:
        shop.run()
    assert "'price' is missing" in str(failure.value).lower()
    assert "empty.csv: is empty" in str(failure.value)
    assert shop.one("select count(*) from ops.ingested_files where delivery_status = 'current'") == 3
    assert shop.one("select count(*) from mart_sales.sales_by_month") > 0
