"""Names and texts that PostgreSQL and the parser of the proof read alike, because nothing else is let through.

Names are lower case, unquoted and short enough not to be cut, no named query hides another relation, and texts
have no comments in comments, no escapes and no other quotes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from functools import cache

import sqlglot
from sqlglot import exp

from warehouse_assets.lineage.relations import refused
from warehouse_assets.lineage.values import Refused

_PLAIN = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_COLLATION = re.compile(r'collate "C"')
_TOKEN = re.compile(r"(?P<text>'(?:[^']|'')*')|(?P<comment>--[^\n]*)|(?P<space>\s+)|(?P<other>[^'\s])")
_STRANGE = re.compile(r'/\*|\*/|["\\$;@#`~&|^!?]|[^\x00-\x7f]')
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_ALLOWED = ("||", "!=")
_NUMBER_OR_PREFIX = re.compile(r"\b(?:[eEbBxXnN]|[uU]&)'")


@cache
def canonical(text: str) -> str:
    """The text without comments, each run of spaces as one: two texts that differ in no more mean the same."""
    parts = []
    for found in _TOKEN.finditer(text):
        parts.append(" " if found["comment"] or found["space"] else found[0])
    kept, before = [], ""
    for part in parts:
        if not (part == " " and before == " "):
            kept.append(part)
        before = part
    return "".join(kept).strip().rstrip(";").strip()


def digest(texts: Iterable[str]) -> str:
    """A short hash of texts in their order."""
    whole = "\n".join(canonical(text) for text in texts)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


@cache
def parse(text: str) -> exp.Query:
    """Parses one query. Raises Refused if it is none, or if a part of it is unknown to the parser."""
    try:
        statements = sqlglot.parse(text.replace("%%", "%"), dialect="postgres")
    except sqlglot.errors.SqlglotError as error:
        raise Refused(f"not understood ({str(error).splitlines()[0]})") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise refused("a table must be filled by exactly one SELECT", statements[0])
    return statements[0]


@cache
def named_tables(text: str) -> frozenset[str]:
    """The tables and relations that a query names, with their schema where it says one. Raises Refused."""
    tables = parse(text).find_all(exp.Table)
    return frozenset(f"{table.db}.{table.name}" if table.db else table.name for table in tables)


def expect_plain(text: str, relations: Collection[str]) -> None:
    """Raises Refused for a text or a name that two readers could read differently.

    `relations` are the names that a named query must not hide.
    """
    known = set(relations)
    for query in _names_of_plain(text):
        if query in known:
            raise Refused(f"a named query that hides another relation: {query}")
        known.add(query)


@cache  # the same text is part of several models
def _names_of_plain(text: str) -> tuple[str, ...]:
    """The names of its named queries. Raises Refused for a text or a name that is not plain."""
    _expect_plain_text(text)
    tree = parse(text)
    for name in tree.find_all(exp.Identifier):
        is_collation = isinstance(name.parent, exp.Collate)
        if (name.args.get("quoted") or not _PLAIN.fullmatch(str(name.this))) and not is_collation:
            raise refused("a name that is not plain (lower case, unquoted, up to 63 characters)", name)
    return tuple(query.alias for query in tree.find_all(exp.CTE))


def _expect_plain_text(text: str) -> None:
    if _CONTROL.search(text):
        raise Refused("a control character: PostgreSQL ends a comment at some of them")
    if _NUMBER_OR_PREFIX.search(_without_texts(text)):
        raise Refused("a text with a prefix, such as E'...'")
    bare = _COLLATION.sub("collate c", _without_texts(text))
    for allowed in _ALLOWED:
        bare = bare.replace(allowed, "")
    if found := _STRANGE.search(bare):
        raise Refused(f"a sign that readers of SQL may read differently: {found[0]!r}")
    if any("\\" in found["text"] for found in _TOKEN.finditer(text) if found["text"]):
        raise Refused("a backslash in a text")


def _without_texts(text: str) -> str:
    return "".join("''" if found["text"] else found[0] for found in _TOKEN.finditer(text) if not found["comment"])
