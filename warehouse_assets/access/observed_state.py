"""The state of the live database, read from PostgreSQL's catalogs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import psycopg

from warehouse_assets.access.catalogue.objects import (
    Declared,
    declared_objects,
    is_declared_relation,
    undeclared_objects,
)
from warehouse_assets.access.grants import KINDS, Fact
from warehouse_assets.access.policy import Policy
from warehouse_assets.building.migrations import SCHEMAS
from warehouse_assets.database.configuration import is_declared_setting
from warehouse_assets.database.scale_out import EXTENSIONS, is_scaled_out, own_objects
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import SQL_ROOT

MARK = "login of warehouse "
CLOSED_FUNCTIONS = ("lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid,bytea)")
"""Built-in functions that let every login store bytes in the database; revoked on the embedded server."""
_FOLDER = SQL_ROOT / "access"
_IDENTITY = """
select current_user::text, rolsuper, rolsuper or rolcreaterole, current_database()::text
from pg_roles where rolname = current_user
"""
_SEES_FILES = "select has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'execute')"
_MEMBERSHIP_OPTIONS = 160_000
"""The first version of the server whose memberships have options."""
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
    dagster_database: str | None = None
    """Dagster's database, if it is on the embedded server."""
    relations: tuple[tuple[str, str, str], ...] = ()
    """The declared ones: (kind, schema.name, parent table as schema.name if it is a partition, else '')."""
    compares_memberships: bool = False
    """Whether memberships have options, as from PostgreSQL 16 on."""
    sees_files: bool = False
    """Whether the caller may read the server's settings in files and its rules for logins."""
    roles: frozenset[str] = frozenset()
    """Roles of the server."""
    marked: frozenset[str] = frozenset()
    """Logins that this warehouse created."""
    verifiers: Mapping[str, str] = field(default_factory=dict, repr=False)
    renewed: frozenset[str] = frozenset()
    schemas: tuple[str, ...] = SCHEMAS
    is_scaled_out: bool = False
    """Whether the database spreads its tables over nodes, which then log in at each other as the pipeline's groups."""

    @property
    def databases(self) -> tuple[str, ...]:
        """The databases that are declared; nobody can connect to template0."""
        others = (*self.other_databases, "template0") if self.owns_server else ()
        return (self.database, *others)

    @property
    def mark(self) -> str:
        """The comment that marks logins created by this warehouse."""
        return MARK + self.database


def look(
    connection: psycopg.Connection[Any],
    *,
    owns_server: bool,
    other_databases: tuple[str, ...] = (),
    dagster_database: str | None = None,
) -> World:
    """The server as seen by this connection."""
    ((user, sees_verifiers, may_create_roles, database),) = connection.execute(_IDENTITY).fetchall()
    ((applied_by,),) = [(user,)] if may_create_roles else connection.execute(_APPLIED_BY).fetchall()
    super_query = "select rolname::text from pg_roles where rolsuper"
    mark = MARK + database
    roles = connection.execute("select rolname::text, shobj_description(oid, 'pg_authid') from pg_roles").fetchall()
    ((sees_files,),) = connection.execute(_SEES_FILES).fetchall()
    return World(
        database,
        applied_by,
        applied_by in {name for (name,) in connection.execute(super_query)},
        may_create_roles,
        sees_verifiers,
        owns_server,
        other_databases,
        dagster_database,
        tuple(
            (kind, name, parent)
            for kind, name, parent in rows_of(connection, "relations", {"schemas": list(SCHEMAS)})
            if is_declared_relation(kind, name, parent)
        ),
        connection.info.server_version >= _MEMBERSHIP_OPTIONS,
        owns_server and sees_files,
        frozenset(name for name, _ in roles),
        frozenset(name for name, comment in roles if comment == mark),
        _verifiers(connection) if sees_verifiers else {},
        is_scaled_out=is_scaled_out(connection),
    )


@dataclass(frozen=True)
class Found:
    """The current facts, and what PostgreSQL's own objects lack."""

    facts: set[Fact]
    lacking: set[Fact]


def found_facts(connection: psycopg.Connection[Any], policy: Policy, logins: list[str], world: World) -> Found:
    """All current facts about the warehouse's roles, logins and objects."""
    parameters = _parameters(policy, logins, world)
    facts = set[Fact]()
    for kind in KINDS:
        if _is_compared(kind, world):
            rows = rows_of(connection, f"facts/{kind.replace(' ', '_')}", parameters)
            facts |= {Fact(kind, row) for row in rows}
    facts = {fact for fact in facts if _is_of_declared(fact, world)}
    facts -= {fact._replace(kind="owned") for fact in facts if fact.kind == "owner"}
    found = Found(facts, set())
    _add_grants(connection, {**parameters, "is_home": True, "closed_schemas": ["public"]}, found, "")
    names = declared_objects(world.relations, tuple(policy.functions))
    names |= {("database", name) for name in world.databases}
    names |= {("extension", name) for name in _extensions(world)}
    has_dagster = world.dagster_database in (None, world.database)
    found.facts.update(_undeclared(connection, Declared(names, has_dagster, own_objects(connection)), world, ""))
    ours = {*logins, *world.marked} & world.roles
    found.facts.update(Fact("password", (login, kept)) for login, kept in world.verifiers.items() if login in ours)
    return found


