"""Roles of the model: what the database's roles may read, said again, as imported data have left its care."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from warehouse_assets.access.policy import Policy, read_policy
from warehouse_assets.bi.powerbi.shared import ACCESS_TABLE
from warehouse_assets.bi.powerbi.tables import MART_TABLES
from warehouse_assets.bi.powerbi.tmdl import Node

NOTHING = "FALSE ()"
OWN_ROWS = f"{ACCESS_TABLE}[user_principal_name] = USERPRINCIPALNAME ()"
OWN_COUNTRIES = f"sales_by_country[country] IN CALCULATETABLE ( VALUES ( {ACCESS_TABLE}[country] ), {OWN_ROWS} )"
ROW_RULES: Mapping[tuple[str, str], str] = {("country_manager", "mart_sales.sales_by_country"): OWN_COUNTRIES}
"""Role and table -> in DAX, the rows that the database's own row rule lets it meet."""
_SERVICE = "bi_"
"""How the roles of service accounts begin: they refresh the model and read no report."""


@cache
def _policy() -> Policy:
    return read_policy()


def reader_roles() -> list[str]:
    """The database's roles of people who read marts and nothing else."""
    return [
        name
        for name, role in _policy().roles.items()
        if role.tables and not name.startswith(_SERVICE) and all(table.startswith("mart_") for table in role.tables)
    ]


def rule_on(role: str, table: str) -> str | None:
    """The rule of a role on a mart table; None where it meets all rows.

    A row rule of the database that nobody has said in DAX lets no row through.
    """
    policy = _policy()
    if "SELECT" not in policy.roles[role].privileges(table):
        return NOTHING
    if role in policy.rows.get(table, {}):
        return ROW_RULES.get((role, table), NOTHING)
    return None


def role_node(role: str) -> Node:
    """A role with its rules; who has no countries of her own sees no one's."""
    rules = {ACCESS_TABLE: OWN_ROWS if any(role == name for name, _ in ROW_RULES) else NOTHING}
    for short, table in MART_TABLES.items():
        rule = rule_on(role, table.name)
        if rule is not None:
            rules[short] = rule
    permissions = tuple(Node(f"tablePermission {table}", expression=rule) for table, rule in rules.items())
    return Node(f"role {role}", (("modelPermission", "read"),), permissions)
