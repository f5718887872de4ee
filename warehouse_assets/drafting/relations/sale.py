"""The fields of a sale line: order and date first, then who and what, then how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from warehouse_assets.drafting.relations.kinds import find_kinds
from warehouse_assets.drafting.relations.measures import Measures
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.choosing import Choice
from warehouse_assets.drafting.weighing.evidence import NEUTRAL, Evidence, weigh
from warehouse_assets.drafting.weighing.joins import Join
from warehouse_assets.drafting.weighing.money import named_currency
from warehouse_assets.drafting.weighing.names import address_prefix, is_person, likeness
from warehouse_assets.drafting.weighing.rows import Codes, Rows, determines, level_of, usual_share
from warehouse_assets.ingestion.sources.currencies import is_currency

_PLACES = ("country", "region", "city")
_MEASURES = ("quantity", "unit_price", "line_amount")
_OF_ORDER = ("currency_code", "order_status", "updated_at", *_PLACES)


class Sale:
    """Chooses the columns of sales.sql among those of the driving table and of the tables that it is joined to."""

    def __init__(
        self, driving: str, columns: Sequence[Column], rows: Rows, joins: Sequence[Join], is_nested: bool
    ) -> None:
        self.choice = Choice("sales")
        self.filled_down = False
        """Whether the order's number stands on its first line only."""
        self._driving, self._rows, self._is_nested = driving, rows, is_nested
        self._joins = [join for join in joins if join.column.table == driving]
        self._columns = [column for column in columns if rows.has(column)]
        self._own = [column for column in self._columns if column.table == driving]
        self._pointers = {join.column for join in joins}
        self.orders: Codes | None = None
        self.row_kinds: Mapping[str, str] = {}

    def choose(self) -> None:
        """All fields; one supports the next."""
        self._choose_order()
        date_tables = self._order_tables()
        self.choice.choose(("sold_at",), [c for c in self._columns if c.table in date_tables], self._date)
        self._choose_people_and_products()
        lines = [column for column in self._own if column.is_item] if self._has_items() else self._own
        free = [column for column in lines if column not in self._pointers]
        measures = Measures(self.choice, self._rows, free, self.orders)
        measures.choose()
        self._choose_order_amounts()
        measures.take_gross()
        self.choice.choose(("line_number",), self._own, self._line_number)
        self._choose_kinds()
        self.choice.choose(("category", "subcategory"), self._columns, self._of_product)
        self._choose_places()
        of_order = [column for column in self._columns if column.table in self._order_tables()]
        self.choice.choose(("currency_code", "order_status"), of_order, self._of_order)
        self.choice.choose(("rating", "comment", "updated_at"), self._own, _only_named)

    def _has_items(self) -> bool:
        return any(column.is_item for column in self._own)

    def _choose_order(self) -> None:
        self.choice.choose(("order_id",), self._own, self._order)
        if "order_id" not in self.choice.fields:
            self._fill_down()
        column = self.choice.column("order_id")
        if column is not None and not self.filled_down:
            self.orders = self._rows.codes(column)

    def _order(self, one: Evidence) -> Evidence:
        """The rows of an order have one date; a column without a name has to head blocks of rows."""
        codes = self._rows.codes(one.column)
        if self._points_to_orders(one.column):
            return replace(one, relations=1, proof="it points to the table of orders")
        if not one.name:
            heads = not one.column.is_unique and _is_in_blocks(codes) and self._heads_blocks(codes)
            return replace(one, relations=float(heads), doubt="only its values suggest it: it heads blocks of lines")
        dates = [column for column in self._own if column.is_dates and not column.is_item]
        if one.column.is_unique or not dates:
            return replace(one, relations=0.6)
        agreed = max(determines(codes, self._rows.codes(column)) for column in dates)
        if agreed < 0.5:
            return replace(one, against="its rows have different dates")
        return replace(one, relations=agreed, proof="one date each" if agreed >= 0.98 else "")

    def _points_to_orders(self, column: Column) -> bool:
        """Whether the column is looked up in a table with dates and without names of products."""
        tables = [join.key.table for join in self._joins if join.column == column]
        return any(
            any(one.is_dates for one in self._columns if one.table == table)
            and not any(likeness(one.label, "product_name") >= 0.6 for one in self._columns if one.table == table)
            for table in tables
        )

    def _heads_blocks(self, codes: Codes) -> bool:
        """Whether some dates or currencies stand on the first row of each block only."""
        levels = [
            level_of(self._rows.codes(column), codes)
            for column in self._own
            if not column.is_complete and (column.is_dates or column.is_currencies or column.is_emails)
        ]
        return "first" in levels

    def _fill_down(self) -> None:
        """An order number that is empty on all lines but the order's first, as its date is."""
        for column in self._own:
            one = weigh("sales", "order_id", column)
            if one is None or one.name < 0.5 or not one.against.startswith("it is empty"):
                continue
            filled = self._rows.filled(column)
            dates = [date for date in self._own if date.is_dates and self._rows.filled(date).any()]
            heads = [date for date in dates if (self._rows.filled(date) == filled).mean() >= 0.98]
            if filled[:1].all() and heads and column.distinct == column.present:
                doubt = "the lines below an order's first have none: they are taken for the same order"
                self.choice.take(replace(one, values=0.8, relations=1, against="", doubt=doubt))
                codes = pd.Series(self._rows.codes(column))
                self.orders = codes.where(codes >= 0).ffill().fillna(-1).to_numpy(dtype=np.int64)
                self.filled_down = True
                return

    def _order_tables(self) -> set[str]:
        """The driving table and the one that its orders are looked up in; dates of products are no dates of sales."""
        order = self.choice.column("order_id")
        pointing = [join.key.table for join in self._joins if order is None or join.column == order]
        dated = [name for name in pointing if any(column.table == name and column.is_dates for column in self._columns)]
        return {self._driving, *dated}

    def _date(self, one: Evidence) -> Evidence:
        candidates = [column for column in self._columns if column.is_dates and column.table in self._order_tables()]
        sole = len(candidates) == 1
        if not one.name:
            return replace(one, relations=float(sole), doubt="only its values suggest it: dates")
        filled = self._share_filled(one.column)
        if filled < 0.5:
            return replace(one, against=f"it is empty on {1 - filled:.0%} of the rows")
        agreed = 0.6 if self.orders is None else determines(self.orders, self._rows.codes(one.column))
        return replace(one, relations=1 if sole else 0.8 * agreed)

    def _share_filled(self, column: Column) -> float:
        """The share of rows with a value of their own or of their order."""
        filled = self._rows.filled(column)
        if self.orders is not None:
            known = pd.Series(filled).groupby(self.orders).transform("any").to_numpy()
            filled = np.where(self.orders >= 0, known, filled)
        return float(filled.mean()) if len(filled) else 0.0

    def _choose_people_and_products(self) -> None:
        tables = self._order_tables()
        products = {join.key.table for join in self._joins} - tables
        names = [c for c in self._columns if c.table in {self._driving} | products and not is_person(c.label)]
        self._names = [one.column for c in names if (one := weigh("sales", "product_name", c)) and not one.against]
        self.choice.choose(("product_id",), self._own, self._product)
        self.choice.choose(("product_name",), names, self._product_name)
        self.choice.choose(("customer_id",), [c for c in self._columns if c.table in tables], self._customer)
        if "customer_id" not in self.choice.fields:
            self._take_email(tables)

    def _product(self, one: Evidence) -> Evidence:
        column, codes = one.column, self._rows.codes(one.column)
        if not one.name:
            return replace(one, relations=0)
        if column in self._pointers:
            return replace(one, relations=1, proof="it points to the table of products")
        repeated = [name for name in self._names if name.distinct < 0.9 * name.present]
        if column.is_unique and column.rows >= 10 and repeated:
            return replace(one, against="it differs on every line while products repeat")
        agreed = max((determines(codes, self._rows.codes(name)) for name in self._names if name != column), default=0.5)
        names = [name for name in self._names if name != column and name.distinct > 1.2 * column.distinct]
        usual = max((usual_share(codes, self._rows.codes(name)) for name in names), default=1.0)
        if agreed < 0.5 and usual < 0.8:
            return replace(one, against="one number has several product names")
        proof = "one product name each" if agreed >= 0.95 and self._names else ""
        return replace(one, relations=agreed, proof=proof)

    def _product_name(self, one: Evidence) -> Evidence:
        column, product = one.column, self.choice.column("product_id")
        if not one.name:
            return replace(one, relations=0)
        agreed = NEUTRAL if product is None else self._rows.determines(product, column)
        if product is not None and column.is_constant and not product.is_constant:
            return replace(one, against="it is the same for all products")
        usual = 1.0 if product is None else usual_share(self._rows.codes(product), self._rows.codes(column))
        if agreed < 0.5 and usual < 0.8:
            return replace(one, against="one product has several of them")
        if column.are_words and agreed < 0.8 and self._follows_people(column):
            return replace(one, against="it names persons: each customer has one")
        return replace(one, relations=agreed, proof="one for each product" if product and agreed >= 0.95 else "")

    def _follows_people(self, column: Column) -> bool:
        emails = [
            one for one in self._columns if one.is_emails or (weigh("sales", "customer_id", one) or _NOBODY).score > 0.5
        ]
        return any(self._rows.determines(one, column) >= 0.98 and one.distinct < one.present for one in emails)

    def _customer(self, one: Evidence) -> Evidence:
        if not one.name:
            return replace(one, relations=0)
        codes = self._rows.codes(one.column)
        orders = self.orders if self.orders is not None else np.arange(self._rows.count)
        if determines(orders, codes) < 0.95:
            return replace(one, against="one order has several")
        known = codes >= 0
        buyers, bought = len(np.unique(codes[known])), len(np.unique(orders[known]))
        if bought >= 20 and buyers >= 0.98 * bought:
            return replace(
                one, relations=0.1, doubt="a new one on every order: is it a key of the order, not of the person?"
            )
        if one.column.are_words and any(" " in text for text in one.column.sample):
            return replace(one, relations=0.3, doubt="persons are known by their names only")
        return replace(one, relations=1, proof="one per order")

    def _take_email(self, tables: set[str]) -> None:
        emails = [column for column in self._columns if column.table in tables and column.is_emails]
        own = sorted(emails, key=lambda column: (-column.present, column.name))
        if own and own[0].distinct > 1:
            doubt = "no customer number; the e-mail stands for the customer"
            self.choice.fields["customer_id"] = Evidence("customer_id", own[0], 0.4, 1, 1, doubt=doubt)

    def _choose_order_amounts(self) -> None:
        """Discount and tax of the order's own table count once per order."""
        tables = self._order_tables()
        columns = [
            c
            for c in self._columns
            if c.table in tables and c.amounts and (c.table != self._driving or self._has_items())
        ]
        self.choice.choose(("discount_amount", "tax_amount"), [c for c in columns if not c.is_item], _only_named)

    def _choose_kinds(self) -> None:
        """A column of kinds of rows: payments and sums between the lines of orders, credit notes, deposits."""
        free = [column for column in self._own if self.choice.is_free(column)]
        if found := find_kinds(free, self._rows, self.orders, self._taken(_MEASURES)):
            evidence, self.row_kinds = found
            self.choice.take(evidence)

    def _line_number(self, one: Evidence) -> Evidence:
        if one.name < 0.5 or self.orders is None:
            return replace(one, against="nothing shows that it numbers the lines of orders")
        pairs = pd.DataFrame({"order": self.orders, "line": self._rows.codes(one.column)})
        repeated = int(pairs.duplicated().sum())
        if repeated:
            return replace(one, against=f"{repeated:,} lines of one order share it")
        return replace(one, relations=1, proof="no two lines of an order share it")

    def _of_product(self, one: Evidence) -> Evidence:
        product = self.choice.column("product_id") or self.choice.column("product_name")
        if not one.name or product is None:
            return replace(one, relations=NEUTRAL if one.name else 0)
        agreed = self._rows.determines(product, one.column)
        return replace(one, relations=agreed, proof="one for each product" if agreed >= 0.95 else "")

    def _choose_places(self) -> None:
        """Country, region and city of one address: the one that most rows have, of two the billing address."""
        tables = self._order_tables()
        columns = [c for c in self._columns if c.table in tables and self.choice.is_free(c)]
        countries = [one for c in columns if (one := weigh("sales", "country", c)) and one.name and not one.against]
        kinds = sorted({address_prefix(one.column.name) for one in countries}, key=lambda kind: kind != "bill")
        best = max(
            kinds,
            key=lambda kind: max(
                self._share_filled(o.column) for o in countries if address_prefix(o.column.name) == kind
            ),
            default=None,
        )
        own = [c for c in columns if best is None or address_prefix(c.name) in (best, "")]
        self.choice.choose(_PLACES, own, self._of_order)

    def _taken(self, names: Sequence[str]) -> list[Column]:
        return [self.choice.fields[name].column for name in names if name in self.choice.fields]

    def _of_order(self, one: Evidence) -> Evidence:
        said = named_currency(self._taken(_MEASURES[1:])) if one.field == "currency_code" else None
        if said and any(is_currency(text.upper()) and text.upper() != said for text in one.column.sample):
            return replace(one, against=f"the price is in {said} by its name, so that this is another's currency")
        if not one.name:
            sole = one.field in ("country", "currency_code")
            doubt = f"only its values suggest it: {one.field.replace('_', ' ')}"
            return replace(one, relations=float(sole), doubt=doubt)
        if self.orders is None:
            return replace(one, relations=0.6)
        agreed = determines(self.orders, self._rows.codes(one.column))
        return replace(one, relations=agreed, proof="one per order" if agreed >= 0.98 else "")


def _only_named(one: Evidence) -> Evidence:
    return one if one.name >= 0.4 else replace(one, against="nothing but its values suggests it")


def _is_in_blocks(codes: Codes) -> bool:
    """Whether equal values stand together: as many runs as values."""
    runs = int((np.diff(codes) != 0).sum()) + 1 if len(codes) else 0
    return len(np.unique(codes)) > 1 and runs == len(np.unique(codes))


_NOBODY = Evidence("customer_id", Column("", "", 0, 0, 0, ()), 0, 0, against="no column")
