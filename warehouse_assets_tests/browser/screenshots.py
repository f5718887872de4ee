"""`make screenshots`: pictures of the dashboard, from data that anybody can make again.

Each data set is loaded into a home of its own, served, and photographed by headless Chromium. The picture of the
README goes to `docs/images/`. With `--all` every page of every data set goes to the folder that `--to` names: on
desktop and phone, light and dark, in English and French, and once printed, as PDF. `--data` chooses data sets, and
`--only sales-phone` the pictures with this in their names. Texts that are cut or overlap are printed beneath.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from warehouse_assets.cli.services.processes import free_port
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.generation import generate_export
from warehouse_assets.settings import PROJECT_ROOT
from warehouse_assets_tests.browser.conftest import NAMES, OPTIONS
from warehouse_assets_tests.browser.legible import unreadable
from warehouse_assets_tests.browser.served import wait_until

README_PICTURE = PROJECT_ROOT / "docs" / "images" / "dashboard.png"
DATA_FOLDER = Path(os.environ.get("SHOP_DATA_DIR") or PROJECT_ROOT.parent / "shared" / "data")
SIZES: dict[str, Any] = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "fr")
WAREHOUSE = (sys.executable, "-c", "from warehouse_assets.cli.app import main; main()")
LOGIN = "demo_engineer"
CHARTS_ARE_DRAWN = "() => [...document.querySelectorAll('.dash-graph')].every(one => one.querySelector('.main-svg'))"
EXAMPLE = "example"
Arguments = Sequence[str]


def main(arguments: Sequence[str]) -> None:
    """Takes the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every page, size, colour scheme and language")
    parser.add_argument("--data", nargs="+", choices=[EXAMPLE, *DATA], help="data sets of --all; each without this")
    parser.add_argument("--to", type=Path, default=Path("screenshots"), help="folder of the pictures of --all")
    parser.add_argument("--only", default="", help="pictures of --all with this in their names")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="whs-") as scratch, chromium() as browser:
        if not chosen.all:
            take_readme_picture(browser)
            return
        for name in chosen.data or DATA:
            runs = [[]] if name == EXAMPLE else DATA[name](Path(scratch))
            if runs is None:
                print(f"{name}: no files in {DATA_FOLDER}; set SHOP_DATA_DIR", file=sys.stderr)  # noqa: T201
                continue
            with served_home(runs) as (site, password):
                photograph_all(browser, site, password, chosen.to / name, chosen.only)


def take_readme_picture(browser: Browser) -> None:
    """The first page of the example data."""
    with served_home([[]]) as (site, password), opened(browser, site, password, "desktop", "light", "en") as page:
        shoot(page, site, next(iter(PAGES)), README_PICTURE, is_whole=False)


def _brief(scratch: Path) -> list[Arguments] | None:
    path = DATA_FOLDER / "ecommerce" / "ecommerce.csv"
    return [["--source", "ecommerce_export", str(path)]] if path.exists() else None


def _online_retail(scratch: Path) -> list[Arguments] | None:
    files = sorted((DATA_FOLDER / "online_retail").glob("*.csv.gz"))
    return [["--source", "online_retail", *map(str, files)]] if files else None


def _generated(path: Path, rows: int, months: int, dirt: float = 1) -> list[Arguments]:
    generate_export(path, rows=rows, seed=1, months=months, dirt=dirt)
    return [[str(path)]]


DATA: Mapping[str, Callable[[Path], list[Arguments] | None]] = {
    "brief": _brief,
    "online_retail": _online_retail,
    "million": lambda scratch: _generated(scratch / "million.csv", rows=1_000_000, months=36),
    "empty": lambda scratch: [],
    "one_month": lambda scratch: _generated(scratch / "one_month.csv", rows=2_000, months=1, dirt=0),
}
"""Data set -> what follows each `warehouse run` that loads it, in the order of the pictures; None if it is not here."""


@contextmanager
def served_home(runs: Sequence[Arguments]) -> Iterator[tuple[str, str]]:
    """A home after these runs, and its dashboard: the address, and the password of a login that sees all pages."""
    home = Path(tempfile.mkdtemp(prefix="whs-"))
    environment = os.environ | {"WAREHOUSE_HOME": str(home)}
    try:
        # An empty warehouse is prepared by the access policy; one with data has it from its first run.
        for command in [["run", *arguments] for arguments in runs] or [["access", "apply"]]:
            subprocess.run([*WAREHOUSE, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
        told = subprocess.run(
            [*WAREHOUSE, "access", "password", LOGIN], env=environment, check=True, capture_output=True, text=True
        )
        port = free_port()
        dashboard = [sys.executable, "-m", "warehouse_assets.dashboard", "--port", str(port)]
        process = subprocess.Popen(dashboard, env=environment)
        try:
            yield f"http://127.0.0.1:{port}", told.stdout.strip()
        finally:
            process.terminate()
            process.wait(30)
    finally:
        subprocess.run([*WAREHOUSE, "stop"], env=environment, check=False)
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


def photograph_all(browser: Browser, site: str, password: str, folder: Path, only: str = "") -> None:
    """Every page in every size, scheme and language: `<page>-<size>-<scheme>-<language>.png`; printed, as PDF."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, scheme, language in product(SIZES, SCHEMES, LANGUAGES):
        pictures = {name: f"{name}-{size}-{scheme}-{language}" for name in PAGES}
        wanted = {name: picture for name, picture in pictures.items() if only in picture}
        if not wanted:
            continue
        with opened(browser, site, password, size, scheme, language) as page:
            for name, picture in wanted.items():
                shoot(page, site, name, folder / f"{picture}.png", is_whole=True)
                if (size, scheme) == ("desktop", "light"):
                    page.pdf(path=folder / f"{picture}.pdf", prefer_css_page_size=True)


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
    page.wait_for_function(CHARTS_ARE_DRAWN)
    page.wait_for_timeout(400)  # the charts' transition
    page.screenshot(path=path, full_page=is_whole)
    print(path, *(f"\n  {text}" for text in unreadable(page)))  # noqa: T201


def _answers(page: Page, url: str) -> bool:
    try:
        page.goto(url)
    except Error:  # refused until the server listens
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
