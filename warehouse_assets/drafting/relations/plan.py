"""Which table gives which relation, by which joins, and which of its columns are which fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb
import numpy as np

from warehouse_assets.drafting.relations.charges import Charges, find_charges
from warehouse_assets.drafting.relations.lines import (
    Condition,
    Form,
    components,
    forms_of,
    is_of_order,
    sums_of_orders,
    walk_ins,
)
from warehouse_assets.drafting.relations.people import customers_of, find_customers
from warehouse_assets.drafting.relations.reviews import find_reviews
from warehouse_assets.drafting.relations.sale import Sale
from warehouse_assets.drafting.tables.files import DraftTable
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.choosing import Choice
from warehouse_assets.drafting.weighing.evidence import Evidence, weigh
from warehouse_assets.drafting.weighing.joins import Join
from warehouse_assets.drafting.weighing.rows import load_rows
from warehouse_assets.ingestion.sources.canonical import Relation

_SALE = ("sold_at", "quantity", "unit_price", "line_amount", "product_id", "product_name", "customer_id", "order_id")


@dataclass
class RelationPlan:
    """One SELECT: the driving table, the joined ones in their order, the fields and how they are read."""

    relation: Relation
    driving: DraftTable
    joins: list[Join] = field(default_factory=list)
    fields: dict[str, Evidence] = field(default_factory=dict)
    left_out: dict[str, Evidence] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    walk_ins: list[str] = field(default_factory=list)
    order_amounts: frozenset[str] = frozenset()
    """Fields whose amount is the order's."""
    charges: Charges = field(default_factory=Charges)
    """Lines that are no articles."""
    row_kinds: Mapping[str, str] = field(default_factory=dict)
    """Values of the column of kinds -> their line types."""
    filled_down: bool = False
    """Whether the order's number stands on its first line only."""
    is_once: bool = False
    """Whether several rows say the same of one customer."""

    @property
    def has_items(self) -> bool:
        """Whether each element of a list, or each number of a family of columns, makes a row."""
        return any(one.column.is_item for one in self.fields.values())


@dataclass
class Plan:
    """The relations that the files give."""

    sales: RelationPlan | None
    customers: RelationPlan | None
    reviews: RelationPlan | None
    reasons: dict[str, str] = field(default_factory=dict)
    """Why each table gives no sales."""

    @property
    def unread(self) -> dict[str, str]:
        """The same, of tables that no SELECT reads."""
        return {name: why for name, why in self.reasons.items() if not any(_reads(one, name) for one in self)}

    def __iter__(self) -> Iterator[RelationPlan]:
        return iter([plan for plan in (self.customers, self.sales, self.reviews) if plan])


def make_plan(workspace: duckdb.DuckDBPyConnection, tables: Sequence[DraftTable], joins: Sequence[Join]) -> Plan:
    """The customers' table comes first: its columns are in no sale, so that no name is taken for a product's."""
    people = _find_people(tables, joins)
    sales, reasons = _find_sales(workspace, tables, joins, people)
    if people is None and sales is not None:
        people = _flat_people(workspace, sales)
    elif sales and people and people.driving is not sales.driving:
        _share_customer_ids(sales, people, joins)
    reviews = _find_reviews(tables, joins, sales, people)
    return Plan(sales, people, reviews, reasons)


def _reads(plan: RelationPlan, table: str) -> bool:
    return plan.driving.name == table or any(one.column.table == table for one in plan.fields.values())


def _find_people(tables: Sequence[DraftTable], joins: Sequence[Join]) -> RelationPlan | None:
    found = find_customers(tables, joins)
    return RelationPlan("customers", found[0], [], found[1].fields, found[1].left_out) if found else None


def _flat_people(workspace: duckdb.DuckDBPyConnection, sales: RelationPlan) -> RelationPlan | None:
    """A flat export says something of its customers too."""
    table = sales.driving
    columns = table.own_columns
    choice = customers_of(sales.fields, columns, load_rows(workspace, table.name, [], columns))
    if choice is None:
        return None
    plan = RelationPlan("customers", table, [], choice.fields, choice.left_out, is_once=True)
    plan.walk_ins = sales.walk_ins
    return plan


def _find_sales(
    workspace: duckdb.DuckDBPyConnection,
    tables: Sequence[DraftTable],
    joins: Sequence[Join],
    people: RelationPlan | None,
) -> tuple[RelationPlan | None, dict[str, str]]:
    """The table whose lines say most of a sale; and why each other table is none."""
    found, reasons = [], {}
    for table in tables:
        if people is not None and table is people.driving and len(tables) > 1:
            continue
        plan = _plan_sale(workspace, table, tables, list(_reach(table.name, joins, people)))
        missing = [what for what, names in _NEEDED.items() if not names & set(plan.fields)]
        if missing:
            reasons[table.name] = f"no column of it, or of a table that it points to, is {' or '.join(missing)}"
            continue
        known = [one for name, one in plan.fields.items() if name in _SALE]
        strength = sum(one.score + 0.3 * (one.column.table == table.name) for one in known)
        found.append((strength, table.rows, plan))
        reasons[table.name] = (
            "another table says more of the sales; add its rows with `union all` if they are sales too"
        )
    best = max(found, key=lambda one: (one[0], one[1]))[2] if found else None
    return best, reasons


