"""Debian's Chromium for tests that look at pages as a person does; without it they skip."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# A busy machine draws a page late.
expect.set_options(timeout=20_000)

Screenshot = Callable[[str], Path]
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Containers forbid the sandbox and have no graphics card.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless browser for the module: while it is there its event loop runs, beside which Dagster's cannot."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: install it (on Debian, apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def browsing(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile: English, UTC, a laptop's window; scripts of the test may run on any page."""
    with browser.new_context(
        bypass_csp=True, locale="en-GB", timezone_id="UTC", viewport={"width": 1600, "height": 1000}
    ) as context:
        context.set_default_timeout(20_000)
        yield context


@pytest.fixture
def page(browsing: BrowserContext) -> Page:
    """An empty page of that profile."""
    return browsing.new_page()


@pytest.fixture
def screenshot(page: Page, tmp_path: Path, request: pytest.FixtureRequest) -> Screenshot:
    """`screenshot(name)` saves what the page shows as PNG: in `WAREHOUSE_SCREENSHOTS`, or the test's folder."""
    folder = Path(os.environ.get("WAREHOUSE_SCREENSHOTS") or tmp_path)

    def save(name: str) -> Path:
        path = folder / f"{request.node.name}-{name}.png"
        page.screenshot(path=path)
        return path

    return save
