"""Made-up exports on which a warehouse may be wrong in silence, from file to fact."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source
from warehouse_assets_tests.workbook import Cell, workbook

TOML = 'default_currency = "EUR"\n{more}[tables.lines]\nfiles = ["*.csv", "*.xlsx"]\n'


@contextmanager
def shop(
    database: Settings, content: str | bytes, name: str = "a.csv", more: str = "", **selects: str
) -> Iterator[Loading]:
    """One export, loaded and built."""
    with loading(own_source(database, "shop", TOML.format(more=more), **selects), "shop") as found:
        ensure_dates(found.connection, database.first_month)
        found.put(name, content)
        found.load(date(2026, 12, 1))
        build_all(found.connection)
        yield found


def facts(shop: Loading, columns: str) -> list[tuple[Any, ...]]:
    query = (
        f"select {columns} from dw.fct_sales as s inner join dw.dim_product as p using (product_key)"
        " inner join dw.dim_geography as g using (geography_key) order by 1, 2"
    )
    return shop.connection.execute(query.encode()).fetchall()


def warned(shop: Loading, rule: str) -> int:
    return int(shop.one(f"select coalesce(sum(record_count), 0) from ops.data_quality where rule_name = '{rule}'"))


def sales(line_number: str) -> str:
    return (
        f"select source_line, o as order_id, {line_number} as line_number, p as product_id, p as product_name,"
        " d as sold_at, q as quantity, a as unit_price from lines"
    )


ORDERS = """o,d,p,q,a,total,place,box
6001,2026-09-01,Mug,1,10.00,10.00,1,1
6001,2026-09-01,Tee,1,10.00,10.00,2,1
6002,2026-09-02,Mug,1,10.00,10.00,1,2
6002,2026-09-02,Bowl,2,5.00,10.00,2,2
6003,2026-09-03,Bowl,3,5.00,15.00,1,1
"""


def test_a_total_taken_for_a_line_number_loses_no_line(database: Settings) -> None:
    with shop(database, ORDERS, sales=sales("total")) as found:
        assert found.one("select sum(gross_amount)::float from dw.fct_sales") == 55.0
        assert found.one("select count(*) from dw.fct_sales") == 5
        assert warned(found, "repeated_line_number") == 4


def test_a_box_taken_for_a_line_number_loses_no_line(database: Settings) -> None:
    with shop(database, ORDERS, sales=sales("box")) as found:
        assert found.one("select sum(gross_amount)::float from dw.fct_sales") == 55.0
        assert warned(found, "repeated_line_number") == 4


def test_a_true_line_number_is_not_warned_of(database: Settings) -> None:
    with shop(database, ORDERS, sales=sales("place")) as found:
        assert found.one("select sum(gross_amount)::float from dw.fct_sales") == 55.0
        assert warned(found, "repeated_line_number") == 0


def test_one_text_in_two_forms_is_one(database: Settings) -> None:
    lines = [
        ("\u00c91", "Th\u00e9", "Orl\u00e9ans"), ("E\u03011", "The\u0301", "Orle\u0301ans"),
        ("\u00c91", "Th\u00e9\u00a0", "Orl\u00e9ans\u00a0"), ("\u00c91", "\u200eTh\u00e9", "Orl\u00e9ans"),
    ]  # fmt: skip
    text = "o,d,p,c,city\n" + "".join(f"{n},2026-09-01,{p},{c},{city}\n" for n, (p, c, city) in enumerate(lines))
    select = (
        "select source_line, o as order_id, p as product_id, 'x' as product_name, c as category, d as sold_at,"
        " '1' as quantity, '10' as unit_price, 'FR' as country, city from lines"
    )
    with shop(database, text, sales=select) as found:
        assert set(facts(found, "p.product_id, p.category, g.city, g.country")) == {
            ("\u00c91", "Th\u00e9", "Orl\u00e9ans", "France")
        }


def test_a_default_country_is_that_of_sales_with_a_region_too(database: Settings) -> None:
    text = "o,c,d,state\n" + "".join(f"O{n},C{n},2026-0{n}-05,SP\n" for n in range(1, 4))
    select = (
        "select source_line, o as order_id, c as customer_id, 'P' as product_id, d as sold_at, '1' as quantity,"
        " '10' as unit_price, state as region from lines"
    )
    customers = "select source_line, c as customer_id, state as region from lines"
    more = 'default_country = "Brazil"\n'
    with shop(database, text, more=more, sales=select, customers=customers) as found:
        assert set(facts(found, "g.country, g.region")) == {("Brazil", "SP")}


def test_a_sale_with_a_region_alone_takes_the_place_of_its_customer(database: Settings) -> None:
    text = "o,c,d,state,land\nO1,C1,2026-01-05,SP,Portugal\n"
    select = (
        "select source_line, o as order_id, c as customer_id, 'P' as product_id, d as sold_at, '1' as quantity,"
        " '10' as unit_price, state as region from lines"
    )
    customers = "select source_line, c as customer_id, land as country, '2026-01-01' as observed_at from lines"
    with shop(database, text, sales=select, customers=customers) as found:
        assert facts(found, "g.country, g.region") == [("Portugal", "")]


def test_sales_without_a_place_or_a_customer_are_in_the_default_country(database: Settings) -> None:
    with shop(database, ORDERS, more='default_country = "Brazil"\n', sales=sales("place")) as found:
        assert set(facts(found, "g.country, g.region")) == {("Brazil", "")}


def test_rows_after_an_open_quote_are_loaded(database: Settings) -> None:
    lines = ORDERS.splitlines()
    lines[2] = '6001,2026-09-01,"Tee,1,10.00,10.00,2,1'
    with shop(database, "\n".join(lines) + "\n", sales=sales("place")) as found:
        assert found.one("select rows_read from ops.ingested_files") == 5
        assert found.one("select count(*) from dw.fct_sales") == 4
        assert found.rows("staging.rejected_records", "source_line, rules") == [(3, ["malformed_record"])]


def test_long_numbers_of_a_spreadsheet_are_refused_by_name(database: Settings) -> None:
    rows: list[list[Cell]] = [["o", "d", "p", "q", "a", "place"]]
    rows += [[114000000123456781.0 + n, f"2026-09-0{n + 1}", "Pen", 1, 10, 1] for n in range(3)]
    with shop(database, workbook({"Sheet": rows}), "a.xlsx", sales=sales("place")) as found:
        assert found.one("select sales_rejected from ops.ingested_files") == 3
        assert warned(found, "order_id_rounded") == 3
