"""Checks a table in the database: one scan generated from its Pandera schema, and queries that return bad rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from warehouse_assets.schemas import Table
from warehouse_assets.settings import SQL_ROOT

SCHEMA_CHECK = "schema"
_EXAMPLES = 5
_SHOWN_CLASSES = ("none", "behaviour")
"""Examples of bad rows show only columns of these classes."""


@dataclass(frozen=True)
class ScanResult:
    """Rows checked, failures per broken rule, and a few examples."""

    row_count: int
    failures: Mapping[str, int]
    examples: Sequence[Mapping[str, str]] = ()

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def broken(self) -> str:
        """The broken rules with the rows that break them; empty if there are none."""
        return ", ".join(f"{rule}: {rows} rows" for rule, rows in self.failures.items())


class CheckFailed(RuntimeError):
    """A blocking check found bad rows; their transaction is rolled back."""

    def __init__(self, table: str, check: str, result: ScanResult) -> None:
        super().__init__(table, check, result)
        self.table, self.check, self.result = table, check, result

    def __str__(self) -> str:
        return f"{self.table}, check {self.check}: {self.result.broken}. Nothing was changed; the previous build stays."


def scan_rules(table: Table) -> dict[str, str]:
    """Rule -> the predicate of a good row, from the table's columns and rules."""
    rules = {f"{name}_present": f"{name} is not null" for name in table.column_names if name not in table.nullable}
    for column in table.column_list:
        for check in column.checks:
            name, predicate = check.predicate(column.name)
            rules[f"{column.name}_{name}"] = predicate
    return {**rules, **table.rules}


def scan_table(
    connection: psycopg.Connection[Any],
    table: Table,
    relation: str | None = None,
    where: str = "true",
    parameters: Mapping[str, Any] | None = None,
) -> ScanResult:
    """Scans the relation once: the table, or a partition that is not attached yet."""
    rules = scan_rules(table)
    counts = "".join(f",\n    count(*) filter (where not ({predicate}))" for predicate in rules.values())
    source = f"from {relation or table.name} where {where}"
    row = connection.execute(f"select count(*){counts}\n{source}".encode(), parameters).fetchone()
    if row is None:
        raise RuntimeError(f"{table.name}: the scan returned no row")
    failures = {rule: int(bad) for rule, bad in zip(rules, row[1:], strict=True) if bad}
    examples = _examples(connection, table, source, rules[next(iter(failures))], parameters) if failures else []
    return ScanResult(int(row[0]), failures, examples)


def _examples(
    connection: psycopg.Connection[Any],
    table: Table,
    source: str,
    predicate: str,
    parameters: Mapping[str, Any] | None,
) -> list[dict[str, str]]:
    shown = [column.name for column in table.column_list if column.classification.privacy_class in _SHOWN_CLASSES]
    if not shown:
        return []
    query = f"select {', '.join(shown)} {source} and not ({predicate}) limit {_EXAMPLES}"
    rows = connection.execute(query.encode(), parameters).fetchall()
    return [{name: str(value) for name, value in zip(shown, row, strict=True)} for row in rows]


@dataclass(frozen=True)
class BadRowCheck:
    """`sql/checks/<schema>.<table>__<rule>.sql`: a SELECT of bad rows; the check passes if it returns none."""

    table: str
    rule: str
    text: str

    @property
    def description(self) -> str:
        """The comment on the first line."""
        return self.text.splitlines()[0].removeprefix("--").strip()

    def run(self, connection: psycopg.Connection[Any], parameters: Mapping[str, Any]) -> ScanResult:
        """Counts the bad rows and keeps a few examples; the SELECT returns no personal data."""
        cursor = connection.execute(self.text.encode(), parameters)
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
        examples = [{name: str(value) for name, value in zip(names, row, strict=True)} for row in rows[:_EXAMPLES]]
        return ScanResult(len(rows), {self.rule: len(rows)} if rows else {}, examples)


def bad_row_checks() -> dict[str, tuple[BadRowCheck, ...]]:
    """All checks by table, in alphabetical order."""
    found: dict[str, tuple[BadRowCheck, ...]] = {}
    for path in sorted((SQL_ROOT / "checks").glob("*.sql")):
        table, rule = path.stem.split("__", 1)
        check = BadRowCheck(table, rule, path.read_text(encoding="utf-8").strip().rstrip(";"))
        found[table] = (*found.get(table, ()), check)
    return found


def results_of_checks(
    connection: psycopg.Connection[Any],
    table: Table,
    queries: Sequence[BadRowCheck],
    parameters: Mapping[str, object],
    relation: str | None = None,
    where: str = "true",
) -> Iterator[tuple[str, ScanResult]]:
    """Each check of a table with its result: the scan of the relation (by default the table), then the queries."""
    yield SCHEMA_CHECK, scan_table(connection, table, relation, where, parameters)
    for query in queries:
        yield query.rule, query.run(connection, parameters)
