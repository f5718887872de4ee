"""The table of pages in docs/dashboard.md has each page, in the order of the menu, with what its filters read."""

from __future__ import annotations

import re

from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.settings import PROJECT_ROOT


def documented() -> dict[str, list[str]]:
    """Title of each page -> what it reads."""
    text = (PROJECT_ROOT / "docs" / "dashboard.md").read_text("utf-8")
    table = text.split("| page | shows | reads |\n|---|---|---|\n")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {title: re.findall(r"`([^`]+)`", reads) for title, _, reads in rows}


def test_each_page_is_documented() -> None:
    assert list(documented()) == [page.title.en for page in PAGES.values()]


def test_what_the_filters_of_a_page_read_is_documented() -> None:
    reads = documented()
    missing = [
        f"{page.title.en}: {table}"
        for page in PAGES.values()
        for table in page.tables
        if table.split(".")[1 if page.mart.startswith("mart_") else 0] not in reads[page.title.en]
    ]
    assert missing == []
