"""Only the build writes a mart: no other statement in the project's Python names one to change it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from warehouse_assets_tests.unit.project.test_project_rules import expect_none, place, python_files

_WRITE = re.compile(
    r"\b(insert\s+into|update|merge\s+into|delete\s+from|copy|truncate(\s+table)?|create\s+(or\s+replace\s+)?"
    r"(table|view|materialized\s+view|trigger|rule|function)(\s+if\s+not\s+exists)?|into|alter\s+table)\s+(only\s+)?"
    r"\"?(mart_\w+)\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(r"\b(insert\s+into|update|merge\s+into|copy)\s+\{", re.IGNORECASE)
WRITERS = {
    "building/select.py": "replaces a table by the rows of its declared SELECT",
    "building/month_replacement.py": "replaces a month by the rows of its declared SELECT",
    "building/dimensions.py": "brings a dimension to the rows of its declared SELECT",
    "building/whole_facts.py": "brings a small fact to the rows of its declared SELECT",
    "building/migrations.py": "notes the version of the schema",
}
"""Modules that write a table whose name comes from elsewhere, reviewed: what they write is a SELECT of the proof."""


def statements(text: str) -> Iterator[tuple[int, str]]:
    """The texts of a module, f-strings with `{}` for each value."""
    tree = ast.parse(text)
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in within:
            yield node.lineno, node.value


def writes_of_marts(text: str) -> list[int]:
    return [line for line, found in statements(text) if _WRITE.search(found)]


def test_no_statement_changes_a_mart_by_its_name() -> None:
    found = {path: writes_of_marts(path.read_text(encoding="utf-8")) for path in python_files("warehouse_assets")}
    expect_none(place(path, line) for path, lines in found.items() for line in lines)


@pytest.mark.parametrize(
    "statement",
    [
        '"update mart_customers.customer_value set member = %s"',
        '"merge into mart_sales.sales_by_month as m using vault.identities as i on true"',
        '"copy mart_customers.customer_value from stdin"',
        'f"insert into mart_sales.{table} select full_name from vault.identities"',
        '"create view mart_sales.people as select * from vault.identities"',
        '"select email into mart_sales.people from vault.identities"',
    ],
)
def test_such_a_statement_is_found(statement: str) -> None:
    assert writes_of_marts(f"connection.execute({statement})") == [1]


def test_tables_are_written_by_name_where_that_is_reviewed() -> None:
    writers = {
        path.as_posix().split("/warehouse_assets/")[-1]
        for path in python_files("warehouse_assets/building")
        if any(_GENERIC.search(found) for _, found in statements(path.read_text(encoding="utf-8")))
    }
    assert writers <= set(WRITERS), "review what it writes, and name it in WRITERS"
