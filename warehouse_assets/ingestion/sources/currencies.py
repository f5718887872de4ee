"""Currency codes: those of ISO 4217, past ones too, as CLDR lists them. XXX is no currency."""

from __future__ import annotations

from functools import cache


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has the code, in capitals."""
    return code in _codes()


@cache
def _codes() -> frozenset[str]:
    from babel.core import get_global  # commands that read no code start without it

    return frozenset(get_global("all_currencies"))
