"""Square: gift cards that are sold are no sales; articles with such words in their names are."""

from __future__ import annotations

import duckdb
import pytest

from warehouse_assets.settings import SQL_ROOT

_COLUMNS = (
    "Transaction ID", "Customer ID", "SKU", "Item", "Price Point Name", "Category", "Date", "Time", "Qty",
    "Gross Sales", "Discounts", "Tax", "Itemization Type",
)  # fmt: skip


def is_sale(item: str, kind: str) -> bool:
    select = (SQL_ROOT / "sources" / "square_items" / "sales.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}" varchar' for name in _COLUMNS)
        connection.execute(f"create table items (source_line bigint, {columns})")
        connection.execute(
            'insert into items (source_line, "Item", "Itemization Type", "Discounts") values (1, ?, ?, ?)',
            [item, kind, "0"],
        )
        return len(connection.execute(select).fetchall()) == 1


@pytest.mark.parametrize(
    ("item", "kind", "is_one"),
    [
        ("Gift Card", "", False),
        ("eGift Card", "", False),
        ("$25 gift card", "", False),
        ("Gift Card 25.00 EUR", "", False),
        ("Anything", "Gift Card", False),
        ("Gift Card Holder", "", True),
        ("Gift Card Tin", "", True),
        ("Box for gift cards", "", True),
        ("Gift Card ホルダー", "", True),
        ("Gift Card", "Physical Good", True),
    ],
)
def test_only_a_whole_name_is_that_of_a_gift_card(item: str, kind: str, is_one: bool) -> None:
    assert is_sale(item, kind) == is_one