_ELSEWHERE = ("default", "policy", "rows", "inheritance", "security label", "owned", "extension part")
"""Kinds of facts that are read in each database."""
_EVERYBODYS = ("", "public")
"""Schemas of other databases whose policies and default privileges are compared; '' is any."""


def found_elsewhere(
    connection: psycopg.Connection[Any], policy: Policy, logins: list[str], world: World, database: str
) -> Found:
    """All current facts of another database, where only Dagster's tables are declared.

    The rights on databases are read in the warehouse's own on the embedded server, otherwise in each.
    """
    parameters = {
        **_parameters(policy, logins, world),
        "is_home": not world.owns_server,
        "databases": [database],
        "closed_schemas": [],
        "creators": [],
        "schemas": list(_EVERYBODYS),
    }
    found = Found(set(), set())
    for kind in _ELSEWHERE:
        rows = rows_of(connection, f"facts/{kind.replace(' ', '_')}", parameters)
        found.facts.update(Fact(kind, row, database) for row in rows)
    _add_grants(connection, parameters, found, database)
    declared = Declared(frozenset(), has_dagster=database == world.dagster_database)
    found.facts.update(_undeclared(connection, declared, world, database))
    return found


def _is_compared(kind: str, world: World) -> bool:
    if kind == "membership":
        return world.compares_memberships
    if kind in ("server setting", "login rule"):
        return world.sees_files
    return (_FOLDER / "facts" / f"{kind.replace(' ', '_')}.sql").exists()


def _is_of_declared(fact: Fact, world: World) -> bool:
    """Facts of an undeclared relation say nothing more: the relation itself is a difference."""
    relations = {name for _, name, _ in world.relations}
    if fact.kind == "table column":
        table, column = fact.parts
        return table in TABLES and column not in TABLES[table].column_names
    if fact.kind == "server setting":
        return not is_declared_setting(*fact.parts)
    if fact.kind in ("rows", "option"):
        return fact.parts[0] in relations
    return (
        fact.kind != "owner"
        or fact.parts[0] not in ("table", "view", "materialized view")
        or fact.parts[1] in relations
    )


def _undeclared(connection: psycopg.Connection[Any], declared: Declared, world: World, database: str) -> Iterator[Fact]:
    shared = world.owns_server and not database
    yield from undeclared_objects(connection, declared, database, with_shared=shared)


def _add_grants(
    connection: psycopg.Connection[Any], parameters: Mapping[str, Any], found: Found, database: str
) -> None:
    """Grants; a separate fact says that its grantee may grant it further."""
    for kind, name, privilege, grantee, is_grantable, is_missing in connection.execute(_grants_query(), parameters):
        is_of_server = kind in ("tablespace", "parameter") and not parameters["owns_server"]
        if is_of_server and (database or grantee not in parameters["roles"]):
            continue
        target = ("table", name.partition(" ")[0]) if kind == "column" else (kind, name)
        word = f"{privilege} {name.partition(' ')[2]}" if kind == "column" else privilege
        facts = found.lacking if is_missing else found.facts
        facts.add(Fact("grant", (*target, word, grantee), database))
        if is_grantable:
            facts.add(Fact("grant option", (*target, word, grantee), database))


@cache
def _grants_query() -> bytes:
    parts = [path.read_bytes() for path in sorted((_FOLDER / "grants").glob("*.sql"))]
    return b"with objects as (" + b"\nunion all\n".join(parts) + b")\n" + query("grants")


def _parameters(policy: Policy, logins: list[str], world: World) -> dict[str, Any]:
    ours = sorted({*logins, *world.marked})
    makers = [role.name for role in policy.roles.values() if role.makes_tables_in]
    return {
        "schemas": list(world.schemas),
        "roles": [*policy.roles, *ours],
        "logins": ours,
        "owners": list(policy.owner_roles),
        "creators": sorted({policy.owner, *makers}),
        "databases": list(world.databases),
        "closed_functions": list(CLOSED_FUNCTIONS),
        "administrator": world.administrator,
        "owns_server": world.owns_server,
        "mark": world.mark,
        "any_mark": f"{MARK}%",
        "extensions": _extensions(world),
    }


def _extensions(world: World) -> list[str]:
    """The extensions that the database may have; their parts keep the privileges with which they came."""
    return list(EXTENSIONS) if world.is_scaled_out else []


def rows_of(connection: psycopg.Connection[Any], name: str, parameters: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The rows of a query from `sql/access`; truth values as words."""
    rows = connection.execute(query(name), parameters).fetchall()
    return [tuple({True: "true", False: "false"}.get(value, value) for value in row) for row in rows]


@cache
def query(name: str) -> bytes:
    """A query from `sql/access`."""
    return (_FOLDER / f"{name}.sql").read_bytes()


def _verifiers(connection: psycopg.Connection[Any]) -> dict[str, str]:
    rows = connection.execute("select rolname::text, coalesce(rolpassword, 'none') from pg_authid where rolcanlogin")
    return dict(rows.fetchall())
