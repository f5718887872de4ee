"""Applies the access policy to the live server, and logs each change. One refusal stops nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import psycopg

from warehouse_assets.access.grants import Fact
from warehouse_assets.access.plan import Change
from warehouse_assets.access.sessions import Sessions
from warehouse_assets.access.target import Target, make_plan, plan_beside, plan_with
from warehouse_assets.database.locks import lock_ingestion, lock_schema

__all__ = ["Outcome", "Target", "apply_policy", "make_plan"]
_ROUNDS = 6
"""Maximum passes. A statement can change other facts (a new owner loses explicit grants), so the plan is repeated."""
_NO_EFFECT = "the server executed the statement, but the difference is still there"


@dataclass
class Outcome:
    """What `apply` did, and what it left with the reason."""

    done: list[Change] = field(default_factory=list)
    left: list[Change] = field(default_factory=list)


def apply_policy(connection: psycopg.Connection[Any], target: Target) -> Outcome:
    """Applies all of the plan that the server allows; a second time executes nothing.

    The warehouse's own database changes in one transaction, each statement by itself, so that one that the server
    refuses takes no other with it. Statements that no transaction allows come after the commit.
    """
    outcome = Outcome()
    refused: dict[Change, str] = {}
    with Sessions(connection, target.urls, is_new_server=target.is_new_server) as sessions:
        with connection.transaction():
            lock_schema(connection)
            lock_ingestion(connection)
            left = _repeat(sessions, target, outcome, refused)
            _log(connection, outcome.done)
        if _execute_alone(sessions, left, outcome, refused):
            left = plan_with(sessions, replace(target, renew=()))
        left += plan_beside(sessions, replace(target, renew=()))
    outcome.left = [replace(change, reason=refused.get(change, change.reason or _NO_EFFECT)) for change in left]
    return outcome


def _repeat(sessions: Sessions, target: Target, outcome: Outcome, refused: dict[Change, str]) -> list[Change]:
    """Executes the plan until nothing is left that the server allows; returns what is left."""
    changes = plan_with(sessions, target)
    for _ in range(_ROUNDS):
        able = [change for change in changes if change.statement and not change.is_alone]
        done = [change for own in _by_database(able) for change in _execute(sessions, own, refused)]
        if not done:
            break
        outcome.done += done
        changes = plan_with(sessions, replace(target, renew=()))
    return changes


def _by_database(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Changes that follow each other in one database."""
    for _, own in groupby(changes, key=lambda change: change.fact.database):
        yield list(own)


def _execute(sessions: Sessions, changes: list[Change], refused: dict[Change, str]) -> list[Change]:
    """Executes them all at once, or one by one where the server refuses that; returns those that it executed."""
    connection = sessions.of(changes[0].fact.database)
    if connection is not None and not any(_needs_a_loan(connection, change) for change in changes):
        with suppress(psycopg.Error):
            with connection.transaction():
                connection.execute(";\n".join(change.statement for change in changes).encode())
            for change in changes:
                refused.pop(change, None)
            return changes
    return [change for change in changes if _executed(sessions, change, refused)]


def _execute_alone(sessions: Sessions, left: list[Change], outcome: Outcome, refused: dict[Change, str]) -> bool:
    alone = [change for change in left if change.is_alone and change.statement]
    done = [change for change in alone if _executed(sessions, change, refused)]
    if done:
        sessions.home.execute("select pg_reload_conf()")
        _log(sessions.home, done)
        outcome.done += done
    return bool(done)


def _executed(sessions: Sessions, change: Change, refused: dict[Change, str]) -> bool:
    connection = sessions.of(change.fact.database)
    if connection is None:
        return False
    try:
        if change.is_alone:
            connection.execute(change.statement.encode())
        else:
            with connection.transaction(), _lent_schema(connection, change):
                connection.execute(change.statement.encode())
    except psycopg.Error as error:
        # A message of the server may quote the statement, and so a verifier: only its first line is kept.
        refused[change] = (
            f"the server refused it: {error.diag.message_primary or type(error).__name__} ({error.sqlstate})"
        )
        return False
    refused.pop(change, None)
    return True


@contextmanager
def _lent_schema(connection: psycopg.Connection[Any], change: Change) -> Iterator[None]:
    """Grants the new owner CREATE on the schema while the table changes hands, as PostgreSQL requires."""
    if not _needs_a_loan(connection, change):
        yield
        return
    _, name, owner = change.fact.parts
    right = ("schema", name.partition(".")[0], "CREATE", owner)
    connection.execute(Change("make", Fact("grant", right)).statement.encode())
    yield
    connection.execute(Change("unmake", Fact("grant", right)).statement.encode())


def _needs_a_loan(connection: psycopg.Connection[Any], change: Change) -> bool:
    is_of_server = change.fact.parts[0] in ("schema", "database")
    is_superuser = connection.info.parameter_status("is_superuser") == "on"
    return change.fact.kind == "owner" and not is_of_server and not is_superuser


def _log(connection: psycopg.Connection[Any], done: Iterable[Change]) -> None:
    rows = [(change.verb, change.fact.kind, change.fact.subject) for change in done]
    connection.execute(
        "insert into governance.access_log (applied_at, applied_by, change_verb, fact_kind, subject)"
        " select now(), session_user, verb, kind, subject"
        " from unnest(%s::text[], %s::text[], %s::text[]) with ordinality as done (verb, kind, subject, place)"
        " order by place",
        [[row[place] for row in rows] for place in range(3)],
    )
