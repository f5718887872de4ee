"""The state of the live database, read from PostgreSQL's catalogs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import psycopg

from warehouse_assets.access.grants import KINDS, Fact
from warehouse_assets.access.policy import Policy
from warehouse_assets.building.migrations import SCHEMAS
from warehouse_assets.settings import SQL_ROOT

MARK = "login of warehouse "
CLOSED_FUNCTIONS = ("lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid,bytea)")
"""Built-in functions that let every login store bytes in the database; revoked on the embedded server."""
_FOLDER = SQL_ROOT / "access"
_IDENTITY = """
select current_user::text, rolsuper, rolsuper or rolcreaterole, current_database()::text
from pg_roles where rolname = current_user
"""
_APPLIED_BY = """
select coalesce(
    (select applied_by from governance.access_log order by applied_at desc limit 1),
    (select pg_get_userbyid(datdba)::text from pg_database where datname = current_database())
)
"""


@dataclass(frozen=True)
class World:
    """The facts about the server that access depends on."""

    database: str
    administrator: str
    """The role that applies the policy and is exempt from it: the caller if allowed, else who applied it last."""
    is_superuser: bool
    """Whether the administrator is a superuser."""
    may_create_roles: bool
    """Whether the caller may apply a policy."""
    sees_verifiers: bool
    """Whether the caller may read password verifiers, which only superusers may."""
    owns_server: bool
    """Whether the server is the embedded one; it serves nothing else, so all of its objects are compared."""
    other_databases: tuple[str, ...] = ()
    relations: tuple[tuple[str, str, str], ...] = ()
    """(kind, schema.name, parent table as schema.name if it is a partition, else '')."""
    roles: frozenset[str] = frozenset()
    """Roles of the server."""
    marked: frozenset[str] = frozenset()
    """Logins that this warehouse created."""
    verifiers: Mapping[str, str] = field(default_factory=dict, repr=False)
    renewed: frozenset[str] = frozenset()
    schemas: tuple[str, ...] = SCHEMAS

    @property
    def mark(self) -> str:
        """The comment that marks logins created by this warehouse."""
        return MARK + self.database


def look(connection: psycopg.Connection[Any], *, owns_server: bool, other_databases: tuple[str, ...] = ()) -> World:
    """The server as seen by this connection."""
    ((user, sees_verifiers, may_create_roles, database),) = connection.execute(_IDENTITY).fetchall()
    ((applied_by,),) = [(user,)] if may_create_roles else connection.execute(_APPLIED_BY).fetchall()
    super_query = "select rolname::text from pg_roles where rolsuper"
    mark = MARK + database
    roles = connection.execute("select rolname::text, shobj_description(oid, 'pg_authid') from pg_roles").fetchall()
    return World(
        database,
        applied_by,
        applied_by in {name for (name,) in connection.execute(super_query)},
        may_create_roles,
        sees_verifiers,
        owns_server,
        other_databases,
        tuple(
            (kind, name, parent) for kind, name, parent in _rows(connection, "relations", {"schemas": list(SCHEMAS)})
        ),
        frozenset(name for name, _ in roles),
        frozenset(name for name, comment in roles if comment == mark),
        _verifiers(connection) if sees_verifiers else {},
    )


def found_facts(connection: psycopg.Connection[Any], policy: Policy, logins: list[str], world: World) -> set[Fact]:
    """All current facts about the warehouse's roles, logins and objects."""
    parameters = _parameters(policy, logins, world)
    facts = set[Fact]()
    for kind in KINDS:
        if (_FOLDER / "facts" / f"{kind}.sql").exists():
            facts |= {Fact(kind, row) for row in _rows(connection, f"facts/{kind}", parameters)}
    facts |= set(_grants(connection, parameters))
    ours = {*logins, *world.marked} & world.roles
    facts |= {Fact("password", (login, kept)) for login, kept in world.verifiers.items() if login in ours}
    return facts


def _grants(connection: psycopg.Connection[Any], parameters: Mapping[str, Any]) -> Iterator[Fact]:
    """A grant; a separate fact says that its grantee may grant it further."""
    for kind, name, privilege, grantee, is_grantable in _rows(connection, "grants", parameters):
        target = ("table", name.partition(" ")[0]) if kind == "column" else (kind, name)
        word = f"{privilege} {name.partition(' ')[2]}" if kind == "column" else privilege
        yield Fact("grant", (*target, word, grantee))
        if is_grantable == "true":
            yield Fact("grant option", (*target, word, grantee))


def _parameters(policy: Policy, logins: list[str], world: World) -> dict[str, Any]:
    ours = sorted({*logins, *world.marked})
    makers = [role.name for role in policy.roles.values() if role.makes_tables_in]
    return {
        "schemas": list(world.schemas),
        "roles": [*policy.roles, *ours],
        "logins": ours,
        "owners": list(policy.owner_roles),
        "creators": sorted({policy.owner, *makers}),
        "databases": [world.database, *world.other_databases],
        "closed_functions": list(CLOSED_FUNCTIONS),
        "administrator": world.administrator,
        "owns_server": world.owns_server,
        "mark": world.mark,
        "any_mark": f"{MARK}%",
    }


def _rows(connection: psycopg.Connection[Any], name: str, parameters: Mapping[str, Any]) -> list[tuple[str, ...]]:
    rows = connection.execute(query(name), parameters).fetchall()
    return [tuple({True: "true", False: "false"}.get(value, value) for value in row) for row in rows]


@cache
def query(name: str) -> bytes:
    """A query from `sql/access`."""
    return (_FOLDER / f"{name}.sql").read_bytes()


def _verifiers(connection: psycopg.Connection[Any]) -> dict[str, str]:
    rows = connection.execute("select rolname::text, coalesce(rolpassword, 'none') from pg_authid where rolcanlogin")
    return dict(rows.fetchall())
