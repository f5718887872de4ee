"""What a person should look at in a draft, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from warehouse_assets.drafting.amount_doubts import PRICES, minor_units, other_amounts, percentages, with_tax
from warehouse_assets.drafting.relations.kinds import speaks_of_refund
from warehouse_assets.drafting.relations.plan import Plan, RelationPlan
from warehouse_assets.drafting.relations.statuses import cancelled, churned, reads_as_no_sale, returned, statuses
from warehouse_assets.drafting.tables.dates import one_order
from warehouse_assets.drafting.tables.files import DraftTable
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.known_words import is_known, told
from warehouse_assets.drafting.weighing.money import MoneyDraft, named_currency
from warehouse_assets.drafting.weighing.names import likeness, words_of
from warehouse_assets.drafting.weighing.vocabulary import NO_SALES, REFUNDS, SHOPS
from warehouse_assets.ingestion.contract.words.status_words import is_like_unpaid
from warehouse_assets.ingestion.sources.canonical import FIELDS
from warehouse_assets.ingestion.sources.date_formats import COUNTED, day_order

_COUNTED = {
    "excel": "its numbers are read as days that a spreadsheet counts: 45000 is 2023-03-15",
    "unix": "its numbers are read as seconds since 1970 in UTC: 1700000000 is 2023-11-14",
    "unix_ms": "its numbers are read as milliseconds since 1970 in UTC: 1700000000000 is 2023-11-14",
}
_SHOWN = 12
"""Values that are named."""
_MOST_SHOPS = 50


class Doubts:
    """Iterates over the doubts: fields, dates, joins, tables, and what no file says."""

    def __init__(self, plan: Plan, tables: Sequence[DraftTable], used: Sequence[DraftTable], money: MoneyDraft) -> None:
        self._plan, self._tables, self._used, self._money = plan, tables, used, money

    def __iter__(self) -> Iterator[str]:
        for one in self._plan:
            yield from _of_fields(one)
        yield from self._money.doubts
        yield from self._of_dates()
        yield from self._of_sales()
        yield from self._of_tables()

    def _of_dates(self) -> Iterator[str]:
        for plan in self._plan:
            for name, one in plan.fields.items():
                dates = one.column.dates if FIELDS[plan.relation][name].kind == "date" else None
                if dates is None or not dates.formats:
                    continue
                place = f"{plan.relation}.{name} ({one.column.table}.{one.column.name})"
                if dates.rivals:
                    taken = dates.formats[-1]
                    yield f"{place}: no date tells whether day or month comes first; the draft takes {taken}"
                if len(one_order(dates.formats)) < len([text for text in dates.formats if text]):
                    yield f"{place}: some dates have the day first, some the month; another column must decide"
                yield from _of_counts(place, one.column)
                if dates.share < 1:
                    yield f"{place}: {1 - dates.share:.0%} of the values in the sample are no readable dates"

    def _of_sales(self) -> Iterator[str]:
        sales = self._plan.sales
        if sales is None:
            yield "no table looks like sales, so there is no sales.sql: " + "; ".join(
                f"{table}: {reason}" for table, reason in self._plan.reasons.items()
            )
            return
        if "order_id" not in sales.fields:
            yield "sales.order_id: no column is mapped, so each line counts as an order of its own"
        if "customer_id" not in sales.fields:
            yield "sales.customer_id: no column is mapped, so all sales are of unknown customers"
        if "quantity" not in sales.fields:
            yield "sales.quantity: no column is mapped, so each line counts as one piece"
        if sales.driving.nesting.empty:
            yield f"{sales.driving.nesting.empty} records of {sales.driving.name} have an empty list and give no sales"
        yield from _currencies(sales, self._used, self._money)
        if has_amounts_below_zero(sales):
            yield "sales.line_amount: lines with an amount below 0 count as returns"
        yield from _signs_not_read(sales)
        yield from _marks_not_read(sales)
        yield from _shops(sales)
        yield from minor_units(sales)
        yield from _charges(sales)
        yield from _statuses(sales)
        yield from percentages(sales)
        yield from with_tax(sales)
        yield from other_amounts(sales, self._used)
        if sales.walk_ins:
            yield f"sales.customer_id: {', '.join(sales.walk_ins)} means no customer"
        for one in sales.conditions:
            yield f"sales: {one.reason} ({one.column.name} {'empty' if one.is_filled else 'filled'})"
        yield "time_zone: no file names it; UTC is taken"

    def _of_tables(self) -> Iterator[str]:
        read = {table.name for table in self._used}
        for table in self._tables:
            if table.name not in read:
                reason = self._plan.unread.get(table.name, "no column of the sales or customers points to it")
                yield f"table {table.name} is not read: {reason}"
                continue
            if table.given_names:
                yield f"tables.{table.name}: the first line is no header but a record: name the columns in source.toml"
            if table.encoding.name:
                yield f"tables.{table.name}: the encoding is taken for {table.encoding.name}"
            if table.repeats:
                yield f"tables.{table.name}: {table.repeats:,} rows repeat another row; loading counts them once"
            yield from _refunds(table)
            if table.sums:
                yield f"tables.{table.name}: {table.sums:,} rows look like totals, which are left out or rejected"
            if table.unread:
                yield f"tables.{table.name}: {table.unread:,} columns were not looked into; their names say nothing"
            if table.family and table.family.left_out:
                yield f"tables.{table.name}: {table.family.left_out:,} numbered lines of each order are not read"


def _refunds(table: DraftTable) -> Iterator[str]:
    if table.refunds:
        names = ", ".join(path.name for path in table.refunds)
        yield f"refund_files: by their names, all lines of {names} count as refunds"
    if table.signed_refunds:
        yield f"tables.{table.name}: {table.signed_refunds}"


def _of_counts(place: str, column: Column) -> Iterator[str]:
    """Dates that are numbers: what they count, and what a spreadsheet may have done to them."""
    for unit in COUNTED:
        if unit not in column.dates.formats:
            continue
        yield f"{place}: {_COUNTED[unit]}"
        if unit == "excel" and any(day_order(one) for one in column.dates.formats):
            yield (
                f"{place}: some dates are numbers, some texts: where a spreadsheet read 03/04 with the wrong order, "
                "day and month changed places; export the file without opening it"
            )


def _of_fields(plan: RelationPlan) -> Iterator[str]:
    for name, one in plan.fields.items():
        if one.doubt:
            yield f"{plan.relation}.{name} = {one.column.table}.{one.column.name}: {one.doubt}"
    for name, one in plan.left_out.items():
        if name not in plan.fields:
            reason = one.against or f"the evidence is too weak ({one.summary()})"
            yield f"{plan.relation}.{name} is left out: {one.column.table}.{one.column.name}: {reason}"
    status = plan.fields.get("status")
    if unclear := [text for text in churned(status.column.sample if status else ()) if not is_known(text)]:
        count = len(unclear)
        yield f"{plan.relation}.status: {count} read as lost, and have other words too: churned_statuses lacks them"
    for join in plan.joins:
        if not join.is_sure and any(one.column.table == join.key.table for one in plan.fields.values()):
            pair = f"{join.column.table}.{join.column.name} = {join.key.table}.{join.key.name}"
            yield f"{plan.relation}: only values suggest the join {pair} ({join.share:.0%} are there)"


def _currencies(sales: RelationPlan, tables: Sequence[DraftTable], money: MoneyDraft) -> Iterator[str]:
    found = sales.fields.get("currency_code")
    if found and (unknown := found.column.unknown_currencies):
        place = f"{found.column.table}.{found.column.name}"
        yield f"sales.currency_code = {place}: {', '.join(unknown[:5])}: no currency; loading rejects such lines"
    if found or money.symbols:
        return
    named = [column for table in tables for column in table.columns if likeness(column.label, "currency_code") >= 0.8]
    for column in named:
        values = ", ".join(sorted(column.sample)[:5])
        yield (
            f"{column.table}.{column.name} is not read, as its values are no ISO 4217 codes ({values}): "
            "make codes of them in the SELECT, as amounts of several currencies are added up otherwise"
        )
    if (currency := currency_of_names(sales)) is not None:
        yield f"default_currency: it is {currency} by the name of the price's column"
        return
    yield "default_currency: no currency is named, so it is XXX"


def _statuses(sales: RelationPlan) -> Iterator[str]:
    """Which orders count as sold, as cancelled and as returned."""
    quantity = sales.fields.get("quantity")
    none_sold, came_back = cancelled(sales), returned(sales)
    if sold := [text for text in statuses(sales) if text not in none_sold and text not in came_back]:
        yield f"sales.order_status: orders of these statuses count as sold: {told(sold, _SHOWN)}"
    if unclear := [text for text in sold if reads_as_no_sale(text) and not is_known(text)]:
        yield (
            f"sales.order_status: {len(unclear)} of these read as cancelled or returned, and have other words too: "
            "they count as sold until cancelled_statuses or returned_statuses names them"
        )
    if unpaid := [text for text in sold if is_like_unpaid(text)]:
        yield f"sales.order_status: {told(unpaid, _SHOWN)} counts as sold, as the columns speak of invoices: is it so?"
    if none_sold:
        shown = told(none_sold, _SHOWN)
        yield f"cancelled_statuses: by their words, orders of these statuses count as not sold: {shown}"
    if came_back and not (quantity and _is_below_zero(quantity.column)):
        shown = told(came_back, _SHOWN)
        yield f"returned_statuses: by their words, all lines of these statuses count as returned: {shown}"


def currency_of_names(sales: RelationPlan | None) -> str | None:
    """The currency that the name of the price's column tells, where no column holds codes."""
    if sales is None or "currency_code" in sales.fields:
        return None
    return named_currency([sales.fields[name].column for name in PRICES if name in sales.fields])


