"""Pages as they were drawn, kept while the rows that they were made of are the same.

The database is asked in every request what the user may read and which rows she sees. A page is found again only
under the same answer: a revoked right, a new build or another country leads to another key. Where row rules hold
for the user the key has her name too, so that no two users share such a page.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from plotly.io.json import to_json_plotly

from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.health import LEDGER
from warehouse_assets.dashboard.reader import Reader
from warehouse_assets.dashboard.view import Page

MOST_CHARACTERS = 16 * 1024 * 1024
"""Of JSON, all kept pages together; in memory they are several times that."""


class DrawnPages:
    """The newest drawn pages by key, as plain data. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable, draw: Callable[[], Any]) -> Any:
        """The kept page, else what `draw` gives, which is kept from now on."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key][1]
        text = to_json_plotly(draw())
        page = json.loads(text)
        with self._lock:
            self._keep(key, len(text), page)
        return page

    def _keep(self, key: Hashable, size: int, page: Any) -> None:
        self._size += size - self._pages.pop(key, (0, None))[0]
        self._pages[key] = (size, page)
        while self._size > MOST_CHARACTERS:
            self._size -= self._pages.popitem(last=False)[1][0]


def page_key(page: Page, reader: Reader, user: str, language: Language, asked: Mapping[str, Sequence[str]]) -> Hashable:
    """All that the drawn page depends on."""
    tables = {*page.tables, *(table for section in page.sections for table in section.tables)}
    contents = reader.contents(sorted(tables & reader.readable))
    has_row_rules = any(row[1] for row in contents)
    choices = tuple(sorted((name, tuple(values)) for name, values in asked.items()))
    leads_to_ledger = reader.may_read([LEDGER])
    return page.name, language, choices, contents, leads_to_ledger, user if has_row_rules else None
