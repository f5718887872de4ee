"""Checks that a source's SELECTs send identifiers of a shop's files to the vault only.

A shop's columns have no classification. Their use in the SELECTs classifies them: a column that is mapped to a
name is a name, wherever else it is used, and one that is mapped to a customer's number is a key. A field that is
stored and shown may be made of neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from warehouse_assets.drafting.weighing.names import likeness
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE, parsed
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.lineage.source_forms import strange_forms

_PLACES = frozenset({"city", "region", "country"})
_NOT_SHOWN = frozenset({"line_number"})
"""Fields that only become a part of a key."""
_INSIDE = " ->> "
_QUOTE = "'"
_MOST_LETTERS = 4
Feeds = Mapping[str, frozenset[str]]
"""Canonical field -> the names of columns it may be read from, in lower case."""
LeftOut = Callable[[exp.Column, exp.Expr], bool]
"""Whether a column in an expression is not looked at."""


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


def _misused(trees: Mapping[Relation, exp.Query]) -> Iterator[tuple[str, str]]:
    values = {relation: _feeds(relation, tree, _decides) for relation, tree in trees.items()}
    private = _serving(values, ("vault", "drop"))
    addresses = frozenset().union(*(found.get("address", frozenset()) for found in values.values()))
    persons = frozenset().union(*(found.get("customer_id", frozenset()) for found in values.values()))
    keys = _serving(values, ("pseudonymise",))
    feeds = {relation: _feeds(relation, tree, _nowhere) for relation, tree in trees.items()}
    for relation, tree in trees.items():
        place = f"{relation}.sql"
        undivided, untested = _feeds(relation, tree, _divides), _feeds(relation, tree, _says_kind)
        for field, columns in feeds[relation].items():
            if _is_hidden(relation, field):
                continue
            known = private - addresses if field in _PLACES else private
            identifiers = {column for column in columns if _touches(column, known)}
            for column in sorted(identifiers):
                yield place, f"{field} is read from {column}, which is used as an identifier"
            for column in sorted(columns - private - identifiers):
                if _sounds_private(relation, field, column):
                    yield place, f"{field} is read from {column}, which has the name of an identifier"
            shown = {column for column in untested[field] if _touches(column, keys)}
            shown |= {column for column in undivided[field] if _touches(column, persons)}
            for column in sorted(shown - identifiers):
                yield place, f"{field} is made of {column}, which is used as a key of persons or orders"


def _is_hidden(relation: Relation, field: str) -> bool:
    treatment = FIELDS[relation][field].classification.treatment
    return treatment in ("vault", "drop", "pseudonymise") or field in _NOT_SHOWN


def _sounds_private(relation: Relation, field: str, column: str) -> bool:
    """Whether a column that nothing uses as an identifier has the name of one."""
    least = 0.8 if relation == "customers" else 1
    names = likeness(column, "full_name") >= least or (field not in _PLACES and likeness(column, "address") == 1)
    return names or max(likeness(column, "email"), likeness(column, "phone")) == 1


def _serving(feeds: Mapping[Relation, Feeds], treatments: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        column
        for relation, found in feeds.items()
        for field, columns in found.items()
        if FIELDS[relation][field].classification.treatment in treatments
        for column in columns
    )


def _feeds(relation: Relation, tree: exp.Query, left_out: LeftOut) -> dict[str, frozenset[str]]:
    """Traces columns by name through inner queries; may report too much, never too little."""
    made_of = _names_made_of(tree, left_out)
    fields = [name for name in tree.named_selects if name in FIELDS[relation]]
    return {field: frozenset(_closure(field, made_of) - {SOURCE_LINE}) for field in fields}


def _names_made_of(tree: exp.Query, left_out: LeftOut) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for alias in tree.find_all(exp.Alias):
        found.setdefault(alias.alias.lower(), set()).update(_columns(alias.this, left_out))
    for query in tree.find_all(exp.SetOperation):
        for name, item in zip(query.named_selects, query.expression.selects, strict=False):
            own = {item.alias_or_name.lower()} - {""}
            found.setdefault(name.lower(), {name.lower()}).update(_columns(item, left_out) | own)
    for things in tree.find_all(exp.Unnest):
        names = things.args.get("alias")
        for name in names.columns if names is not None else ():
            found.setdefault(name.name.lower(), set()).update(_columns(things, left_out))
    return found


def _columns(node: exp.Expr, left_out: LeftOut) -> set[str]:
    return {_named(column) for column in node.find_all(exp.Column) if not left_out(column, node)}


def _above(column: exp.Column, within: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """(node, its parent) from the column up to the expression."""
    node: exp.Expr = column
    while node is not within and node.parent is not None:
        yield node, node.parent
        node = node.parent


def _nowhere(column: exp.Column, within: exp.Expr) -> bool:
    return False


def _divides(column: exp.Column, within: exp.Expr) -> bool:
    """A window's rows are those of one order; nothing of the order's number is shown."""
    return any(
        isinstance(parent, exp.Window) and any(node is key for key in parent.args.get("partition_by") or [])
        for node, parent in _above(column, within)
    )


def _says_kind(column: exp.Column, within: exp.Expr) -> bool:
    """The first letters of a number, such as 'C%', say what kind of order it is."""
    return _divides(column, within) or any(
        isinstance(parent, exp.Like) and node is parent.this and _is_first_letters(parent.expression)
        for node, parent in _above(column, within)
    )


def _is_first_letters(pattern: exp.Expr) -> bool:
    text = pattern.name if isinstance(pattern, exp.Literal) and pattern.is_string else ""
    return text.endswith("%") and text[:-1].isalpha() and len(text) <= _MOST_LETTERS


def _decides(column: exp.Column, within: exp.Expr) -> bool:
    """What only decides which value a field takes is not itself in the field."""
    return any(
        (isinstance(parent, exp.If) and node is parent.this)
        or (isinstance(parent, exp.Case) and node is parent.this)
        or (isinstance(parent, exp.Window) and node is not parent.this)
        for node, parent in _above(column, within)
    )


def _named(column: exp.Column) -> str:
    """The column, with the path of the value if it is nested JSON, since its values have different meanings."""
    path, node = "", column.parent
    if isinstance(node, (exp.JSONExtract, exp.JSONExtractScalar)) and node.this is column:
        path = f"{_INSIDE}{node.expression.sql('duckdb').strip(_QUOTE)}"
    return f"{column.name.lower()}{path}"


def _touches(column: str, private: frozenset[str]) -> bool:
    """Whether the value is an identifier, holds one, or is a part of one."""
    name, _, path = column.partition(_INSIDE)
    for other in private:
        other_name, _, other_path = other.partition(_INSIDE)
        if name == other_name and (_is_within(path, other_path) or _is_within(other_path, path)):
            return True
    return False


def _is_within(path: str, other: str) -> bool:
    return path == other or not other or path.startswith((f"{other}.", f"{other}["))


def _closure(name: str, made_of: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set[str](), list(made_of.get(name.lower(), {name.lower()}))
    while waiting:
        column = waiting.pop()
        if column not in reached:
            reached.add(column)
            waiting += made_of.get(column, made_of.get(column.partition(_INSIDE)[0], set()))
    return reached
