"""The state that the policy and the logins declare, as facts about the existing relations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from warehouse_assets.access.grants import Fact
from warehouse_assets.access.logins import WORKING, Login, login_name
from warehouse_assets.access.observed_state import World
from warehouse_assets.access.policy import PRIVILEGES, Function, Policy, Role
from warehouse_assets.access.secrets import Password, is_verifier_of, verifier
from warehouse_assets.database.configuration import LOGIN_RULE
from warehouse_assets.database.scale_out import SETTINGS

_FOR_SUPERUSERS = {"temp_file_limit"}
"""Session settings that only a superuser may set on a role."""
FILES = {
    "pg_file_settings": "pg_show_all_file_settings()",
    "pg_hba_file_rules": "pg_hba_file_rules()",
}
"""Views of the server's files -> the function behind each."""


def wanted_facts(
    policy: Policy, functions: list[Function], logins: list[Login], passwords: dict[str, Password], world: World
) -> set[Fact]:
    """All declared facts."""
    parts = (
        _of_roles(policy),
        _of_nodes(world),
        (fact for login in logins for fact in _of_login(policy, login, passwords.get(login.name), world)),
        _of_administrator(policy, world),
        _of_objects(policy, functions, world),
        (fact for role in policy.roles.values() for fact in _of_grants(role, policy, world)),
        _of_defaults(policy),
        _of_rows(policy, world),
        _of_partitions(world),
        _of_server(logins, world),
    )
    return {fact for part in parts for fact in part}


def _of_roles(policy: Policy) -> Iterator[Fact]:
    for name in policy.roles:
        yield Fact("role", (name,))
        yield Fact("attribute", (name, "inherit"))
        yield Fact("limit", (name, "-1"))


def _of_nodes(world: World) -> Iterator[Fact]:
    """Where tables are spread, nodes log in at each other as the group that a session works as. It has no password."""
    if not world.is_scaled_out:
        return
    yield from (Fact("setting", ("", f"{name}={value}", world.database)) for name, value in SETTINGS.items())
    for name in WORKING:
        yield Fact("attribute", (name, "login"))
        yield Fact("grant", ("database", world.database, "CONNECT", name))


def _of_login(policy: Policy, login: Login, password: Password | None, world: World) -> Iterator[Fact]:
    yield Fact("role", (login.name,))
    yield Fact("attribute", (login.name, "login"))
    yield Fact("attribute", (login.name, "inherit"))
    yield Fact("limit", (login.name, str(login.connections)))
    yield Fact("mark", (login.name, world.mark))
    if login.owns_database:
        yield Fact("owner", ("database", login.owns_database, login.name))
    else:
        yield Fact("grant", ("database", world.database, "CONNECT", login.name))
    yield from (fact for role in login.roles for fact in _membership(role, login.name, world))
    yield from (Fact("country", (login.name, country)) for country in login.countries)
    if login.works_as:
        yield Fact("setting", (login.name, f"role={login.works_as}", ""))
    if not login.is_pipeline:
        yield from (Fact("setting", (login.name, f"{name}={value}", "")) for name, value in _session(policy, world))
    if password is not None:
        yield Fact("expiry", (login.name, _until(login, password)))
        yield from _password(login.name, password, world)


def _session(policy: Policy, world: World) -> Iterator[tuple[str, str]]:
    """Limits of a login's sessions; only a superuser can set some of them."""
    for name, value in policy.session.items():
        if world.is_superuser or name not in _FOR_SUPERUSERS:
            yield name, value


def _until(login: Login, password: Password) -> str:
    last = login.expires or (password.since + timedelta(login.valid_days) if login.valid_days else None)
    return f"{last + timedelta(1)} 00:00:00+00" if last and last < date.max else "infinity"


def _password(login: str, password: Password, world: World) -> Iterator[Fact]:
    """The server's own verifier if it matches this password; two verifiers cannot be compared directly."""
    kept = world.verifiers.get(login) if world.sees_verifiers else None
    if kept is not None and is_verifier_of(kept, password.text):
        yield Fact("password", (login, kept))
    elif world.sees_verifiers or login not in world.roles or login in world.renewed:
        yield Fact("password", (login, verifier(password.text)))


def _of_administrator(policy: Policy, world: World) -> Iterator[Fact]:
    """Memberships of an administrator who is not a superuser: only members can give objects to a role."""
    if not world.is_superuser:
        yield from (Fact("member", (owner, world.administrator)) for owner in policy.owner_roles)


