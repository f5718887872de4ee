"""What is compared with what: the declarations of this home with the live server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.access.accepted import is_accepted, read_accepted
from warehouse_assets.access.desired_state import wanted_facts
from warehouse_assets.access.elsewhere import Elsewhere, Neighbours
from warehouse_assets.access.grants import Fact
from warehouse_assets.access.logins import Login, pipeline_logins, read_logins
from warehouse_assets.access.observed_state import Found, World, found_elsewhere, found_facts, look
from warehouse_assets.access.plan import Change, plan_changes
from warehouse_assets.access.policy import Policy, read_functions, read_policy
from warehouse_assets.access.secrets import ensure_passwords, read_passwords
from warehouse_assets.access.sessions import Sessions
from warehouse_assets.settings import Settings


@dataclass(frozen=True)
class Target:
    """The inputs of a plan."""

    settings: Settings
    today: date
    """The day from which a new password is valid."""
    dagster_database: str | None = None
    """Dagster's database, if it is on the embedded server; it gets its own login."""
    urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Other databases of the embedded server -> the caller's address of each; they are compared too."""
    elsewhere: Elsewhere | None = None
    """Where to look beside the databases that the policy is applied to."""
    renew: tuple[str, ...] = ()
    """Logins whose password is renewed."""
    is_new_server: bool = False
    """Whether the embedded server was made just now, and holds what PostgreSQL itself makes and nothing else."""

    @property
    def owns_server(self) -> bool:
        return self.settings.database_url is None


def make_plan(connection: psycopg.Connection[Any], target: Target) -> list[Change]:
    """The changes that bring the server to the declared state; only reads it, but may create missing passwords."""
    with Sessions(connection, target.urls) as sessions:
        return [*plan_with(sessions, target), *plan_beside(sessions, target)]


def plan_with(sessions: Sessions, target: Target) -> list[Change]:
    """The changes of the databases that the policy is applied to, over sessions that are open."""
    with _world(sessions, target) as (policy, world, logins):
        wanted, found = _facts(sessions, target, policy, world, logins)
    accepted = read_accepted(target.settings)
    return plan_changes(wanted, {fact for fact in found if fact in wanted or not is_accepted(fact, accepted)})


def plan_beside(sessions: Sessions, target: Target) -> list[Change]:
    """Differences beside those databases, all of them for a person: no change of the policy undoes one."""
    if target.elsewhere is None:
        return []
    with _world(sessions, target) as (policy, world, logins):
        names = [login.name for login in logins]
        changes = list(Neighbours(target.elsewhere, sessions.home, policy, names, world).changes())
    accepted = read_accepted(target.settings)
    return [change for change in changes if not is_accepted(change.fact, accepted)]


@contextmanager
def _world(sessions: Sessions, target: Target) -> Iterator[tuple[Policy, World, list[Login]]]:
    """What is declared, and the server as it is, in one transaction."""
    # Names are printed in full, whatever search path somebody gave the caller.
    with sessions.home.transaction():
        sessions.home.execute("set local search_path = ''")
        policy = read_policy()
        world = look(
            sessions.home,
            owns_server=target.owns_server,
            other_databases=tuple(target.urls),
            dagster_database=target.dagster_database,
        )
        yield policy, world, _logins(target, policy, world)


def _logins(target: Target, policy: Policy, world: World) -> list[Login]:
    return [*pipeline_logins(world.database, target.dagster_database), *read_logins(target.settings, policy)]


def _facts(
    sessions: Sessions, target: Target, policy: Policy, world: World, logins: list[Login]
) -> tuple[set[Fact], set[Fact]]:
    names = [login.name for login in logins]
    folder = target.settings.secrets_path
    kept = read_passwords(folder)
    passwords = ensure_passwords(folder, names, target.today, renew=target.renew)
    # A caller who cannot read the server's password verifiers sets new passwords only.
    world = replace(world, renewed=frozenset(name for name in names if kept.get(name) != passwords[name]))
    wanted = wanted_facts(policy, read_functions(), logins, passwords, world) | _of_former_logins(world, names)
    parts = [found_facts(sessions.home, policy, names, world), *_elsewhere(sessions, policy, names, world)]
    parts[0].facts.update(sessions.initial("", sessions.home))
    found = set[Fact]().union(*(part.facts for part in parts))
    # An object of PostgreSQL itself that has another owner only is as it was, once that is undone.
    owned = {(fact.parts[1], fact.database) for fact in found if fact.kind == "owned"}
    found = {fact for fact in found if fact.kind != "initial" or (fact.parts[1], fact.database) not in owned}
    return wanted.union(*(part.lacking for part in parts)), found


def _elsewhere(sessions: Sessions, policy: Policy, names: list[str], world: World) -> Iterable[Found]:
    for name, connection in sessions.others():
        if connection is None:
            yield Found({Fact("unseen", (name,))}, set())
            continue
        with connection.transaction():
            connection.execute("set local search_path = ''")
            found = found_elsewhere(connection, policy, names, world, name)
            found.facts.update(sessions.initial(name, connection))
            yield found


def _of_former_logins(world: World, names: Iterable[str]) -> set[Fact]:
    """A login that is no longer declared keeps its role for the logs, without rights and unable to log in."""
    former = world.marked - set(names)
    facts = {Fact("role", (name,)) for name in former} | {Fact("mark", (name, world.mark)) for name in former}
    return facts | {Fact("attribute", (name, "inherit")) for name in former}
