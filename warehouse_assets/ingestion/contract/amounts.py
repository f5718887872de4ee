"""Money of a sale line: amounts, the currency they are in, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from warehouse_assets.ingestion.contract.frame import Mask, column_of, distinct, mapped
from warehouse_assets.ingestion.contract.rules import LARGEST_AMOUNT, Finding, missing, unreadable
from warehouse_assets.ingestion.contract.values import Money, parse_money
from warehouse_assets.ingestion.sources.settings import SourceSettings

MONEY = ("unit_price", "line_amount", "discount_amount", "order_discount_amount", "tax_amount")
_PRICES = ("unit_price", "line_amount")


def add_money(raw: pd.DataFrame, parsed: pd.DataFrame, settings: SourceSettings) -> list[Finding]:
    """Adds each amount (float64, to compare), its exact text and the line's currency to the parsed frame."""
    money = {name: parse_money(raw[name], settings.money) for name in MONEY if name in raw}
    findings = _unreadable(raw, money)
    for name, value in money.items():
        parsed[name], parsed[f"{name}_text"] = value.approximate, value.text
    findings += _add_currency(raw, parsed, [value.currency for value in money.values()], settings)
    return findings + _add_price(raw, parsed)


def _unreadable(raw: pd.DataFrame, money: Mapping[str, Money]) -> list[Finding]:
    findings = []
    problem = "has a sign of money that the source does not declare"
    for name, value in money.items():
        severity = "reject" if name in _PRICES else "blank"
        findings.append(unreadable(name, severity, value.is_unreadable, raw, "amount"))  # type: ignore[arg-type]
        findings.append(Finding("unknown_money_sign", "reject", name, problem, value.is_unknown_sign, raw[name]))
    return findings


def _add_currency(
    raw: pd.DataFrame, parsed: pd.DataFrame, signs: list[pd.Series], settings: SourceSettings
) -> list[Finding]:
    """The line's currency: its code, else the sign of an amount, else the default; they must agree."""
    given = column_of(raw, "currency_code")
    found = distinct(given)
    invalid = found.marked(not _is_code(text.upper()) for text in found.texts)
    currency = mapped(given, str.upper)
    disagree = np.zeros(len(raw), dtype=np.bool_)
    for other in signs:
        if other.notna().any():
            disagree |= (currency != other).fillna(False).to_numpy(dtype=np.bool_)
            currency = currency.where(currency.notna(), other)
    parsed["currency_code"] = currency.fillna(settings.default_currency)
    return [
        Finding("unknown_currency", "reject", "currency_code", "is no ISO 4217 code", invalid, given),
        Finding("currency_mismatch", "reject", "currency_code", "and the sign of an amount disagree", disagree),
    ]


def _is_code(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha()


def _add_price(raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
    """The price per unit that line_amount means where no unit_price does, and the size of the line."""
    given = [name for name in _PRICES if name in raw]
    absent = np.logical_and.reduce([raw[name].isna().to_numpy() for name in given])
    return [missing(given[0], absent, "price"), *_too_large(parsed, given)]


def _too_large(parsed: pd.DataFrame, given: list[str]) -> list[Finding]:
    nothing = pd.Series(np.nan, index=parsed.index)
    quantity, unit_price = parsed["quantity"], parsed.get("unit_price", nothing)
    line_amount = parsed.get("line_amount", nothing)
    per_unit = (line_amount / quantity.where(quantity != 0)).where(quantity != 0, line_amount)
    parsed["line_price"] = per_unit.where(unit_price.isna())
    gross = line_amount.where(line_amount.notna(), unit_price * quantity)
    too_large: Mask = (gross.abs() >= LARGEST_AMOUNT).to_numpy()
    return [Finding("amount_out_of_range", "reject", given[0], "makes an amount larger than any kept", too_large)]
