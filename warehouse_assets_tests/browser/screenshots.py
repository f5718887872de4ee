"""`make screenshots`: pictures of the dashboard, from data that anybody can make again.

Each data set is loaded into a home of its own, served, and photographed by headless Chromium. The picture of the
README goes to `docs/images/`; with `--all` every page of every data set goes to the folder that `--to` names, on
desktop and phone, light and dark, in English and French.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from warehouse_assets.cli.services.processes import free_port
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.settings import PROJECT_ROOT
from warehouse_assets_tests.browser.conftest import NAMES, OPTIONS
from warehouse_assets_tests.browser.served import wait_until

README_PICTURE = PROJECT_ROOT / "docs" / "images" / "dashboard.png"
SIZES: dict[str, Any] = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "fr")
WAREHOUSE = str(Path(sys.executable).with_name("warehouse"))
LOGIN = "demo_engineer"


def main(arguments: Sequence[str]) -> None:
    """Takes the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every page, size, colour scheme and language")
    parser.add_argument("--to", type=Path, default=Path("screenshots"), help="folder of the pictures of --all")
    parser.add_argument("--rows", type=int, default=0, help="rows of generated data, instead of the example data")
    parser.add_argument("files", nargs="*", help="exports to load, instead of the example data")
    parser.add_argument("--source", help="source of the files")
    chosen = parser.parse_args(arguments)
    with served_home(run_arguments(chosen)) as (site, password), chromium() as browser:
        if chosen.all:
            photograph_all(browser, site, password, chosen.to)
        else:
            with opened(browser, site, password, "desktop", "light", "en") as page:
                shoot(page, site, next(iter(PAGES)), README_PICTURE, is_whole=False)


def run_arguments(chosen: argparse.Namespace) -> list[str]:
    """What follows `warehouse run`."""
    files = list(chosen.files)
    if chosen.rows:
        path = Path(tempfile.mkdtemp(prefix="whs-")) / "generated.csv"
        subprocess.run([WAREHOUSE, "generate", str(path), "--rows", str(chosen.rows)], check=True)
        files = [str(path)]
    source = ["--source", chosen.source] if chosen.source else []
    return [*source, *files]


@contextmanager
def served_home(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A home with this data, and its dashboard: the address, and the password of a login that sees all pages."""
    home = Path(tempfile.mkdtemp(prefix="whs-"))
    environment = os.environ | {"WAREHOUSE_HOME": str(home)}
    try:
        subprocess.run([WAREHOUSE, "run", *arguments], env=environment, check=True)
        told = subprocess.run(
            [WAREHOUSE, "access", "password", LOGIN], env=environment, check=True, capture_output=True, text=True
        )
        port = free_port()
        command = [sys.executable, "-m", "warehouse_assets.dashboard", "--port", str(port)]
        process = subprocess.Popen(command, env=environment)
        try:
            yield f"http://127.0.0.1:{port}", told.stdout.strip()
        finally:
            process.terminate()
            process.wait(30)
    finally:
        subprocess.run([WAREHOUSE, "stop"], env=environment, check=False)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium; raises SystemExit where there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise SystemExit("Screenshots need Chromium. On Debian: apt-get install chromium fonts-dejavu-core")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


def photograph_all(browser: Browser, site: str, password: str, folder: Path) -> None:
    """Every page in every size, scheme and language: `<page>-<size>-<scheme>-<language>.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, scheme, language in product(SIZES, SCHEMES, LANGUAGES):
        with opened(browser, site, password, size, scheme, language) as page:
            for name in PAGES:
                shoot(page, site, name, folder / f"{name}-{size}-{scheme}-{language}.png", is_whole=True)


@contextmanager
def opened(browser: Browser, site: str, password: str, size: str, scheme: Any, language: str) -> Iterator[Page]:
    """A page of a fresh profile, logged in."""
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, locale=f"{language}-{language.upper()}", timezone_id="UTC"
    )
    page = context.new_page()
    wait_until(lambda: _answers(page, f"{site}/language/{language}?page=/login"))
    page.goto(f"{site}/login")
    page.fill("#user", LOGIN)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    yield page
    context.close()


def shoot(page: Page, site: str, name: str, path: Path, *, is_whole: bool) -> None:
    """Opens the page of the dashboard, waits until its charts are drawn, and writes the picture."""
    page.goto(f"{site}/{name}")
    page.locator(f"#page-{name} h1").wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)  # the charts' transition
    page.screenshot(path=path, full_page=is_whole)
    print(path)  # noqa: T201


def _answers(page: Page, url: str) -> bool:
    try:
        page.goto(url)
    except Error:  # refused until the server listens
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
