"""What pages say in words of their figures: churn, retention, value, currencies, unfinished months, what is unread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from warehouse_assets.dashboard.blocks import Block, Chart, Headlines, Notice
from warehouse_assets.dashboard.context import Annotation, Context
from warehouse_assets.dashboard.page_builder import build_page
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.dashboard.pages.coverage import unfinished_months
from warehouse_assets.dashboard.reader import Reader
from warehouse_assets.dashboard.view import Control, View
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets_tests.integration.dashboard.served import Shop, client_of, insert, serving, shop_with_logins


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server) as made:
        yield made


@contextmanager
def reading(shop: Shop, login: str, *changes: str) -> Iterator[Reader]:
    """The marts as a login reads them after the administrator's changes, which are undone."""
    with connect(shop.url) as connection, connection.transaction(force_rollback=True):
        for change in changes:
            connection.execute(change.encode())
        connection.execute(f"set local role {shop.login(login)}".encode())
        yield Reader(connection)


def drawn(reader: Reader, name: str, context: Context, **asked: str) -> list[Block]:
    built = build_page(PAGES[name], reader, "en", {key: [value] for key, value in asked.items()}, context=context)
    return list(built.blocks)


def notes(blocks: list[Block]) -> dict[str, str]:
    """Chart or headline -> its note."""
    found = {block.name: block.note for block in blocks if isinstance(block, Chart)}
    return found | {one.title: one.note for block in blocks if isinstance(block, Headlines) for one in block.items}


def test_the_churn_rule_has_the_months_of_the_settings(shop: Shop) -> None:
    with reading(shop, "sees_all") as reader:
        said = notes(drawn(reader, "customers", Context(inactivity_months=7)))
    assert "last sign-up, login or purchase was 7 months before" in said["churn"]
    assert "no sign-up, login or purchase for 7 months" in said["Churned customers"]
    assert said["Share churned"] == said["Churned customers"]


@pytest.mark.parametrize(
    ("basis", "rule"),
    [
        ("last_seen", "logged in or bought so many months later or after"),
        ("purchase", "signed up in the cohort's month, and bought in the month"),
        ("repeat_purchase", "first bought in the cohort's month, and bought in the month"),
    ],
)
def test_each_basis_says_what_retained_means(shop: Shop, basis: str, rule: str) -> None:
    change = f"update mart_customers.retention_cohorts set basis = '{basis}'"
    with reading(shop, "sees_all", change) as reader:
        assert rule in notes(drawn(reader, "retention", Context()))["cohorts"]


def test_rates_of_few_customers_are_in_the_table_only(shop: Shop) -> None:
    few = "update mart_customers.churn_rates set customers_at_start = 10 where attribute = 'channel'"
    with reading(shop, "sees_all", few) as reader:
        [chart] = [block for block in drawn(reader, "customers", Context()) if block_name(block) == "churn"]
    assert isinstance(chart, Chart)
    assert [trace["name"] for trace in chart.figure["data"]] == ["All"]
    assert "fewer than 11 active customers are in the table only" in chart.note
    assert {row["monthly_churn_rate"] for row in chart.table.rows if row["member"] == "Email"} != {None}


def test_the_average_ends_where_fewer_than_three_cohorts_are_left(shop: Shop) -> None:
    """The cohort of January has three months; one of February and one of March have one month less each."""
    later = (
        "insert into mart_customers.retention_cohorts select (jsonb_populate_record(c, jsonb_build_object("
        "'cohort_month', (c.cohort_month + n * interval '1 month')::date))).*"
        " from mart_customers.retention_cohorts as c, generate_series(1, 2) as n where c.months_since + n < 3"
    )
    with reading(shop, "sees_all", later) as reader:
        [chart] = [block for block in drawn(reader, "retention", Context()) if block_name(block) == "curve"]
    assert isinstance(chart, Chart)
    assert [(row["months_since"], row["cohorts"]) for row in chart.table.rows] == [(0, 3)]
    with reading(shop, "sees_all") as reader:
        blocks = drawn(reader, "retention", Context())
    assert [block.title for block in blocks if isinstance(block, Notice) and "at least three cohorts" in block.text]