def has_amounts_below_zero(sales: RelationPlan) -> bool:
    """Whether returns are told by the amount of the line alone: quantities are above 0, some amounts are not."""
    line, quantity = (sales.fields.get(name) for name in ("line_amount", "quantity"))
    return line is not None and _is_below_zero(line.column) and not (quantity and _is_below_zero(quantity.column))


def _signs_not_read(sales: RelationPlan) -> Iterator[str]:
    """Amounts that are below 0 where nothing that is read is: they may tell what came back."""
    read = {one.column for one in sales.fields.values()}
    measures = [sales.fields[name].column for name in ("quantity", *PRICES) if name in sales.fields]
    if any(map(_is_below_zero, measures)):
        return
    for column in sales.driving.columns:
        is_price = any(likeness(column.label, name) for name in PRICES)
        if column not in read and is_price and _is_below_zero(column):
            place = f"{column.table}.{column.name}"
            yield f"{place} is below 0 on some rows and is not read: if these came back, they count as sold"


def _marks_not_read(sales: RelationPlan) -> Iterator[str]:
    """Flags and dates whose name says that a row is no sale: tests, deleted and cancelled orders."""
    read = {one.column for one in sales.fields.values()}
    for column in sales.driving.columns:
        words = set(words_of(column.label)) & (NO_SALES | REFUNDS)
        is_mark = column.distinct == 2 or 0 < column.present < column.rows
        if words and is_mark and column not in read and not column.has_fraction:
            place = f"{column.table}.{column.name}"
            yield f"{place} may tell rows that are no sales, and is not read: leave them out with a WHERE, or map it"
        elif column not in read and column.distinct <= _SHOWN and (undone := _undone(column)):
            place, shown = f"{column.table}.{column.name}", told(undone, _SHOWN)
            yield f"{place} is not read, and its values speak of rows that are no sales ({shown}): a status?"


