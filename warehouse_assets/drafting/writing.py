"""The SELECT of a relation as text: each field with its evidence beside it, and what stays out below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from warehouse_assets.drafting.relations.plan import RelationPlan
from warehouse_assets.drafting.tables.families import PLACE
from warehouse_assets.drafting.tables.files import DraftTable
from warehouse_assets.drafting.tables.nested import ITEM
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.evidence import BAR, Evidence
from warehouse_assets.drafting.weighing.joins import Join
from warehouse_assets.drafting.weighing.names import is_never_read
from warehouse_assets.ingestion.contract.words.total_words import leading_sql
from warehouse_assets.ingestion.sources.canonical import FIELDS
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE

_RESERVED = {
    "order",
    "group",
    "table",
    "select",
    "user",
    "end",
    "all",
    "case",
    "when",
    "desc",
    "in",
    "from",
    "at",
    "to",
}
_KEEPS = {True: "<> ''", False: "in ('', '0')"}
_KEEPS = {True: "<> ''", False: "in ('', '0')"}
_NAMED = 120
"""Columns that are named as not mapped, at most."""


class SelectText:
    """Writes the SELECT of one relation."""

    def __init__(self, plan: RelationPlan, tables: Sequence[DraftTable]) -> None:
        self._plan, self._tables = plan, tables
        self._driving = plan.driving
        self._joins = [join for join in plan.joins if _is_needed(plan, join.key.table)]
        self._is_long = bool(self._driving.family) and plan.has_items
        self._has_blocks = plan.filled_down
        self._from = f"{self._driving.name}_lines" if self._is_long or self._has_blocks else self._driving.name

    def text(self) -> str:
        """The whole file."""
        items = [item for item in self._items() if item]
        last = max(place for place, (text, _) in enumerate(items) if text)
        lines = []
        for place, (text, comment) in enumerate(items):
            comma = "," if text and place < last else ""
            lines.append(
                f"    {text}{comma}  -- {comment}"
                if text and comment
                else f"    {text}{comma}"
                if text
                else f"    -- {comment}"
            )
        head = [self._grain(), f"-- behind each field: the evidence for its column, 0 to 1; {BAR} is the bar"]
        tail = [f"-- not mapped: {', '.join(unused)}"] if (unused := list(self._unused())) else []
        return "\n".join([*head, *self._prelude(), "select", *lines, *self._source(), *self._where(), *tail]) + "\n"

    def _grain(self) -> str:
        things = self._driving.nesting.items if self._plan.has_items else None
        what = f"thing in {things}" if things else "numbered line" if self._is_long else "row"
        return f"-- one row per {what} of {self._driving.name}"

    def _items(self) -> Iterator[tuple[str, str] | None]:
        """Projections with their comments; without a projection, a line of comment."""
        yield (f"{self._from}.{SOURCE_LINE}" if self._joins else SOURCE_LINE), ""
        names = [*FIELDS[self._plan.relation]]
        for name in names:
            if name in self._plan.fields:
                yield from self._item(name, self._plan.fields[name])
            elif name == "line_type" and self._plan.charges.column:
                yield self._line_type(self._plan.charges.column), "? articles with the name of a charge are none"
            elif name == "line_number" and self._plan.has_items:
                yield f"{PLACE} as line_number", "the place in the list"
            elif name == "quantity":
                near = self._plan.left_out.get(name)
                yield (
                    "'1' as quantity",
                    "? one piece each: no column is sure to be the quantity" if near else "one piece each",
                )
        for name, one in self._plan.left_out.items():
            if name not in self._plan.fields:
                yield "", f"? {name} = {self._place(one.column)}: {one.against or one.summary()}"

    def _line_type(self, column: Column) -> str:
        """What each line is, by the names of charges."""
        text = f"lower(trim({self._place(column)}))"
        listed = {
            kind: ", ".join("'" + name.replace("'", "''") + "'" for name in names)
            for kind, names in self._plan.charges.names.items()
        }
        cases = "".join(f"\n        when {text} in ({names}) then '{kind}'" for kind, names in listed.items())
        return f"case{cases}\n    end as line_type"

    def _item(self, name: str, one: Evidence) -> Iterator[tuple[str, str]]:
        comment = f"? {one.doubt}; {one.summary()}" if one.doubt else one.summary()
        text = self._read(name, one)
        out = "order_discount_amount" if name == "discount_amount" and name in self._plan.order_amounts else name
        is_named = one.column.inner is None and text.split(".")[-1] == out
        yield (text if is_named else f"{text} as {out}"), comment

    def _read(self, name: str, one: Evidence) -> str:
        """The column as the field needs it: filled from the order's first row, once per order, with the other sign."""
        text, form = self._place(one.column), self._plan.forms.get(name, "plain")
        if form.startswith("filled") or (self._has_blocks and name == "order_id"):
            text = f"max(nullif(trim({text}), '')) over (partition by {self._order()})"
        if one.column.are_whole_with_point and FIELDS[self._plan.relation][name].kind == "id":
            text = f"regexp_replace({text}, '\\.0+$', '')"
        if form.endswith("negated"):
            text = f"nullif(trim({text}), '')"
            bare = f"regexp_replace({text}, '[-()]', '', 'g')"
            text = f"case when {text} like '-%' or {text} like '(%' then {bare} else '-' || {text} end"
        if form == "once" or (
            name == "tax_amount" and name in self._plan.order_amounts and form == "plain" and self._repeats(one)
        ):
            place = f", {PLACE}" if self._plan.has_items else ""
            order = f"partition by {self._order()} order by {self._from}.{SOURCE_LINE}{place}"
            return f"case when row_number() over ({order}) = 1 then {text} end"
        if name == "customer_id" and self._plan.walk_ins:
            values = ", ".join(f"'{value}'" for value in self._plan.walk_ins)
            text = f"case when lower(trim({text})) not in ({values}) then {text} end"
        return text

    def _repeats(self, one: Evidence) -> bool:
        """Whether a joined table, or the record around a list, says it on each line."""
        return one.column.table != self._driving.name or (self._plan.has_items and not one.column.is_item)

    def _order(self) -> str:
        """What the lines of one order share."""
        if self._has_blocks:
            return f"{self._from}.block" if self._joins else "block"
        order = self._plan.fields.get("order_id")
        return self._place(order.column) if order else f"{self._from}.{SOURCE_LINE}"

    def _prelude(self) -> list[str]:
        """A query before the SELECT: a row per numbered column, or the number of each order's block."""
        if not self._is_long and not self._has_blocks:
            return []
        used = {
            one.column.name: one.column for one in self._plan.fields.values() if one.column.table == self._driving.name
        }
        used |= {join.column.name: join.column for join in self._joins if join.column.table == self._driving.name}
        used |= {one.column.name: one.column for one in self._plan.conditions}
        if self._is_long and self._driving.family:
            plain = [name for name, column in used.items() if not column.is_item]
            wanted = [name for name, column in used.items() if column.is_item]
            body = "\n    union all\n    ".join(self._driving.family.parts(self._driving.name, plain, wanted))
        else:
            number = _quoted(self._plan.fields["order_id"].column.name)
            block = f"count(nullif(trim({number}), '')) over (order by {SOURCE_LINE}) as block"
            body = f"select {', '.join([SOURCE_LINE, *map(_quoted, used), block])} from {self._driving.name}"
        return [f"with {self._from} as (", f"    {body}", ")", ""]

    def _source(self) -> Iterator[str]:
        nesting = self._driving.nesting
        things = nesting.items if self._plan.has_items else None
        name = self._driving.name
        yield f"from {nesting.source(name, f'{name}.{_quoted(things)}') if things else self._from}"
        for join in self._joins:
            yield f"left join {self._joined(join)} on {self._qualified(join.column)} = {self._qualified(join.key)}"

    def _joined(self, join: Join) -> str:
        """The joined table; where it repeats rows, the first of each key."""
        table = next(one for one in self._tables if one.name == join.key.table)
        if not table.repeats:
            return table.name
        key = _quoted(join.key.name)
        used = {one.column for one in self._plan.fields.values()} | {one.column for one in self._joins} | {join.key}
        columns = ", ".join(
            dict.fromkeys(
                _quoted(one.name) for one in sorted(used, key=lambda one: one.name) if one.table == table.name
            )
        )
        once = f"qualify row_number() over (partition by {key} order by {SOURCE_LINE}) = 1"
        return f"(select {columns} from {table.name} {once}) as {table.name}"

    def _where(self) -> Iterator[str]:
        conditions = [
            (f"trim(coalesce({self._place(one.column)}, '')) {_KEEPS[one.is_filled]}", one.reason)
            for one in self._plan.conditions
        ]
        if self._plan.is_once and self.needs_customer:
            text = self._place(self._plan.fields["customer_id"].column)
            values = ", ".join(f"'{value}'" for value in ["", *self._plan.walk_ins])
            conditions.append((f"lower(trim({text})) not in ({values})", "rows without a customer are left out"))
        if self.sum_label is not None:
            label, sign = (f"{self._from}.{_quoted(one)}" if self._joins else _quoted(one) for one in self.sum_label)
            is_sale = f"({leading_sql(label)} = '' or trim(coalesce({sign}, '')) <> '')"
            conditions.append((is_sale, "? rows of totals are left out"))
        is_late = any(form.startswith(("filled", "once")) for form in self._plan.forms.values())
        for place, (text, reason) in enumerate(conditions):
            yield f"{'and' if place else 'qualify' if is_late else 'where'} {text}  -- {reason}"

    @property
    def sum_label(self) -> tuple[str, str] | None:
        """The column that tells rows of totals, and one that they lack.

        None where a field reads the first one: the contract looks at these.
        """
        label, sign = self._driving.sum_label, self._driving.sum_sign
        if self._plan.relation != "sales" or label is None or sign is None or self._is_long or self._has_blocks:
            return None
        return None if any(one.column.name == label for one in self._plan.fields.values()) else (label, sign)

    @property
    def needs_customer(self) -> bool:
        column = self._plan.fields["customer_id"].column
        return not column.is_complete or bool(self._plan.walk_ins)

    def _unused(self) -> Iterator[str]:
        taken = {(one.column.table, one.column.name) for one in self._plan.fields.values()}
        left = [
            re.sub(r"\s+", " ", column.name)
            for column in self._driving.columns
            if (column.table, column.name) not in taken and not is_never_read(column.name)
        ]
        yield from left[:_NAMED]
        more = len(left) - _NAMED + self._driving.unread
        if len(left) > _NAMED or self._driving.unread:
            yield f"and {max(more, self._driving.unread)} more"

    def _place(self, column: Column) -> str:
        return self._qualified(column) if self._joins else _plain(column)

    def _qualified(self, column: Column) -> str:
        """The column with its table, as a condition or projection has it."""
        table = self._from if column.table == self._driving.name else column.table
        return f"({_plain(column, f'{table}.')})" if column.inner else _plain(column, f"{table}.")


def _is_needed(plan: RelationPlan, table: str) -> bool:
    """Whether a field, or a join to a table with one, reads the table."""
    if any(one.column.table == table for one in plan.fields.values()):
        return True
    return any(join.column.table == table and _is_needed(plan, join.key.table) for join in plan.joins)


def _plain(column: Column, table: str = "") -> str:
    if column.inner is None:
        return table + _quoted(column.name)
    return column.inner.expression(ITEM if column.is_item else table + _quoted(column.inner.outer))


def _quoted(name: str) -> str:
    plain = re.fullmatch("[a-z_][a-z0-9_]*", name) and name not in _RESERVED
    return name if plain else '"' + name.replace('"', '""') + '"'
