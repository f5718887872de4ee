"""Quantity, price, discount and tax of a sale line, proved by sums and by what products cost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.arithmetic import Sums, find_sums, price_by_product
from warehouse_assets.drafting.weighing.choosing import Choice
from warehouse_assets.drafting.weighing.evidence import Evidence, is_percentage, may_be_share, weigh
from warehouse_assets.drafting.weighing.names import (
    is_of_line,
    is_other_measure,
    is_said_of_order,
    likeness,
    says_with_tax,
    words_of,
)
from warehouse_assets.drafting.weighing.rows import Codes, Numbers, Rows, level_of

_PRICES = ("unit_price", "line_amount")
_UNSAID = 'no rows tell whether it is an amount, or a share or percentage: then set discount = "share" or "percent"'
_UNPROVED = "no rows tell whether it is the price of one piece or the amount of the line"


def _both(one: Evidence, other: Evidence) -> tuple[Column, Column]:
    return one.column, other.column


class Measures:
    """Weighs the amounts of the driving table, the only ones that belong to its lines."""

    def __init__(self, choice: Choice, rows: Rows, columns: Sequence[Column], orders: Codes | None) -> None:
        self._choice, self._rows, self._orders = choice, rows, orders
        self._columns = [column for column in columns if rows.has(column) and choice.is_free(column)]
        self._amounts = [column for column in self._columns if column.amounts and not column.is_emails]
        pieces = [one for column in self._columns if (one := weigh("sales", "quantity", column)) and not one.against]
        named = [one for one in pieces if one.name]
        pieces = sorted(named or pieces, key=lambda one: -one.score)
        shares = [one for one in self._columns if is_percentage(one) and likeness(one.name, "discount_amount")]
        amounts = [one for one in self._money() if one not in shares]
        # `Discount` may hold 0.1 or 10 and mean a tenth: only a sum tells, as nothing in its name does.
        unsaid = [one for one in amounts if likeness(one.name, "discount_amount") and rows.has(one)]
        unsaid = [one for one in unsaid if bool((np.nan_to_num(np.abs(rows.numbers(one))) <= 100).all())]
        self.sums: Sums = find_sums(rows, [one.column for one in pieces], amounts, [*shares, *unsaid])
        self._sole_number = len([one for one in pieces if one.values == 1]) == 1

    def _money(self) -> list[Column]:
        """Amounts with decimals first: whole numbers are seldom prices where there are such."""
        return sorted(self._amounts, key=lambda column: (not column.has_fraction, -column.present))

    def choose(self) -> None:
        """Sets quantity and one price, then discount and tax."""
        self._choice.choose(("quantity",), self._columns, self._quantity)
        self._choice.choose(_PRICES, self._money(), self._price)
        self._take_proved()
        self._keep_one_price()
        self._take_signed_amount()
        self._choice.choose(("discount_amount", "tax_amount"), self._amounts, self._reduction)
        self._take_share()
        self._compare_totals()

    def _compare_totals(self) -> None:
        """Marks a quantity whose product with the price is another than the amount that the rows name."""
        fields = self._choice.fields
        quantity, unit = fields.get("quantity"), fields.get("unit_price")
        if (
            not (quantity and unit)
            or "discount_amount" in fields
            or not all(map(self._rows.has, _both(quantity, unit)))
        ):
            return
        whole = self._rows.numbers(quantity.column) * self._rows.numbers(unit.column)
        known = {*self.sums.lines, *self.sums.totals, *self.sums.balances, *_both(quantity, unit)}
        for column in (one for one in self._amounts if one not in known and likeness(one.label, "line_amount") >= 0.6):
            line = self._rows.numbers(column)
            both = np.isfinite(whole) & np.isfinite(line)
            share = float((np.abs(whole - line) <= 0.011)[both].mean()) if both.any() else 1.0
            if 0.5 <= share < 1:
                product = f"{quantity.column.name} x {unit.column.name}"
                doubt = f"{column.name} is not {product} on {1 - share:.0%} of the rows: which one is the revenue?"
                fields["quantity"] = replace(quantity, doubt=doubt)
                return

    def _take_proved(self) -> None:
        """A price that a sum proves, where its name alone kept it out (`List price`, `Rate`), before one without proof.

        A number without decimals that nothing proves may be the number of an order, whatever its name says.
        """
        chosen = [self._choice.fields[name] for name in _PRICES if name in self._choice.fields]
        if any(one.proof or one.column.has_fraction for one in chosen):
            return
        for column, proof in self.sums.prices.items():
            if self._choice.is_free(column) and column.has_fraction and not is_other_measure(column.label):
                for one in chosen:
                    self._choice.drop(one)
                self._choice.take(Evidence("unit_price", column, 0.5, 1, 1, proof=proof))
                return

    def _take_share(self) -> None:
        """A discount in percent, where a total of the rows shows that prices do not have it taken off yet."""
        price = self._choice.fields.get("unit_price")
        if price is None or price.column not in self.sums.prices or "discount_amount" in self._choice.fields:
            return
        for column, proof in self.sums.shares.items():
            name = likeness(column.name, "discount_amount")
            self._choice.take(Evidence("discount_amount", column, name, 1, 1, proof=proof))
            return

    def take_gross(self) -> None:
        """Where the line's amount has the discount taken off already: the amount before it, or no discount."""
        fields = self._choice.fields
        line, discount = fields.get("line_amount"), fields.get("discount_amount")
        if line is None or discount is None or discount.proof or not self._rows.has(discount.column):
            return
        others = [column for column in self._money() if column.has_fraction and column not in self.sums.totals]
        for gross in [column for column in others if column != line.column]:
            off = self._rows.numbers(gross) - self._rows.numbers(line.column)
            if np.isfinite(off).mean() < 0.95 or not (off > 0.005).any() or (off < -0.005).any():
                continue
            if self._adds_up(off, self._rows.numbers(discount.column)):
                proof = f"{gross.name} - {line.column.name} is the discount"
                self._choice.take(Evidence("line_amount", gross, 0.5, 1, 1, proof=proof))
            else:
                against = f"{line.column.name} may have it taken off already: {gross.name} is larger on some rows"
                self._choice.left_out["discount_amount"] = replace(fields.pop("discount_amount"), against=against)
            return

    def _adds_up(self, off: Numbers, discount: Numbers) -> bool:
        """Whether what is taken off is the discount, of each line or of each order."""
        orders = self._orders if self._orders is not None else np.arange(self._rows.count)
        frame = pd.DataFrame({"order": orders, "off": off, "told": np.abs(np.nan_to_num(discount))})
        found = frame.groupby("order").agg({"off": "sum", "told": ["sum", "max"]})
        told = [found["told"]["sum"], found["told"]["max"]]
        return any(bool(((found["off"]["sum"] - one).abs() < 0.011).mean() >= 0.95) for one in told)

    def _quantity(self, one: Evidence) -> Evidence:
        if one.name >= 0.6 and one.against:
            return replace(one, against=f"its name says so, but {one.against}")
        if one.column in self.sums.quantities:
            return replace(one, relations=1, proof=self.sums.quantities[one.column])
        if grouped := self._grouped(one.column):
            one = replace(one, doubt=f"{grouped} is read with {self._rows.signs[1]!r} as the sign of thousands")
        if self.sums.quantities:
            return replace(one, relations=0.1)
        if not one.name and set(one.column.sample) <= {"0", "1"}:
            return replace(one, against="values are yes and no")
        if not one.name:
            doubt = "only its values suggest it: whole numbers"
            return replace(one, relations=1 if self._sole_number else 0, doubt=doubt)
        if self._level(one.column) == "order" and one.column.distinct > 3:
            return replace(one, relations=0.2, doubt="it is the same on all lines of an order")
        return one

    def _grouped(self, column: Column) -> str:
        """A value whose point or comma may part thousands or decimals."""
        sign = re.escape(self._rows.signs[1].strip())
        parted = (text for text in column.sample if sign and re.fullmatch(rf"[1-9]\d{{0,2}}({sign}\d{{3}})+", text))
        return next(parted, "")

    def _price(self, one: Evidence) -> Evidence:
        column, is_unit = one.column, one.field == "unit_price"
        proved = self.sums.prices if is_unit else self.sums.lines
        other = self.sums.lines if is_unit else self.sums.prices
        if "cost" in words_of(column.label) and "cost" in words_of(proved.get(column, "cost").partition(" = ")[0]):
            return replace(one, against="a cost is no price, unless a total of the rows shows it")
        if column in proved:
            # Revenue is before tax, so of two prices that hold the one with tax comes second.
            return replace(one, relations=0.9 if says_with_tax(column.label) else 1, proof=proved[column])
        if column in self.sums.per_piece:
            return replace(one, against=f"{self.sums.per_piece[column]}: the line's amount has it taken off")
        if column in other:
            return replace(one, against=f"{other[column]} holds on the rows")
        if column in self.sums.balances:
            return replace(one, against="it is a running balance")
        if column in self.sums.totals:
            return replace(one, against="it is a sum of other amounts")
        if not one.name and likeness(column.label, "tax_amount"):
            return replace(one, against="its name says that it is tax")
        level = "line" if self._follows_product(column) else self._level(column)
        if level in ("order", "first"):
            return replace(one, against="it is the order's amount, not the line's")
        if level == "unclear":
            return replace(one, relations=0.3, doubt="it is the same on all lines of the few orders with several")
        return self._by_product(one, is_unit)

    def _follows_product(self, column: Column) -> bool:
        """Whether each product has one price: then it is the line's, also where all lines of an order have it."""
        product = self._choice.column("product_id") or self._choice.column("product_name")
        return product is not None and column.is_complete and self._rows.determines(product, column) >= 0.9

    def _by_product(self, one: Evidence, is_unit: bool) -> Evidence:
        """A price stays while quantities differ; an amount grows with them."""
        quantity = self._choice.column("quantity")
        if quantity is None or self._is_always_one(quantity):
            sole = not one.name and sum(column.has_fraction for column in self._amounts) == 1
            return replace(
                one, relations=1 if sole or one.name else 0, doubt="" if one.name else "only its values suggest it"
            )
        product = self._choice.column("product_id") or self._choice.column("product_name")
        whole, each = price_by_product(self._rows, product, quantity, one.column) if product else (0.0, 0.0)
        fits, contradicts = (whole, each) if is_unit else (each, whole)
        if max(fits, contradicts) < 0.7 or abs(fits - contradicts) < 0.2:
            sole = sum(column.has_fraction for column in self._amounts) == 1
            doubt = _UNPROVED if one.name else f"only its values suggest it; {_UNPROVED}"
            return replace(one, relations=1.0 if sole and not one.name else 0.5, doubt=doubt)
        if contradicts > fits:
            how = "grows with the quantity" if is_unit else "does not grow with the quantity"
            return replace(one, against=f"it {how} within products")
        proof = "the same for one product in different quantities" if is_unit else "grows with the quantity"
        return replace(one, relations=1, proof=proof)

    def _keep_one_price(self) -> None:
        """The price of one piece rather than the amount of the line, as it is before discounts."""
        fields = self._choice.fields
        if set(_PRICES) <= set(fields):
            unit, line = fields["unit_price"], fields["line_amount"]
            kept = line if not unit.proof and line.proof and not unit.name else unit
            dropped = "unit_price" if kept is line else "line_amount"
            fields.pop(dropped)
        listed = [price for price in self.sums.prices if " - " in self.sums.prices[price]]
        unit_price = fields.get("unit_price")
        if unit_price and listed and unit_price.column not in listed:
            weighed = weigh("sales", "unit_price", listed[0]) or unit_price
            if self._choice.is_free(listed[0]):
                proof = self.sums.prices[listed[0]]
                self._choice.take(replace(weighed, name=max(weighed.name, 0.5), relations=1, proof=proof, against=""))

    def _take_signed_amount(self) -> None:
        """The amount of the line, where it alone tells by its sign which lines came back."""
        unit, quantity = self._choice.fields.get("unit_price"), self._choice.column("quantity")
        if unit is None or quantity is None or not self._rows.has(unit.column) or not self._rows.has(quantity):
            return
        whole = self._rows.numbers(quantity) * self._rows.numbers(unit.column)
        slack = 0.005 * np.abs(self._rows.numbers(quantity)) + 0.006
        for column in (one for one in self._amounts if one is not quantity and one is not unit.column):
            line = self._rows.numbers(column)
            both = np.isfinite(whole) & np.isfinite(line)
            is_back = both & (whole > 0) & (line < 0)
            if is_back.any() and (np.abs(np.abs(line) - np.abs(whole)) <= slack)[both].mean() >= 0.95:
                proof = f"{column.name} = {quantity.name} x {unit.column.name}, and below 0 for what came back"
                self._choice.drop(unit)
                self._choice.take(
                    Evidence("line_amount", column, likeness(column.label, "line_amount"), 1, 1, proof=proof)
                )
                return

    def _reduction(self, one: Evidence) -> Evidence:
        proved = self.sums.discounts if one.field == "discount_amount" else self.sums.taxes
        if one.column in self.sums.per_piece:
            told = f"{self.sums.per_piece[one.column]}: the line's amount has it taken off already"
            return replace(one, against=told)
        if one.column in self.sums.shares:
            return replace(one, against="it is a share of the line, not an amount")
        if one.column in self.sums.totals or one.column in self.sums.balances or one.column in self.sums.lines:
            return replace(one, against="it is a sum of other amounts")
        if one.column in proved:
            doubt = "" if one.name else "the sum holds, but nothing in its name says so: is it a fee?"
            return replace(one, relations=1, proof=proved[one.column], doubt=doubt)
        if not one.name:
            return replace(one, against="nothing but its values suggests it")
        if one.column in self.sums.reductions:
            return replace(one, relations=1, proof=self.sums.reductions[one.column])
        if one.field == "discount_amount" and (doubt := self._discount_doubt(one.column)):
            return replace(one, doubt=doubt)
        is_told = is_of_line(one.column.label) or is_said_of_order(one.column.label)
        if self._level(one.column) == "unclear" and not one.column.is_item and not is_told:
            doubt = "the same on all lines of the few orders with several: the order's, or the line's?"
            return replace(one, relations=0.3, doubt=doubt)
        return one

    def _discount_doubt(self, column: Column) -> str:
        """What no rows tell of a discount: from which amount it is taken off, and what it is."""
        if "line_amount" in self._choice.fields:
            return "does the amount of the line have it taken off already?"
        return _UNSAID if may_be_share(column) else ""

    def _level(self, column: Column) -> str:
        if self._orders is None:
            return "line"
        return level_of(self._rows.codes(column), self._orders, self._rows.numbers(column))

    def _is_always_one(self, column: Column) -> bool:
        numbers = self._rows.numbers(column)
        return bool((numbers[np.isfinite(numbers)] == 1).all())
