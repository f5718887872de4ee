"""What a source's SELECT may consist of. Whatever is not listed is refused: it could use a column without naming it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlglot import exp

_CLAUSES = (
    *(exp.Select, exp.Union, exp.With, exp.CTE, exp.Subquery, exp.From, exp.Join, exp.Where, exp.Group, exp.Having),
    *(exp.Order, exp.Ordered, exp.Qualify, exp.Distinct, exp.Values, exp.Table, exp.TableAlias, exp.Alias),
)
_VALUES = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Neg, exp.Tuple, exp.Cast),
    *(exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var),
)
_CONDITIONS = (
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
    *(exp.Is, exp.In, exp.Between, exp.Like, exp.ILike, exp.Escape, exp.Case, exp.If, exp.Coalesce, exp.Nullif),
)
_FUNCTIONS = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Sign),
    *(exp.Greatest, exp.Least, exp.DPipe, exp.Concat, exp.ConcatWs, exp.Trim, exp.Lower, exp.Upper, exp.Length),
    *(exp.Left, exp.Right, exp.Substring, exp.SplitPart, exp.Replace, exp.RegexpReplace, exp.RegexpExtract),
    *(exp.RegexpLike, exp.StartsWith, exp.EndsWith, exp.Contains, exp.StrPosition, exp.Pad, exp.Reverse, exp.MD5),
    *(exp.StrToTime, exp.StrToDate, exp.TimeToStr, exp.UnixToTime, exp.TimestampTrunc, exp.DateTrunc, exp.Extract),
    *(exp.DateAdd, exp.DateSub, exp.DateDiff),
)
_LISTS = (
    *(exp.JSONExtract, exp.JSONExtractScalar, exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript),
    *(exp.FromJson, exp.Unnest),
)
_AGGREGATES = (
    *(exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Window, exp.WindowSpec, exp.Filter, exp.RowNumber),
    *(exp.First, exp.Last, exp.FirstValue, exp.LastValue, exp.Lag, exp.Lead),
)
ALLOWED = frozenset((*_CLAUSES, *_VALUES, *_CONDITIONS, *_FUNCTIONS, *_LISTS, *_AGGREGATES))


def strange_forms(tree: exp.Query, tables: Collection[str]) -> Iterator[str]:
    """The parts of a SELECT that are outside its grammar. `tables` are those that the source delivers."""
    known = {*(name.lower() for name in tables), *(cte.alias.lower() for cte in tree.find_all(exp.CTE))}
    for node in tree.walk():
        if type(node) not in ALLOWED and not (isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)):
            yield f"a form that is not allowed here ({type(node).__name__}): {_shown(node)}"
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.db or table.name.lower() not in known:
            yield f"a table that the source does not have: {_shown(table)}"
    yield from _renamed_columns(tree)
    yield from _whole_rows(tree)
    yield from _positions(tree)
    yield from _json_paths(tree)


def _renamed_columns(tree: exp.Query) -> Iterator[str]:
    """A list of names after an alias renames columns by their place; the things of a list have one name."""
    for alias in tree.find_all(exp.TableAlias):
        if alias.columns and not isinstance(alias.parent, exp.Unnest):
            yield f"columns renamed by their place: {_shown(alias)}"


def _whole_rows(tree: exp.Query) -> Iterator[str]:
    """A table's name as a value is all of its columns."""
    names = {table.alias_or_name.lower() for table in tree.find_all(exp.Table, exp.Subquery, exp.CTE)}
    names |= {unnest.alias.lower() for unnest in tree.find_all(exp.Unnest)}
    for column in tree.find_all(exp.Column):
        if (not column.table and column.name.lower() in names - {""}) or column.args.get("db") is not None:
            yield f"a whole row, or a part of a column: {_shown(column)}"


def _positions(tree: exp.Query) -> Iterator[str]:
    keys = [key for group in tree.find_all(exp.Group) for key in group.expressions]
    for key in (*keys, *(ordered.this for ordered in tree.find_all(exp.Ordered))):
        if isinstance(key, exp.Literal):
            yield f"a column by its place: {_shown(key)}"
    for group in tree.find_all(exp.Group):
        if group.args.get("all"):
            yield "GROUP BY ALL"
    for query in tree.find_all(exp.Union):
        if query.args.get("by_name"):
            yield "UNION BY NAME"


def _json_paths(tree: exp.Query) -> Iterator[str]:
    """A path into nested JSON names each step, so that two paths can be compared."""
    for node in tree.find_all(exp.JSONExtract, exp.JSONExtractScalar):
        path = node.expression
        if not isinstance(path, exp.JSONPath) or any(
            isinstance(part.this, exp.Expr) for part in path.expressions if part.this is not None
        ):
            yield f"a path that does not name each step ($.a.b): {_shown(node)}"


def _shown(node: exp.Expr) -> str:
    return node.sql("duckdb", comments=False)[:80]
