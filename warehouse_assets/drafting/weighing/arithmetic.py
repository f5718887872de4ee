"""Sums that hold on the rows: which amount is the price of one piece, which the line's, which a running balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations, product

import numpy as np

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.names import likeness, words_of
from warehouse_assets.drafting.weighing.rows import Numbers, Rows

_HOLDS = 0.95
"""A sum that holds on this share of the rows is no chance."""
_SHIPPING = {"shipping", "freight", "postage", "delivery", "versand", "livraison", "spedizione", "envio"}
_MOST_AMOUNTS, _MOST_QUANTITIES = 16, 6


@dataclass
class Sums:
    """Columns by the part that they have in a sum; each with the sum as a person reads it."""

    prices: dict[Column, str] = field(default_factory=dict)
    quantities: dict[Column, str] = field(default_factory=dict)
    lines: dict[Column, str] = field(default_factory=dict)
    discounts: dict[Column, str] = field(default_factory=dict)
    shares: dict[Column, str] = field(default_factory=dict)
    """Discounts that are a share or percentage of the line."""
    per_piece: dict[Column, str] = field(default_factory=dict)
    """Discounts of one piece, and the prices that they are taken off: only the line's amount has them taken off."""
    taxes: dict[Column, str] = field(default_factory=dict)
    reductions: dict[Column, str] = field(default_factory=dict)
    """Discounts that lead from an amount to a total."""
    balances: set[Column] = field(default_factory=set)
    totals: set[Column] = field(default_factory=set)
    """Sums over others, which are no price of a line."""


def find_sums(
    rows: Rows, quantities: Sequence[Column], amounts: Sequence[Column], shares: Sequence[Column] = ()
) -> Sums:
    """Tries every combination of a few columns. A sum counts only where it is no matter of course."""
    sums = Sums()
    known = [column for column in amounts if rows.has(column)][:_MOST_AMOUNTS]
    pieces = [column for column in quantities if rows.has(column)][:_MOST_QUANTITIES]
    for quantity in pieces:
        for price in known:
            if price is not quantity:
                others = [one for one in known if one not in (price, quantity)]
                _find_lines(sums, rows, quantity, price, others)
                _find_shares(sums, rows, quantity, price, others, shares)
    proved = {**sums.prices, **sums.lines}
    sums.balances = {column for column in known if column not in proved and _is_balance(rows, column, known)}
    known = [column for column in known if column not in sums.balances]
    _find_totals(sums, rows, known)
    return sums


def _find_lines(sums: Sums, rows: Rows, quantity: Column, price: Column, others: Sequence[Column]) -> None:
    """line = quantity x price, or that less a discount."""
    pieces, prices = rows.numbers(quantity), rows.numbers(price)
    whole, slack = pieces * prices, 0.005 * np.abs(pieces) + 0.006
    telling = np.isfinite(whole) & (pieces != 1) & (whole != 0)
    if telling.sum() < 2:
        telling = np.zeros(rows.count, dtype=bool)
    for line in others:
        amounts = rows.numbers(line)
        if _holds(whole, amounts, slack, telling):
            told = f"{line.name} = {quantity.name} x {price.name}"
            sums.prices.setdefault(price, told)
            sums.quantities.setdefault(quantity, told)
            sums.lines.setdefault(line, told)
            continue
        for discount in others:
            off = np.abs(np.nan_to_num(rows.numbers(discount)))
            is_part = np.nansum(off) < np.nansum(np.abs(amounts))
            reduced = np.isfinite(whole) & (whole != 0) & (off != 0)
            if discount is line or not is_part:
                continue
            if _holds(whole - off, amounts, slack, reduced):
                told = f"{line.name} = {quantity.name} x {price.name} - {discount.name}"
                sums.prices.setdefault(price, told)
                sums.quantities.setdefault(quantity, told)
                sums.discounts.setdefault(discount, told)
                sums.totals.add(line)
            elif likeness(discount.label, "discount_amount") and _holds(
                whole - pieces * off, amounts, slack, reduced & (pieces != 1)
            ):
                told = f"{line.name} = {quantity.name} x ({price.name} - {discount.name})"
                sums.per_piece |= {discount: told, price: told}
                sums.quantities.setdefault(quantity, told)
                sums.lines.setdefault(line, told)


