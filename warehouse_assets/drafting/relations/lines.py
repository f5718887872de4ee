"""Rows that are no sale lines of their own, and values that stand on another row of the order or for nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.evidence import Evidence, is_percentage
from warehouse_assets.drafting.weighing.names import is_of_line, is_said_of_order, likeness, words_of
from warehouse_assets.drafting.weighing.rows import Codes, Rows, level_of
from warehouse_assets.drafting.weighing.vocabulary import WALK_INS

Form = Literal["plain", "filled", "once", "negated", "filled negated"]
"""As it stands; from the order's first row; on the first row only; with the other sign."""
_OF_ORDER = ("sold_at", "customer_id", "currency_code", "order_status", "country", "region", "city", "updated_at")


@dataclass(frozen=True)
class Condition:
    """Rows that a SELECT keeps: those where the column is filled, or empty."""

    column: Column
    is_filled: bool
    reason: str


def forms_of(fields: Mapping[str, Evidence], rows: Rows, orders: Codes | None, driving: str) -> dict[str, Form]:
    """How each field is read from its column, where it is not as it stands."""
    found: dict[str, Form] = {}
    for name, one in fields.items():
        if one.column.table != driving or not rows.has(one.column) or orders is None:
            continue
        codes = rows.codes(one.column)
        if name in _OF_ORDER and level_of(codes, orders) == "first":
            found[name] = "filled"
        elif name in ("discount_amount", "tax_amount"):
            level = "line" if one.column.is_item or is_of_line(one.column.label) else None
            found[name] = _amount_form(name, level or level_of(codes, orders, rows.numbers(one.column)))
    if "discount_amount" in fields and rows.has(fields["discount_amount"].column):
        numbers = rows.numbers(fields["discount_amount"].column)
        if (numbers < 0).sum() > (numbers > 0).sum():
            found["discount_amount"] = "filled negated" if found.get("discount_amount") == "filled" else "negated"
    return found


def _amount_form(name: str, level: str) -> Form:
    if level == "first":
        return "filled" if name == "discount_amount" else "plain"
    return "once" if level == "order" and name == "tax_amount" else "plain"


def is_of_order(one: Evidence, rows: Rows, orders: Codes | None, driving: str) -> bool:
    """Whether an amount is said of the whole order."""
    if one.column.table != driving:
        return True
    if orders is None or not rows.has(one.column) or one.column.is_item or is_of_line(one.column.label):
        return False
    if is_percentage(one.column):
        return False
    level = level_of(rows.codes(one.column), orders, rows.numbers(one.column))
    return level in ("order", "first") or (level == "unclear" and is_said_of_order(one.column.label))


def walk_ins(column: Column | None, rows: Rows) -> list[str]:
    """Values of the customer's column that stand for no customer, among several others."""
    if column is None or not rows.has(column) or column.distinct < 3:
        return []
    texts = pd.Series(rows.texts[column.table, column.name]).str.lower()
    seen = (set(texts) | {text.lower() for text in column.sample}) & WALK_INS
    counts = texts[texts != ""].value_counts()
    usual = float(counts.median()) if len(counts) else 1.0
    smallest = min((abs(number) for number in column.numbers if number > 0), default=0.0)
    return sorted(text for text in seen if text != "0" or smallest >= 10 or counts.get("0", 0) > 5 * usual)


def components(columns: Sequence[Column], rows: Rows) -> Condition | None:
    """A column that names the row which a component belongs to: rows that name one cost nothing by themselves."""
    own = [column for column in columns if rows.has(column)]
    prices = ("unit_price", "line_amount")
    amounts = [c for c in own if c.has_fraction and any(likeness(c.label, name) for name in prices)]
    amounts = [c for c in amounts if c.is_item] or amounts
    keys = [column for column in own if column.is_unique]
    for column in own:
        filled = rows.filled(column) & (rows.texts[column.table, column.name] != "0")
        if "parent" not in words_of(column.name) or filled.all() or not filled.any() or not amounts:
            continue
        free = all((np.nan_to_num(rows.numbers(amount)[filled]) == 0).all() for amount in amounts)
        named = set(rows.texts[column.table, column.name][filled])
        if free and any(named <= set(rows.texts[key.table, key.name]) for key in keys):
            return Condition(column, False, "components of a line that has the price itself are left out")
    return None


def sums_of_orders(
    fields: Mapping[str, Evidence], columns: Sequence[Column], rows: Rows, orders: Codes | None
) -> Condition | None:
    """A product's column that only lines have, where other rows sum up the lines of their order."""
    price = fields.get("unit_price") or fields.get("line_amount")
    if price is None or orders is None or not rows.has(price.column):
        return None
    own = [column for column in columns if rows.has(column)]
    found = _filled_on_lines(fields, own, rows, orders, rows.numbers(price.column))
    return Condition(found, True, "rows that sum up the lines of their order are left out") if found else None


def _filled_on_lines(
    fields: Mapping[str, Evidence],
    columns: Sequence[Column],
    rows: Rows,
    orders: Codes,
    amounts: np.ndarray,
) -> Column | None:
    """A product's column that is empty on rows whose amount is the sum of their order's other rows."""
    quantity = fields.get("quantity")
    pieces = rows.numbers(quantity.column) if quantity and rows.has(quantity.column) else np.ones(rows.count)
    for column in columns:
        products = max(likeness(column.label, "product_id"), likeness(column.label, "product_name"))
        filled = rows.filled(column)
        if products < 0.5 or filled.all() or not filled.any():
            continue
        frame = pd.DataFrame({"order": orders, "filled": filled, "amount": np.nan_to_num(amounts), "pieces": pieces})
        frame = frame[frame["order"] >= 0]
        frame["line"] = frame["amount"] * frame["pieces"].where(frame["filled"], 1)
        sums = frame.pivot_table(index="order", columns="filled", values="line", aggfunc="sum").dropna()
        if (
            {True, False} <= set(sums.columns)
            and len(sums)
            and ((sums[True] - sums[False]).abs() <= 0.02).mean() >= 0.9
        ):
            return column
    return None
