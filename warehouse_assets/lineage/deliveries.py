"""Checks that a source's SELECTs send identifiers of a shop's files to the vault only.

A shop's columns have no classification. Their use in the SELECTs classifies them: a column that is mapped to a
name is a name, wherever else it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from warehouse_assets.drafting.weighing.names import likeness
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE, parsed
from warehouse_assets.ingestion.sources.source import Source

_PLACES = frozenset({"city", "region", "country"})
_RENAMING = (exp.Paren, exp.Cast, exp.TryCast, exp.Upper, exp.Lower, exp.Trim)
_INSIDE = " ->> "
Feeds = Mapping[str, frozenset[str]]
"""Canonical field -> the names of columns it may be read from, in lower case."""


def refuse_misuse(source: Source) -> None:
    """Raises SourceError if a SELECT would publish an identifier; called by loading and by `source check`."""
    if found := [f"{source.folder / place}: {problem}" for place, problem in misused_columns(source)]:
        raise SourceError("The source would publish personal data.\n" + "\n".join(found))


def misused_columns(source: Source) -> Iterator[tuple[str, str]]:
    """(file, problem) for each identifier that would be stored outside the vault and shown."""
    trees = {relation: parsed(source, relation) for relation in source.selects}
    feeds = {relation: _feeds(relation, tree) for relation, tree in trees.items()}
    private = _serving(feeds, ("vault", "drop"))
    addresses = frozenset().union(*(found.get("address", frozenset()) for found in feeds.values()))
    keys = _serving(feeds, ("pseudonymise",))
    for relation, tree in trees.items():
        place = f"{relation}.sql"
        for form in _opaque(tree):
            yield place, f"cannot be checked: {form}"
        for field, columns in feeds[relation].items():
            if FIELDS[relation][field].classification.treatment in ("vault", "drop", "pseudonymise"):
                continue
            allowed = addresses if field in _PLACES else frozenset[str]()
            identifiers = {column for column in columns if {column, _whole(column)} & (private - allowed)}
            for column in sorted(identifiers):
                yield place, f"{field} is read from {column}, which is used as an identifier"
            for column in sorted(columns - private - identifiers):
                if max(likeness(column, "email"), likeness(column, "phone")) == 1:
                    yield place, f"{field} is read from {column}, which has the name of an identifier"
            renamed = _renamed(tree, field)
            if renamed in keys:
                yield place, f"{field} is {renamed}, which is used as a key of persons or orders"


def _serving(feeds: Mapping[Relation, Feeds], treatments: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        column
        for relation, found in feeds.items()
        for field, columns in found.items()
        if FIELDS[relation][field].classification.treatment in treatments
        for column in columns
    )


def _feeds(relation: Relation, tree: exp.Query) -> dict[str, frozenset[str]]:
    """Traces columns by name through inner queries; may report too much, never too little."""
    made_of = _names_made_of(tree)
    fields = [name for name in tree.named_selects if name in FIELDS[relation]]
    return {field: frozenset(_closure(field, made_of) - {SOURCE_LINE}) for field in fields}


def _names_made_of(tree: exp.Query) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for alias in tree.find_all(exp.Alias):
        found.setdefault(alias.alias.lower(), set()).update(_columns(alias.this))
    for query in tree.find_all(exp.SetOperation):
        for name, item in zip(query.named_selects, query.expression.selects, strict=False):
            found.setdefault(name.lower(), set()).update(_columns(item) | {item.alias_or_name.lower()})
    for names in tree.find_all(exp.TableAlias):
        for name in names.columns:
            inner = names.parent.this if names.parent is not None else None
            found.setdefault(name.name.lower(), set()).update(_columns(inner) if inner is not None else ())
    return found


def _columns(node: exp.Expr) -> set[str]:
    return {_named(column) for column in node.find_all(exp.Column)}


def _named(column: exp.Column) -> str:
    """The column, with the path of the value if it is nested JSON, since its values have different meanings."""
    reader = column.parent
    if isinstance(reader, (exp.JSONExtract, exp.JSONExtractScalar)) and reader.this is column:
        return f"{column.name}{_INSIDE}{reader.expression.sql('duckdb')}".lower()
    return column.name.lower()


def _whole(column: str) -> str:
    return column.partition(_INSIDE)[0]


def _closure(name: str, made_of: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set[str](), list(made_of.get(name.lower(), {name.lower()}))
    while waiting:
        column = waiting.pop()
        if column not in reached:
            reached.add(column)
            waiting += made_of.get(column, made_of.get(_whole(column), set()))
    return reached


def _renamed(tree: exp.Query, field: str) -> str | None:
    """The column that a field copies, ignoring casts and changes of case."""
    item = next((item for item in tree.selects if item.alias_or_name == field), None)
    node = item.this if isinstance(item, exp.Alias) else item
    while isinstance(node, _RENAMING):
        node = node.this
    return node.name.lower() if isinstance(node, exp.Column) else None


def _opaque(tree: exp.Query) -> Iterator[str]:
    """SQL forms that use columns without naming them."""
    tables = {table.alias_or_name.lower() for table in tree.find_all(exp.Table)}
    for star in tree.find_all(exp.Star):
        if star.args.get("rename") or star.args.get("replace"):
            yield "* with RENAME or REPLACE"
    for columns in tree.find_all(exp.Columns):
        yield columns.sql("duckdb")
    for column in tree.find_all(exp.Column):
        if not column.table and column.name.lower() in tables:
            yield f"a whole row of {column.name}"
