"""`source.toml` of a draft: the settings that were found, and as comments those that may be wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from warehouse_assets.drafting.relations.plan import Plan, RelationPlan
from warehouse_assets.drafting.tables.files import DATED, DraftTable
from warehouse_assets.drafting.weighing.money import MoneyDraft
from warehouse_assets.drafting.writing import SelectText

_BY_WORDS = {
    "refund_files": "  # ? by their names, and as no quantity or price there is below 0: are all their lines refunds?",
    "cancelled_statuses": "  # ? by their words: is nothing sold?",
    "returned_statuses": "  # ? by their words: did all goods come back?",
}


def toml_text(
    name: str,
    tables: Sequence[DraftTable],
    plan: Plan,
    dates: Mapping[str, Sequence[str]],
    money: MoneyDraft,
    policies: Mapping[str, str | list[str]],
) -> str:
    """The whole file."""
    lines = [f'description = "Export of {name}"', 'time_zone = "UTC"  # ? no file names it']
    is_named = bool(money.symbols) or "default_currency" in policies
    if not is_named and plan.sales and "currency_code" not in plan.sales.fields:
        lines.append('# default_currency = "EUR"  # ? no column and no sign names a currency')
    lines += [f"{setting} = {_value(value)}{_BY_WORDS.get(setting, '')}" for setting, value in policies.items()]
    if any(DATED.search(path.name) for table in tables for path in table.paths):
        lines.append("# exported_on = '(?P<year>\\d{4})-(?P<month>\\d{2})(-(?P<day>\\d{2}))?'")
    if dates:
        lines += ["", "[date_formats]", *(f"{field} = {_value(list(formats))}" for field, formats in dates.items())]
    lines += _money_lines(money)
    if kinds := [*_line_types(plan.sales)]:
        lines += ["", "[line_types]", *kinds]
    if any(_is_email_key(one) for one in plan):
        lines += ["", "[normalise]", 'customer_id = ["trim", "lower"]']
    for table in tables:
        lines += ["", f"[tables.{table.name}]", f"files = {_value(_patterns(table, tables))}", *_table_lines(table)]
    for one in plan:
        if settings := list(_select_lines(one, tables)):
            lines += ["", f"[{one.relation}]", *settings]
    return "\n".join(lines) + "\n"


def _line_types(sales: RelationPlan | None) -> Iterator[str]:
    """What lines are that are no sales of products."""
    if sales and "gift card" in sales.charges.names:
        yield '"gift card" = "left out"  # ? a gift card counts when it is spent'
    for text, kind in sorted(sales.row_kinds.items()) if sales else ():
        yield f"{_value(text)} = {_value(kind)}  # ? by its words"


def _is_email_key(plan: RelationPlan) -> bool:
    return "customer_id" in plan.fields and plan.fields["customer_id"].column.is_emails


def _table_lines(table: DraftTable) -> Iterator[str]:
    if table.inside:
        yield f"inside = {_value(table.inside)}"
    if table.skip_lines:
        yield f"skip_lines = {table.skip_lines}"
    if table.given_names:
        yield "header = false  # ? the first line looks like a record: name the columns here and in the SELECTs"
        yield f"columns = {_value(list(table.given_names))}"
    if table.encoding.name:
        others = f"; these fit too: {', '.join(table.encoding.others)}" if table.encoding.others else ""
        yield f"encoding = {_value(table.encoding.name)}  # ? the file does not name it{others}"


def _select_lines(plan: RelationPlan, tables: Sequence[DraftTable]) -> Iterator[str]:
    if len(tables) > 1:
        yield f'driving = "{plan.driving.name}"'
    if plan.has_items:
        yield "may_multiply = true"
    select = SelectText(plan, tables)
    loses = bool(plan.conditions) or (plan.is_once and select.needs_customer) or select.sum_label is not None
    if loses or (plan.has_items and (plan.driving.nesting.empty or plan.driving.family)):
        yield "may_lose = true"


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
    patterns = table.patterns(tables)
    return patterns + [f"{{delivery}}/{pattern}" for pattern in patterns] if len(tables) > 1 else patterns


def _value(value: str | list[str]) -> str:
    """A TOML value; TOML's basic strings are written as JSON's."""
    return json.dumps(value, ensure_ascii=False)
