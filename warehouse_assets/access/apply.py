"""Applies the access policy to the live database, and logs each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.access.desired_state import wanted_facts
from warehouse_assets.access.grants import Fact
from warehouse_assets.access.logins import pipeline_logins, read_logins
from warehouse_assets.access.observed_state import World, found_facts, look
from warehouse_assets.access.plan import Change, plan_changes
from warehouse_assets.access.policy import Policy, PolicyError, read_functions, read_policy
from warehouse_assets.access.secrets import ensure_passwords, read_passwords
from warehouse_assets.database.locks import lock_ingestion, lock_schema
from warehouse_assets.settings import Settings

_ROUNDS = 4
"""Maximum passes. A statement can change other facts (a new owner loses explicit grants), so the plan is repeated."""


@dataclass(frozen=True)
class Target:
    """The inputs of a plan."""

    settings: Settings
    today: date
    """The day from which a new password is valid."""
    dagster_database: str | None = None
    """Dagster's database, if it is on the embedded server; it gets its own login."""
    other_databases: tuple[str, ...] = ()
    """Other databases of the same server that are closed to PUBLIC too."""
    renew: tuple[str, ...] = ()
    """Logins whose password is renewed."""

    @property
    def closed_databases(self) -> tuple[str, ...]:
        return (*filter(None, [self.dagster_database]), *self.other_databases)

    @property
    def owns_server(self) -> bool:
        return self.settings.database_url is None


def make_plan(connection: psycopg.Connection[Any], target: Target) -> list[Change]:
    """The changes that bring the database to the declared state; only reads it, but may create missing passwords."""
    policy = read_policy()
    world = look(connection, owns_server=target.owns_server, other_databases=target.closed_databases)
    wanted, found = _facts(connection, target, policy, world)
    return plan_changes(wanted, found)


def apply_policy(connection: psycopg.Connection[Any], target: Target) -> list[Change]:
    """Applies the plan in one transaction; returns the changes, none if the database already matched.

    Raises PolicyError, naming the statement that the server refused.
    """
    done: list[Change] = []
    with connection.transaction():
        lock_schema(connection)
        lock_ingestion(connection)
        for number in range(_ROUNDS):
            changes = make_plan(connection, replace(target, renew=()) if number else target)
            for change in changes:
                with _lent_schema(connection, change):
                    _execute(connection, change)
            done += changes
            if not changes:
                break
        else:
            raise PolicyError(f"These changes of the access policy do not take effect: {'; '.join(map(str, changes))}")
        _log(connection, done)
    return done


def _facts(
    connection: psycopg.Connection[Any], target: Target, policy: Policy, world: World
) -> tuple[set[Fact], set[Fact]]:
    logins = [*pipeline_logins(world.database, target.dagster_database), *read_logins(target.settings, policy)]
    names = [login.name for login in logins]
    folder = target.settings.secrets_path
    kept = read_passwords(folder)
    passwords = ensure_passwords(folder, names, target.today, renew=target.renew)
    # A caller who cannot read the server's password verifiers sets new passwords only.
    world = replace(world, renewed=frozenset(name for name in names if kept.get(name) != passwords[name]))
    wanted = wanted_facts(policy, read_functions(), logins, passwords, world)
    return wanted | _of_former_logins(world, names), found_facts(connection, policy, names, world)


def _of_former_logins(world: World, names: Iterable[str]) -> set[Fact]:
    """A login that is no longer declared keeps its role for the logs, without rights and unable to log in."""
    former = world.marked - set(names)
    facts = {Fact("role", (name,)) for name in former} | {Fact("mark", (name, world.mark)) for name in former}
    return facts | {Fact("attribute", (name, "inherit")) for name in former}


@contextmanager
def _lent_schema(connection: psycopg.Connection[Any], change: Change) -> Iterator[None]:
    """Grants the new owner CREATE on the schema while the table changes hands, as PostgreSQL requires."""
    kind, name, owner = (*change.fact.parts, "", "", "")[:3]
    if change.fact.kind != "owner" or kind == "schema" or connection.info.parameter_status("is_superuser") == "on":
        yield
        return
    right = ("schema", name.partition(".")[0], "CREATE", owner)
    _execute(connection, Change("make", Fact("grant", right)))
    yield
    _execute(connection, Change("unmake", Fact("grant", right)))


def _execute(connection: psycopg.Connection[Any], change: Change) -> None:
    try:
        connection.execute(change.statement.encode())
    except psycopg.Error as error:
        reason = error.diag.message_primary or type(error).__name__
        raise PolicyError(
            f"The server refused {str(change)!r} ({reason}, {error.sqlstate}). Nothing of the access policy was"
            " changed. Let an administrator of the server run `warehouse access apply`, or the script that"
            " `warehouse access plan --sql` prints."
        ) from None


def _log(connection: psycopg.Connection[Any], done: Iterable[Change]) -> None:
    rows = [(change.verb, change.fact.kind, change.fact.subject) for change in done]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into governance.access_log (applied_at, applied_by, change_verb, fact_kind, subject)"
            " values (now(), session_user, %s, %s, %s)",
            rows,
        )
