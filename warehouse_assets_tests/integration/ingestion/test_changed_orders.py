"""Orders without line numbers that a later delivery tells otherwise: both lines count and are told, or the later."""

from __future__ import annotations

import pytest

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.cli.summary import _outcomes
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import TODAY, loading, own_source

EXPORTED_ON = "exported_on = '(?P<year>\\d{4})-(?P<month>\\d{2})-(?P<day>\\d{2})'\n"
TABLE = '[tables.lines]\nfiles = ["*.csv"]\n'
SALES = """
select source_line, number as order_id, line as line_number, product as product_name, day as sold_at,
    pieces as quantity, price as unit_price
from lines
"""
HEADER = "number,line,product,day,pieces,price\n"
FIRST = "A,,Lamp,2023-05-01,1,10\nA,,Mug,2023-05-01,1,4\nB,,Mug,2023-05-02,1,4\nC,7,Pot,2023-05-03,1,20\n"
LATER = "A,,Lamp,2023-05-01,2,10\nA,,Mug,2023-05-01,1,4\nC,7,Pot,2023-05-03,3,20\nC,8,Pot,2023-05-03,1,20\n"
"""Two lamps instead of one; a numbered line with three pots, and another one of the same product."""


def facts(database: Settings, toml: str) -> tuple[list[tuple[str, int]], dict[str, int]]:
    """Products and pieces in the fact, and the contradicted rows of each delivery."""
    settings = own_source(database, "shop", toml + TABLE, sales=SALES)
    with loading(settings, "shop") as shop:
        ensure_dates(shop.connection, settings.first_month)
        shop.put("2023-06-01.csv", HEADER + FIRST)
        shop.put("2023-06-15.csv", HEADER + LATER)
        shop.load(TODAY)
        build_all(shop.connection)
        sold = shop.rows("dw.fct_sales join dw.dim_product using (product_key)", "product_name, quantity::int")
        told = "select file_name, sum(contradicted_count)::int from ops.record_outcomes join ops.ingested_files"
        rows = shop.connection.execute(f"{told} using (file_key) group by file_name".encode()).fetchall()
    return sold, dict(rows)


def test_a_changed_line_counts_beside_the_old_one_and_is_told(database: Settings) -> None:
    sold, contradicted = facts(database, EXPORTED_ON)
    assert sold == [("Lamp", 1), ("Lamp", 2), ("Mug", 1), ("Mug", 1), ("Pot", 1), ("Pot", 3)]
    assert contradicted == {"2023-06-01.csv": 1, "2023-06-15.csv": 1}


def test_whole_orders_of_a_later_export_replace_the_older_ones(database: Settings) -> None:
    sold, contradicted = facts(database, EXPORTED_ON + "whole_orders = true\n")
    assert sold == [("Lamp", 2), ("Mug", 1), ("Mug", 1), ("Pot", 1), ("Pot", 3)]
    assert set(contradicted.values()) == {0}


def outcome(database: Settings, toml: str, *lines: tuple[str, str]) -> tuple[list[str], int]:
    """Products sold and the contradicted rows, of exports by day, each with the lines of its file."""
    select = SALES.replace("day as sold_at", "day as sold_at, buyer as customer_id")
    settings = own_source(database, "shop", EXPORTED_ON + toml + TABLE, sales=select)
    with loading(settings, "shop") as shop:
        ensure_dates(shop.connection, settings.first_month)
        for day, text in lines:
            shop.put(f"{day}.csv", f"{HEADER.strip()},buyer\n{text}")
        shop.load(TODAY)
        build_all(shop.connection)
        sold = shop.rows("dw.fct_sales join dw.dim_product using (product_key)", "product_name")
        told = shop.one("select sum(contradicted_count)::int from ops.record_outcomes")
    return [name for (name,) in sold], told


def test_a_numbered_line_that_a_whole_order_lacks_is_removed(database: Settings) -> None:
    older = "C,7,Pot,2023-05-03,1,20,c1\nC,8,Cup,2023-05-03,1,20,c1\nD,1,Mug,2023-05-03,1,4,c1\n"
    later = "C,7,Pot,2023-05-03,1,20,c1\n"
    found = outcome(database, "whole_orders = true\n", ("2023-06-01", older), ("2023-06-15", later))
    assert found == (["Mug", "Pot"], 0)


def test_equal_lines_of_a_whole_order_all_count(database: Settings) -> None:
    text = "C,1,Pot,2023-05-03,1,20,c1\nC,2,Pot,2023-05-03,1,20,c1\n"
    found = outcome(database, "whole_orders = true\n", ("2023-06-01", text), ("2023-06-15", text))
    assert found == (["Pot", "Pot"], 0)


def test_whole_orders_whose_numbers_begin_again_are_told(database: Settings) -> None:
    older, later = "1,,Lamp,2022-05-01,1,10,\n", "1,,Pot,2023-05-01,1,10,\n"
    found = outcome(database, "whole_orders = true\n", ("2022-12-31", older), ("2023-08-31", later))
    assert found == (["Pot"], 1)


