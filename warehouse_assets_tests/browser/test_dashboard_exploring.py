"""What a person explores the dashboard with: definitions, pictures, shortcuts, days, comparisons, products."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from waitress.server import create_server

from warehouse_assets.dashboard.web.app import create_app
from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.dashboard.served import PASSWORD, serving, shop_with_logins

PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def site(server: DatabaseUrls) -> Iterator[tuple[str, str]]:
    """The address of a running dashboard, and a login that sees all pages."""
    with shop_with_logins(server) as shop, serving(shop.url) as service:
        listening = create_server(create_app(service).server, host="127.0.0.1", port=0, threads=8)
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.effective_port}", shop.login("sees_all")
        listening.close()
        thread.join(timeout=5)


@pytest.fixture
def reader(page: Page, site: tuple[str, str]) -> Page:
    """Logged in."""
    address, login = site
    page.goto(f"{address}/login")
    page.fill("#user", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    return page


def _open(page: Page, site: tuple[str, str], name: str, search: str = "") -> None:
    page.goto(f"{site[0]}/{name}{search}")
    expect(page.locator(f"#page-{name} h1")).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_a_definition_and_its_sql_open_and_close_by_keyboard(reader: Page, site: tuple[str, str]) -> None:
    _open(reader, site, "sales")
    icon = reader.get_by_label("Definition: Orders", exact=True).last
    text = reader.get_by_text("An order with lines in two periods counts in both").last
    expect(text).to_be_hidden()
    icon.focus()
    reader.keyboard.press("Enter")
    expect(text).to_be_visible()
    reader.locator("details.info[open] .sql summary").click()
    expect(reader.locator("details.info[open] pre")).to_contain_text("FROM mart_sales.sales_by_month")
    reader.keyboard.press("Escape")
    expect(text).to_be_hidden()


def test_a_chart_is_taken_away_as_a_picture(reader: Page, site: tuple[str, str]) -> None:
    _open(reader, site, "sales")
    with reader.expect_download(timeout=60_000) as waiting:
        reader.locator(".download.png").first.click()
    assert waiting.value.suggested_filename == "sales_revenue.png"
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(PNG)
    assert len(content) > 10_000


def test_a_shortcut_sets_from_and_to_and_keeps_the_comparison(reader: Page, site: tuple[str, str]) -> None:
    _open(reader, site, "sales", "?compare=previous")
    reader.get_by_role("link", name="Last month").click()
    reader.wait_for_url("**/sales?from=2023-03-01&compare=previous")
    expect(reader.get_by_text("Mar 2023 – Mar 2023")).to_be_visible()
    expect(reader.locator("[aria-current] a", has_text="Last month")).to_be_visible()
    expect(reader.locator(".legendtext").first).to_have_text("Net revenue")
    expect(reader.locator(".legendtext").nth(1)).to_have_text("Net revenue, period before")


def test_a_day_is_typed(reader: Page, site: tuple[str, str]) -> None:
    _open(reader, site, "days")
    expect(reader.locator(".headline-value").first).to_have_text("€600.00")
    reader.get_by_label("From").fill("2023-02-01")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/days?from=2023-02-01")
    expect(reader.locator(".headline-value").first).to_have_text("€500.00")


def test_a_product_of_the_table_opens_its_page(reader: Page, site: tuple[str, str]) -> None:
    _open(reader, site, "products")
    reader.get_by_role("link", name="=Cable").click()
    expect(reader.locator("#page-product h1")).to_have_text("Product")
    expect(reader.locator(".headline-value").first).to_have_text("€200.00")


@pytest.mark.parametrize("name", ["overview", "value", "quality"])
def test_the_menu_of_a_phone_is_one_line_that_shows_the_page(reader: Page, site: tuple[str, str], name: str) -> None:
    reader.set_viewport_size({"width": 390, "height": 844})
    _open(reader, site, name)
    current = reader.locator("#menu .current")
    expect(current).to_be_in_viewport(ratio=1)
    menu = reader.locator("#menu").bounding_box() or {}
    assert menu["height"] < 2 * (current.bounding_box() or {})["height"]


def test_the_pdf_button_opens_the_dialog_and_nothing_is_cut_on_paper(reader: Page, site: tuple[str, str]) -> None:
    """On paper a sheet is a plain table, a dark page is light, and the chosen filters are said."""
    reader.emulate_media(color_scheme="dark")
    _open(reader, site, "products")
    reader.evaluate("window.print = () => { window.asked = true; }")
    reader.get_by_role("button", name="PDF").click()
    reader.wait_for_function("window.asked === true")
    choices = reader.locator("p.printed")
    expect(choices).to_be_hidden()
    reader.emulate_media(media="print")
    expect(choices).to_contain_text("Currency: EUR")
    expect(reader.locator(".ag-root-wrapper").first).to_be_hidden()
    table = reader.locator(".printed table")
    expect(table.locator("tbody tr")).to_have_count(2)
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")
    assert (
        reader.locator(".card").first.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert table.evaluate("one => getComputedStyle(one).color") == "rgb(23, 34, 44)"