def _undone(column: Column) -> list[str]:
    """Its values that read as cancelled, returned or credited."""
    return sorted(text for text in column.sample if reads_as_no_sale(text) or speaks_of_refund(text))


def _is_below_zero(column: Column) -> bool:
    return any("-" in one or "(" in one for one in (match[0] for match in column.amounts))


def _shops(sales: RelationPlan) -> Iterator[str]:
    """Several shops in one file count as one, unless each has a source of its own."""
    taken = {one.column for one in sales.fields.values()}
    for column in sales.driving.columns:
        is_named = column not in taken and bool(set(words_of(column.label)) & SHOPS)
        if is_named and 2 <= column.distinct <= _MOST_SHOPS and not (column.has_fraction or column.is_unique):
            yield (
                f"{column.table}.{column.name} tells {column.distinct} shops apart, which count as one here: "
                "for figures of each, make a source per shop, with a WHERE on this column"
            )


def _charges(sales: RelationPlan) -> Iterator[str]:
    """Lines with the name of a charge, and what becomes of them."""
    charges = sales.charges
    if not charges.column:
        return
    place = f"{charges.column.table}.{charges.column.name}"
    listed = "; ".join(f"{kind}: {', '.join(names[:5])}" for kind, names in charges.names.items())
    yield f"sales.line_type: lines that are no articles by {place} ({listed})"
    if "gift card" in charges.names:
        yield "sales.line_type: gift cards that are sold are left out, as they count when they are spent"
    if charges.are_above_zero:
        yield "sales.line_type: some lines called discounts or refunds are above 0, so that they raise revenue"
