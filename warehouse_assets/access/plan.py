"""The difference between the declared and the current state, and the statements that remove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from warehouse_assets.access.grants import KINDS, Fact

_ORDER = {kind: number for number, kind in enumerate(KINDS)}
_OF_ROLES = ("role", "attribute", "member")
_REPLACED_BY_NAME = ("function",)
"""Kinds that are replaced in place, so that objects that refer to them stay."""


@dataclass(frozen=True)
class Change:
    """One fact to create or to remove."""

    verb: Literal["make", "unmake"]
    fact: Fact

    @property
    def statement(self) -> str:
        """The SQL statement; for a password it holds the verifier."""
        kind = KINDS[self.fact.kind]
        if self.verb == "make":
            return kind.make(*self.fact.parts)
        return kind.unmake(*self.fact.parts) if kind.unmake else ""

    def __str__(self) -> str:
        return f"{'+' if self.verb == 'make' else '-'} {self.fact}"


def plan_changes(wanted: set[Fact], found: set[Fact]) -> list[Change]:
    """The changes in order: roles and members, then removal of undeclared facts, then creation of missing ones.

    Roles come first: an administrator who is not a superuser can change only objects of roles they belong to.
    """
    missing, extra = wanted - found, found - wanted
    replaced = {_key(fact) for fact in missing}
    gone = [
        fact
        for fact in extra
        if KINDS[fact.kind].unmake is not None and not (fact.kind in _REPLACED_BY_NAME and _key(fact) in replaced)
    ]
    roles = {fact for fact in missing if fact.kind in _OF_ROLES}
    return [
        *(Change("make", fact) for fact in sorted(roles, key=_rank)),
        *(Change("unmake", fact) for fact in sorted(gone, key=_rank, reverse=True)),
        *(Change("make", fact) for fact in sorted(missing - roles, key=_rank)),
    ]


def _key(fact: Fact) -> tuple[str, ...]:
    return (fact.kind, *fact.parts[:1])


def _rank(fact: Fact) -> tuple[int, tuple[str, ...]]:
    # A schema's owner comes first: the owner of an object must be able to create objects in the schema.
    return _ORDER[fact.kind], (str(fact.parts[0] != "schema"), *fact.parts)


def as_script(changes: Iterable[Change]) -> Iterator[str]:
    """The statements as a script that an administrator can read and run."""
    for change in changes:
        yield f"{change.statement};"
