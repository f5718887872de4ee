"""Roles of a model: what the database's roles may read, said again, as imported data have left its care."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from warehouse_assets.access.policy import Policy, Role, read_policy
from warehouse_assets.bi.powerbi.shared import ACCESS_TABLE
from warehouse_assets.bi.powerbi.tmdl import Node
from warehouse_assets.schemas import Table

NOTHING = "FALSE ()"
OWN_ROWS = f"{ACCESS_TABLE}[user_principal_name] = USERPRINCIPALNAME ()"


def own_countries(table: str) -> str:
    """The rows of a reader's own countries."""
    return f"{table}[country] IN CALCULATETABLE ( VALUES ( {ACCESS_TABLE}[country] ), {OWN_ROWS} )"


ROW_RULES: Mapping[str, Callable[[str], str]] = {
    "(country = ANY (( SELECT governance.own_countries() AS own_countries)::text[]))": own_countries
}
"""A row rule of the database -> the same rule on a table of the model."""
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


def roles_that_read(tables: Iterable[str]) -> list[str]:
    """The database's roles of people who read every one of the tables: who also writes is the pipeline."""
    names = list(tables)
    return [
        name
        for name, role in _policy().roles.items()
        if _only_reads(role) and all("SELECT" in role.privileges(table) for table in names)
    ]


def _only_reads(role: Role) -> bool:
    return not {"write"} & set(role.tables.values()) and not role.name.startswith(_SERVICE)


def rule_on(role: str, table: str) -> str | None:
    """The rule of a role on a table of the database; None where it meets all rows.

    A row rule of the database that nobody has said in DAX lets no row through.
    """
    policy = _policy()
    if "SELECT" not in policy.roles[role].privileges(table):
        return NOTHING
    condition = policy.rows.get(table, {}).get(role)
    if condition is None:
        return None
    said = ROW_RULES.get(condition)
    return said(table.split(".")[1]) if said else NOTHING


def rules_of(role: str, sources: Mapping[str, Table]) -> dict[str, str]:
    """Table -> rule; who has no countries of her own sees no one's."""
    rules = {short: rule for short, table in sources.items() if (rule := rule_on(role, table.name)) is not None}
    asks = any(ACCESS_TABLE in rule for rule in rules.values())
    return {ACCESS_TABLE: OWN_ROWS if asks else NOTHING, **rules}


def role_node(role: str, rules: Mapping[str, str]) -> Node:
    """A role with its rules."""
    permissions = tuple(Node(f"tablePermission {table}", expression=rule) for table, rule in rules.items())
    return Node(f"role {role}", (("modelPermission", "read"),), permissions)
