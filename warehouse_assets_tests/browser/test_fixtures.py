"""The browser itself: that it draws, and that screenshots arrive."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from warehouse_assets_tests.browser.conftest import Screenshot


def test_a_page_is_drawn_and_kept_as_a_picture(page: Page, screenshot: Screenshot) -> None:
    page.set_content("<h1>Ventes par mois</h1>")
    expect(page.get_by_role("heading")).to_have_text("Ventes par mois")
    assert screenshot("heading").read_bytes().startswith(b"\x89PNG")