def test_a_later_return_is_no_number_that_begins_again(database: Settings) -> None:
    older = "1,,Lamp,2023-01-01,1,10,\n"
    later = older + "1,,Pot,2023-05-01,1,10,\n"
    found = outcome(database, "whole_orders = true\n", ("2023-01-31", older), ("2023-08-31", later))
    assert found == (["Lamp", "Pot"], 0)


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ("1,1,Mug,2023-05-01,1,4,new@shop.example\n", 0),
        ("1,1,Pot,2023-05-01,1,4,new@shop.example\n", 1),
        ("1,1,Mug,2023-07-01,1,4,new@shop.example\n", 1),
    ],
)
def test_a_new_address_alone_is_no_other_customer_of_a_numbered_line(database: Settings, later: str, told: int) -> None:
    older = "1,1,Mug,2023-05-01,1,4,old@shop.example\n"
    assert outcome(database, "", ("2023-06-01", older), ("2023-08-31", later))[1] == told


def test_numbers_that_begin_again_are_told(database: Settings) -> None:
    """Order 1 of two years is one order; a numbered line replaces that of the other year."""
    select = SALES.replace("day as sold_at", "day as sold_at, buyer as customer_id")
    settings = own_source(database, "shop", EXPORTED_ON + TABLE, sales=select)
    with loading(settings, "shop") as shop:
        ensure_dates(shop.connection, settings.first_month)
        head = HEADER.strip() + ",buyer\n"
        shop.put("2022-12-31.csv", head + "1,,Lamp,2022-05-01,1,10,c1\n2,1,Mug,2022-05-01,1,10,c1\n")
        shop.put("2023-08-31.csv", head + "1,,Pot,2023-05-01,1,10,c2\n2,1,Cup,2023-05-01,1,10,c2\n")
        shop.load(TODAY)
        build_all(shop.connection)
        assert shop.one("select sum(contradicted_count)::int from ops.record_outcomes") == 3
        assert shop.one("select count(distinct order_key) from dw.fct_sales") == 2


@pytest.mark.parametrize("line", ["", "1"])
def test_a_file_of_refunds_pays_back_and_contradicts_nothing(database: Settings, line: str) -> None:
    toml = 'refund_files = ["back-*.csv"]\n' + TABLE
    settings = own_source(database, "shop", toml, sales=SALES)
    with loading(settings, "shop") as shop:
        ensure_dates(shop.connection, settings.first_month)
        shop.put("sold-1.csv", HEADER + f"A,{line},Lamp,2023-05-01,3,10\n")
        shop.put("back-1.csv", HEADER + f"A,{line},Lamp,2023-05-09,1,10\n")
        shop.load(TODAY)
        build_all(shop.connection)
        assert shop.one("select sum(net_amount)::int from dw.fct_sales") == 20
        assert shop.one("select sum(net_amount)::int from dw.fct_sales where is_return") == -10
        assert shop.one("select sum(contradicted_count)::int from ops.record_outcomes") == 0


def test_odd_orders_of_one_delivery_are_told(database: Settings) -> None:
    select = SALES.replace("day as sold_at", "day as sold_at, buyer as customer_id, off as order_discount_amount")
    settings = own_source(database, "shop", 'negative_quantity = "return"\n' + TABLE, sales=select)
    rows = [
        "1,,Lamp,2023-05-01,1,10,c1,2", "1,,Mug,2023-05-01,1,10,c2,2.00",
        "2,,Lamp,2023-01-01,1,10,c1,", "2,,Mug,2023-05-01,1,10,c1,",
        "3,,Lamp,2023-01-01,1,10,c1,", "3,,Lamp,2023-05-01,-1,10,c1,",
        "4,,Lamp,2023-05-01,1,10,c1,2", "4,,Mug,2023-05-01,1,10,,3", "4,,Pot,2023-05-01,1,10,,",
    ]  # fmt: skip
    with loading(settings, "shop") as shop:
        shop.put("a.csv", HEADER.strip() + ",buyer,off\n" + "\n".join(rows) + "\n")
        [result] = shop.load(TODAY)
    told: dict[str, int] = {}
    for (rule, _, _), number in result.quality.counts.items():
        told[rule] = told.get(rule, 0) + number
    assert told == {"order_of_two_customers": 2, "order_over_a_month": 2, "order_with_two_discounts": 3}


def test_the_summary_names_the_setting_where_rows_are_contradicted() -> None:
    assert "2 lines may count twice or hide others: two files give different" in _outcomes(6, 0, 1, 2)
    assert "whole_orders" not in _outcomes(6, 0, 1, 0)


@pytest.mark.parametrize("day", ["", "exported_on = 2023-06-01\n"])
def test_whole_orders_need_the_day_of_each_export(database: Settings, day: str) -> None:
    settings = own_source(database, "shop", f"whole_orders = true\n{day}{TABLE}", sales=SALES)
    with pytest.raises(SourceError, match="whole_orders needs exported_on"):
        read_source(settings.sources_path, "shop")
