"""How a shop writes its amounts: signs of decimals and thousands, and symbols of currencies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.ingestion.contract.frame import TEXT
from warehouse_assets.ingestion.contract.values import parse_money
from warehouse_assets.ingestion.sources.currencies import is_currency
from warehouse_assets.ingestion.sources.settings import MoneySettings

Signs = tuple[str, str]
_SIGNS: tuple[Signs, ...] = ((".", ","), (",", "."), (",", " "), (".", " "), (".", "'"))
_SYMBOLS = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "Fr.": "CHF", "zł": "PLN", "₹": "INR", "kr": "SEK", "kr.": "DKK",
    "₺": "TRY", "₽": "RUB", "R$": "BRL", "US$": "USD", "Kč": "CZK",
}  # fmt: skip

_USUAL = {"eur", "usd", "gbp", "chf"}


@dataclass(frozen=True)
class MoneyDraft:
    """The usual signs, symbols, currencies with signs of their own, and what is unsure."""

    signs: Signs = _SIGNS[0]
    symbols: Mapping[str, str] = None  # type: ignore[assignment]
    own: Mapping[str, Signs] = None  # type: ignore[assignment]
    doubts: tuple[str, ...] = ()


def draft_money(columns: Sequence[Column], usual: Signs = _SIGNS[0]) -> MoneyDraft:
    """The settings under which most amounts of these columns can be read; `usual` where several do equally well."""
    texts: dict[str, list[str]] = {}
    for column in columns:
        for found in column.amounts:
            texts.setdefault(found["lead"] or found["trail"], []).append(found.string)
    symbols = {sign: _SYMBOLS[sign] for sign in texts if sign in _SYMBOLS}
    everything = [text for group in texts.values() for text in group]
    signs = _best(everything, symbols, usual)
    own = {}
    for sign, group in texts.items():
        code = symbols.get(sign, sign)
        if (
            sign
            and len(code) == 3
            and _unreadable(group, signs, symbols)
            and (best := _best(group, symbols, usual)) != signs
        ):
            own[code] = best
    return MoneyDraft(signs, symbols, own, tuple(_doubts(everything, texts, symbols, signs, own)))


def named_currency(columns: Sequence[Column]) -> str | None:
    """The one currency that the names of these columns tell: `Preis (€)`, `price EUR`, `total_usd`."""
    found = {code for column in columns for code in _currencies_in(column.label)}
    return found.pop() if len(found) == 1 else None


def _currencies_in(name: str) -> Iterator[str]:
    for sign, code in _SYMBOLS.items():
        if not sign.isalpha() and "." not in sign and sign in name:
            yield code
    # `try`, `top` and `all` are codes too: only capitals among small letters tell a code from a word.
    for word in re.findall(r"[A-Za-z]+", name):
        is_code = word.isupper() and not name.isupper() and len(word) == 3 and is_currency(word)
        if is_code or word.lower() in _USUAL:
            yield word.upper()


def _best(texts: Sequence[str], symbols: Mapping[str, str], usual: Signs) -> Signs:
    return min(_SIGNS, key=lambda signs: (_unreadable(texts, signs, symbols), signs != usual))


def _unreadable(texts: Sequence[str], signs: Signs, symbols: Mapping[str, str]) -> int:
    values = pd.Series(list(texts), dtype=TEXT)
    settings = MoneySettings(decimal=signs[0], thousands=signs[1], symbols=symbols)
    return int(parse_money(values, settings).is_unreadable.sum())


def _doubts(
    everything: Sequence[str],
    texts: Mapping[str, Sequence[str]],
    symbols: Mapping[str, str],
    signs: Signs,
    own: Mapping[str, Signs],
) -> list[str]:
    doubts = [
        f"[money] the sign {sign!r} of amounts is not known: name its currency under symbols"
        for sign in texts
        if sign and sign not in symbols and not (len(sign) == 3 and sign.isupper())
    ]
    decimals = [text for text in everything if "," in text or "." in text]
    rivals = [other for other in _SIGNS[:2] if other != signs and not _unreadable(everything, other, symbols)]
    if decimals and rivals and not own:
        doubts.append(f"[money] amounts could be read with {rivals[0][0]!r} as decimal sign too; taken is {signs[0]!r}")
    return doubts
