"""Builds a page for a reader: filters, blocks, and notices for data that the reader may not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.blocks import Block, Headlines, Notice
from warehouse_assets.dashboard.blocks import Table as BlockTable
from warehouse_assets.dashboard.context import NO_CONTEXT, Context
from warehouse_assets.dashboard.health import banner
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.dashboard.reader import Reader
from warehouse_assets.dashboard.texts import say
from warehouse_assets.dashboard.view import Control, Page, Section, View


@dataclass(frozen=True)
class Built:
    """A page, ready to render."""

    page: Page
    controls: Sequence[Control]
    blocks: Sequence[Block]
    as_of: date | None


def pages_for(reader: Reader) -> list[Page]:
    """The pages that the reader may see at least in part, in the order of the menu."""
    return [page for page in PAGES.values() if reader.may_read(page.tables) and _sections(page, reader)]


def build_page(
    page: Page,
    reader: Reader,
    language: Language,
    asked: Mapping[str, Sequence[str]],
    today: date | None = None,
    context: Context = NO_CONTEXT,
) -> Built:
    """The page with the requested filters; a notice if the reader may not read its tables.

    With `today`, the page says where its data are old.
    """
    if not reader.may_read(page.tables):
        return Built(
            page, (), (Notice(say("refused_title", language), say("refused_page", language), "refused"),), None
        )
    view = View(reader, language, asked, context)
    view = view.with_controls(page.controls)
    as_of = _as_of(page, view)
    blocks = (*banner(page, view, as_of, today), *_blocks(page, view))
    return Built(page, tuple(view.controls.values()), blocks, as_of)


def find_table(built: Built, name: str) -> BlockTable | None:
    """The table of one of the page's blocks, all rows."""
    for block in built.blocks:
        if not isinstance(block, Headlines | Notice) and block.name == name:
            return block.table
    return None


def _sections(page: Page, reader: Reader) -> list[Section]:
    return [section for section in page.sections if reader.may_read(section.tables)]


def _blocks(page: Page, view: View) -> Iterator[Block]:
    for section in _sections(page, view.reader):
        yield from section.build(view)


def _as_of(page: Page, view: View) -> date | None:
    """The as-of date of the page's mart, from its first table; of the chosen shop where there are several."""
    if page.mart == "ops":
        return None
    shop = view.one("shop")
    where = " where source_name = %(shop)s" if shop else ""
    rows = view.reader.rows(f"select max(as_of_date) as as_of_date from {page.tables[0]}{where}", {"shop": shop})
    day: date | None = rows[0]["as_of_date"]
    return day
