"""Checks that a source's SELECTs send identifiers of a shop's files to the vault only.

A shop's columns have no classification. Their use in the SELECTs classifies them: a column that is mapped to a
name is a name, wherever else it is used, and one that is mapped to a customer's number is a key. A field that is
stored and shown may be made of neither. One that names a group, such as a segment, is also not made of an exact
detail: a column that is mapped to an age, a place or a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from warehouse_assets.drafting.weighing.names import likeness
from warehouse_assets.drafting.weighing.vocabulary import WALK_INS
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.canonical import FIELDS, Field, Relation
from warehouse_assets.ingestion.sources.column_usage import parsed
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.lineage.source_forms import strange_forms
from warehouse_assets.lineage.tracing import (
    Feeds,
    above,
    arranges,
    closure,
    decides,
    divides,
    feeds,
    is_part,
    made_of_lines,
    named,
    names_made_of,
    nowhere,
    says_kind,
    takes_part,
    touches,
)

_PLACES = frozenset({"city", "region", "country"})
_NOT_SHOWN = frozenset({"line_number"})
"""Fields that only become a part of a key."""
_GROUPS = frozenset({"country", "gender"})
"""Fields of persons whose values are shown as names of groups."""
_NOBODY = WALK_INS | {"", "0"}
"""What stands for nobody in a column of names or numbers, in lower case."""
_KEEPS_EMPTY = (exp.Paren, exp.Trim, exp.Lower, exp.Upper, exp.Coalesce, exp.JSONExtract, exp.JSONExtractScalar)


def refuse_misuse(source: Source) -> None:
    """Raises SourceError if a SELECT would publish an identifier; called by loading and by `source check`."""
    if found := [f"{source.folder / place}: {problem}" for place, problem in misused_columns(source)]:
        raise SourceError("The source would publish personal data.\n" + "\n".join(found))


def misused_columns(source: Source) -> Iterator[tuple[str, str]]:
    """(file, problem) for each identifier that would be stored outside the vault and shown."""
    trees = {relation: parsed(source, relation) for relation in source.selects}
    strange = {relation: list(strange_forms(tree, [*source.settings.tables])) for relation, tree in trees.items()}
    for relation, forms in strange.items():
        for form in dict.fromkeys(forms):
            yield f"{relation}.sql", f"cannot be checked: {form}"
    if not any(strange.values()):
        yield from _misused(trees)


@dataclass(frozen=True)
class _Used:
    """The columns of a source by what its SELECTs use them for."""

    private: frozenset[str]
    addresses: frozenset[str]
    persons: frozenset[str]
    keys: frozenset[str]
    details: frozenset[str]


def _misused(trees: Mapping[Relation, exp.Query]) -> Iterator[tuple[str, str]]:
    values = {relation: feeds(relation, tree, decides) for relation, tree in trees.items()}
    used = _Used(
        private=_serving(values, lambda _, field: field.classification.treatment in ("vault", "drop")),
        addresses=_serving(values, lambda name, _: name == "address"),
        persons=_serving(values, lambda name, _: name == "customer_id"),
        keys=_serving(values, lambda _, field: field.classification.treatment == "pseudonymise"),
        details=_serving(values, _is_detail),
    )
    for relation, tree in trees.items():
        place = f"{relation}.sql"
        for column in _choosing(tree, used.private | used.persons):
            yield place, f"rows are chosen by {column}, which identifies a person; ask only whether it is empty"
        for problem in _told(relation, tree, used):
            yield place, problem


def _told(relation: Relation, tree: exp.Query, used: _Used) -> Iterator[str]:
    """What the fields that are shown would tell of a person."""
    undivided, untested = feeds(relation, tree, divides), feeds(relation, tree, says_kind)
    whole, arranged = feeds(relation, tree, takes_part), feeds(relation, tree, arranges)
    for field in made_of_lines(relation, tree):
        if not _is_hidden(relation, field):
            yield f"{field} is made of the number of a line, which is one person's"
    for field, all_columns in feeds(relation, tree, nowhere).items():
        if _is_hidden(relation, field):
            continue
        parts = _parts(all_columns, whole[field], used) if field in _PLACES else frozenset[str]()
        columns = all_columns - parts
        identifiers = {column for column in columns if touches(column, used.private)}
        for column in sorted(identifiers):
            yield f"{field} is read from {column}, which is used as an identifier"
        for column in sorted(columns - used.private - identifiers):
            if _sounds_private(relation, field, column):
                yield f"{field} is read from {column}, which has the name of an identifier"
        shown = {column for column in untested[field] if touches(column, used.keys)}
        shown |= {column for column in undivided[field] if touches(column, used.persons)}
        for column in sorted(shown - identifiers):
            yield f"{field} is made of {column}, which is used as a key of persons or orders"
        details = frozenset[str]() if _is_detail(field, FIELDS[relation][field]) else used.details
        exact = {column for column in columns & arranged[field] if touches(column, details)}
        for column in sorted(exact - identifiers - shown):
            yield f"{field} is made of {column}, which is used as an exact age, place or day"


def _parts(columns: frozenset[str], whole: frozenset[str], used: _Used) -> frozenset[str]:
    """The columns of which a place takes no more than a part of an address."""
    parts = {column for column in columns & used.addresses if column not in whole}
    return frozenset(parts | {column for column in columns if is_part(column, used.addresses)})


def _choosing(tree: exp.Query, private: frozenset[str]) -> Iterator[str]:
    """The identifiers by which rows are chosen, other than by whether they are there or the same in two tables."""
    made_of = names_made_of(tree, nowhere)

    def is_private(column: exp.Column) -> bool:
        return any(touches(origin, private) for origin in closure(named(column), made_of))

    joined = [join.args["on"] for join in tree.find_all(exp.Join) if join.args.get("on") is not None]
    for clause in (*tree.find_all(exp.Where, exp.Having, exp.Qualify), *joined):
        for column in clause.find_all(exp.Column):
            if is_private(column) and not divides(column, clause):
                others = _compared(column, clause)
                if not others or not all(
                    is_private(other) if isinstance(other, exp.Column) else _is_nobody(other) for other in others
                ):
                    yield named(column)


def _compared(column: exp.Column, within: exp.Expr) -> list[exp.Expr]:
    """What a column is compared with for equality, as in `"E-mail" <> ''`; nothing if it is in another form."""
    for node, parent in above(column, within):
        if isinstance(parent, (exp.EQ, exp.NEQ, exp.In, exp.Is)):
            return [other for other in parent.iter_expressions() if other is not node]
        if not isinstance(parent, _KEEPS_EMPTY):
            return []
    return []


def _is_nobody(node: exp.Expr) -> bool:
    return isinstance(node, exp.Null) or (isinstance(node, exp.Literal) and node.name.lower() in _NOBODY)


def _is_hidden(relation: Relation, field: str) -> bool:
    treatment = FIELDS[relation][field].classification.treatment
    return treatment in ("vault", "drop", "pseudonymise") or field in _NOT_SHOWN


def _is_detail(name: str, field: Field) -> bool:
    """Whether a field holds an exact detail: an age, a city, a day. Its values are never names of groups."""
    is_exact = field.kind == "date" or field.classification.treatment == "generalise"
    return is_exact and name not in _GROUPS


def _sounds_private(relation: Relation, field: str, column: str) -> bool:
    """Whether a column that nothing uses as an identifier has the name of one."""
    least = 0.8 if relation == "customers" else 1
    names = likeness(column, "full_name") >= least or (field not in _PLACES and likeness(column, "address") == 1)
    return names or max(likeness(column, "email"), likeness(column, "phone")) == 1


def _serving(found_in: Mapping[Relation, Feeds], is_wanted: Callable[[str, Field], bool]) -> frozenset[str]:
    """The columns that serve any of the wanted fields."""
    return frozenset(
        column
        for relation, found in found_in.items()
        for field, columns in found.items()
        if is_wanted(field, FIELDS[relation][field])
        for column in columns
    )
