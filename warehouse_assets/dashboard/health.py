"""What makes a page's figures less than they seem: a banner above them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from warehouse_assets.bi.metrics.shops import ALL_SHOPS
from warehouse_assets.dashboard.blocks import Notice
from warehouse_assets.dashboard.context import ANNOTATIONS
from warehouse_assets.dashboard.formats import UNKNOWN_CURRENCY
from warehouse_assets.dashboard.pages.coverage import shop_ends
from warehouse_assets.dashboard.view import Page, View

LEDGER, QUALITY_PAGE = "ops.ingested_files", "quality"
LEAST_SHARE = Decimal("0.01")
"""Fewer rejected lines change no figure that a person reads off a chart."""
FRESH_DAYS = 45
"""A month's export may arrive two weeks after the month's end."""


def banner(page: Page, view: View, as_of: date | None, today: date | None) -> Iterator[Notice]:
    """One notice with a sentence for each reason; none where the figures are what they seem.

    Without `today`, as in a report that is the same on every day, nothing is said of stale data.
    """
    if page.mart == "ops" or as_of is None:
        return
    sentences = [*_rejected(view), *_currency(view), *_apart(page, view), *_unfinished(view, as_of)]
    sentences += [*_stale(view, as_of, today), *_unread(view)]
    if sentences:
        link = QUALITY_PAGE if view.reader.may_read([LEDGER]) else ""
        text = " ".join(sentences)
        yield Notice(view.say("banner_title"), text, "warning", link, view.say("banner_link") if link else "")


def _rejected(view: View) -> Iterator[str]:
    for shop, share in view.reader.rejected_shares:
        if share >= LEAST_SHARE and view.one("shop") in ("", ALL_SHOPS, shop):
            yield view.say("banner_rejected").format(share=view.show(share, "percent"), shop=shop)


def _currency(view: View) -> Iterator[str]:
    control = view.controls.get("currency")
    codes = {code for code, _ in control.options} if control else set()
    if UNKNOWN_CURRENCY in codes:
        yield view.say("banner_currency" if len(codes) > 1 else "banner_no_currency")


def _apart(page: Page, view: View) -> Iterator[str]:
    """Shops that end in an earlier month than others, of which all together are said to be the sum."""
    if view.one("shop") == ALL_SHOPS:
        ends = shop_ends(view, page.tables[0])
        newest = max(ends.values(), default=date.min).replace(day=1)
        for shop, day in sorted(ends.items()):
            if day < newest:
                yield view.say("banner_apart").format(shop=shop, day=view.show(day, "date"))


def _unfinished(view: View, as_of: date) -> Iterator[str]:
    if (as_of + timedelta(days=1)).day != 1:
        yield view.say("banner_unfinished").format(day=view.show(as_of, "date"), month=view.show(as_of, "month"))


def _stale(view: View, as_of: date, today: date | None) -> Iterator[str]:
    if today is not None and as_of < today - timedelta(days=FRESH_DAYS):
        yield view.say("banner_stale").format(day=view.show(as_of, "date"))


def _unread(view: View) -> Iterator[str]:
    if view.context.unread_lines:
        lines = ", ".join(map(str, view.context.unread_lines))
        yield view.say("banner_unread").format(file=ANNOTATIONS, lines=lines)
