"""From a SELECT to the relation that it gives, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.expressions import evaluate
from warehouse_assets.lineage.groups_of_many import many_of
from warehouse_assets.lineage.predicates import condition
from warehouse_assets.lineage.relations import Relation, Relations, Rules, Scope, expect, plain, refused
from warehouse_assets.lineage.sources import add_sources
from warehouse_assets.lineage.values import Kind, Value, is_of_people, merged, sources_of

_UNNAMED = "?column?"


@dataclass(frozen=True)
class QueryReader:
    """Reads queries by the rules of their statement."""

    rules: Rules

    def read(self, node: exp.Expr, relations: Relations, outer: Scope | None = None) -> Relation:
        """The relation of any kind of query. Raises Refused."""
        if isinstance(node, exp.Subquery):
            expect(node, "this", "alias")
            return self.read(node.this, relations, outer)
        if isinstance(node, exp.Select):
            return self._select(node, self._with_named(node, relations), outer)
        if isinstance(node, exp.SetOperation):
            return self._combined(node, self._with_named(node, relations), outer)
        if isinstance(node, exp.Values):
            return self._values(node, relations, outer)
        raise refused(f"{type(node).__name__} where only a SELECT may stand", node)

    def _scope(self, relations: Relations, outer: Scope | None) -> Scope:
        return Scope(relations, self.read, evaluate, self.rules, outer)

    def _with_named(self, node: exp.Expr, relations: Relations) -> Relations:
        clause = node.args.get("with_")
        if clause is None:
            return relations
        expect(clause, "expressions")
        known = dict(relations)
        for query in clause.expressions:
            expect(query, "this", "alias", "materialized")
            expect(query.args["alias"], "this")
            known[plain(query.args["alias"].this)] = self.read(query.this, known)
        return known

    def _values(self, node: exp.Expr, relations: Relations, outer: Scope | None) -> Relation:
        """A list of rows, which may name columns of the items of FROM before it."""
        expect(node, "expressions", "alias")
        scope = outer if outer is not None else self._scope(relations, None)
        rows = [[scope.value(item) for item in row.expressions] for row in node.expressions]
        for item in (item for row in node.expressions for item in row.expressions):
            if scope.is_personal and not self.rules.is_reviewed and not _is_simple(item):
                raise refused("a list of values over people's rows that are no columns and no constants", item)
        columns = [merged(column) for column in zip(*rows, strict=True)]
        named = tuple((f"column{number}", value) for number, value in enumerate(columns, 1))
        return Relation(named, is_personal=False)

    def _combined(self, node: exp.Expr, relations: Relations, outer: Scope | None) -> Relation:
        expect(node, "this", "expression", "distinct", "with_", "order", "limit", "offset")
        left, right = (self.read(side, relations, outer) for side in (node.this, node.expression))
        if len(left.columns) != len(right.columns):
            raise refused("parts of a set operation with different numbers of columns", node)
        is_personal = left.is_personal or right.is_personal
        is_union = isinstance(node, exp.Union) and not node.args.get("distinct")
        if is_personal and not is_union and not self.rules.is_reviewed:
            raise refused("a set operation over people's rows other than UNION ALL", node)
        pairs = zip(left.columns, right.values, strict=True)
        columns = tuple((name, self._either(own, other)) for (name, own), other in pairs)
        rows = left.rows | right.rows
        if not is_union:
            self._expect_unlabelled(columns, node)
            rows |= left.all_sources | right.all_sources
        found = Relation(columns, is_personal, rows)
        self._arrange(node, replace(self._scope(relations, outer), is_personal=is_personal), found)
        return found

    def _either(self, own: Value, other: Value) -> Value:
        return Value(sources=own.sources | other.sources) if self.rules.is_reviewed else merged([own, other])

    def _select(self, node: exp.Expr, relations: Relations, outer: Scope | None) -> Relation:
        expect(
            node,
            *("expressions", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "distinct"),
            *("windows", "with_"),
        )
        scope = self._scope(relations, outer)
        add_sources(node, scope)
        _filter(node.args.get("where"), scope)
        scope.windows = {plain(window.this): _definition(window) for window in node.args.get("windows") or []}
        scope = self._grouped(node, scope)
        found = Relation(tuple(self._projected(node, scope)), scope.is_personal, one_per=self._one_per(node, scope))
        _filter(node.args.get("having"), scope)
        found = self._made_distinct(node, replace(found, rows=scope.rows))
        if scope.ungrouped is not None and scope.outer_reads and not self.rules.is_reviewed:
            raise refused("a figure of the rows of one person of the query around it", node)
        self._arrange(node, scope, found)
        return found

    def _grouped(self, node: exp.Expr, scope: Scope) -> Scope:
        """The scope after grouping, whose rows are people's only where a key tells of one person."""
        clause = node.args.get("group")
        is_whole = clause is None and any(
            _own_aggregates(part) for part in (*node.expressions, node.args.get("having"))
        )
        if clause is None and not is_whole:
            return scope
        keys = [self._key(key, node, scope) for key in _grouping_keys(clause)]
        labelled = [key for key in keys if key.is_labelled]
        for key in labelled:
            if not self.rules.is_reviewed and key.kind is not Kind.KEY and not self.rules.holds_details:
                raise refused(f"groups by {key.kind.value} {key.origin}", node)
        is_personal = scope.is_personal and bool(labelled)
        rows = scope.rows | sources_of(keys)
        columns = {key.name for key in _grouping_keys(clause) if isinstance(key, exp.Column)}
        grouped = replace(scope, ungrouped=scope, persons_in_groups=is_personal, is_personal=is_personal, rows=rows)
        return replace(grouped, many_of="" if is_personal else many_of(node, scope, columns))

    def _one_per(self, node: exp.Expr, scope: Scope) -> str:
        """The result column of which each value has one row: the only key of the groups, or of the only relation."""
        if not scope.is_personal:
            return ""
        if scope.ungrouped is not None:
            keys = list(_grouping_keys(node.args.get("group")))
            key = keys[0].name if len(keys) == 1 and isinstance(keys[0], exp.Column) else ""
        else:
            key = next(iter(scope.sources.values())).one_per if len(scope.sources) == 1 else ""
        copies = (_output_name(item) for item in node.expressions if _unaliased(item).name == key and key)
        is_all = any(isinstance(item, exp.Star) for item in node.expressions)
        return key if is_all else next(copies, "")

    def _key(self, key: exp.Expr, node: exp.Expr, scope: Scope) -> Value:
        """A position, a column, or else the name of a result, as PostgreSQL takes it; both is refused."""
        named = {_output_name(item): item for item in node.expressions}
        if isinstance(key, exp.Literal):
            return scope.value(_unaliased(node.expressions[int(key.name) - 1]))
        if isinstance(key, exp.Column) and not key.table and plain(key.this) in named:
            result = _unaliased(named[plain(key.this)])
            is_itself = isinstance(result, exp.Column) and plain(result.this) == plain(key.this)
            if not scope.has(plain(key.this)):
                return scope.value(result)
            if not is_itself and not self.rules.is_reviewed:
                raise refused("groups by a name that is a column and another result", key)
        return scope.value(key)

    def _projected(self, node: exp.Expr, scope: Scope) -> Iterator[tuple[str, Value]]:
        for item in node.expressions:
            if isinstance(item, exp.Star):
                expect(item)
                if scope.shared:
                    raise refused("* beside USING", node)
                yield from (column for source in scope.sources.values() for column in source.columns)
            elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
                expect(item, "this", "table")
                source = scope.sources.get(plain(item.args["table"]))
                if source is None:
                    raise refused("a relation that the query does not have", item)
                yield from source.columns
            else:
                yield _output_name(item), scope.value(item)

    def _made_distinct(self, node: exp.Expr, found: Relation) -> Relation:
        """DISTINCT groups by all results."""
        clause = node.args.get("distinct")
        if clause is None:
            return found
        found = replace(found, rows=found.rows | sources_of(found.values))
        if self.rules.is_reviewed:
            return found
        expect(clause, "on")
        if clause.args.get("on") is not None:
            if found.is_personal:
                raise refused("DISTINCT ON over people's rows", node)
            if not self.rules.holds_details:
                self._expect_unlabelled(found.columns, node)
            return found
        has_key = any(value.kind is Kind.KEY and is_of_people(value) for value in found.values)
        if not has_key:
            self._expect_unlabelled(found.columns, node)
        return replace(found, is_personal=found.is_personal and has_key)

    def _expect_unlabelled(self, columns: tuple[tuple[str, Value], ...], node: exp.Expr) -> None:
        for _, value in columns:
            if value.is_labelled and not self.rules.is_reviewed:
                raise refused(f"different values of {value.kind.value} {value.origin}", node)

    def _arrange(self, node: exp.Expr, scope: Scope, found: Relation) -> None:
        """ORDER BY tells nothing by itself. LIMIT and OFFSET pick rows, so they are for groups."""
        if self.rules.is_reviewed:
            return
        order = node.args.get("order")
        names = {name for name, _ in found.columns}
        is_picked = any(node.args.get(part) is not None for part in ("limit", "offset", "distinct"))
        for key in order.expressions if order is not None else []:
            expect(key, "this", "desc", "nulls_first")
            is_result = isinstance(key.this, exp.Column) and not key.this.table and plain(key.this.this) in names
            if (
                not is_result
                and not isinstance(key.this, exp.Literal)
                and scope.value(key.this).is_labelled
                and is_picked
            ):
                raise refused("rows picked in the order of people's values", node)
        for part in (node.args.get("limit"), node.args.get("offset")):
            if part is not None:
                expect(part, "expression")
                is_told = found.is_personal or any(value.is_labelled for value in found.values)
                if is_told or not isinstance(part.expression, exp.Literal):
                    raise refused("LIMIT or OFFSET over people's rows, or by something that is no number", node)