def test_no_filter_changes_the_growth_of_a_month(shop: Shop) -> None:
    """The mart's own is shown, also where the month before is not among the chosen ones."""
    growth = "update mart_sales.sales_by_month set growth_vs_previous = 0.5, order_growth_vs_previous = 0.25"
    with reading(shop, "sees_all", growth) as reader:
        for chosen in ({}, {"from": "2023-03-01"}, {"from": "2023-02-01", "to": "2023-03-01"}):
            [cards] = [
                block.items
                for block in drawn(reader, "sales", Context(), **chosen)
                if isinstance(block, Headlines) and block.name == "headlines"
            ]
            assert [card.changes[0].value for card in cards[:2]] == [Decimal("0.5"), Decimal("0.25")], chosen


def test_cohorts_that_are_not_told_are_said_to_be_left_out(shop: Shop) -> None:
    hidden = (
        "insert into mart_customers.retention_cohorts select (jsonb_populate_record(m, jsonb_build_object("
        "'cohort_month', '2023-02-01', 'cohort_size', null, 'retained_count', null, 'retention_rate', null))).*"
        " from mart_customers.retention_cohorts as m"
    )
    for changes, said in (((), False), ((hidden,), True)):
        with reading(shop, "sees_all", *changes) as reader:
            note = notes(drawn(reader, "retention", Context()))["cohorts"]
        assert ("Cohorts of too few people are left out." in note) is said


def test_months_of_rejected_dates_do_not_stretch_the_axis(shop: Shop) -> None:
    """The accepted sales are of January; a rejected one is of the year 2117."""
    later = "(jsonb_populate_record(q, jsonb_build_object('month', '2117-05-01', 'file_name', 'b.csv')))"
    changes = (
        "update ops.table_builds set partition_name = '2023-01-01'",
        f"insert into ops.data_quality select {later}.* from ops.data_quality as q",
    )
    with reading(shop, "sees_all", *changes) as reader:
        [chart] = [block for block in drawn(reader, "quality", Context()) if block_name(block) == "reject_months"]
    assert isinstance(chart, Chart)
    assert chart.figure["data"][0]["x"] == ["Jan 2023"]
    assert chart.note.endswith("after the last accepted sale are in the table only: 3.")
    assert len(chart.table.rows) == 2


def test_value_says_what_is_missing_to_the_revenue_of_the_sales_page(shop: Shop) -> None:
    """Sales are 600; of the buyers only 450."""
    change = "update mart_customers.customer_value set net_revenue_amount = 450"
    with reading(shop, "sees_all", change) as reader:
        blocks = drawn(reader, "value", Context())
    items = {one.title: one for block in blocks if isinstance(block, Headlines) for one in block.items}
    assert items["Revenue to date"].exact == "€450.00"
    assert items["Net revenue"].exact == "€600.00"
    assert items["Net revenue"].note == "As on the Sales page. €150.00 of it is of no known buyer"
    assert "those who only signed up are not counted" in notes(blocks)["segments"]


def test_value_leaves_sales_out_for_those_who_may_not_read_them_and_where_nothing_is_missing(shop: Shop) -> None:
    for login in ("sees_customers", "sees_all"):
        with reading(shop, login) as reader:
            assert "Net revenue" not in notes(drawn(reader, "value", Context())), login


def test_the_months_of_the_chosen_shop_are_unfinished_by_its_own_date(shop: Shop) -> None:
    """Shop y ends on 10 March, shop x on 31 March."""
    with connect(shop.url) as connection, connection.transaction(force_rollback=True):
        row = {"source_name": "y", "month": date(2023, 3, 1), "country": "Spain", "as_of_date": date(2023, 3, 10)}
        insert(connection, "mart_sales.sales_by_country", row)
        view = View(Reader(connection), "en")
        control = Control("shop", "Shop", [("x", "x"), ("y", "y")], "x")
        of = {
            name: unfinished_months(
                replace(view, controls={"shop": control.choose([name])}), "mart_sales.sales_by_country"
            )
            for name in ("x", "y")
        }
    assert of == {"x": [], "y": [date(2023, 3, 1)]}


