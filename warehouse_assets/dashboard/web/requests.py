"""What a browser sends, parsed into the few forms that the dashboard knows. Anything else is refused with 400."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import abort, request

_PAGE_NAME = re.compile(r"[a-z_]*")
_LONGEST_TEXT = 8_192
_INPUTS = (("url", "pathname"), ("url", "search"))
_OUTPUTS = (("page", "children"), ("menu", "children"), ("who", "children"))
_OUTPUT = "..page.children...menu.children...who.children.."
_CHANGES = frozenset({"url.pathname", "url.search"})


@dataclass(frozen=True)
class Address:
    """A page of the dashboard with its filters. It never names another server."""

    page: str
    filters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"/{self.page}" + (f"?{urlencode(self.filters)}" if self.filters else "")


def parse_address(text: str, pages: Collection[str]) -> Address:
    """The address of one of the pages; the first page for any other text."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return Address("")
    name = parts.path.removeprefix("/")
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and text.isprintable()
    if not is_ours or not _PAGE_NAME.fullmatch(name) or (name and name not in pages):
        return Address("")
    try:
        return Address(name, tuple(parse_qsl(parts.query, max_num_fields=100)))
    except ValueError:
        return Address(name)


@dataclass(frozen=True)
class Drawing:
    """A browser's request to draw the page of an address."""

    path: str | None
    search: str | None


def parse_callback(body: Any) -> Drawing:
    """The one callback of the dashboard. Raises ValueError for anything else."""
    if not isinstance(body, dict):
        raise ValueError("a callback is an object")
    if _properties(body.get("outputs")) != _OUTPUTS or _properties(body.get("inputs")) != _INPUTS or body.get("state"):
        raise ValueError("no callback of the dashboard")
    if body.get("output") != _OUTPUT or not _is_list_of_changes(body.get("changedPropIds")):
        raise ValueError("a callback names its output and what changed")
    path, search = (given.get("value") for given in body["inputs"])
    if not _is_text(path) or not _is_text(search):
        raise ValueError("path and search are texts")
    return Drawing(path, search)


def refuse_malformed() -> None:
    """Before each request: paths are printable, and callbacks are what `parse_callback` takes."""
    if not request.path.isprintable():
        abort(400)
    if request.method == "POST" and request.path == "/_dash-update-component":
        try:
            parse_callback(request.get_json(force=True, silent=True))
        except (ValueError, RecursionError):
            abort(400)


def refuse_unknown_file(error: Exception) -> tuple[str, int]:
    """A file of a library that the dashboard does not have."""
    return "Not found", 404


def _properties(found: Any) -> tuple[tuple[Any, Any], ...] | None:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return None
    return tuple((one.get("id"), one.get("property")) for one in found)


def _is_text(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= _LONGEST_TEXT)


def _is_list_of_changes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one in _CHANGES for one in value)
