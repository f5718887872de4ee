"""What the dashboard keeps between requests, connections and drawn pages, never outlives a right or a figure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg import sql

from warehouse_assets.dashboard.page_builder import Built, build_page
from warehouse_assets.dashboard.view import Page
from warehouse_assets.dashboard.web import app, connections
from warehouse_assets.dashboard.web.connections import LONGEST_SECONDS, MOST_OF_A_LOGIN
from warehouse_assets.dashboard.web.service import Service
from warehouse_assets.dashboard.web.sessions import Credentials
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets_tests.integration.dashboard.served import (
    COUNTRY_LOGIN,
    PASSWORD,
    Shop,
    client_of,
    log_in,
    page,
    serving,
    shop_with_logins,
)

LEFT = '"/login?expired=1"'


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server) as made:
        yield made


@pytest.fixture
def service(shop: Shop) -> Iterator[Service]:
    with serving(shop.url) as working:
        yield working


def enter(service: Service, shop: Shop, name: str) -> FlaskClient:
    client = client_of(service)
    assert log_in(client, shop.login(name)).status_code == 303
    return client


def change(shop: Shop, statement: str, *names: str) -> None:
    """Done by the administrator; each {} is an identifier."""
    with connect(shop.url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def pages_drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the pages that are built from now on, as they are."""
    drawn: list[str] = []

    def build(page: Page, *rest: Any) -> Built:
        drawn.append(page.name)
        return build_page(page, *rest)

    monkeypatch.setattr(app, "build_page", build)
    return drawn


