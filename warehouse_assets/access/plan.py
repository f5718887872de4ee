"""The difference between what should hold and what does, and the statements that close it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from warehouse_assets.access.grants import KINDS, Fact

_ORDER = {kind: number for number, kind in enumerate(KINDS)}
_OF_ROLES = ("role", "attribute", "member")
_REPLACED_BY_NAME = ("function",)
"""Kinds whose facts are replaced in place, so that what refers to them stays."""


@dataclass(frozen=True)
class Change:
    """One fact to make, or to unmake."""

    verb: Literal["make", "unmake"]
    fact: Fact

    @property
    def statement(self) -> str:
        """The SQL that does it; of a password it holds the verifier."""
        kind = KINDS[self.fact.kind]
        if self.verb == "make":
            return kind.make(*self.fact.parts)
        return kind.unmake(*self.fact.parts) if kind.unmake else ""

    def __str__(self) -> str:
        return f"{'+' if self.verb == 'make' else '-'} {self.fact}"


def plan_changes(wanted: set[Fact], found: set[Fact]) -> list[Change]:
    """What to do, in order: roles and members, then unmake what nobody declared, then make what is missing.

    Roles come first, as an administrator who is no superuser changes only what belongs to a role that he is in.
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
    # A schema's owner first: whoever is to own something in it must be able to make it there.
    return _ORDER[fact.kind], (str(fact.parts[0] != "schema"), *fact.parts)


def as_script(changes: Iterable[Change]) -> Iterator[str]:
    """The statements as a script, for an administrator to read and run."""
    for change in changes:
        yield f"{change.statement};"
