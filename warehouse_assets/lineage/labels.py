"""The personal origin of a value as labels, and how each operation changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

Kind = Literal["identity", "pseudonym", "quasi_identifier", "measure"]
"""identity: no operation makes it publishable. pseudonym: may be compared with another one and counted.
quasi_identifier and measure (numbers and times of behaviour): must be generalised or added up over people."""


class Mode(Enum):
    """How the value depends on its origin."""

    COPY = "as it is"
    DERIVED = "computed from it, or picked by its order"
    SINGLED = "of one picked by it, or compared with a constant"
    SINCE = "bounded from below beside a parameter"
    UNTIL = "bounded from above beside a parameter"
    RANK = "a place in its order"
    PERSON = "of one person"


@dataclass(frozen=True)
class Label:
    """`origin` is the classified column, as schema.table.column."""

    origin: str
    kind: Kind
    mode: Mode
    bound: str = ""
    """The bound, for modes that have one."""


@dataclass(frozen=True)
class Flow:
    """Labels of a value (or of a relation's rows), and the stored columns it is computed from."""

    labels: frozenset[Label] = frozenset()
    sources: frozenset[str] = frozenset()
    is_key: bool = True
    """Whether the value can only be an unchanged pseudonym, the key of an unknown member, or NULL."""

    def of(self, kind: Kind, *modes: Mode) -> frozenset[Label]:
        """Its labels of one kind, limited to the given modes if any."""
        return frozenset(label for label in self.labels if label.kind == kind and (not modes or label.mode in modes))

    def with_labels(self, labels: Iterable[Label]) -> Flow:
        """A copy with further labels."""
        return replace(self, labels=self.labels | frozenset(labels))


NOTHING = Flow()
CONSTANT = Flow(is_key=False)
_DETAIL = ("quasi_identifier", "measure")
_TOLD = (Mode.SINGLED, Mode.SINCE, Mode.UNTIL)
"""What a comparison revealed about a detail; sums and groups do not undo it."""


def merged(flows: Iterable[Flow]) -> Flow:
    """One of several values, or a collection of them: keeps every label."""
    found = list(flows)
    return Flow(
        frozenset().union(*(flow.labels for flow in found)),
        frozenset().union(*(flow.sources for flow in found)),
        all(flow.is_key for flow in found),
    )


def computed(flow: Flow, *, keeps_rank: bool = False) -> Flow:
    """A function of the value: still personal, and no longer a key that may be compared.

    A rank stays a rank when a constant is added, and becomes a step towards a band when divided by the number
    of people.
    """
    return _changed(flow, lambda label: None if label.mode is Mode.RANK and not keeps_rank else _derived(label))


def tested(flow: Flow) -> Flow:
    """A boolean from the value: reveals nothing about details, nor about keys compared with keys."""
    return _changed(flow, lambda label: None if _is_plain(label) else label, is_key=True)


def chosen(flow: Flow) -> Flow:
    """Picked by the order of the value; the order of keys reveals as much as the keys."""
    return _changed(
        flow, lambda label: None if label.kind in _DETAIL and _is_plain(label) else _derived(label), is_key=True
    )


def counted(flow: Flow) -> Flow:
    """A count over people."""
    return _changed(flow, lambda label: None if _is_plain(label) or label.mode is Mode.PERSON else label)


def added_up(flow: Flow) -> Flow:
    """A sum or mean over people; a sum of keys still depends on them."""
    return _changed(flow, _without_detail)


def generalised(flow: Flow) -> Flow:
    """A month, quarter or year of a time."""
    return _changed(flow, lambda label: None if _is_plain(label) and label.kind in _DETAIL else _derived(label))


def shared(flow: Flow) -> Flow:
    """A value shared by a group no longer belongs to one person."""
    return _changed(flow, lambda label: None if label.mode is Mode.PERSON else label, is_key=flow.is_key)


def singled_out(flow: Flow, *, with_measures: bool) -> Flow:
    """The result of comparing an exact detail with a constant."""
    return Flow(marked(flow, Mode.SINGLED, with_measures=with_measures))


def marked(flow: Flow, mode: Mode, *, with_measures: bool = True) -> frozenset[Label]:
    """A copy with its exact details, computed or not, in another mode."""
    exact = flow.of("quasi_identifier", Mode.COPY, Mode.DERIVED)
    exact |= flow.of("measure", Mode.COPY, Mode.DERIVED) if with_measures else frozenset()
    return frozenset(replace(label, mode=mode) for label in exact)


def is_told(label: Label) -> bool:
    """Whether a comparison revealed it, so that grouping keeps it."""
    return label.mode in _TOLD


def persons(flow: Flow) -> frozenset[Label]:
    """The label "of one person" for every pseudonym of the flow."""
    return frozenset(replace(label, mode=Mode.PERSON) for label in flow.of("pseudonym"))


def _is_plain(label: Label) -> bool:
    """An unchanged key, or a detail that was not singled out."""
    if label.kind == "pseudonym":
        return label.mode in (Mode.COPY, Mode.RANK)
    return label.kind in _DETAIL and not is_told(label)


def picked(flow: Flow) -> Flow:
    """A value picked from many people's values; adding it up does not hide it again."""
    return _changed(computed(flow), lambda label: replace(label, mode=Mode.SINGLED) if _is_plain(label) else label)


def placed(flow: Flow) -> frozenset[Label]:
    """A rank among people: harmless as a step towards a band, but a person if compared with a constant."""
    return frozenset(replace(label, mode=Mode.RANK) for label in flow.of("pseudonym", Mode.PERSON))


def _derived(label: Label) -> Label:
    return replace(label, mode=Mode.DERIVED) if label.mode is Mode.COPY else label


def _without_detail(label: Label) -> Label | None:
    is_detail = label.kind in _DETAIL and not is_told(label)
    return None if is_detail or label.mode in (Mode.PERSON, Mode.RANK) else _derived(label)


def _changed(flow: Flow, change: Callable[[Label], Label | None], is_key: bool = False) -> Flow:
    return Flow(frozenset(new for label in flow.labels if (new := change(label)) is not None), flow.sources, is_key)
