"""The texts of a draft: SELECTs and `source.toml`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from warehouse_assets.drafting.files import DATED, DraftTable
from warehouse_assets.drafting.money import MoneyDraft
from warehouse_assets.drafting.names import is_never_read
from warehouse_assets.drafting.nested import ITEM, PLACE
from warehouse_assets.drafting.plan import Plan, RelationPlan
from warehouse_assets.drafting.profiles import Column
from warehouse_assets.ingestion.sources.canonical import FIELDS

_RESERVED = {"order", "group", "table", "select", "user", "end", "all", "case", "when", "desc", "in", "from", "at"}


def select_text(plan: RelationPlan, tables: Sequence[DraftTable]) -> str:
    """The SELECT of a relation, doubts beside their columns, unused columns below."""
    driving = plan.driving.name
    several, has_items = bool(plan.joins), _has_items(plan)
    items = [(f"{driving}.source_line" if several else "source_line", "")]
    for name in FIELDS[plan.relation]:
        if name in plan.fields:
            items.append(_item(name, plan, qualified=several))
        elif name == "line_number" and has_items:
            items.append((f"{PLACE} as line_number", ""))
        elif name == "quantity":
            items.append(("'1' as quantity", "no column tells it"))
    lines = [
        f"    {text}{',' if place < len(items) else ''}{f'  -- {doubt}' if doubt else ''}"
        for place, (text, doubt) in enumerate(items, 1)
    ]
    things = plan.driving.nesting.items if has_items else None
    source = plan.driving.nesting.source(driving, f"{driving}.{_quoted(things)}") if things else driving
    joins = [
        f"left join {join.key.table} on {_name(join.column)} = {_name(join.key)}"
        for join in plan.joins
        if _is_needed(plan, join.key.table)
    ]
    unused = [name for table in tables if table is plan.driving for name in _unused(plan, table)]
    tail = [f"-- not mapped: {', '.join(unused)}"] if unused else []
    grain = f"-- one row per {'thing in ' + things if things else 'row'} of {driving}"
    return "\n".join([grain, "select", *lines, f"from {source}", *joins, *tail]) + "\n"


def _has_items(plan: RelationPlan) -> bool:
    """Whether each thing in a list makes a row."""
    return any(one.column.is_item for one in plan.fields.values())


def _is_needed(plan: RelationPlan, table: str) -> bool:
    """Whether a field, or a join to a table with one, reads the table."""
    if any(one.column.table == table for one in plan.fields.values()):
        return True
    return any(join.column.table == table and _is_needed(plan, join.key.table) for join in plan.joins)


def _item(name: str, plan: RelationPlan, *, qualified: bool) -> tuple[str, str]:
    """A projection and what is unsure of it. What a joined table says of the whole order counts once per order."""
    found = plan.fields[name]
    text = _name(found.column) if qualified else _plain(found.column)
    if found.column.table != plan.driving.name and name == "discount_amount":
        return f"{text} as order_discount_amount", found.doubt
    if found.column.table != plan.driving.name and name == "tax_amount" and "order_id" in plan.fields:
        order, line = _name(plan.fields["order_id"].column), f"{plan.driving.name}.source_line"
        first = f"row_number() over (partition by {order} order by {line}) = 1"
        return (
            f"-- the order's, once\n    case\n        when {first}\n            then {text}\n    end as tax_amount",
            "",
        )
    is_named = found.column.inner is None and text.split(".")[-1] == name
    return (text if is_named else f"{text} as {name}"), found.doubt


def _unused(plan: RelationPlan, table: DraftTable) -> Iterator[str]:
    taken = {(one.column.table, one.column.name) for one in plan.fields.values()}
    for column in table.columns:
        if (column.table, column.name) not in taken and not is_never_read(column.name):
            yield re.sub(r"\s+", " ", column.name)


def _name(column: Column) -> str:
    """The column with its table, as a condition or projection has it."""
    return f"({_plain(column, f'{column.table}.')})" if column.inner else _plain(column, f"{column.table}.")


def _plain(column: Column, table: str = "") -> str:
    if column.inner is None:
        return table + _quoted(column.name)
    return column.inner.expression(ITEM if column.is_item else table + _quoted(column.inner.outer))


def _quoted(name: str) -> str:
    plain = re.fullmatch("[a-z_][a-z0-9_]*", name) and name not in _RESERVED
    return name if plain else '"' + name.replace('"', '""') + '"'


def toml_text(
    name: str,
    tables: Sequence[DraftTable],
    plan: Plan,
    dates: Mapping[str, Sequence[str]],
    money: MoneyDraft,
    policies: Mapping[str, str | list[str]],
) -> str:
    """`source.toml`: what was found, and as comments what may be wanted."""
    lines = [f'description = "Export of {name}"', 'time_zone = "UTC"']
    if not money.symbols and plan.sales and "currency_code" not in plan.sales.fields:
        lines.append('# default_currency = "EUR"')
    lines += [f"{setting} = {_value(value)}" for setting, value in policies.items()]
    if any(DATED.search(path.name) for table in tables for path in table.paths):
        lines.append("# exported_on = '(?P<year>\\d{4})-(?P<month>\\d{2})(-(?P<day>\\d{2}))?'")
    if dates:
        lines += ["", "[date_formats]", *(f"{field} = {_value(list(formats))}" for field, formats in dates.items())]
    lines += _money_lines(money)
    for table in tables:
        lines += ["", f"[tables.{table.name}]", f"files = {_value(_patterns(table, tables))}"]
        lines += [f"inside = {_value(table.inside)}"] if table.inside else []
        lines += [f"skip_lines = {table.skip_lines}"] if table.skip_lines else []
    for one in plan:
        settings = [f'driving = "{one.driving.name}"'] if len(tables) > 1 else []
        settings += ["may_multiply = true"] if _has_items(one) else []
        settings += ["may_lose = true"] if _has_items(one) and one.driving.nesting.empty else []
        lines += ["", f"[{one.relation}]", *settings] if settings else []
    return "\n".join(lines) + "\n"


def _money_lines(money: MoneyDraft) -> list[str]:
    lines: list[str] = []
    if money.signs != (".", ",") or money.symbols:
        lines += ["", "[money]", f"decimal = {_value(money.signs[0])}", f"thousands = {_value(money.signs[1])}"]
    if money.symbols:
        pairs = ", ".join(f"{_value(sign)} = {_value(code)}" for sign, code in money.symbols.items())
        lines.append(f"symbols = {{ {pairs} }}")
    for code, (decimal, thousands) in money.own.items():
        lines += ["", f"[money.currencies.{code}]", f"decimal = {_value(decimal)}", f"thousands = {_value(thousands)}"]
    return lines


def _patterns(table: DraftTable, tables: Sequence[DraftTable]) -> list[str]:
    """A delivery of several tables may also be a folder of its own."""
    patterns = table.patterns
    return patterns + [f"{{delivery}}/{pattern}" for pattern in patterns] if len(tables) > 1 else patterns


def _value(value: str | list[str]) -> str:
    """A TOML value; TOML's basic strings are written as JSON's."""
    return json.dumps(value, ensure_ascii=False)
