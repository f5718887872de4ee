"""Puts a draft together: `source.toml`, the SELECTs, and what a person should look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse_assets.drafting.files import DraftTable, find_tables, load_profiles
from warehouse_assets.drafting.joins import find_joins
from warehouse_assets.drafting.money import MoneyDraft, draft_money
from warehouse_assets.drafting.names import is_never_read, is_share, likeness
from warehouse_assets.drafting.plan import Plan, RelationPlan, make_plan
from warehouse_assets.drafting.profiles import ISO, Column
from warehouse_assets.drafting.writing import select_text, toml_text
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.workspace import folder_of, masked_errors, open_workspace
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.settings import day_order

_CANCELLED = re.compile(r"cancel|annul|storn|void|abgebrochen", re.IGNORECASE)
_CHURNED = re.compile(r"churn|inactive|inactif|inaktiv|lapsed", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """The texts of a source's folder, and what they are unsure of."""

    toml: str
    selects: dict[Relation, str]
    doubts: tuple[str, ...]
    tables: tuple[tuple[str, int], ...]
    """Name and number of records of each table that was found."""


def draft_source(name: str, files: Sequence[Path], scratch: Path) -> Draft:
    """Looks at all files whole. Raises IngestionError where no sale can be made out."""
    with masked_errors(name, scratch), open_workspace(scratch) as workspace:
        tables = find_tables(files, folder_of(workspace))
        for table in tables:
            load_profiles(workspace, table)
        plan = make_plan(tables, find_joins(workspace, tables))
    if not list(plan):
        told = "; ".join(f"{table.name}: {', '.join(column.name for column in table.columns)}" for table in tables)
        raise IngestionError(
            "No table of these files looks like sales (a date, a price) or customers. Write the folder by hand; "
            f"columns are {told}."
        )
    money = draft_money([one.column for one in _guesses(plan) if _kind(one.field) == "money"])
    used = [table for table in tables if any(_reads(one, table) for one in plan)]
    dates = dict(_date_formats(plan))
    doubts = [*_doubts_of(plan), *money.doubts, *_date_doubts(plan), *_general_doubts(plan, money)]
    doubts += [f"table {table.name} is not read" for table in tables if table not in used]
    toml = toml_text(name, used, plan, dates, money, _policies(plan))
    return Draft(
        toml,
        {one.relation: select_text(one, used) for one in plan},
        tuple(doubts),
        tuple((table.name, table.rows) for table in tables),
    )


def _guesses(plan: Plan) -> list[FieldGuess]:
    return [FieldGuess(one.relation, name, found.column) for one in plan for name, found in one.fields.items()]


@dataclass(frozen=True)
class FieldGuess:
    """A field of a relation and its column."""

    relation: Relation
    field: str
    column: Column


def _kind(field: str) -> str:
    return next((fields[field].kind for fields in FIELDS.values() if field in fields), "text")


def _reads(plan: RelationPlan, table: DraftTable) -> bool:
    return table is plan.driving or any(join.key.table == table.name for join in plan.joins)


def _date_formats(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """Of each date field the formats beside ISO, those of one order of day and month only."""
    for one in _guesses(plan):
        formats = [text for text in one.column.dates.formats if text != ISO] if _kind(one.field) == "date" else []
        if formats:
            order = next(filter(None, map(day_order, formats)), None)
            yield one.field, [text for text in formats if day_order(text) in (None, order)]


def _date_doubts(plan: Plan) -> Iterator[str]:
    for one in _guesses(plan):
        if _kind(one.field) != "date" or not one.column.is_dates:
            continue
        dates = one.column.dates
        place = f"{one.relation}.{one.field} ({one.column.table}.{one.column.name})"
        if dates.rivals:
            yield f"{place}: day first or month first cannot be told; taken is {dates.formats[-1]}"
        orders = set(filter(None, map(day_order, dates.formats)))
        if len(orders) > 1:
            yield f"{place}: some dates have the day first, some the month: let the SELECT decide by another column"
        if dates.share < 1:
            yield f"{place}: {1 - dates.share:.0%} of the looked at values are no readable dates"


def _doubts_of(plan: Plan) -> Iterator[str]:
    for one in plan:
        for name, found in one.fields.items():
            if found.doubt:
                yield f"{one.relation}.{name} = {found.column.table}.{found.column.name}: {found.doubt}"
        for join in one.joins:
            if not join.is_sure:
                pair = f"{join.column.table}.{join.column.name} = {join.key.table}.{join.key.name}"
                yield f"{one.relation}: the join {pair} is guessed by values ({join.share:.0%} are there)"


def _general_doubts(plan: Plan, money: MoneyDraft) -> Iterator[str]:
    sales = plan.sales
    if sales is None:
        yield "no table looks like sales: sales.sql is missing"
        return
    for missing, meaning in (("customer_id", "all sales are of unknown customers"), ("quantity", "each is taken as 1")):
        if missing not in sales.fields:
            yield f"sales.{missing}: no column was found, so {meaning}"
    if "line_amount" in sales.fields:
        yield "sales.line_amount is the amount of the whole line; if it is the price of one piece, call it unit_price"
    elif "quantity" in sales.fields:
        yield "sales.unit_price is the price of one piece; if it is the amount of the whole line, call it line_amount"
    if sales.driving.nesting.empty:
        yield f"{sales.driving.nesting.empty} records of {sales.driving.name} have an empty list and are no sales"
    if "currency_code" not in sales.fields and not money.symbols:
        yield "default_currency: no currency is named, so it is XXX"
    if "discount_amount" not in sales.fields:
        shares = [one for one in sales.driving.columns if is_share(one.name) and likeness(one.name, "discount_amount")]
        for column in shares:
            yield f"{column.table}.{column.name} is in percent and not read: write sales.discount_amount as an amount"
    yield "time_zone: no file tells it; UTC is taken"


def _policies(plan: Plan) -> dict[str, str | list[str]]:
    """Settings that follow from values: returns, cancelled and churned statuses, and what is never read."""
    found: dict[str, str | list[str]] = {}
    fields = {one.field: one.column for one in _guesses(plan)}
    quantity = fields.get("quantity")
    if quantity is not None and any(number < 0 for number in quantity.numbers):
        found["negative_quantity"] = "return"
    for setting, field, pattern in (
        ("cancelled_statuses", "order_status", _CANCELLED),
        ("churned_statuses", "status", _CHURNED),
    ):
        values = sorted(text for text in (fields[field].sample if field in fields else ()) if pattern.search(text))
        if values:
            found[setting] = values
    tables = {id(one.driving): one.driving for one in plan}.values()
    never = sorted({column.name for table in tables for column in table.columns if is_never_read(column.name)})
    return found | ({"never_read": never} if never else {})