def _is_simple(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Neg) else node
    return isinstance(inner.unnest(), (exp.Column, exp.Placeholder, exp.Cast, *functions.CONSTANTS))


def _filter(clause: exp.Expr | None, scope: Scope) -> None:
    if clause is not None:
        expect(clause, "this")
        scope.rows |= condition(clause.this, scope)


def _definition(window: exp.Expr) -> exp.Window:
    if not isinstance(window, exp.Window):
        raise refused("a window's definition was expected", window)
    definition = window.copy()
    definition.set("this", None)
    return definition


def _grouping_keys(clause: exp.Expr | None) -> Iterator[exp.Expr]:
    """The keys of all groupings, those in GROUPING SETS too."""
    if clause is None:
        return
    expect(clause, "expressions", "grouping_sets")
    for key in (*clause.expressions, *(clause.args.get("grouping_sets") or [])):
        yield from _flat_keys(key)


def _flat_keys(key: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(key, (exp.GroupingSets, exp.Tuple)):
        expect(key, "expressions")
        for item in key.expressions:
            yield from _flat_keys(item)
    elif not isinstance(key, exp.Paren) or key.this is not None:
        yield key.unnest() if isinstance(key, exp.Paren) else key


def _unaliased(item: exp.Expr) -> exp.Expr:
    found: exp.Expr = item.this if isinstance(item, exp.Alias) else item
    return found


def _output_name(item: exp.Expr) -> str:
    if isinstance(item, exp.Alias):
        return plain(item.args["alias"])
    return plain(item.this) if isinstance(item, exp.Column) and not isinstance(item.this, exp.Star) else _UNNAMED


def _own_aggregates(node: exp.Expr | None) -> bool:
    """Whether there is an aggregate outside windows and sub-queries."""
    if node is None or isinstance(node, (exp.Query, exp.Subquery)):
        return False
    if isinstance(node, exp.Window):
        function = node.this.this if isinstance(node.this, exp.Filter) else node.this
        inner = [item for child in (function, node) for item in child.iter_expressions() if item is not node.this]
        return any(_own_aggregates(item) for item in inner)
    return isinstance(node, functions.AGGREGATES) or any(_own_aggregates(item) for item in node.iter_expressions())
