"""The dashboard as a person uses it: filters, drill-down, periods, CSV, languages, colours, a phone, a keyboard."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as TooLate
from waitress.server import create_server

from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.dashboard.report_files import write_reports
from warehouse_assets.dashboard.web.app import create_app
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.settings import PROJECT_ROOT
from warehouse_assets_tests.browser.legible import unreadable
from warehouse_assets_tests.integration.dashboard.served import PASSWORD, Shop, serving, shop_with_logins

AXE = PROJECT_ROOT / ".axe" / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP: Any = {"width": 1440, "height": 900}
PHONE: Any = {"width": 390, "height": 844}
LOCAL = ("data:", "blob:")


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server) as made:
        yield made


@pytest.fixture(scope="module")
def site(shop: Shop) -> Iterator[str]:
    """The address of a running dashboard."""
    with serving(shop.url) as service:
        listening = create_server(create_app(service).server, host="127.0.0.1", port=0, threads=8)
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.effective_port}"
        listening.close()
        thread.join(timeout=5)


@pytest.fixture
def strangers(page: Page, site: str) -> list[str]:
    """Addresses that the browser asked for anywhere but here."""
    asked: list[str] = []
    page.on("request", lambda request: None if request.url.startswith((site, *LOCAL)) else asked.append(request.url))
    return asked


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser and the page's scripts complained about."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def _log_in(page: Page, site: str, user: str) -> None:
    page.goto(f"{site}/login")
    page.fill("#user", user)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")


def _open(page: Page, site: str, name: str, search: str = "") -> None:
    page.goto(f"{site}/{name}{search}")
    expect(page.locator(f"#page-{name} h1")).to_be_visible()
    page.wait_for_load_state("networkidle")


@pytest.fixture
def everybody(page: Page, site: str, shop: Shop) -> Page:
    """A page of someone who may read everything."""
    _log_in(page, site, shop.login("sees_all"))
    return page


def test_every_page_is_drawn_and_asks_no_other_machine(
    everybody: Page, site: str, strangers: list[str], complaints: list[str]
) -> None:
    for name in PAGES:
        _open(everybody, site, name)
        expect(everybody.locator(".js-plotly-plot .main-svg, .ag-root, .notice").first).to_be_visible()
        assert everybody.locator(".headline-value, .card h2").count() > 0
    assert strangers == []
    assert complaints == []


def test_the_period_switch_and_a_filter_change_address_and_figures(everybody: Page, site: str) -> None:
    _open(everybody, site, "sales")
    expect(everybody.locator(".headline-value").first).to_have_text("€300.00")
    everybody.get_by_text("Yearly").click()
    everybody.wait_for_url("**/sales?period=year")
    expect(everybody.locator(".headline-value").first).to_have_text("€600.00")
    everybody.go_back()
    expect(everybody.locator(".headline-value").first).to_have_text("€300.00")
    _open(everybody, site, "countries")
    everybody.get_by_role("textbox", name="Countries").click()
    everybody.get_by_role("option", name="Germany").click()
    everybody.wait_for_url("**/countries?country=Germany")
    expect(everybody.locator(".headline-value").first).to_have_text("€150.00")


def test_a_click_on_a_category_shows_what_is_in_it(everybody: Page, site: str) -> None:
    _open(everybody, site, "products")
    expect(everybody.locator(".ag-center-cols-container .ag-row")).to_have_count(2)
    bar = everybody.locator(".drillable .barlayer .point path").first
    bar.wait_for()
    everybody.locator(".drillable .nsewdrag").first.click(position={"x": 20, "y": 20})
    everybody.wait_for_url("**/products?category=Home")
    expect(everybody.locator(".card-head h2").first).to_have_text("Revenue by subcategory: Home")
    expect(everybody.locator(".ag-center-cols-container .ag-row")).to_have_count(1)


def test_a_table_is_taken_away_as_csv_as_filtered(everybody: Page, site: str) -> None:
    _open(everybody, site, "countries", "?country=Germany")
    with everybody.expect_download() as waiting:
        everybody.locator(".download.csv").first.click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    assert text.splitlines() == [
        '"Country","Country revenue","Country orders","Country units","Share","Currency"',
        '"Germany","150.0000","3","0","1","EUR"',
    ]


def test_french_dark_and_back(everybody: Page, site: str) -> None:
    _open(everybody, site, "countries")
    everybody.get_by_text("Français").click()
    expect(everybody.locator("#page-countries h1")).to_have_text("Pays")
    assert everybody.evaluate("document.documentElement.lang") == "fr"
    shade = "getComputedStyle(document.body).backgroundColor"
    before = everybody.evaluate(shade)
    everybody.get_by_role("button", name="Couleurs claires ou sombres").click()
    assert everybody.evaluate(shade) != before


_CUT = (
    "[...document.querySelectorAll('.ag-cell, .ag-cell-value, .ag-header-cell-text, .ag-center-cols-viewport')]"
    ".filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.innerText)"
)
"""What a table's boxes do not show in full."""


