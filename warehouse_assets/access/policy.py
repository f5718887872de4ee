"""The declared policy, `sql/access/policy.toml`, read and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from warehouse_assets.settings import SQL_ROOT, WarehouseError

POLICY_PATH = SQL_ROOT / "access" / "policy.toml"
FUNCTIONS_PATH = SQL_ROOT / "access" / "functions"

PRIVILEGES: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "read": ("SELECT",),
    "write": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
_FUNCTION = re.compile(
    r"create or replace function (?P<name>\S.*?\)) returns (?P<returns>.+?)\n"
    r"language (?P<language>\w+) (?P<volatility>stable|immutable|volatile) (?P<security>security (?:definer|invoker))"
    r"(?P<settings>(?:\nset .+?)*)\nas \$\$\n(?P<body>.*)\n\$\$;\n*",
    re.DOTALL,
)


class PolicyError(WarehouseError, ValueError):
    """The policy or the list of logins is invalid; the message names the entry and the reason."""


@dataclass(frozen=True)
class Role:
    """A group and the rights of its members."""

    name: str
    purpose: str
    tables: Mapping[str, str] = field(default_factory=dict)
    """`schema.table` or `schema.*` -> read, write or none."""
    makes_tables_in: tuple[str, ...] = ()
    temporary_tables: bool = False

    def privileges(self, table: str) -> tuple[str, ...]:
        """The right on one table; `schema.table` overrides `schema.*`."""
        return PRIVILEGES[self.tables.get(table, self.everywhere(table.split(".")[0]))]

    def everywhere(self, schema: str) -> str:
        """The right on the schema's tables that have no entry."""
        return self.tables.get(f"{schema}.*", "none")

    @property
    def schemas(self) -> set[str]:
        """Schemas that it may use (USAGE)."""
        granted = {name.split(".")[0] for name, word in self.tables.items() if PRIVILEGES[word]}
        return granted | set(self.makes_tables_in)


@dataclass(frozen=True)
class Function:
    """A function of `sql/access/functions`, in the parts that PostgreSQL stores."""

    name: str
    returns: str
    language: str
    volatility: str
    security: str
    settings: str
    body: str


@dataclass(frozen=True)
class Policy:
    """The whole policy."""

    owner: str
    owners: Mapping[str, str]
    roles: Mapping[str, Role]
    rows: Mapping[str, Mapping[str, str]]
    """Table -> role -> the condition of the rows that it sees."""
    functions: Mapping[str, tuple[str, ...]]
    """Function -> the roles that may call it."""
    session: Mapping[str, str] = field(default_factory=dict)
    """Session settings of people and services."""

    def schemas_of_functions(self, role: str) -> set[str]:
        """Schemas of the functions that the role may call: without USAGE of them it could not."""
        return {function.split(".")[0] for function, callers in self.functions.items() if role in callers}

    def owner_of(self, table: str) -> str:
        """The owner of a relation; `schema.table` overrides `schema.*`."""
        return self.owners.get(table, self.owners.get(f"{table.split('.')[0]}.*", self.owner))

    @cached_property
    def owner_roles(self) -> tuple[str, ...]:
        """Roles that own at least one relation."""
        return tuple(dict.fromkeys((self.owner, *self.owners.values())))


def read_policy() -> Policy:
    """The shipped policy; raises PolicyError, naming the faulty entry."""
    return parse_policy(tomllib.loads(POLICY_PATH.read_text(encoding="utf-8")))


@cache
def readers_of(table_name: str) -> tuple[str, ...]:
    """The groups of the shipped policy that may read a table; marks those that see only some rows."""
    policy = read_policy()
    limited = policy.rows.get(table_name, {})
    return tuple(
        f"{role.name} (own rows only)" if role.name in limited else role.name
        for role in policy.roles.values()
        if "SELECT" in role.privileges(table_name)
    )


def parse_policy(text: Mapping[str, Any]) -> Policy:
    """A policy from its parsed text."""
    roles = {name: _role(name, entry) for name, entry in text["roles"].items()}
    functions = {name: tuple(callers) for name, callers in text.get("functions", {}).items()}
    owners, rows, session = text.get("owners", {}), text.get("rows", {}), text.get("session", {})
    policy = Policy(text["owner"], owners, roles, rows, functions, session)
    named = {policy.owner, *policy.owners.values(), *(name for names in functions.values() for name in names)}
    named |= {name for conditions in policy.rows.values() for name in conditions}
    for name in sorted(named - set(roles)):
        raise PolicyError(f"{POLICY_PATH}: {name} is used, but there is no [roles.{name}]")
    return policy


def _role(name: str, entry: Mapping[str, Any]) -> Role:
    unknown = set(entry) - set(Role.__dataclass_fields__) | {"name"} & set(entry)
    if unknown or "purpose" not in entry:
        raise PolicyError(f"{POLICY_PATH}: [roles.{name}] needs a purpose and takes no {', '.join(sorted(unknown))}")
    for table, word in entry.get("tables", {}).items():
        if word not in PRIVILEGES or table.count(".") != 1:
            raise PolicyError(f'{POLICY_PATH}: [roles.{name}] tables: {table} = "{word}"; write schema.table = "read"')
    return Role(name, **{**entry, "makes_tables_in": tuple(entry.get("makes_tables_in", ()))})


def read_functions() -> list[Function]:
    """The functions of the policy, in the order of their files."""
    return [parse_function(path.read_text(encoding="utf-8")) for path in sorted(FUNCTIONS_PATH.glob("*.sql"))]


def parse_function(text: str) -> Function:
    """Parses a function's CREATE statement, whose clauses stand in the order used in `sql/access/functions`."""
    statement = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    found = _FUNCTION.fullmatch(statement)
    if found is None:
        raise PolicyError(f"{FUNCTIONS_PATH}: write the clauses in the order of own_countries.sql, not\n{text}")
    parts = found.groupdict()
    settings = "; ".join(
        re.findall(r"set (\S+) = (.+)", parts["settings"])
        and [f"{name}={value}" for name, value in re.findall(r"set (\S+) = (.+)", parts["settings"])]
    )
    return Function(**{**parts, "settings": settings})
