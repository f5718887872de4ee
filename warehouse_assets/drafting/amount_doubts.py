"""What to look at in the amounts of a draft: cents, percentages, tax, and what is paid beside the goods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from warehouse_assets.drafting.relations.plan import RelationPlan
from warehouse_assets.drafting.tables.files import DraftTable
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.names import is_share, likeness, says_with_tax, words_of
from warehouse_assets.drafting.weighing.vocabulary import BESIDE, CENTS, DELIVERY

PRICES = ("unit_price", "line_amount")


def minor_units(sales: RelationPlan) -> Iterator[str]:
    """Amounts that may be cents."""
    for name in (*PRICES, "discount_amount", "tax_amount"):
        column = sales.fields[name].column if name in sales.fields else None
        if column is None:
            continue
        place = f"sales.{name} = {column.table}.{column.name}"
        if set(words_of(column.label)) & CENTS:
            yield f"{place}: its name speaks of cents, but amounts are read as whole units: divide them"
        elif name in PRICES and column.is_whole and not column.has_fraction and min(map(abs, column.numbers)) >= 100:
            yield f"{place}: no amount has decimals, and all are 100 or more: if they are cents, divide them"


def percentages(sales: RelationPlan) -> Iterator[str]:
    """Discounts in percent that no rows show."""
    for column in sales.driving.columns if "discount_amount" not in sales.fields else ():
        if is_share(column.name) and likeness(column.name, "discount_amount"):
            place = f"{column.table}.{column.name}"
            yield (
                f"{place} is a percentage and is not read, as no rows show that prices are before it: if they are, "
                'map it to discount_amount and set discount = "percent"'
            )


def with_tax(sales: RelationPlan) -> Iterator[str]:
    """Prices with tax."""
    # `Gross` may also mean before discounts: beside a column of net amounts or of tax it means with tax.
    beside = {word for column in sales.driving.columns for word in words_of(column.name)} & {"net", "vat", "tax"}
    for name in PRICES:
        if name not in sales.fields:
            continue
        column = sales.fields[name].column
        if says_with_tax(column.label) or (beside and "gross" in words_of(column.label)):
            yield f"sales.{name} = {column.table}.{column.name}: tax is in it, so that revenue is with tax"


def _amounts_beside(sales: RelationPlan, tables: Sequence[DraftTable]) -> list[str]:
    """Amounts that are no part of a line: shipping, fees and refunds need lines of their own."""
    taken = {one.column for one in sales.fields.values()}
    read = {sales.driving.name, *(join.key.table for join in sales.joins)}
    return [
        column.name
        for table in tables
        if table.name in read
        for column in table.columns
        if column not in taken and column.amounts and _is_beside(column) and any(column.numbers or [1])
    ]


def _is_beside(column: Column) -> bool:
    """Whether the name, with the names of what it is nested in, speaks of an amount that is paid beside the goods."""
    words = set(words_of(column.name))
    return bool(words & BESIDE) or (column.has_fraction and bool(words & DELIVERY))


def other_amounts(sales: RelationPlan, tables: Sequence[DraftTable]) -> Iterator[str]:
    """Shipping, fees and refunds that are columns of the order."""
    if names := _amounts_beside(sales, tables):
        yield f"{', '.join(names)}: shipping, fees and refunds are not read; add them as lines with `union all`"