def test_a_page_is_drawn_once_for_all_who_see_the_same_rows(
    service: Service, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = pages_drawn(monkeypatch)
    first, second = enter(service, shop, "sees_sales"), enter(service, shop, "sells_too")
    assert page(first, "/sales") != page(first, "/sales", "?period=year")
    assert (
        page(first, "/sales").split('"children"', 1)[1][:500] == page(second, "/sales").split('"children"', 1)[1][:500]
    )
    assert drawn == ["sales", "sales"]


def test_the_link_to_the_ledger_is_kept_for_its_readers_only(service: Service, shop: Shop) -> None:
    """In whatever order they come: the page has the same rows for both."""
    for name, leads in (("sees_all", True), ("sees_sales", False), ("sees_all", True)):
        drawn = page(enter(service, shop, name), "/sales")
        assert "No data newer than" in drawn
        assert ("See data quality" in drawn) is leads, name


def test_logins_under_row_rules_share_no_page_even_of_the_same_rows(
    service: Service, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = pages_drawn(monkeypatch)
    for name in ("sees_sales", "sees_all", COUNTRY_LOGIN, COUNTRY_LOGIN):
        page(enter(service, shop, name), "/countries")
    assert drawn == ["countries"] * 3


@pytest.mark.parametrize(
    ("edit", "figure"),
    [
        ("update mart_sales.sales_by_month set net_revenue_amount = 777 where month = '2023-03-01'", "€777.00"),
        ("delete from mart_sales.sales_by_month where month = '2023-01-01'", "€500.00"),
        ("update mart_sales.sales_by_month set net_revenue_amount = 10 * net_revenue_amount", "€6,000.00"),
    ],
)
def test_a_changed_figure_is_seen_at_once(service: Service, shop: Shop, edit: str, figure: str) -> None:
    client = enter(service, shop, "sees_sales")
    assert figure not in page(client, "/sales")
    change(shop, edit)
    assert figure in page(client, "/sales")


def test_a_revoked_table_is_refused_at_once(service: Service, shop: Shop) -> None:
    client = enter(service, shop, "sees_sales")
    assert "€300.00" in page(client, "/sales")
    change(shop, "revoke select on mart_sales.sales_by_month from {}", shop.login("sees_sales"))
    drawn = page(client, "/sales")
    assert "You don't have access to this page" in drawn
    assert "€300.00" not in drawn


def test_another_country_is_met_at_once(service: Service, shop: Shop) -> None:
    client = enter(service, shop, COUNTRY_LOGIN)
    assert "France" in page(client, "/countries")
    change(
        shop,
        "alter policy {} on mart_sales.sales_by_country using (country = 'Germany')",
        f"{shop.prefix}_own",
    )
    drawn = page(client, "/countries")
    assert "Germany" in drawn
    assert "France" not in drawn


@pytest.mark.parametrize(
    "statement",
    [
        "alter role {} nologin",
        "alter role {} valid until '2020-01-01'",
        "alter role {} bypassrls",
    ],
)
def test_a_login_that_may_no_longer_come_in_is_out_at_once(service: Service, shop: Shop, statement: str) -> None:
    client = enter(service, shop, "sees_sales")
    assert LEFT not in page(client, "/sales")
    change(shop, statement, shop.login("sees_sales"))
    assert LEFT in page(client, "/sales")


def test_a_login_without_the_database_is_out_at_once(service: Service, shop: Shop) -> None:
    client = enter(service, shop, "sees_sales")
    assert LEFT not in page(client, "/sales")
    with connect(shop.url) as connection:
        name = connection.info.dbname
    change(shop, f"revoke connect on database {name} from {{}}", shop.login("sees_sales"))
    assert LEFT in page(client, "/sales")


def test_a_former_password_works_for_a_minute_at_most(shop: Shop) -> None:
    clock = Clock()
    with serving(shop.url, clock) as service:
        client = enter(service, shop, "sees_sales")
        change(shop, "alter role {} password 'another'", shop.login("sees_sales"))
        assert log_in(client_of(service), shop.login("sees_sales")).status_code == 401
        clock.now = LONGEST_SECONDS
        assert LEFT in page(client, "/sales")


def test_a_wrong_password_gets_no_open_connection(service: Service, shop: Shop) -> None:
    page(enter(service, shop, "sees_sales"), "/sales")
    assert log_in(client_of(service), shop.login("sees_sales"), "wrong").status_code == 401


def sessions_of(connection: psycopg.Connection[Any], name: str) -> list[int]:
    return [row[0] for row in connection.execute("select pid from pg_stat_activity where usename = %s", [name])]


def test_many_requests_of_a_login_share_few_connections(service: Service, shop: Shop) -> None:
    clients = [enter(service, shop, "sees_sales") for _ in range(3 * MOST_OF_A_LOGIN)]
    change(shop, f"alter role {{}} connection limit {MOST_OF_A_LOGIN}", shop.login("sees_sales"))
    with ThreadPoolExecutor(len(clients)) as pool:
        drawn = list(pool.map(lambda client: page(client, "/sales"), clients))
    assert all("€300.00" in text for text in drawn)
    with connect(shop.url) as connection:
        assert 0 < len(sessions_of(connection, shop.login("sees_sales"))) <= MOST_OF_A_LOGIN


def test_who_waits_longest_for_a_connection_goes_first(
    service: Service, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_OF_A_LOGIN", 1)
    who, order = Credentials(shop.login("sees_sales"), PASSWORD), list[int]()

    def wait(number: int) -> None:
        with service.connections.giving_back(service.connections.take(who)):
            order.append(number)

    with ThreadPoolExecutor(6) as pool, service.connections.giving_back(service.connections.take(who)):
        for number in range(6):
            pool.submit(wait, number)
            time.sleep(0.05)
    assert order == list(range(6))


def test_a_connection_that_the_server_cut_is_replaced(service: Service, shop: Shop) -> None:
    client = enter(service, shop, "sees_sales")
    page(client, "/sales")
    with connect(shop.url, autocommit=True) as connection:
        before = sessions_of(connection, shop.login("sees_sales"))
        for pid in before:
            connection.execute("select pg_terminate_backend(%s, 5000)", [pid])
        assert "€300.00" in page(client, "/sales")
        assert not set(before) & set(sessions_of(connection, shop.login("sees_sales")))


def test_log_out_closes_the_connections(service: Service, shop: Shop) -> None:
    client = enter(service, shop, "sees_sales")
    page(client, "/sales")
    with client.session_transaction() as session:
        session["form_token"] = "known"
    client.post("/logout", data={"form_token": "known"})
    with taken(service, shop) as fresh:
        assert fresh == 1


@contextmanager
def taken(service: Service, shop: Shop) -> Iterator[int]:
    """The server's sessions of the login while one connection is taken again."""
    kept = service.connections.take(Credentials(shop.login("sees_sales"), PASSWORD), afresh=True)
    with service.connections.giving_back(kept), connect(shop.url) as connection:
        yield len(sessions_of(connection, shop.login("sees_sales")))