def banner(blocks: list[Block]) -> str:
    return " ".join(block.text for block in blocks if isinstance(block, Notice) and block.kind == "warning")


def test_the_banner_tells_some_amounts_without_currency_from_all(shop: Shop) -> None:
    table = "mart_sales.sales_by_month"
    with reading(shop, "sees_all", f"update {table} set currency_code = 'XXX'") as reader:
        assert "No amount has a known currency" in banner(drawn(reader, "sales", Context()))
    with reading(shop, "sees_all", f"update {table} set currency_code = 'XXX' where month = '2023-01-01'") as reader:
        assert "Some amounts have no known currency" in banner(drawn(reader, "sales", Context()))
    with reading(shop, "sees_all") as reader:
        assert "currency" not in banner(drawn(reader, "sales", Context()))


def test_lines_of_annotations_that_cannot_be_read_are_named(shop: Shop) -> None:
    with reading(shop, "sees_all") as reader:
        said = banner(drawn(reader, "sales", Context(unread_lines=(3, 5))))
    assert "annotations.csv: these lines are not a date (YYYY-MM-DD) and a text of at most 80 signs: 3, 5." in said


@pytest.mark.parametrize(
    ("period", "marked"),
    [
        ("month", {"Feb 2023": "Sale", "Mar 2023": "Fair · Move"}),
        ("quarter", {"Q1 2023": "Sale · Fair · Move"}),
    ],
)
def test_events_stand_where_they_happened(shop: Shop, period: str, marked: dict[str, str]) -> None:
    days = {date(2022, 12, 31): "Before", date(2023, 2, 1): "Sale", date(2023, 3, 1): "Fair"}
    days |= {date(2023, 3, 31): "Move", date(2023, 4, 1): "After"}
    context = Context(annotations=tuple(Annotation(day, text) for day, text in days.items()))
    with reading(shop, "sees_all") as reader:
        charts = {one.name: one for one in drawn(reader, "sales", context, period=period) if isinstance(one, Chart)}
    layout = charts["revenue"].figure["layout"]
    assert {one["x"]: one["text"] for one in layout["annotations"]} == marked
    assert [line["x0"] for line in layout["shapes"]] == list(marked)


def test_the_login_page_names_the_demonstration_login_where_there_is_one(shop: Shop) -> None:
    with serving(shop.url) as service:
        for login, is_named in (("demo_engineer", True), ("", False)):
            fit = replace(service, context=lambda login=login: Context(demo_login=login))
            page = client_of(fit).get("/login").get_data(as_text=True)
            assert ("demo_engineer" in page) is is_named
            assert ("warehouse access password" in page) is is_named


def test_every_definition_s_sql_gives_the_metric(shop: Shop) -> None:
    from warehouse_assets.bi.metrics import METRICS
    from warehouse_assets.bi.query import metric_sql, read_metrics

    with connect(shop.url) as connection:
        for name in METRICS:
            (expected,) = read_metrics(connection, [name])
            assert connection.execute(metric_sql(name).encode()).fetchone() == (expected[name],), name


def test_where_no_month_has_a_churn_rate_the_page_says_so(shop: Shop) -> None:
    nobody = "update mart_customers.churn_rates set customers_at_start = 0"
    with reading(shop, "sees_all", nobody) as reader:
        blocks = drawn(reader, "customers", Context())
    assert "churn" not in notes(blocks)
    assert [block.text for block in blocks if isinstance(block, Notice) and "Churn over time" in block.title] == [
        "No month of these began with 11 active customers or more, so that no rate is shown."
    ]


def block_name(block: Block) -> str:
    return block.name if isinstance(block, Chart) else ""