_NEEDED = {"a date of sale": {"sold_at"}, "a price": {"unit_price", "line_amount"}}


def _plan_sale(
    workspace: duckdb.DuckDBPyConnection, table: DraftTable, tables: Sequence[DraftTable], joins: list[Join]
) -> RelationPlan:
    reached = {table.name, *(join.key.table for join in joins)}
    columns = [column for one in tables if one.name in reached for column in one.columns]
    rows = load_rows(workspace, table.name, joins, columns)
    inner = components(table.columns, rows)
    if inner:
        empty = ~rows.filled(inner.column) | (rows.texts[table.name, inner.column.name] == "0")
        rows = rows.chosen(np.asarray(empty, dtype=np.bool_))
    sale = Sale(table.name, columns, rows, joins, bool(table.nesting.inner))
    sale.choose()
    choice = sale.choice
    _name_products(choice, table, tables, joins)
    plan = RelationPlan("sales", table, joins, choice.fields, choice.left_out, filled_down=sale.filled_down)
    plan.row_kinds = sale.row_kinds
    summed = sums_of_orders(choice.fields, table.columns, rows, sale.orders)
    plan.conditions = [condition for condition in (inner, summed) if condition]
    if "tax_amount" in plan.fields and any(one.is_filled for one in plan.conditions):
        told = "it stands on rows that are left out"
        plan.left_out["tax_amount"] = replace(plan.fields.pop("tax_amount"), against=told)
    plan.forms = forms_of(choice.fields, rows, sale.orders, table.name)
    plan.walk_ins = walk_ins(choice.column("customer_id"), rows)
    plan.charges = find_charges(choice.fields, rows)
    amounts = [name for name in ("discount_amount", "tax_amount") if name in choice.fields]
    plan.order_amounts = frozenset(
        name
        for name in amounts
        if is_of_order(choice.fields[name], rows, sale.orders, table.name)
        or (plan.has_items and not choice.fields[name].column.is_item)
    )
    return plan


def _name_products(choice: Choice, table: DraftTable, tables: Sequence[DraftTable], joins: Sequence[Join]) -> None:
    """Where no name tells the product: the texts of a table without dates that the lines point to."""
    if "product_name" in choice.fields:
        return
    for join in joins:
        products = next(one for one in tables if one.name == join.key.table)
        if join.column.table != table.name or any(one.is_dates or one.is_emails for one in products.columns):
            continue
        texts = [one for one in products.columns if one is not join.key and not one.numbers and one.present]
        texts.sort(key=lambda one: (-one.distinct, one.name))
        if texts:
            if "product_id" not in choice.fields and choice.is_free(join.column):
                choice.take(Evidence("product_id", join.column, 0.2, 1, 1, proof=f"it points to {products.name}"))
            for name, one in zip(("product_name", "category"), texts, strict=False):
                if name not in choice.fields and (name == "product_name" or one.distinct > 1):
                    doubt = "only its place suggests it: a text of the table that the lines point to"
                    choice.take(Evidence(name, one, 0.2, 1, 1, doubt=doubt))
            return


def _reach(start: str, joins: Sequence[Join], people: RelationPlan | None) -> Iterator[Join]:
    """Joins from a table outwards, each further table once; the customers' table is left out."""
    reached = {start} | ({people.driving.name} if people else set())
    frontier = [start]
    while frontier:
        table = frontier.pop(0)
        for join in joins:
            if join.column.table == table and join.key.table not in reached:
                reached.add(join.key.table)
                frontier.append(join.key.table)
                yield join


def _share_customer_ids(sales: RelationPlan, people: RelationPlan, joins: Sequence[Join]) -> None:
    """The column of the sale that points to the customers' table is the customer."""
    reached = [sales.driving.name, *(join.key.table for join in sales.joins)]
    pointing = [join for join in joins if join.key.table == people.driving.name and join.column.table in reached]
    if pointing:
        join = min(pointing, key=lambda one: reached.index(one.column.table))
        proof = f"{join.share:.0%} of its values are in {join.key.table}.{join.key.name}"
        sales.fields = {name: one for name, one in sales.fields.items() if one.column is not join.column}
        sales.fields["customer_id"] = _pointing(join.column, proof, "" if join.is_sure else "its name does not say so")
        people.fields = {name: one for name, one in people.fields.items() if one.column is not join.key}
        people.fields["customer_id"] = _pointing(join.key, "the sales point to it", "")


def _pointing(column: Column, proof: str, doubt: str) -> Evidence:
    weighed = weigh("customers", "customer_id", column)
    return Evidence("customer_id", column, max(weighed.name if weighed else 0, 0.4), 1, 1, doubt=doubt, proof=proof)


def _find_reviews(
    tables: Sequence[DraftTable], joins: Sequence[Join], sales: RelationPlan | None, people: RelationPlan | None
) -> RelationPlan | None:
    used = {plan.driving.name for plan in (sales, people) if plan}
    used |= {join.key.table for join in (sales.joins if sales else ())}
    sold = sales.fields.get("product_id") if sales else None
    products = {join.key.table for join in (sales.joins if sales else ()) if sold and join.column is sold.column}
    found = find_reviews(
        [table for table in tables if table.name not in used], joins, people.driving.name if people else None, products
    )
    return RelationPlan("reviews", found[0], [], found[1].fields, found[1].left_out) if found else None
