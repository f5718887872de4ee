"""Lines that came back, and freight, tips and payments: from file to fact."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from warehouse_assets.building.table_checks import bad_row_checks
from warehouse_assets.building.whole_facts import close_books
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import Loading
from warehouse_assets_tests.integration.ingestion.test_import_cases import facts, shop, warned

SALES = (
    "select source_line, o as order_id, n as line_number, p as product_id, d as sold_at, q as quantity,"
    " a as unit_price, cut as discount_amount, state as order_status, kind as line_type from lines"
)
HEADER = "o,n,p,d,q,a,cut,state,kind\n"


def net(found: Loading) -> list[tuple[Any, ...]]:
    return facts(found, "p.product_id, s.quantity::int, s.net_amount::float, s.is_return")


def books_balance(found: Loading) -> None:
    close_books(found.connection)
    for check in bad_row_checks()["ops.record_outcomes"]:
        assert check.run(found.connection, {}).passed, check.rule


def test_a_line_that_came_back_is_a_sale_and_its_return(database: Settings) -> None:
    text = (
        HEADER + "1,1,A,2026-09-01,2,10,3,Returned,\n1,2,B,2026-09-01,1,5,,done,\n2,1,A,2026-09-02,-1,10,,RETURNED,\n"
    )
    more = 'returned_statuses = ["returned"]\nnegative_quantity = "return"\n'
    with shop(database, text, more=more, sales=SALES) as found:
        assert net(found) == [
            ("A", -2, -17.0, True),
            ("A", -1, -10.0, True),
            ("A", 2, 17.0, False),
            ("B", 1, 5.0, False),
        ]
        totals = "sum(gross_revenue_amount)::int, sum(returned_amount)::int, sum(net_revenue_amount)::int"
        assert found.rows("dw.agg_sales_month", totals) == [(25, 27, -5)]
        assert found.one("select sum(sales_loaded) from ops.ingested_files") == 3
        books_balance(found)


def test_a_line_that_is_delivered_after_all_has_no_return(database: Settings) -> None:
    line = "1,1,A,2026-09-01,2,10,,{state},\n"
    more = 'returned_statuses = ["returned"]\n'
    select = SALES.replace("kind as line_type", "cut as updated_at").replace("cut as discount_amount, ", "")
    first = HEADER + line.replace("10,,", "10,2026-09-02,").format(state="returned")
    with shop(database, first, more=more, sales=select) as found:
        assert found.one("select sum(net_amount)::int from dw.fct_sales") == 0
        found.put("b.csv", HEADER + line.replace("10,,", "10,2026-09-03,").format(state="delivered"))
        found.load(date(2026, 12, 1))
        build_all(found.connection)
        assert facts(found, "p.product_id, s.net_amount::int") == [("A", 20)]
        books_balance(found)


def test_freight_and_tips_are_no_products_and_payments_are_left_out(database: Settings) -> None:
    lines = ("Item", "FREIGHT", "Tip", "Payment", "payment", "Oddity")
    text = HEADER + "".join(f"1,{n},{kind},2026-09-01,1,10,,,{kind}\n" for n, kind in enumerate(lines))
    more = '[line_types]\nItem = "product"\nFreight = "shipping"\nTip = "fee"\nPayment = "left out"\n'
    with shop(database, text, more=more, sales=SALES) as found:
        assert facts(found, "s.line_type, count(*) over (partition by s.line_type)::int") == [
            ("fee", 1), ("product", 2), ("product", 2), ("shipping", 1),
        ]  # fmt: skip
        assert warned(found, "line_type_left_out") == 2
        assert warned(found, "unknown_line_type") == 1
        assert found.rows("ops.ingested_files", "rows_read, sales_read, sales_loaded") == [(6, 4, 4)]
        books_balance(found)


@pytest.mark.parametrize("state", ["", "done"])
def test_no_status_no_return(database: Settings, state: str) -> None:
    text = HEADER + f"1,1,A,2026-09-01,2,10,,{state},\n"
    with shop(database, text, more='returned_statuses = ["returned"]\n', sales=SALES) as found:
        assert net(found) == [("A", 2, 20.0, False)]