def _find_shares(
    sums: Sums, rows: Rows, quantity: Column, price: Column, others: Sequence[Column], shares: Sequence[Column]
) -> None:
    """line = quantity x price, less a share of it."""
    pieces, prices = rows.numbers(quantity), rows.numbers(price)
    for share in (one for one in shares if rows.has(one) and one is not price and one not in sums.discounts):
        off = np.nan_to_num(rows.shares(share))
        left, slack = pieces * prices * (1 - off), 0.005 * np.abs(pieces) + 0.006
        for line in others:
            if share is not line and _holds(left, rows.numbers(line), slack, np.isfinite(left) & (off > 0)):
                told = f"{line.name} = {quantity.name} x {price.name}, less {share.name}"
                sums.prices.setdefault(price, told)
                sums.quantities.setdefault(quantity, told)
                sums.shares.setdefault(share, told)
                sums.totals.add(line)


def _find_totals(sums: Sums, rows: Rows, amounts: Sequence[Column]) -> None:
    """total = amount + tax + shipping - discount, as far as there are such columns."""
    parts = {kind: [one for one in amounts if likeness(one.label, kind)] for kind in ("tax_amount", "discount_amount")}
    parts["shipping"] = [one for one in amounts if set(words_of(one.label)) & _SHIPPING]
    choices = product(*([None, *parts[kind][:2]] for kind in ("tax_amount", "shipping", "discount_amount")))
    added = {one for found in parts.values() for one in found}
    for tax, shipping, discount in list(choices)[1:]:
        if not all(_has_amounts(rows, one) for one in (tax, shipping, discount) if one):
            continue
        change = sum((np.nan_to_num(rows.numbers(one)) for one in (tax, shipping) if one), np.zeros(rows.count))
        change = change - (np.abs(np.nan_to_num(rows.numbers(discount))) if discount else 0)
        for base, total in permutations([one for one in amounts if one not in added], 2):
            if not _holds(rows.numbers(base) + change, rows.numbers(total), np.full(rows.count, 0.011), change != 0):
                continue
            told = f"{total.name} = {base.name}" + "".join(f" + {one.name}" for one in (tax, shipping) if one)
            told += f" - {discount.name}" if discount else ""
            sums.totals |= {total} - {*sums.lines, *sums.prices}
            if tax:
                sums.taxes.setdefault(tax, told)
            if discount:
                sums.reductions.setdefault(discount, told)


def _has_amounts(rows: Rows, part: Column) -> bool:
    """Whether the part is an amount on some rows: a column of zeros proves no sum."""
    return int((np.nan_to_num(rows.numbers(part)) != 0).sum()) >= 2


def _holds(left: Numbers, right: Numbers, slack: Numbers, telling: np.ndarray) -> bool:
    """Whether both sides agree on nearly all rows, and on some that could disagree."""
    both = np.isfinite(left) & np.isfinite(right)
    agree = np.abs(left - right) <= slack
    chosen = both & telling
    return bool(chosen.sum() >= 2 and agree[chosen].mean() >= _HOLDS and agree[both].mean() >= _HOLDS)


def _is_balance(rows: Rows, column: Column, amounts: Sequence[Column]) -> bool:
    """Whether the column adds up another one from row to row, in either direction."""
    balance = rows.numbers(column)
    if np.isfinite(balance).sum() < 5 or column.distinct < 5:
        return False
    steps = np.diff(balance)
    for other in amounts:
        if other is not column and other.has_fraction:
            moves = np.abs(rows.numbers(other))
            for expected in (moves[1:], moves[:-1]):
                both = np.isfinite(steps) & np.isfinite(expected) & (expected != 0)
                if both.sum() >= 4 and (np.abs(np.abs(steps[both]) - expected[both]) < 0.011).mean() >= 0.9:
                    return True
    return False


def price_by_product(rows: Rows, sold: Column, quantity: Column, amount: Column) -> tuple[float, float]:
    """How constant the amount, and the amount per piece, are within products sold in different quantities: 0 to 1."""
    keys, pieces, amounts = rows.codes(sold), rows.numbers(quantity), rows.numbers(amount)
    usable = (keys >= 0) & np.isfinite(pieces) & np.isfinite(amounts) & (pieces != 0)
    whole, each = [], []
    for key in np.unique(keys[usable])[:500]:
        chosen = usable & (keys == key)
        if len(np.unique(np.abs(pieces[chosen]))) > 1:
            whole.append(_spread(np.abs(amounts[chosen])))
            each.append(_spread(np.abs(amounts[chosen] / pieces[chosen])))
    return (float(np.mean(whole)), float(np.mean(each))) if whole else (0.0, 0.0)


def _spread(values: Numbers) -> float:
    """1 where most values equal their median, else the share that does."""
    return float((np.abs(values - np.median(values)) <= 0.011).mean())
