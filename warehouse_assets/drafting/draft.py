"""Puts a draft together: `source.toml`, the SELECTs, and what a person should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse_assets.drafting.doubts import Doubts, currency_of_names, has_amounts_below_zero
from warehouse_assets.drafting.relations.plan import Plan, make_plan
from warehouse_assets.drafting.relations.statuses import cancelled, churned, returned
from warehouse_assets.drafting.tables.dates import ISO, one_order
from warehouse_assets.drafting.tables.files import find_tables
from warehouse_assets.drafting.tables.loading import load_profiles
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.toml_text import toml_text
from warehouse_assets.drafting.weighing.evidence import is_percentage
from warehouse_assets.drafting.weighing.joins import find_joins
from warehouse_assets.drafting.weighing.known_words import is_known
from warehouse_assets.drafting.weighing.money import draft_money
from warehouse_assets.drafting.weighing.names import is_never_read
from warehouse_assets.drafting.weighing.rows import is_part_of_one
from warehouse_assets.drafting.writing import SelectText
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.workspace import folder_of, masked_errors, open_workspace
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation


@dataclass(frozen=True)
class Draft:
    """The texts of a source's folder, and what they are unsure of."""

    toml: str
    selects: dict[Relation, str]
    doubts: tuple[str, ...]
    tables: tuple[tuple[str, int], ...]
    """Name and number of records of each table that was found."""


def draft_source(name: str, files: Sequence[Path], scratch: Path) -> Draft:
    """Reads all files. Raises IngestionError where neither sales nor customers can be made out."""
    with masked_errors(name, scratch), open_workspace(scratch) as workspace:
        tables = find_tables(files, folder_of(workspace))
        for table in tables:
            load_profiles(workspace, table)
        plan = make_plan(workspace, tables, find_joins(workspace, tables))
    if not list(plan):
        reasons = "; ".join(f"{table}: {reason}" for table, reason in plan.unread.items())
        named = "; ".join(
            f"{table.name}: {', '.join(column.name for column in table.columns[:60])}" for table in tables
        )
        raise IngestionError(
            f"No table of these files looks like sales or customers ({reasons}). Write the folder by hand; "
            f"columns are {named}."
        )
    money = draft_money([column for field, column in fields_of(plan) if _kind(field) == "money"])
    used = [table for table in tables if table.name not in plan.unread and _is_read(plan, table.name)]
    dates = dict(_date_formats(plan))
    toml = toml_text(name, used, plan, dates, money, _policies(plan))
    return Draft(
        toml,
        {one.relation: SelectText(one, used).text() for one in plan},
        tuple(Doubts(plan, tables, used, money)),
        tuple((table.name, table.rows) for table in tables),
    )


def fields_of(plan: Plan) -> list[tuple[str, Column]]:
    """Every field of the draft with its column."""
    return [(name, found.column) for one in plan for name, found in one.fields.items()]


def _kind(field: str) -> str:
    return next((fields[field].kind for fields in FIELDS.values() if field in fields), "text")


def _is_read(plan: Plan, table: str) -> bool:
    """Whether a SELECT reads the table, also where it only leads to another one."""
    for one in plan:
        needed = {one.driving.name} | {found.column.table for found in one.fields.values()}
        for join in reversed(one.joins):
            if join.key.table in needed:
                needed.add(join.column.table)
        if table in needed:
            return True
    return False


def _date_formats(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """The formats of each date field beside ISO."""
    for field, column in fields_of(plan):
        if _kind(field) == "date" and (formats := one_order([one for one in column.dates.formats if one != ISO])):
            yield field, formats


def _is_proved_share(plan: Plan) -> bool:
    """Whether a sum of the rows shows that the discount is a part of the line, whatever its name says."""
    one = plan.sales.fields.get("discount_amount") if plan.sales else None
    return one is not None and f", less {one.column.name}" in one.proof


def _policies(plan: Plan) -> dict[str, str | list[str]]:
    """Settings that follow from values: returns, cancelled and churned statuses, and what is never read."""
    found: dict[str, str | list[str]] = {}
    fields = dict(fields_of(plan))
    if (currency := currency_of_names(plan.sales)) is not None:
        found["default_currency"] = currency
    quantity = fields.get("quantity")
    if quantity is not None and any("-" in one or "(" in one for one in (match[0] for match in quantity.amounts)):
        found["negative_quantity"] = "return"
    if plan.sales and (plan.sales.charges.are_below_zero or has_amounts_below_zero(plan.sales)):
        found["nonpositive_price"] = "keep"
    discount = fields.get("discount_amount")
    if discount is not None and (is_percentage(discount) or _is_proved_share(plan)):
        found["discount"] = "share" if is_part_of_one(discount) else "percent"
    if plan.sales and plan.sales.driving.refunds:
        found["refund_files"] = plan.sales.driving.refund_patterns
    status = fields.get("status")
    proposed = {
        "cancelled_statuses": cancelled(plan.sales),
        "returned_statuses": [] if "negative_quantity" in found else returned(plan.sales),
        "churned_statuses": sorted(filter(is_known, churned(status.sample if status else ()))),
    }
    found |= {setting: values for setting, values in proposed.items() if values}
    tables = {id(one.driving): one.driving for one in plan}.values()
    never = sorted({column.name for table in tables for column in table.columns if is_never_read(column.name)})
    return found | ({"never_read": never} if never else {})
