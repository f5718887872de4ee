"""Every number that a page shows, in cards, charts, tables and CSV, is the number that SQL gives for it."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from flask.testing import FlaskClient

from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.metrics.metric import PAGES
from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.formats import show, show_compact
from warehouse_assets.dashboard.pages.spans import shifted
from warehouse_assets.dashboard.texts import say
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets_tests.integration.bi.filled_marts import MART_TABLES, fill_rows
from warehouse_assets_tests.integration.dashboard.expected_sql import Oracle, metrics_by_title
from warehouse_assets_tests.integration.dashboard.layout import Block, Shown, read_page
from warehouse_assets_tests.integration.dashboard.served import (
    COUNTRY_LOGIN,
    Shop,
    client_of,
    log_in,
    serving,
    shop_with_logins,
)

LIKE_A_MART = """
delete from mart_customers.{0} where attribute = 'All' and member <> 'F';
update mart_customers.{0} set member = 'All' where attribute = 'All';
update mart_customers.{0} set attribute = 'country' where attribute = 'age_band';
"""
AS_REAL_MARTS_ARE = (
    """
    update mart_sales.sales_trends as t set net_revenue_amount = m.net_revenue_amount
    from mart_sales.sales_by_month as m
    where t.source_name = m.source_name and t.month = m.month and t.currency_code = m.currency_code
    """,
    """
    update mart_sales.sales_forecast set is_better_than_naive = currency_code = 'EUR',
    forecast_amount = coalesce(forecast_amount, 5), lower_amount = coalesce(lower_amount, 4),
    upper_amount = coalesce(upper_amount, 6), tested_count = coalesce(tested_count, 3),
    mean_absolute_error_amount = coalesce(mean_absolute_error_amount, 2),
    interval_hit_rate = coalesce(interval_hit_rate, 1)
    """,
    LIKE_A_MART.format("customer_demographics"),
    LIKE_A_MART.format("churn_rates"),
    "delete from mart_sales.product_sales where period_kind = 'all' and period_start > '2022-11-01'",
    "delete from mart_sales.category_sales where period_kind = 'all' and period_start > '2022-11-01'",
    "update mart_sales.product_sales set product_name = 'Product ' || product_key",
    "update mart_customers.customer_value set member = '2022-11-01' where grouping = 'cohort_month' and member = 'F'",
    "update mart_customers.customer_value set member = '2022-12-01' where grouping = 'cohort_month' and member = 'M'",
    "update mart_customers.customer_demographics set customer_count = coalesce(customer_count, 11)",
)
"""What rows of every kind do not keep to, but the marts do."""


@dataclass
class Seen:
    """Numbers compared, by metric and by where they stood."""

    metrics: set[str]
    kinds: set[str]


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server, fill) as made:
        yield made


def fill(connection: psycopg.Connection[Any]) -> None:
    fill_rows(connection, MART_TABLES, 1)
    for statement in AS_REAL_MARTS_ARE:
        connection.execute(statement.encode())


@pytest.fixture
def administrator(shop: Shop) -> Iterator[psycopg.Connection[Any]]:
    with connect(shop.url) as connection:
        yield connection


@pytest.fixture
def client(shop: Shop) -> Iterator[FlaskClient]:
    with serving(shop.url) as service:
        client = client_of(service)
        log_in(client, shop.login("sees_all"))
        yield client


def ways(shown: Shown, name: str) -> Iterator[str]:
    """Each value of each filter alone, then some of all together."""
    for control, values in shown.offered.items():
        for value in values:
            yield urlencode({control: value})
    dice = random.Random(name)
    for _ in range(3):
        yield urlencode({control: dice.choice(values) for control, values in shown.offered.items() if values})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_shows_every_metric_as_sql_gives_it(
    client: FlaskClient, administrator: psycopg.Connection[Any], language: Language
) -> None:
    client.set_cookie("language", language)
    seen = Seen(set(), set())
    for name in (*PAGES, "days", "product"):
        searches = [""] if language == "fr" else ["", *ways(read_page(client, name), name)]
        for search in searches:
            shown = read_page(client, name, f"?{search}")
            compare(shown, Oracle(administrator, name, shown.chosen, language), seen)
    unseen = set(METRICS) - seen.metrics
    assert not unseen, f"no page of this test shows these metrics: {sorted(unseen)}"
    assert seen.kinds >= {"card", "csv", "table", "chart", "sheet"}
    assert ("earlier" in seen.kinds) is (language == "en")


def test_a_country_manager_s_page_shows_the_sums_of_her_countries(
    shop: Shop, client: FlaskClient, administrator: psycopg.Connection[Any]
) -> None:
    log_in(client, shop.login(COUNTRY_LOGIN))
    shown = read_page(client, "countries")
    compared = Seen(set(), set())
    compare(shown, Oracle(administrator, "countries", {**shown.chosen, "country": ["France"]}, "en"), compared)
    assert compared.metrics == {"country_revenue", "country_orders", "country_units", "country_customers"}


Values = list[dict[str, Any]]
"""Of each line: heading -> what SQL gives, or what stands there where it is no metric."""
CURRENCY = ("Currency", "Devise")


def compare(shown: Shown, oracle: Oracle, seen: Seen) -> None:
    titles = metrics_by_title(oracle.language)
    for card in shown.cards:
        metric = titles[card.title]
        value = oracle.of_card(metric, card.note)
        assert card.exact == show(value, metric.format, oracle.language, oracle.currency), card
        assert card.value == show_compact(value, metric.format, oracle.language, oracle.currency), card
        seen.kinds.add("card")
        seen.metrics.add(metric.name)
    for block in shown.blocks:
        values = compare_lines(block, oracle, seen)
        compare_text(block, values, oracle, seen)
        compare_traces(block, values, oracle, seen)


def compare_lines(block: Block, oracle: Oracle, seen: Seen) -> Values:
    """The CSV: each metric's cells."""
    titles, found = metrics_by_title(oracle.language), []
    earlier = {
        say(f"before_{how}", oracle.language).format(title): metric
        for how in ("previous", "last_year")
        for title, metric in titles.items()
    }
    for line in block.lines:
        cells = dict(zip(block.headings, line, strict=True))
        places = {head: text for head, text in cells.items() if head not in titles and head not in CURRENCY}
        values: dict[str, Any] = dict(places)
        counted = places.pop(say("cohorts", oracle.language), None)
        assert counted is None or int(counted) == oracle.cohorts(places[say("since", oracle.language)])
        for key in ("share", "growth_on_last_year"):  # of countries: tested apart
            if block.name == "countries":
                places.pop(say(key, oracle.language), None)
        for head in places.keys() & earlier.keys():
            there, span = compared_with(block, oracle, cells)
            values[head] = expected = oracle.of_line(block.name, earlier[head], there, span)
            assert (Decimal(cells[head].replace(",", ".")) if cells[head] else None) == expected, (head, cells)
            seen.kinds.add("earlier")
        places = {head: text for head, text in places.items() if head not in earlier}
        for head in cells.keys() & titles.keys():
            values[head] = expected = oracle.of_line(block.name, titles[head], places)
            cell = cells[head].replace(",", ".") if oracle.language == "fr" else cells[head]
            assert (Decimal(cell) if cell else None) == expected, (block.name, head, places)
            seen.metrics.add(titles[head].name)
        found.append(values)
        seen.kinds.add("csv")
    return found


