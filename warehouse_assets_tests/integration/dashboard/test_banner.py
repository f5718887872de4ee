"""The banner above a page's figures: why they are less than they seem, for readers who may not see the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from warehouse_assets.access.policy import FUNCTIONS_PATH
from warehouse_assets.dashboard.report_files import write_reports
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets_tests.integration.dashboard.served import (
    AS_OF,
    Shop,
    client_of,
    log_in,
    page,
    serving,
    shop_with_logins,
)

REJECTED = "33.3% of the sale lines of x were rejected"


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server) as made:
        with connect(made.url, autocommit=True) as connection:
            connection.execute((FUNCTIONS_PATH / "rejected_shares.sql").read_bytes())
            connection.execute(b"revoke execute on function governance.rejected_shares() from public")
            for name in ("sees_sales", "sees_all"):
                login = made.login(name)
                connection.execute(f"grant usage on schema governance to {login}".encode())
                connection.execute(f"grant execute on function governance.rejected_shares() to {login}".encode())
        yield made


def _drawn(shop: Shop, login: str, path: str) -> str:
    with serving(shop.url) as service:
        client = client_of(service)
        log_in(client, shop.login(login))
        return page(client, path)


def test_a_reader_without_the_ledger_learns_the_share_of_rejected_lines(shop: Shop) -> None:
    drawn = _drawn(shop, "sees_sales", "/sales")
    assert REJECTED in drawn
    assert "See data quality" not in drawn


def test_a_reader_of_the_ledger_is_led_to_the_quality_page(shop: Shop) -> None:
    drawn = _drawn(shop, "sees_all", "/value")
    assert "See data quality" in drawn.split(REJECTED)[1][:600]
    assert REJECTED not in _drawn(shop, "sees_all", "/quality")


def test_who_may_not_ask_sees_the_rest(shop: Shop) -> None:
    drawn = _drawn(shop, "sees_customers", "/customers")
    assert REJECTED not in drawn
    assert "No data newer than" in drawn


def test_a_complete_month_is_not_called_unfinished(shop: Shop) -> None:
    assert "is unfinished" not in _drawn(shop, "sees_sales", "/sales")
    with _as_of(shop, "2023-03-30"):
        assert "Mar 2023 is unfinished" in _drawn(shop, "sees_sales", "/sales")


def test_a_report_says_it_too_but_not_what_depends_on_the_day(shop: Shop, tmp_path: Path) -> None:
    with connect(shop.url, autocommit=True) as connection:
        written = write_reports(connection, tmp_path, [shop.login("sees_sales")])
    text = written[shop.login("sees_sales")].read_text("utf-8")
    assert REJECTED in text
    assert "No data newer than" not in text


@contextmanager
def _as_of(shop: Shop, day: str) -> Iterator[None]:
    """The sales mart as of another day, then as before."""
    update = "update mart_sales.sales_by_month set as_of_date = %s"
    with connect(shop.url, autocommit=True) as connection:
        connection.execute(update, [day])
        yield
        connection.execute(update, [AS_OF])