def _membership(group: str, member: str, world: World) -> Iterator[Fact]:
    """A membership gives all rights of the group, at once and by SET ROLE."""
    yield Fact("member", (group, member))
    if world.compares_memberships:
        yield from (Fact("membership", (group, member, option, "true")) for option in ("inherit", "set"))


def _of_partitions(world: World) -> Iterator[Fact]:
    yield from (Fact("inheritance", (name, parent, "partition")) for _, name, parent in world.relations if parent)


def _of_server(logins: list[Login], world: World) -> Iterator[Fact]:
    """What the embedded server is, beside the warehouse's own database; the check of the policy may look at it."""
    if not world.owns_server:
        return
    for name in world.databases:
        options = {"allow_connections": name != "template0", "is_template": name.startswith("template")}
        yield from (Fact("database option", (name, word, str(is_on).lower())) for word, is_on in options.items())
        yield Fact("database option", (name, "connection limit", "-1"))
        if name not in {login.owns_database for login in logins}:
            yield Fact("owner", ("database", name, world.administrator))
    if world.sees_files:
        yield Fact("login rule", LOGIN_RULE)
    for login in logins:
        if login.name == login_name(world.database, "drift"):
            yield from (Fact("grant", ("database", name, "CONNECT", login.name)) for name in world.other_databases)
            for view, function in FILES.items():
                yield Fact("grant", ("table", f"pg_catalog.{view}", "SELECT", login.name))
                yield Fact("grant", ("function", f"pg_catalog.{function}", "EXECUTE", login.name))


def _of_objects(policy: Policy, functions: list[Function], world: World) -> Iterator[Fact]:
    for schema in world.schemas:
        yield Fact("owner", ("schema", schema, policy.owner))
    for kind, name, parent in world.relations:
        yield Fact("owner", (kind, name, policy.owner_of(parent or name)))
    for function in functions:
        yield Fact("function", tuple(vars(function).values()))
        yield Fact("owner", ("function", function.name, policy.owner))
        for role in policy.functions.get(function.name, ()):
            yield Fact("grant", ("function", function.name, "EXECUTE", role))


def _of_grants(role: Role, policy: Policy, world: World) -> Iterator[Fact]:
    for schema in (role.schemas | policy.schemas_of_functions(role.name)) - {policy.owner}:
        if role.name != policy.owner:
            yield Fact("grant", ("schema", schema, "USAGE", role.name))
    for schema in role.makes_tables_in:
        yield Fact("grant", ("schema", schema, "CREATE", role.name))
    if role.temporary_tables:
        yield Fact("grant", ("database", world.database, "TEMPORARY", role.name))
    for _, name, parent in world.relations:
        if role.name == policy.owner_of(parent or name):
            continue
        # A partition keeps its schema's default privileges: readers query the parent table.
        granted = PRIVILEGES[role.everywhere(name.split(".")[0])] if parent else role.privileges(name)
        yield from (Fact("grant", ("table", name, privilege, role.name)) for privilege in granted)


def _of_defaults(policy: Policy) -> Iterator[Fact]:
    """Default privileges for new objects in a schema, for each role that creates some."""
    for creator, schema in creators(policy):
        for role in policy.roles.values():
            if role.name != creator:
                for privilege in PRIVILEGES[role.everywhere(schema)]:
                    yield Fact("default", (creator, schema, "tables", privilege, role.name))


def creators(policy: Policy) -> list[tuple[str, str]]:
    """(role, schema) of the roles that create tables: partitions. The administrator makes all others."""
    return [(role.name, schema) for role in policy.roles.values() for schema in role.makes_tables_in]


def _of_rows(policy: Policy, world: World) -> Iterator[Fact]:
    there = {name for _, name, _ in world.relations}
    for table, conditions in policy.rows.items():
        if table not in there:
            continue
        yield Fact("rows", (table, "enable"))
        for role, condition in conditions.items():
            yield Fact("policy", (table, f"{role}_rows", "permissive", "select", role, condition, ""))
        owner = policy.owner_of(table)
        others = sorted(
            name
            for name, role in policy.roles.items()
            if role.privileges(table) and name not in conditions and name != owner
        )
        if others:
            yield Fact("policy", (table, "all_rows", "permissive", "all", ", ".join(others), "true", "true"))