def compared_with(block: Block, oracle: Oracle, cells: dict[str, str]) -> tuple[dict[str, str], tuple[date, date]]:
    """The place of a line and the span of the page, as far back as the reader compares."""
    head = block.headings[0]
    kind = next(kind for kind in ("day", "week", "month", "quarter", "year") if say(kind, oracle.language) == head)
    place = date.fromisoformat(cells[head])
    starts, ends = (date.fromisoformat(oracle.chosen[name][0]) for name in ("from", "to"))
    is_year = oracle.chosen["compare"] == ["last_year"]
    if kind in ("day", "week"):
        days = (ends - starts).days + 1
        back = 364 if is_year else days if kind == "day" else (days + 6) // 7 * 7
        return {head: str(place - timedelta(back))}, (starts - timedelta(back), ends - timedelta(back))
    months = 12 if is_year else {"month": 1, "quarter": 3, "year": 12}[kind] * len(block.lines)
    return {head: str(shifted(place, -months))}, (shifted(starts, -months), shifted(ends, -months))


def compare_text(block: Block, values: Values, oracle: Oracle, seen: Seen) -> None:
    """The table beneath a chart, and a sheet's rows: the first lines of the CSV, as people write them."""
    titles = metrics_by_title(oracle.language)
    heads = [head for head in block.headings if head not in CURRENCY]
    for line, expected in zip(block.shown, values, strict=False):
        for head, text in zip(heads, line, strict=True):
            if head in titles:
                assert text == show(expected[head], titles[head].format, oracle.language, oracle.currency)
                seen.kinds.add("table")
    for row, expected in zip(block.grid, values, strict=False):
        for head in set(heads) & set(titles):
            value = expected[head]
            assert row[titles[head].name] == (None if value is None else float(value))
            assert row[f"{titles[head].name}_shown"] == show(
                value, titles[head].format, oracle.language, oracle.currency
            )
            seen.kinds.add("sheet")
    assert len(block.shown or block.grid) == len(values)


def compare_traces(block: Block, values: Values, oracle: Oracle, seen: Seen) -> None:
    """A point of a chart is a figure of the line that it names, in its series or on its axis."""
    titles = metrics_by_title(oracle.language)
    known: dict[float, list[set[str]]] = {}
    words = set(titles)
    for line in values:
        texts = {text for value in line.values() for text in _called(value, oracle)}
        words |= texts
        for head, value in line.items():
            if isinstance(value, Decimal | int):
                known.setdefault(round(abs(float(value)), 9), []).append(texts | {head})
    for trace in block.traces:
        series = {trace.get("name")} & words
        for number, names in _points(trace):
            if number is not None:
                lines = known.get(round(abs(number), 9), [])
                assert any(names | series <= texts for texts in lines), (block.name, number, names, series)
                seen.kinds.add("chart")


def _points(trace: Any) -> Iterator[tuple[float | None, set[str]]]:
    if trace["type"] == "heatmap":
        for row, line in zip(trace["y"], trace["z"], strict=True):
            yield from ((number, {row, column}) for column, number in zip(trace["x"], line, strict=True))
        return
    places, numbers = ("hovertext", "x") if trace.get("orientation") == "h" else ("x", "y")
    for place, number in zip(trace[places], trace[numbers], strict=True):
        yield number, {place}


def _called(value: Any, oracle: Oracle) -> Iterator[str]:
    """What a cell of a line is called on an axis: text as it is, days as months, quarters, years."""
    if isinstance(value, str):
        yield html.escape(value, quote=False)
        if value[:4].isdigit() and value.count("-") == 2:
            day = date.fromisoformat(value)
            for kind in ("day", "month", "quarter", "year", "month_name"):
                yield show(day, kind, oracle.language)
