"""Roles of the model: what the database's roles may read, said again, as imported data have left its care."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from warehouse_assets.bi.powerbi.shared import ACCESS_TABLE
from warehouse_assets.bi.powerbi.tables import MART_TABLES
from warehouse_assets.bi.powerbi.tmdl import Node

NOTHING = "FALSE ()"
OWN_ROWS = f"{ACCESS_TABLE}[user_principal_name] = USERPRINCIPALNAME ()"
OWN_COUNTRIES = f"sales_by_country[country] IN CALCULATETABLE ( VALUES ( {ACCESS_TABLE}[country] ), {OWN_ROWS} )"

READERS: Mapping[str, tuple[str, ...]] = {
    "customer_analyst": ("mart_customers.*",),
    "sales_analyst": ("mart_sales.*",),
    "country_manager": ("mart_sales.sales_by_country",),
}
"""The database's roles of people who look at one mart or less -> what they read."""

ROW_RULES: Mapping[tuple[str, str], str] = {("country_manager", "sales_by_country"): OWN_COUNTRIES}
"""Role and table -> the rows that it meets, where the database has a row rule too."""


def may_read(role: str, short: str) -> bool:
    """Whether the database lets the role read the table."""
    table = MART_TABLES[short]
    return bool({table.name, f"{table.schema_name}.*"} & set(READERS[role]))


def role_node(role: str) -> Node:
    """A role that meets no row of what it may not read."""
    rules = {ACCESS_TABLE: OWN_ROWS if role == "country_manager" else NOTHING, **dict(_rules(role))}
    permissions = tuple(Node(f"tablePermission {table}", expression=rule) for table, rule in rules.items())
    return Node(f"role {role}", (("modelPermission", "read"),), permissions)


def _rules(role: str) -> Iterator[tuple[str, str]]:
    for short in MART_TABLES:
        if not may_read(role, short):
            yield short, NOTHING
        elif (role, short) in ROW_RULES:
            yield short, ROW_RULES[role, short]