def test_no_cell_and_no_heading_of_a_sheet_is_cut_at_desktop_width(everybody: Page, site: str) -> None:
    everybody.set_viewport_size(DESKTOP)
    for name in ("products", "quality"):
        _open(everybody, site, name)
        everybody.locator(".ag-center-cols-container .ag-row").first.wait_for()
        with suppress(TooLate):  # the grid sizes its columns after it has drawn the rows
            everybody.wait_for_function(f"{_CUT}.length === 0", timeout=10_000)
        assert everybody.evaluate(_CUT) == [], name


_UNREADABLE = """
<div class="js-plotly-plot" style="width: 300px; height: 100px"><svg width="400" height="100">
<g class="ytick"><text x="10" y="50">0</text></g><g class="xtick"><text x="10" y="54">Aug 2020</text></g>
<g class="xtick"><text x="120" y="54">Sep 2020</text></g><g class="xtick"><text x="290" y="54">Oct 2020</text></g>
</svg></div>
<p style="width: 60px; overflow: hidden; white-space: nowrap">E-commerce warehouse</p>
<div class="card" style="width: 90px"><p style="white-space: nowrap">164 762,19 pounds sterling</p></div>
<div class="card" style="width: 90px"><p>short</p></div>
"""


def test_what_cannot_be_read_is_found(page: Page) -> None:
    page.set_content(_UNREADABLE)
    assert unreadable(page) == [
        "overlap: 0 / Aug 2020",
        "cut: Oct 2020",
        "cut: E-commerce warehouse",
        "beyond its card: 164 762,19 pounds sterling",
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_text_is_cut_or_stands_on_another(everybody: Page, site: str, size: Any) -> None:
    """In French, whose words are the longer ones."""
    everybody.goto(f"{site}/language/fr?page=/sales")
    everybody.set_viewport_size(size)
    for name in PAGES:
        _open(everybody, site, name)
        everybody.wait_for_timeout(600)  # the charts' transition
        assert unreadable(everybody) == [], name


def test_nothing_is_wider_than_a_phone(everybody: Page, site: str) -> None:
    everybody.set_viewport_size(PHONE)
    for name in PAGES:
        _open(everybody, site, name)
        assert everybody.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def test_the_keyboard_reaches_content_menu_and_data(everybody: Page, site: str) -> None:
    _open(everybody, site, "countries")
    everybody.keyboard.press("Tab")
    expect(everybody.locator(".skip")).to_be_focused()
    everybody.keyboard.press("Enter")
    summary = everybody.locator(".data summary").first
    summary.focus()
    everybody.keyboard.press("Enter")
    expect(everybody.get_by_role("cell", name="Germany").first).to_be_visible()


@pytest.mark.parametrize(
    ("colours", "size"), [("light", DESKTOP), ("dark", PHONE)], ids=["light desktop", "dark phone"]
)
def test_axe_finds_nothing_serious(browser: Browser, site: str, shop: Shop, colours: Any, size: Any) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is absent: npm install --prefix .axe axe-core")
    with browser.new_context(color_scheme=colours, viewport=size, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(f"{site}/login")
        assert _serious(page) == []
        _log_in(page, site, shop.login("sees_all"))
        for name in PAGES:
            _open(page, site, name)
            assert _serious(page) == [], name


def _serious(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def test_a_session_that_ended_leads_to_the_login(everybody: Page, site: str, browsing: BrowserContext) -> None:
    _open(everybody, site, "countries")
    browsing.clear_cookies()
    everybody.get_by_role("link", name="Products").click()
    everybody.wait_for_url(re.compile(r"/login\?expired=1"))
    expect(everybody.get_by_role("alert")).to_contain_text("Your session has expired")


def test_the_report_is_read_without_any_server(page: Page, shop: Shop, tmp_path: Path, complaints: list[str]) -> None:
    with connect(shop.url, autocommit=True) as connection:
        path = write_reports(connection, tmp_path, [shop.login("sees_all")])[shop.login("sees_all")]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    expect(page.locator("#sales-en .js-plotly-plot .main-svg").first).to_be_visible()
    page.get_by_role("button", name="Français").click()
    expect(page.locator("#countries-fr h1")).to_be_visible()
    expect(page.locator("#sales-fr .js-plotly-plot .main-svg").first).to_be_visible()
    page.emulate_media(media="print")
    table = page.locator("#products-fr .sheet table")
    expect(table.get_by_role("cell", name="=Cable")).to_be_visible()
    assert table.evaluate("one => one.scrollWidth <= one.closest('.card').clientWidth")
    assert [url for url in asked if not url.startswith((path.as_uri(), *LOCAL))] == []
    assert complaints == []
