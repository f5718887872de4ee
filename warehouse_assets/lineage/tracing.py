"""From which columns of a file each field of a source's SELECT is made, traced by name through its inner queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE

_PARTS = (exp.SplitPart, exp.RegexpExtract)
"""What takes a part out of an address, such as its city."""
_INSIDE = " ->> "
_QUOTE = "'"
_MOST_LETTERS = 4
Feeds = Mapping[str, frozenset[str]]
"""Canonical field -> the names of columns it may be read from, in lower case."""
LeftOut = Callable[[exp.Column, exp.Expr], bool]
"""Whether a column in an expression is not looked at."""


def feeds(relation: Relation, tree: exp.Query, left_out: LeftOut) -> dict[str, frozenset[str]]:
    """Traces columns by name through inner queries; may report too much, never too little."""
    made_of = names_made_of(tree, left_out)
    fields = [name for name in tree.named_selects if name in FIELDS[relation]]
    return {field: frozenset(closure(field, made_of) - {SOURCE_LINE}) for field in fields}


def made_of_lines(relation: Relation, tree: exp.Query) -> list[str]:
    """The fields whose values are made of the number of a line; what only arranges a window's rows is not."""
    made_of = names_made_of(tree, arranges)
    return [
        field for field in tree.named_selects if field in FIELDS[relation] and SOURCE_LINE in closure(field, made_of)
    ]


def names_made_of(tree: exp.Query, left_out: LeftOut) -> dict[str, set[str]]:
    """Name of a result, in lower case -> the names that stand in it."""
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
    return {named(column) for column in node.find_all(exp.Column) if not left_out(column, node)}


def above(column: exp.Column, within: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """(node, its parent) from the column up to the expression."""
    node: exp.Expr = column
    while node is not within and node.parent is not None:
        yield node, node.parent
        node = node.parent


def nowhere(column: exp.Column, within: exp.Expr) -> bool:
    """Every column is looked at."""
    return False


def divides(column: exp.Column, within: exp.Expr) -> bool:
    """A window's rows are those of one order; nothing of the order's number is shown."""
    return any(
        isinstance(parent, exp.Window) and any(node is key for key in parent.args.get("partition_by") or [])
        for node, parent in above(column, within)
    )


def says_kind(column: exp.Column, within: exp.Expr) -> bool:
    """The first letters of a number, such as 'C%', say what kind of order it is."""
    return divides(column, within) or any(
        isinstance(parent, exp.Like) and node is parent.this and _is_first_letters(parent.expression)
        for node, parent in above(column, within)
    )


def _is_first_letters(pattern: exp.Expr) -> bool:
    text = pattern.name if isinstance(pattern, exp.Literal) and pattern.is_string else ""
    return text.endswith("%") and text[:-1].isalpha() and len(text) <= _MOST_LETTERS


def takes_part(column: exp.Column, within: exp.Expr) -> bool:
    """A part of an address, which need not be the street."""
    return any(isinstance(parent, _PARTS) and node is parent.this for node, parent in above(column, within))


def decides(column: exp.Column, within: exp.Expr) -> bool:
    """What only decides which value a field takes is not itself in the field."""
    return any(
        (isinstance(parent, exp.If) and node is parent.this) or (isinstance(parent, exp.Case) and node is parent.this)
        for node, parent in above(column, within)
    ) or arranges(column, within)


def arranges(column: exp.Column, within: exp.Expr) -> bool:
    """What only divides and orders a window's rows."""
    return any(isinstance(parent, exp.Window) and node is not parent.this for node, parent in above(column, within))


def named(column: exp.Column) -> str:
    """The column, with the path of the value if it is nested JSON, since its values have different meanings."""
    path, node = "", column.parent
    if isinstance(node, (exp.JSONExtract, exp.JSONExtractScalar)) and node.this is column:
        path = f"{_INSIDE}{node.expression.sql('duckdb').strip(_QUOTE)}"
    return f"{column.name.lower()}{path}"


def touches(column: str, private: frozenset[str]) -> bool:
    """Whether the value is an identifier, holds one, or is a part of one."""
    name, _, path = column.partition(_INSIDE)
    for other in private:
        other_name, _, other_path = other.partition(_INSIDE)
        if name == other_name and (_is_within(path, other_path) or _is_within(other_path, path)):
            return True
    return False


def is_part(column: str, others: frozenset[str]) -> bool:
    """Whether the value is a part of one of the others, and not all of it."""
    return any(column.startswith((f"{other}.", f"{other}[", f"{other}{_INSIDE}")) for other in others)


def _is_within(path: str, other: str) -> bool:
    return path == other or not other or path.startswith((f"{other}.", f"{other}["))


def closure(name: str, made_of: Mapping[str, set[str]]) -> set[str]:
    """The columns behind a name, through all inner queries."""
    reached, waiting = set[str](), list(made_of.get(name.lower(), {name.lower()}))
    while waiting:
        column = waiting.pop()
        if column not in reached:
            reached.add(column)
            waiting += made_of.get(column, made_of.get(column.partition(_INSIDE)[0], set()))
    return reached
