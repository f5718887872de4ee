"""Money of a sale line: amounts, the currency they are in, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.contract.frame import TEXT, Mask, arrow, column_of, distinct, mapped
from warehouse_assets.ingestion.contract.rules import LARGEST_AMOUNT, Finding, missing, unreadable
from warehouse_assets.ingestion.contract.values import Money, parse_money
from warehouse_assets.ingestion.sources.currencies import is_currency
from warehouse_assets.ingestion.sources.settings import SourceSettings

MONEY = ("unit_price", "line_amount", "discount_amount", "order_discount_amount", "tax_amount")
_FOUR_DECIMALS = Decimal("0.0001")
_PRICES = ("unit_price", "line_amount")
_ROUNDING = 0.01
"""A discount may exceed its line by this much."""


def add_money(raw: pd.DataFrame, parsed: pd.DataFrame, settings: SourceSettings) -> list[Finding]:
    """Adds each amount (float64, to compare), its exact text and the line's currency to the parsed frame."""
    money = {name: parse_money(_bare(raw[name], name, settings), settings.money) for name in MONEY if name in raw}
    findings = _unreadable(raw, money)
    for name, value in money.items():
        parsed[name], parsed[f"{name}_text"] = value.approximate, value.text
    if settings.discount != "amount" and "discount_amount" in money:
        findings.append(_discounts_of_shares(raw, parsed, 1 if settings.discount == "share" else 100))
    findings += _add_currency(raw, parsed, [value.currency for value in money.values()], settings)
    return findings + _add_price(raw, parsed)


def _bare(values: pd.Series, name: str, settings: SourceSettings) -> pd.Series:
    """Amounts as they stand; a discount in percent without its sign."""
    if name != "discount_amount" or settings.discount == "amount":
        return values
    return mapped(values, lambda text: text.removesuffix("%").strip())


def _discounts_of_shares(raw: pd.DataFrame, parsed: pd.DataFrame, whole: int) -> Finding:
    """Turns shares of the gross amount into amounts of four decimals; what is no part of a whole is set aside."""
    shares = parsed["discount_amount"]
    outside = (shares.notna() & ~shares.between(0, whole)).to_numpy(dtype=bool)
    names = ("discount_amount_text", "line_amount_text", "quantity_text", "unit_price_text")
    rows = zip(*(arrow(column_of(parsed, name)).to_pylist() for name in names), strict=True)
    amounts = [
        None if bad else _share_of(share, line, quantity, price, whole)
        for bad, (share, line, quantity, price) in zip(outside.tolist(), rows, strict=True)
    ]
    parsed["discount_amount_text"] = pd.Series(pa.array(amounts, pa.string()), dtype=TEXT)
    parsed["discount_amount"] = pd.Series([float("nan") if amount is None else float(amount) for amount in amounts])
    problem = f"is no share between 0 and {whole}"
    return Finding("discount_share_out_of_range", "blank", "discount_amount", problem, outside, raw["discount_amount"])


def _share_of(share: str | None, line: str | None, quantity: str | None, price: str | None, whole: int) -> str | None:
    if share is None or (line is None and (quantity is None or price is None)):
        return None
    gross = Decimal(line) if line is not None else Decimal(quantity or 0) * Decimal(price or 0)
    return f"{(gross * Decimal(share) / whole).quantize(_FOUR_DECIMALS, ROUND_HALF_UP):f}"


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
    invalid = found.marked(not is_currency(text.upper()) for text in found.texts)
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


def _add_price(raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
    """The price per unit that line_amount means where no unit_price does, and the size of the line."""
    given = [name for name in _PRICES if name in raw]
    absent = np.logical_and.reduce([raw[name].isna().to_numpy() for name in given])
    gross = _gross(parsed)
    too_large: Mask = (gross.abs() >= LARGEST_AMOUNT).to_numpy()
    return [
        missing(given[0], absent, "price"),
        Finding("amount_out_of_range", "reject", given[0], "makes an amount larger than any kept", too_large),
        *_implausible_discounts(raw, parsed, gross),
        *_implausible_amounts(raw, parsed, gross),
    ]


def _gross(parsed: pd.DataFrame) -> pd.Series:
    """The amount of each line, to compare; adds the price per unit of lines that have none."""
    nothing = pd.Series(np.nan, index=parsed.index)
    quantity, unit_price = parsed["quantity"], parsed.get("unit_price", nothing)
    line_amount = parsed.get("line_amount", nothing)
    per_unit = (line_amount / quantity.where(quantity != 0)).where(quantity != 0, line_amount)
    parsed["line_price"] = per_unit.where(unit_price.isna())
    return line_amount.where(line_amount.notna(), unit_price * quantity)


def _implausible_amounts(raw: pd.DataFrame, parsed: pd.DataFrame, gross: pd.Series) -> Iterator[Finding]:
    """Amounts that count as they are, and hint at a mapping that means something else."""
    [given] = [name for name in _PRICES if name in raw][-1:]
    raises = (parsed["quantity"].lt(0) & gross.gt(0)).to_numpy(dtype=np.bool_)
    problem = "of a return is above 0, so that it raises revenue; one of quantity and price is below 0, not both"
    yield Finding("return_raises_revenue", "warn", given, problem, raises, raw[given])
    if all(name in raw for name in _PRICES):
        whole = parsed["unit_price"] * parsed["quantity"]
        slack = _ROUNDING * parsed["quantity"].abs().clip(lower=1)
        differs = (whole - parsed["line_amount"]).abs().gt(slack).to_numpy(dtype=np.bool_)
        problem = "is not quantity x unit_price; it is what counts, and discounts are taken off it"
        yield Finding("line_amount_differs", "warn", "line_amount", problem, differs, raw["line_amount"])


def _implausible_discounts(raw: pd.DataFrame, parsed: pd.DataFrame, gross: pd.Series) -> Iterator[Finding]:
    """Discounts that count as they are, and hint at a mapping that means something else."""
    for name in ("discount_amount", "order_discount_amount"):
        if name in raw:
            raises = (parsed[name] * np.sign(gross) < 0).to_numpy(dtype=np.bool_)
            problem = "has the sign that raises the amount; a discount is above 0, that of a return below"
            yield Finding("discount_raises_amount", "warn", name, problem, raises, raw[name])
    if "discount_amount" in raw:
        size = parsed["discount_amount"].abs()
        larger = (size.gt(gross.abs() + _ROUNDING) & size.lt(LARGEST_AMOUNT)).to_numpy(dtype=np.bool_)
        problem = "is larger than its line; is it a share or percentage (setting discount), or the order's?"
        yield Finding("discount_above_amount", "warn", "discount_amount", problem, larger, raw["discount_amount"])
