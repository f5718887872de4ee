"""What a source's SELECTs read: which columns of which delivered tables, and for which canonical fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import sqlglot
from sqlglot import exp

from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.ingestion.sources.source import Source

SOURCE_LINE = "source_line"
AMOUNTS = ("unit_price", "line_amount")
_NOT_STREAMED = (
    exp.Join, exp.Window, exp.AggFunc, exp.CTE, exp.Subquery, exp.SetOperation, exp.Distinct, exp.Limit,
    exp.Order, exp.Rand, exp.Uuid, exp.Anonymous, exp.Unnest, exp.Lateral, exp.Where, exp.Cast,
)  # fmt: skip


@dataclass(frozen=True)
class ColumnRead:
    """A delivered column that a SELECT reads; `tables` are those that may hold it."""

    relation: Relation
    column: str
    tables: frozenset[str]
    may_be_alias: bool = False
    """Whether, in a file without such a column, it is what the SELECT itself calls so further up."""
    written: str = field(default="", compare=False)
    """The column as the SELECT writes it."""


@dataclass(frozen=True)
class ColumnUsage:
    """All that the SELECTs of a source read, names in lower case, as DuckDB compares them."""

    columns: frozenset[ColumnRead]
    takes_all: bool
    dropped: frozenset[str]
    """Columns that serve nothing but fields which are never stored: they are not even read."""

    @property
    def names(self) -> set[str]:
        return {mention.column for mention in self.columns}

    def as_written(self, column: str) -> str:
        """A column as the SELECTs write it, for messages."""
        return min((mention.written for mention in self.columns if mention.column == column), default=column)


def parsed(source: Source, relation: Relation) -> exp.Query:
    """The relation's SELECT. Raises SourceError where it is none."""
    place = source.folder / f"{relation}.sql"
    try:
        tree = sqlglot.parse_one(source.selects[relation], dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise SourceError(f"{place} cannot be read as SQL: {str(error).splitlines()[0]}") from None
    if not isinstance(tree, exp.Query):
        raise SourceError(f"{place} is no SELECT; a source only reads.")
    return tree


def find_column_usage(source: Source) -> ColumnUsage:
    """Every delivered column that some SELECT mentions, and whether one takes all by `*`."""
    columns: set[ColumnRead] = set()
    takes_all = False
    dropped, used = set[str](), set[str]()
    for relation in source.selects:
        tree = parsed(source, relation)
        columns |= set(_read_by(source, relation, tree))
        takes_all = takes_all or any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
        unread = [item for item in tree.selects if _is_never_stored(relation, item)]
        dropped |= {name for item in unread for name in _names(item)}
        used |= {name for column in _columns(tree, unread) for name in _names(column)}
    return ColumnUsage(frozenset(columns), takes_all, frozenset(dropped - used))


def _is_never_stored(relation: Relation, item: exp.Expr) -> bool:
    field = FIELDS[relation].get(item.alias_or_name)
    return field is not None and field.classification.treatment == "drop"


def _columns(tree: exp.Query, unread: Sequence[exp.Expr]) -> list[exp.Column]:
    """The columns of a SELECT outside the projections that are not read."""
    inside = {id(column) for item in unread for column in item.find_all(exp.Column)}
    return [column for column in tree.find_all(exp.Column) if id(column) not in inside]


@dataclass(frozen=True)
class _Scope:
    """What the columns of one SELECT may mean."""

    tables: Mapping[str, str]
    """Name or alias -> table, all in lower case."""
    given: frozenset[str]
    """Columns that its aliases and sub-queries name."""


def _scope(select: exp.Select) -> _Scope:
    near = [table for table in select.find_all(exp.Table) if table.find_ancestor(exp.Select) is select]
    return _Scope({table.alias_or_name.lower(): table.name.lower() for table in near}, frozenset(_given(select)))


def _read_by(source: Source, relation: Relation, tree: exp.Query) -> Iterator[ColumnRead]:
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    known = {table.lower() for table in source.settings.tables} - ctes
    scopes = {id(select): _scope(select) for select in tree.find_all(exp.Select)}
    for column in tree.find_all(exp.Column):
        select = column.find_ancestor(exp.Select)
        if select is None:
            continue
        scope, name = scopes[id(select)], column.name.lower()
        tables = _tables_of(column, scope) & known
        if tables and not isinstance(column.this, exp.Star) and name != SOURCE_LINE and not _is_alias(column):
            may_be_alias = not column.table and (name in scope.given or name in _earlier_names(column, select))
            yield ColumnRead(relation, name, frozenset(tables), may_be_alias, column.name)


def _tables_of(column: exp.Column, scope: _Scope) -> set[str]:
    """The tables that the column may come from: those of its own SELECT, or the one that qualifies it."""
    qualifier = column.table.lower()
    if qualifier in scope.tables:
        return {scope.tables[qualifier]}
    return set() if qualifier else set(scope.tables.values())


def _is_alias(column: exp.Column) -> bool:
    """Whether it is the name of an output column, as ORDER BY, GROUP BY, HAVING and QUALIFY may use it."""
    select = column.find_ancestor(exp.Select)
    inside = column.find_ancestor(exp.Order, exp.Group, exp.Having, exp.Qualify)
    if select is None or inside is None or column.table or inside.find_ancestor(exp.Select) is not select:
        return False
    return column.name.lower() in {item.alias.lower() for item in select.expressions if isinstance(item, exp.Alias)}


def _given(select: exp.Select) -> Iterator[str]:
    """Names that aliases with columns, UNNEST and sub-queries of the SELECT give."""
    for alias in select.find_all(exp.TableAlias):
        yield from (part.name.lower() for part in alias.columns)
    for unnest in select.find_all(exp.Unnest):
        # the number that WITH ORDINALITY gives stands apart from the other columns of its alias
        offset = unnest.args.get("offset")
        if isinstance(offset, exp.Identifier):
            yield offset.name.lower()
    for query in select.find_all(exp.Subquery, exp.CTE):
        yield from (output.lower() for output in getattr(query.this, "named_selects", ()))


def _earlier_names(column: exp.Column, select: exp.Select) -> set[str]:
    """Names of the projections of its SELECT before the one that holds the column; all, if none does."""
    part: exp.Expr = column
    while part.parent is not None and part.parent is not select:
        part = part.parent
    before = takewhile(lambda item: item is not part, select.expressions)
    return {item.alias_or_name.lower() for item in before}


def is_streamed(source: Source, relation: Relation) -> bool:
    """Whether the SELECT only renames: a row for each row, and the same when it runs again."""
    tree = parsed(source, relation)
    return isinstance(tree, exp.Select) and tree.find(*_NOT_STREAMED) is None


def needed_for(source: Source, relation: Relation, missing: Collection[str]) -> tuple[str, str] | None:
    """(column, required field or clause) of the first need that cannot be met without the missing columns."""
    tree = parsed(source, relation)
    select = tree if isinstance(tree, exp.Select) else tree.find(exp.Select)
    projections = {item.alias_or_name: item for item in select.expressions} if select else {}
    uses = {name: _names(item) & set(missing) for name, item in projections.items()}
    has_amount = any(name in uses and not uses[name] for name in AMOUNTS)
    for name, columns in sorted(uses.items()):
        required = name in FIELDS[relation] and FIELDS[relation][name].is_required
        if columns and (required or (relation == "sales" and name in AMOUNTS and not has_amount)):
            return min(columns), name
    elsewhere = _names(tree) & set(missing) - set().union(*uses.values())
    return (min(elsewhere), "a join or a condition") if elsewhere else None


def _names(tree: exp.Expr) -> set[str]:
    return {column.name.lower() for column in tree.find_all(exp.Column)}
