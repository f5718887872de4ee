"""What is beside the databases that the policy is applied to. It is compared and named; nothing there is changed.

Dagster's database on a server of one's own holds Dagster's tables, and nobody else has rights on them. In any other
database of the warehouse's own server that a role of the warehouse can enter, whatever it can reach is a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

from warehouse_assets import database
from warehouse_assets.access.catalogue import initial_state
from warehouse_assets.access.catalogue.objects import Declared, undeclared_objects
from warehouse_assets.access.grants import KINDS, Fact
from warehouse_assets.access.observed_state import World, found_elsewhere, rows_of
from warehouse_assets.access.plan import Change
from warehouse_assets.access.policy import Policy
from warehouse_assets.access.sessions import Connection
from warehouse_assets.database.urls import database_name, with_database

Identity = tuple[str, str]
_IDENTITY = "select pg_catalog.pg_postmaster_start_time()::text, pg_catalog.current_database()::text"
"""The start of a server, to the microsecond, tells it from others whatever their addresses say."""
_FUNCTIONS = ("function", "procedure")
_REACHING = ("grant", "grant option", "default")
"""Kinds of facts that give somebody a right; the last part names who."""


@dataclass(frozen=True)
class Elsewhere:
    """An address of the warehouse's server, and that of Dagster's database."""

    server: str = field(repr=False)
    dagster: str = field(repr=False)


@dataclass(frozen=True)
class Neighbours:
    """Looks into the databases beside the warehouse's, one after the other."""

    place: Elsewhere
    home: Connection
    policy: Policy
    names: list[str]
    """The declared logins."""
    world: World

    def changes(self) -> Iterator[Change]:
        """One for a person per difference."""
        yield from (Change("decide", fact, _advice(fact)) for fact in sorted(set(self._facts())))

    def _facts(self) -> Iterator[Fact]:
        own = _identity(self.home)
        dagster, facts = self._dagster(own)
        yield from facts
        if self.world.owns_server:
            return
        parameters = {"roles": self._roles, "administrator": self.world.administrator}
        yield from (Fact(kind, tuple(parts)) for kind, *parts in rows_of(self.home, "beside", parameters))
        for (name,) in rows_of(self.home, "reachable", parameters):
            if (own[0], name) != dagster:
                yield from self._reached(name)

    @property
    def _roles(self) -> list[str]:
        return sorted({*self.policy.roles, *self.names, *self.world.marked})

    def _dagster(self, own: Identity) -> tuple[Identity, set[Fact]]:
        """Everything in Dagster's database that Dagster did not make; it may be the warehouse's own."""
        name = database_name(self.place.dagster)
        try:
            connection = database.connect(self.place.dagster, autocommit=True)
        except database.DatabaseError:
            return (own[0], name), {Fact("unseen", (name,), name)}
        with closing(connection), connection.transaction():
            identity = _identity(connection)
            if identity == own:
                return identity, set()
            connection.execute("set local search_path = ''")
            user = connection.info.user
            world = replace(self.world, administrator=user, dagster_database=name, owns_server=False)
            facts = found_elsewhere(connection, self.policy, self.names, world, name).facts
            if initial_state.is_known(connection.info.server_version // 10_000):
                facts.update(initial_state.changed_rows(connection, name))
            return identity, facts

    def _reached(self, name: str) -> set[Fact]:
        """What the warehouse's roles, or everybody, can reach in a database that is somebody else's."""
        try:
            connection = database.connect(with_database(self.place.server, name), autocommit=True)
        except database.DatabaseError:
            return {Fact("unseen", (name,), name)}
        with closing(connection), connection.transaction():
            connection.execute("set local search_path = ''")
            found = found_elsewhere(connection, self.policy, self.names, self.world, name).facts
            owned = rows_of(connection, "owned", {"roles": self._roles})
            is_empty = not any(undeclared_objects(connection, Declared(), name))
        facts = {_of_all_functions(fact) for fact in found if fact.kind in _REACHING and self._is_ours(fact)}
        facts |= {Fact("owner", row, name) for row in owned}
        entries = {fact for fact in facts if fact.parts[0] == "database"}
        # A database that holds nothing but what PostgreSQL makes offers nothing to reach.
        return set() if is_empty and facts == entries else facts

    def _is_ours(self, fact: Fact) -> bool:
        return fact.parts[-1] == "PUBLIC" or fact.parts[-1] in self._roles


def _of_all_functions(fact: Fact) -> Fact:
    """One fact per schema for what everybody may call, because an extension alone may bring a thousand functions."""
    kind, name, *rest = fact.parts
    if fact.kind != "grant" or kind not in _FUNCTIONS or rest[-1] != "PUBLIC":
        return fact
    return fact._replace(parts=("all routines in schema", name.partition(".")[0], *rest))


def _identity(connection: Connection) -> Identity:
    ((started, name),) = connection.execute(_IDENTITY).fetchall()
    return started, name


def _advice(fact: Fact) -> str:
    """What a person does. Nothing beside the warehouse's database is changed by `apply`."""
    undone = Change("unmake", fact).statement
    if fact.kind == "owner":
        undone = f"alter {fact.parts[0]} {fact.parts[1]} owner to ..."
    kind = KINDS[fact.kind]
    told = f"let its owner run `{undone}`" if undone else kind.advice(*fact.parts) if kind.advice else "look at it"
    return f"`apply` changes nothing here: {told}; or accept it with a reason (docs/access.md)"
