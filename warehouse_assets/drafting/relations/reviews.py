"""Reviews: a table of ratings of products."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from warehouse_assets.drafting.tables.files import DraftTable
from warehouse_assets.drafting.weighing.choosing import Choice, plain_choice
from warehouse_assets.drafting.weighing.evidence import Evidence
from warehouse_assets.drafting.weighing.joins import Join


def find_reviews(
    tables: Sequence[DraftTable], joins: Sequence[Join], people: str | None, products: Collection[str]
) -> tuple[DraftTable, Choice] | None:
    """The first table with a product and a rating by name; pointers to customers and products are these."""
    for table in tables:
        choice = plain_choice("reviews", table.own_columns)
        for join in joins:
            if join.column.table != table.name:
                continue
            name = "customer_id" if join.key.table == people else "product_id" if join.key.table in products else None
            if name:
                proof = f"it points to {join.key.table}"
                choice.fields[name] = Evidence(name, join.column, 0.5, 1, 1, proof=proof)
        if {"product_id", "rating"} <= set(choice.fields) and choice.fields["rating"].name >= 0.4:
            return table, choice
    return None
