"""The difference between the declared and the current state, and the statements that remove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from warehouse_assets.access.grants import KINDS, Fact
from warehouse_assets.access.identifiers import quoted

_ORDER = {kind: number for number, kind in enumerate(KINDS)}
_OF_ROLES = ("role", "attribute", "member")
_SIGNS = {"make": "+", "unmake": "-", "decide": "!"}


@dataclass(frozen=True)
class Change:
    """One fact to create or to remove, or one about which a person decides."""

    verb: Literal["make", "unmake", "decide"]
    fact: Fact
    reason: str = ""
    """Why `apply` left it: what the server said, or what a person has to do."""

    @property
    def statement(self) -> str:
        """The SQL statement; for a password it holds the verifier. Empty where a person decides."""
        kind = KINDS[self.fact.kind]
        if self.verb == "make":
            return kind.make(*self.fact.parts)
        return kind.unmake(*self.fact.parts) if kind.unmake and self.verb == "unmake" else ""

    @property
    def is_alone(self) -> bool:
        """Whether its statement cannot run in a transaction."""
        return KINDS[self.fact.kind].alone

    def __str__(self) -> str:
        return f"{_SIGNS[self.verb]} {self.fact}"

    def explained(self) -> str:
        """The change with its statement, or with what a person has to do. A verifier is not shown."""
        shown = "a new password" if self.fact.kind == "password" else self.statement
        return f"{self}\n    {self.reason or shown.partition(chr(10))[0]}"


def plan_changes(wanted: set[Fact], found: set[Fact]) -> list[Change]:
    """The changes in order: roles and members, then removal of undeclared facts, then creation of missing ones.

    Roles come first: an administrator who is not a superuser can change only objects of roles they belong to.
    """
    missing, extra = wanted - found, found - wanted
    gone = [fact for fact in extra if KINDS[fact.kind].unmake is not None]
    roles = {fact for fact in missing if fact.kind in _OF_ROLES}
    changes = [
        *(Change("make", fact) for fact in sorted(roles, key=_rank)),
        *(Change("unmake", fact) for fact in sorted(gone, key=_rank, reverse=True)),
        *(Change("make", fact) for fact in sorted(missing - roles, key=_rank)),
    ]
    return [change if change.statement else _left_to_a_person(change.fact) for change in changes]


def _left_to_a_person(fact: Fact) -> Change:
    advice = KINDS[fact.kind].advice
    return Change("decide", fact, advice(*fact.parts) if advice else "restore it as a fresh server has it")


def _rank(fact: Fact) -> tuple[int, str, tuple[str, ...]]:
    # A schema's owner comes first: the owner of an object must be able to create objects in the schema.
    return _ORDER[fact.kind], fact.database, (str(fact.parts[0] != "schema"), *fact.parts)


def as_script(changes: Iterable[Change]) -> Iterator[str]:
    """The statements as a script for psql, those of the warehouse's own database first."""
    database = ""
    for change in sorted(changes, key=lambda change: change.fact.database):
        if not change.statement:
            yield f"-- {change.fact}: {change.reason}"
            continue
        if change.fact.database != database:
            database = change.fact.database
            yield f"\\connect {quoted(database)}"
        yield f"{change.statement};"
