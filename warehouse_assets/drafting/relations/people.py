"""Customers: a table with a row per person, or what a flat export says of them with each sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from warehouse_assets.drafting.tables.files import DraftTable
from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.choosing import Choice, plain_choice
from warehouse_assets.drafting.weighing.evidence import Evidence
from warehouse_assets.drafting.weighing.joins import Join
from warehouse_assets.drafting.weighing.names import address_prefix, likeness
from warehouse_assets.drafting.weighing.rows import Rows
from warehouse_assets.drafting.weighing.vocabulary import OF_RELATION

_IDENTITY = ("email", "full_name", "birth_date", "gender", "signup_at", "phone", "address", "age", "country")
_BEHAVIOUR = ("status", "segment", "acquisition_channel", "purchase_frequency")
_SHARED = ("country", "region", "city", "customer_id")
_CONSTANT = 0.9
"""What is said of a person is the same on this share of the persons with several rows."""


def find_customers(tables: Sequence[DraftTable], joins: Sequence[Join]) -> tuple[DraftTable, Choice] | None:
    """A table with a key and at least two things that are said of persons; of several, the one that says most."""
    found = []
    for table in tables:
        choice = plain_choice("customers", table.own_columns)
        keys = [column for column in table.own_columns if column.is_unique]
        known = [name for name in _IDENTITY if name in choice.fields]
        if keys and len(known) >= 2 and not _has_prices(table):
            pointed = sum(join.key.table == table.name for join in joins)
            found.append((sum(choice.fields[name].score for name in known) + pointed, table, choice))
    if not found:
        return None
    _, table, choice = max(found, key=lambda one: (one[0], one[1].name))
    return table, _keyed(table, joins, choice)


def _has_prices(table: DraftTable) -> bool:
    """Whether the table has a date, a quantity and a price, as sales do."""
    fields = plain_choice("sales", table.columns).fields
    return bool({"unit_price", "line_amount"} & set(fields)) and {"sold_at", "quantity"} <= set(fields)


def _keyed(table: DraftTable, joins: Sequence[Join], choice: Choice) -> Choice:
    """The customer is known by the key that other tables point to, else by a unique column with the name of a key."""
    pointed = [join.key for join in joins if join.key.table == table.name]
    unique = sorted(
        (c for c in table.columns if c.is_unique and not c.is_emails), key=lambda one: (-_is_key(one), one.name)
    )
    key = pointed[0] if pointed else unique[0] if unique and _is_key(unique[0]) else choice.column("customer_id")
    if key is None:
        emails = choice.column("email")
        if emails is None:
            return choice
        doubt = "no customer number; the e-mail stands for the customer"
        choice.fields["customer_id"] = Evidence("customer_id", emails, 0.4, 1, 1, doubt=doubt)
        return choice
    keyed = plain_choice("customers", [column for column in table.own_columns if column is not key])
    keyed.fields["customer_id"] = Evidence("customer_id", key, max(_is_key(key), 0.4), 1, 1, proof="one row each")
    return keyed


def _is_key(column: Column) -> float:
    return max(likeness(column.name, "customer_id"), 0.5 * (column.name.lower() in ("id", "uid", "nr", "no", "code")))


def customers_of(sale: Mapping[str, Evidence], columns: Sequence[Column], rows: Rows) -> Choice | None:
    """What the rows of a flat export say of customers, where that is more than their number."""
    if "customer_id" not in sale or sale["customer_id"].column not in columns:
        return None
    customer = sale["customer_id"]
    taken = [one.column for name, one in sale.items() if name not in _SHARED]
    places = address_prefix(sale["country"].column.name) if "country" in sale else ""
    choice = Choice("customers")
    choice.take(replace(customer, field="customer_id"))
    choice.taken.clear()
    for name in ("country", "region", "city"):
        if name in sale and sale[name].column in columns:
            choice.take(sale[name])
    free = [c for c in columns if c not in taken and (c != customer.column or c.is_emails)]

    def relate(one: Evidence) -> Evidence:
        return _of_person(one, customer.column, rows, places)

    choice.choose([name for name in OF_RELATION["customers"] if name != "customer_id"], free, relate)
    said = set(choice.fields) - {"customer_id", "country", "region", "city"}
    if not said and "country" not in choice.fields:
        return None
    if "sold_at" in sale and sale["sold_at"].column in columns:
        choice.fields["observed_at"] = replace(sale["sold_at"], field="observed_at", doubt="")
    return choice


def _of_person(one: Evidence, customer: Column, rows: Rows, places: str) -> Evidence:
    """A person's own attribute is the same on all their rows; what changes from order to order is the order's."""
    if not one.name:
        return replace(one, against="nothing but its values suggests it") if not one.column.is_emails else one
    agreed = rows.determines(customer, one.column) if rows.has(one.column) and one.column != customer else 1.0
    if one.field in ("full_name", "address", "phone") and address_prefix(one.column.name) not in ("", places or "bill"):
        return replace(one, relations=0.3 * agreed)
    if one.field in _BEHAVIOUR and (agreed < _CONSTANT or one.name < 0.7 or one.column.is_constant):
        return replace(one, against="it is said of the order, not of the person")
    if one.field in ("signup_at", "last_login_at", "birth_date", "gender", "age") and agreed < _CONSTANT:
        return replace(one, against="it changes from order to order")
    return replace(one, relations=agreed, proof="one for each customer" if agreed >= 0.98 else "")
