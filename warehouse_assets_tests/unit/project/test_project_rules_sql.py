"""Rules of the project about its SQL: grain stated, columns as declared, nothing a cluster cannot run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from warehouse_assets.building.customer_mart import CUSTOMER_SELECTS
from warehouse_assets.building.dimensions import SELECTS as DIMENSION_SELECTS
from warehouse_assets.building.facts import SELECTS as FACT_SELECTS
from warehouse_assets.building.sales_mart import SALES_SELECTS
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import PROJECT_ROOT, SQL_ROOT
from warehouse_assets_tests.unit.project.test_project_rules import expect_none, lines_of, place, python_files
from warehouse_assets_tests.unit.project.test_scale_out_rules import SPREAD

SELECTS = {**DIMENSION_SELECTS, **FACT_SELECTS, **SALES_SELECTS, **CUSTOMER_SELECTS}
QUERIES = sorted(path for folder in ("dimensions", "facts", "marts") for path in (SQL_ROOT / folder).rglob("*.sql"))
CHECKS = sorted((SQL_ROOT / "checks").rglob("*.sql"))
FILLING = {SQL_ROOT / select.path for select in SELECTS.values()}
PERIOD = "period_start"
"""The column of sales_by_period.sql that each of its three tables names after its own period."""
CLOCKS = (exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp, exp.Localtime, exp.Localtimestamp)
FORBIDDEN_IN_PYTHON = {
    "MERGE": r"\bmerge\s+into\b",
    "a trigger": r"\bcreate\s+(or\s+replace\s+)?(constraint\s+)?trigger\b",
    "a filter by EXISTS": r"\bwhere\s+(not\s+)?exists\s*\(\s*select\b",
    "UPDATE of a dimension from staging": r"\bupdate\s+dw\.dim_\w+[^;]*?\bfrom\s+staging\.",
    "DELETE of a dimension by staging": r"\bdelete\s+from\s+dw\.dim_\w+[^;]*?\b(using|from)\s+staging\.",
}


def _name(path: Path) -> str:
    return path.relative_to(PROJECT_ROOT).as_posix()


@cache
def _parsed(path: Path, dialect: str = "postgres") -> exp.Query:
    statements = sqlglot.parse(path.read_text(encoding="utf-8"), dialect=dialect)
    assert len(statements) == 1, "one SELECT per file"
    tree = statements[0]
    assert isinstance(tree, exp.Query), "a SELECT"
    assert not list(tree.find_all(exp.Command)), "sqlglot understands all of it"
    return tree


def _outermost(tree: exp.Query) -> Iterator[exp.Select]:
    """The SELECTs whose rows the file gives: one, or the parts of a UNION."""
    if isinstance(tree, exp.SetOperation):
        yield from _outermost(tree.left)
        yield from _outermost(tree.right)
    else:
        assert isinstance(tree, exp.Select)
        yield tree


each_query = pytest.mark.parametrize("path", QUERIES, ids=_name)
each_query_and_check = pytest.mark.parametrize("path", [*QUERIES, *CHECKS], ids=_name)


@each_query
def test_the_first_line_states_the_grain(path: Path) -> None:
    """Of a table: one row per what. A relation on the way to one may hold rows to be added up."""
    form = r"-- grain: one row per \w" if path in FILLING else r"-- grain: .*\bper \w"
    assert re.match(form, lines_of(path)[0])


@each_query
def test_columns_are_explicit(path: Path) -> None:
    for select in _outermost(_parsed(path)):
        assert not any(isinstance(item, exp.Star) or item.is_star for item in select.expressions)
        assert all(item.alias_or_name for item in select.expressions)


@each_query
def test_the_parts_of_a_union_name_the_same_columns(path: Path) -> None:
    names = [select.named_selects for select in _outermost(_parsed(path))]
    assert all(part == names[0] for part in names)


@pytest.mark.parametrize(
    "name", [name for name, table in TABLES.items() if table.schema_name.startswith(("dw", "mart_"))]
)
def test_a_select_gives_the_declared_columns_in_order(name: str) -> None:
    path = SQL_ROOT / SELECTS[name].path
    found = list(_parsed(path).named_selects)
    if path.stem == "sales_by_period":
        found[found.index(PERIOD)] = name.removeprefix("mart_sales.sales_by_")
    assert found == list(TABLES[name].column_names)


def test_every_query_fills_a_table_or_is_read_by_another() -> None:
    named_in_python = "\n".join(path.read_text(encoding="utf-8") for path in python_files("warehouse_assets/building"))
    read = {table.name for path in QUERIES for table in _parsed(path).find_all(exp.Table) if not table.db}
    idle = [_name(path) for path in QUERIES if path not in FILLING and path.stem not in read]
    expect_none(name for name in idle if Path(name).stem not in named_in_python)


@each_query
def test_a_query_reads_declared_tables_only(path: Path) -> None:
    tables = {f"{table.db}.{table.name}" for table in _parsed(path).find_all(exp.Table) if table.db}
    assert tables <= set(TABLES)


@each_query
def test_the_clock_decides_nothing(path: Path) -> None:
    tree = _parsed(path)
    assert not list(tree.find_all(*CLOCKS))
    assert not [call for call in tree.find_all(exp.Anonymous) if call.name.lower() in ("now", "clock_timestamp")]


@each_query_and_check
def test_a_cluster_can_run_it(path: Path) -> None:
    tree = _parsed(path)
    assert not list(tree.find_all(exp.Exists)), "joins or IN in place of EXISTS"
    recursive = [found for found in tree.find_all(exp.With) if found.recursive]
    assert not recursive, "generate_series in place of recursion"
    laterals = [found for found in tree.find_all(exp.Lateral) if found.find(exp.Limit)]
    assert not laterals, "row_number() in place of LATERAL ... LIMIT"


@each_query_and_check
def test_grouping_sets_read_what_is_grouped_already(path: Path) -> None:
    tree = _parsed(path)
    ready = {cte.alias for cte in tree.find_all(exp.CTE) if cte.args.get("materialized") and cte.find(exp.Group)}
    for kind in (exp.GroupingSets, exp.Rollup, exp.Cube):
        for found in tree.find_all(kind):
            select = found.find_ancestor(exp.Select)
            source = select.args["from_"].this if select else exp.Table()
            is_local = bool(source.db) and f"{source.db}.{source.name}" not in SPREAD
            assert source.name in ready or is_local, "GROUPING SETS over a MATERIALIZED CTE with a GROUP BY of its own"


FEW_ROWS = {"rating_units.sql": {"ratings"}}
"""Ratings by so few people that they are in no cell: what is left of them is followed person by person."""


@pytest.mark.parametrize("path", sorted((SQL_ROOT / "marts").rglob("*.sql")), ids=_name)
def test_rows_per_person_or_order_are_read_once(path: Path) -> None:
    """What a statement reads twice is stored first: on a cluster all its rows come to the coordinator for it."""
    tree = _parsed(path)
    read = Counter(table.name for table in tree.find_all(exp.Table) if not table.db)
    for cte in tree.find_all(exp.CTE):
        if cte.alias in FEW_ROWS.get(path.name, ()):
            continue
        places = {SPREAD.get(f"{table.db}.{table.name}") for table in cte.find_all(exp.Table)} - {None}
        is_stored = cte.args.get("materialized") or (read[cte.alias] > 1 and cte.args.get("materialized") is None)
        assert not (is_stored and places & set(cte.this.named_selects)), cte.alias


@pytest.mark.parametrize("path", sorted((SQL_ROOT / "facts").glob("agg_*.sql")), ids=_name)
def test_an_aggregate_stands_beside_no_grouped_column(path: Path) -> None:
    """Citus asks the nodes for the columns of such an expression, by which they did not group if it is one itself."""
    for select in _parsed(path).find_all(exp.Select):
        for column in select.expressions if select.args.get("group") else ():
            mixed = [found for found in column.find_all(exp.Column) if not found.find_ancestor(exp.AggFunc, exp.Filter)]
            assert not (mixed and column.find(exp.AggFunc)), column.sql()


@pytest.mark.parametrize("what", FORBIDDEN_IN_PYTHON)
def test_statements_in_python_keep_the_same_rules(what: str) -> None:
    pattern = re.compile(FORBIDDEN_IN_PYTHON[what], re.IGNORECASE)
    texts = {path: path.read_text(encoding="utf-8") for path in python_files("warehouse_assets")}
    expect_none(place(path) for path, text in texts.items() if pattern.search(text))


@pytest.mark.parametrize("path", sorted((SQL_ROOT / "sources").rglob("*.sql")), ids=_name)
def test_a_source_names_its_grain_and_columns(path: Path) -> None:
    assert lines_of(path)[0].startswith("-- one row per ")
    for select in _outermost(_parsed(path, "duckdb")):
        assert not any(item.is_star for item in select.expressions)
        assert "source_line" in select.named_selects


def test_a_check_is_named_after_its_table_and_rule_and_says_what_it_finds() -> None:
    for path in CHECKS:
        table, _, rule = path.stem.partition("__")
        assert table in TABLES, _name(path)
        assert rule, _name(path)
        assert lines_of(path)[0].startswith("-- "), _name(path)
        assert _parsed(path).named_selects, _name(path)
