"""Facts about access (a role, an owner, a grant ...), and the statements that create or remove each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from warehouse_assets.access.catalogue import statements
from warehouse_assets.access.identifiers import literal, quoted


class Fact(NamedTuple):
    """One fact; KINDS describes the parts of each kind. Names are unquoted."""

    kind: str
    parts: tuple[str, ...]
    database: str = ""
    """The database that it is in; empty for the warehouse's own and for what belongs to the server."""

    @property
    def subject(self) -> str:
        """The parts in one line, without password verifiers and function bodies."""
        shown = self.parts[:1] if self.kind in ("password", "function") else self.parts
        within = [f"in database {self.database}"] if self.database else []
        return " | ".join(part for part in [*shown, *within] if part)

    def __str__(self) -> str:
        return f"{self.kind:<12} {self.subject}"


def _role(verb: str) -> Callable[..., str]:
    return lambda name: f"{verb} role {quoted(name)}" + (" nologin" if verb == "create" else "")


def _attribute(prefix: str) -> Callable[..., str]:
    return lambda name, word: f"alter role {quoted(name)} {prefix}{word}"


def _setting(verb: str) -> Callable[..., str]:
    def statement(name: str, assignment: str, database: str) -> str:
        key, _, value = assignment.partition("=")
        within = f" in database {quoted(database)}" if database else ""
        whose = f"role {quoted(name)}{within}" if name else f"database {quoted(database)}" if database else "role all"
        return f"alter {whose} {verb} {key}" + (f" = {literal(value)}" if verb == "set" else "")

    return statement


def _function(name: str, returns: str, language: str, volatility: str, security: str, settings: str, body: str) -> str:
    options = "".join(f"\nset {assignment.replace('=', ' = ', 1)}" for assignment in settings.split("; ") if assignment)
    head = f"create or replace function {name} returns {returns}\nlanguage {language} {volatility} {security}"
    return f"{head}{options}\nas $$\n{body.strip()}\n$$"


def _grant(kind: str, object_name: str, privilege: str, grantee: str) -> str:
    return f"grant {privilege} on {kind} {object_name} to {quoted(grantee)}"


def _revoke(kind: str, object_name: str, privilege: str, grantee: str) -> str:
    return f"revoke {privilege} on {kind} {object_name} from {quoted(grantee)} cascade"


def _revoke_option(kind: str, object_name: str, privilege: str, grantee: str) -> str:
    return f"revoke grant option for {privilege} on {kind} {object_name} from {quoted(grantee)} cascade"


def _default(verb: str, preposition: str) -> Callable[..., str]:
    def statement(creator: str, schema: str, kind: str, privilege: str, grantee: str) -> str:
        place = f" in schema {quoted(schema)}" if schema else ""
        return (
            f"alter default privileges for role {quoted(creator)}{place}"
            f" {verb} {privilege} on {kind} {preposition} {quoted(grantee)}"
        )

    return statement


def _policy(table: str, name: str, kind: str, command: str, roles: str, using: str, check: str) -> str:
    named = ", ".join(quoted(role) for role in roles.split(", "))
    using = f" using ({using})" if using else ""
    check = f" with check ({check})" if check else ""
    return f"create policy {quoted(name)} on {table} as {kind} for {command} to {named}{using}{check}"


def _country(login: str, country: str) -> str:
    return (
        "insert into governance.login_countries (login_name, country)"
        f" values ({literal(login)}, {literal(country)}) on conflict do nothing"
    )


def _no_country(login: str, country: str) -> str:
    return (
        f"delete from governance.login_countries where login_name = {literal(login)} and country = {literal(country)}"
    )


class Kind(NamedTuple):
    """The statements that create and remove a fact; `None` if creating its successor removes it.

    A statement that is empty leaves the fact to a person; `advice` says what to do.
    """

    make: Callable[..., str]
    unmake: Callable[..., str] | None = None
    advice: Callable[..., str] | None = None
    alone: bool = False
    """Whether its statements cannot run in a transaction."""


def _nothing(*parts: str) -> str:
    return ""


def _no_role(name: str) -> str:
    return f"nobody declares the role: it has no rights now; `reassign owned`, then `drop role {quoted(name)}`"


KINDS: Mapping[str, Kind] = {
    "role": Kind(_role("create"), _nothing, _no_role),
    "attribute": Kind(_attribute(""), _attribute("no")),
    "limit": Kind(lambda name, number: f"alter role {quoted(name)} connection limit {number}"),
    "expiry": Kind(lambda name, until: f"alter role {quoted(name)} valid until {literal(until)}"),
    "mark": Kind(lambda name, text: f"comment on role {quoted(name)} is {literal(text)}"),
    "password": Kind(lambda name, verifier: f"alter role {quoted(name)} password {literal(verifier)}"),
    "member": Kind(
        lambda group, member: f"grant {quoted(group)} to {quoted(member)}",
        lambda group, member: f"{statements.no_membership(group, member)} cascade",
    ),
    "admin": Kind(
        lambda group, member: f"grant {quoted(group)} to {quoted(member)} with admin option",
        lambda group, member: f"revoke admin option for {quoted(group)} from {quoted(member)} cascade",
    ),
    "grantor": Kind(
        _nothing, lambda group, member, by: f"{statements.no_membership(group, member)} granted by {quoted(by)} cascade"
    ),
    "membership": Kind(
        lambda group, member, option, value: f"grant {quoted(group)} to {quoted(member)} with {option} {value}"
    ),
    "setting": Kind(_setting("set"), _setting("reset")),
    "function": Kind(_function),
    "owner": Kind(lambda kind, name, owner: f"alter {kind} {name} owner to {quoted(owner)}"),
    "grant": Kind(_grant, _revoke),
    "grant option": Kind(_grant, _revoke_option),
    "default": Kind(_default("grant", "to"), _default("revoke", "from")),
    "rows": Kind(
        lambda table, word: f"alter table {table} {word} row level security",
        lambda table, word: f"alter table {table} {'no force' if word == 'force' else 'disable'} row level security",
    ),
    "policy": Kind(_policy, lambda table, name, *rest: f"drop policy {quoted(name)} on {table}"),
    "option": Kind(
        lambda view, option: f"alter view {view} set ({option})",
        lambda view, option: f"alter view {view} reset ({option.partition('=')[0]})",
    ),
    "country": Kind(_country, _no_country),
    "database option": Kind(lambda name, option, value: f"alter database {name} with {option} {value}"),
    "server setting": Kind(_nothing, statements.no_server_setting, statements.setting_advice, alone=True),
    "login rule": Kind(_nothing, _nothing, statements.rule_advice),
    "replication": Kind(_nothing, statements.no_replication),
    "security label": Kind(
        _nothing, lambda provider, kind, name: f"security label for {quoted(provider)} on {kind} {name} is null"
    ),
    "initial": Kind(_nothing, _nothing, statements.initial_advice),
    "unseen": Kind(_nothing, _nothing, lambda database: f"nobody could look into {database}: connect and compare it"),
    "table column": Kind(_nothing, _nothing, statements.column_advice),
    "inheritance": Kind(_nothing, statements.no_inheritance),
    "owned": Kind(_nothing, statements.to_administrator),
    "object": Kind(_nothing, statements.drop, statements.drop_advice),
    "extension part": Kind(_nothing, lambda name, kind, part: f"alter extension {quoted(name)} drop {kind} {part}"),
}
"""In the order of creation: later kinds depend on earlier ones."""
