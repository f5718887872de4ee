"""What a value tells of a person, and which values may stand in one column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import reduce

from warehouse_assets.schemas import Column, Table


class Kind(Enum):
    """From nobody's to a name. All but the first two are *labelled*: only the forms of the grammar may touch them."""

    FREE = "nobody's"
    GENERAL = "generalised"
    SUM = "a sum over people"
    FIGURE = "a figure made of sums over people"
    KEY = "the pseudonym"
    MATCH = "the equality of two pseudonyms"
    DATE = "the exact date"
    MEASURE = "the measure of one person"
    DETAIL = "the exact detail"
    IDENTITY = "the identity"


_FIGURES = frozenset({Kind.SUM, Kind.FIGURE})
_LABELLED = frozenset({*_FIGURES, Kind.KEY, Kind.MATCH, Kind.DATE, Kind.MEASURE, Kind.DETAIL, Kind.IDENTITY})
_OF_A_ROW = frozenset({Kind.KEY, Kind.MEASURE})
_NUMBERS = ("smallint", "integer", "bigint", "numeric")
_DAYS = ("date", "timestamptz")
UNKNOWN_MEMBERS = ("-1", "-2")
"""The keys of the members Unknown and Anonymous, which are nobody's."""
NULL = "NULL"
_RECORD = "source_line"
"""The number of a delivered record, which is one person's."""
PLACES = "geography"
"""The domain of the keys of places."""


class Refused(Exception):
    """A form that the grammar does not have. The message says which, and quotes the SQL."""


@dataclass(frozen=True)
class Value:
    """What an expression tells. `sources` are the stored columns that it is computed from."""

    kind: Kind = Kind.FREE
    sources: frozenset[str] = frozenset()
    origin: str = ""
    """The column that gave the label, as schema.table.column."""
    domain: str = ""
    """Of a key: the keys that it may be compared with."""
    side: str = ""
    """Of a declared period boundary: the comparison that it is for, as `date <side> boundary`."""
    constant: str = ""
    """The text of a constant."""
    row: str = ""
    """Of a key or measure that nothing chose or changed: the stored row that it stands in, by the names of FROM. A
    person's key and measure of one row have the same."""

    @property
    def is_labelled(self) -> bool:
        return self.kind in _LABELLED

    @property
    def is_figure(self) -> bool:
        """Whether it is a figure of a group. It may be shown, but decides nothing: a group may be one person."""
        return self.kind in _FIGURES

    def reading(self, sources: frozenset[str]) -> Value:
        """The same value, made of further columns."""
        return replace(self, sources=self.sources | sources)


def is_of_people(key: Value) -> bool:
    """Whether a key is of people or of what they do, not of places."""
    return key.domain != PLACES


def merged(values: Iterable[Value]) -> Value:
    """One of several values, as in a union or a CASE. Raises Refused where a label would be lost or forged."""
    found = list(values)
    rows = [value.row for value in found]
    return replace(reduce(_either, found, Value(constant=NULL)), row=" or ".join(rows) if all(rows) else "")


def sources_of(values: Iterable[Value]) -> frozenset[str]:
    """The columns that any of the values is made of."""
    return frozenset[str]().union(*(value.sources for value in values))


def _either(one: Value, other: Value) -> Value:
    if one.is_labelled and other.is_labelled and one.kind is not other.kind:
        raise Refused(f"{one.kind.value} {one.origin} and {other.kind.value} {other.origin} in one column")
    told, plain = (one, other) if one.is_labelled or not other.is_labelled else (other, one)
    if told.kind is Kind.KEY and plain.kind is not Kind.KEY and plain.constant not in (NULL, *UNKNOWN_MEMBERS):
        raise Refused(f"the pseudonym {told.origin} and something else in one column")
    if told.is_labelled and plain.kind is Kind.GENERAL:
        raise Refused(f"{told.kind.value} {told.origin} and {plain.origin or 'a generalised value'} in one column")
    if not told.is_labelled:
        told = one if one.kind is Kind.GENERAL else other
    domain = " or ".join(sorted({one.domain, other.domain} - {""}))
    if NULL in (one.constant, other.constant):
        kept = other if one.constant == NULL else one
        return kept.reading(one.sources | other.sources)
    side = one.side if one.side == other.side else ""
    return replace(told, sources=one.sources | other.sources, domain=domain, side=side, constant="")


def declared(table: Table, column: Column, *, is_personal: bool) -> Value:
    """The value of a stored column, by its classification.

    Figures of a table without persons are nobody's; a count in a person's or a day's row is a measure of it.
    """
    name = f"{table.name}.{column.name}"
    if table.name.startswith("mart_"):
        return Value(sources=frozenset({name}))
    kind = _kind(column)
    if kind is Kind.FREE and is_personal and column.name.endswith("_count"):
        kind = Kind.MEASURE
    if kind is Kind.MEASURE and column.classification.privacy_class == "behaviour" and not is_personal:
        kind = Kind.FREE
    labelled = name if kind in _LABELLED or kind is Kind.GENERAL else ""
    domain = _domain(column) if kind is Kind.KEY else ""
    return Value(kind, frozenset({name}), labelled, domain, row=table.name if kind in _OF_A_ROW else "")


def is_of_persons(table: Table) -> bool:
    """Whether a row may belong to one person or one day: it has a pseudonym or an exact date."""
    kinds = {_kind(column) for column in table.column_list}
    if table.name.startswith("mart_"):
        return False
    return Kind.DATE in kinds or Kind.IDENTITY in kinds or any(_is_pseudonym(column) for column in table.column_list)


def _is_pseudonym(column: Column) -> bool:
    return column.classification.privacy_class == "pseudonym"


def _kind(column: Column) -> Kind:
    held = column.classification
    if column.name == _RECORD:
        return Kind.DETAIL
    if held.privacy_class == "none":
        return Kind.FREE
    if held.privacy_class in ("direct_identifier", "free_text", "payment"):
        return Kind.IDENTITY
    if held.privacy_class == "pseudonym" or column.name.endswith("geography_key"):
        return Kind.KEY
    if held.privacy_class == "quasi_identifier" and held.treatment == "keep":
        return Kind.GENERAL
    if column.sql_type in _DAYS:
        return Kind.DETAIL if column.name.endswith("_month") else Kind.DATE
    if column.sql_type.startswith(_NUMBERS):
        return Kind.MEASURE
    return Kind.GENERAL if held.privacy_class == "behaviour" else Kind.DETAIL


def _domain(column: Column) -> str:
    if column.name.endswith("geography_key"):
        return PLACES
    return "order" if column.name in ("order_key", "line_key") else column.name
