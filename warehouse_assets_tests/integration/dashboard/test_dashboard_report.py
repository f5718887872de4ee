"""The static report of a role: its pages and no others, in both languages, the same bytes twice."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse_assets.dashboard.report_files import write_reports
from warehouse_assets.dashboard.report_roles import report_path
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets_tests.integration.dashboard.served import Shop, shop_with_logins

LIBRARY = "<script>/**"


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server) as made:
        yield made


def _written(shop: Shop, folder: Path, *names: str) -> dict[str, Path]:
    with connect(shop.url, autocommit=True) as connection:
        return write_reports(connection, folder, [shop.login(name) for name in names])


def test_a_role_s_report_has_its_pages_only_and_both_languages(shop: Shop, tmp_path: Path) -> None:
    written = _written(shop, tmp_path, "sees_sales", "sees_customers")
    assert set(written) == {shop.login("sees_sales"), shop.login("sees_customers")}
    sales, customers = (written[shop.login(f"sees_{name}")].read_text("utf-8") for name in ("sales", "customers"))
    assert 'id="countries-en"' in sales
    assert 'id="countries-fr"' in sales
    assert "Allemagne" in sales
    assert 'id="customers-en"' not in sales
    assert 'id="customers-en"' in customers
    assert "Allemagne" not in customers


def test_a_country_s_rows_stay_out_where_the_database_keeps_them_out(shop: Shop, tmp_path: Path) -> None:
    written = _written(shop, tmp_path, "sees_france")
    page = written[shop.login("sees_france")].read_text("utf-8").split(LIBRARY)[0]
    assert "France" in page
    assert "Germany" not in page


def test_the_report_is_for_its_owner_and_the_same_twice(shop: Shop, tmp_path: Path) -> None:
    first = _written(shop, tmp_path / "a", "sees_all")[shop.login("sees_all")]
    again = _written(shop, tmp_path / "b", "sees_all")[shop.login("sees_all")]
    assert first.read_bytes() == again.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600


def test_names_of_the_data_are_text_in_the_report(shop: Shop, tmp_path: Path) -> None:
    page = _written(shop, tmp_path, "sees_sales")[shop.login("sees_sales")].read_text("utf-8").split(LIBRARY)[0]
    assert "&lt;b&gt;Lamp" in page
    assert "<b>Lamp" not in page


def test_a_role_that_is_gone_leaves_no_report(shop: Shop, tmp_path: Path) -> None:
    stale = report_path(tmp_path, "nobody_has_this_role")
    stale.write_text("old")
    with connect(shop.url, autocommit=True) as connection:
        assert write_reports(connection, tmp_path, ["nobody_has_this_role"]) == {}
    assert not stale.exists()
