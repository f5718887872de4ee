"""Currency codes: those of ISO 4217, past ones too, as CLDR lists them. XXX is no currency."""

from __future__ import annotations

from functools import cache

from babel.core import get_global


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has the code, in capitals."""
    return code in _codes()


@cache
def _codes() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))
