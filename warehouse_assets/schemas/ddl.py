"""PostgreSQL DDL generated from the table declarations: columns, keys, checks, comments, partitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from warehouse_assets.schemas.table import ForeignKey, Table

MAX_NAME = 63


def quote_text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def constraint_name(*parts: str) -> str:
    """Readable and within PostgreSQL's 63 bytes."""
    return "_".join(parts)[:MAX_NAME]


def month_partition(table: Table, month: date) -> str:
    """Name of a month's partition, e.g. `dw.fct_sales_2023_01`."""
    return f"{table.name}_{month:%Y_%m}"


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def contiguous(months: Iterable[date]) -> Iterator[tuple[date, date]]:
    """(first, last) of each series of months without a gap."""
    first = last = None
    for month in sorted(months):
        if first is None or last is None:
            first = last = month
        elif month != next_month(last):
            yield first, last
            first = last = month
        else:
            last = month
    if first is not None and last is not None:
        yield first, last


def create_table(table: Table) -> str:
    """CREATE TABLE IF NOT EXISTS with every constraint named."""
    lines = [*_column_lines(table), *_key_lines(table), *_rule_lines(table)]
    lines += [foreign_key_clause(table, key) for key in table.foreign_keys]
    body = ",\n    ".join(lines)
    suffix = f"\npartition by range ({table.partitioned_by})" if table.partitioned_by else ""
    return f"create table if not exists {table.name} (\n    {body}\n){suffix};"


def _column_lines(table: Table) -> Iterator[str]:
    for column in table.column_list:
        yield f"{column.name} {column.sql_type}{'' if column.name in table.nullable else ' not null'}"


def _key_lines(table: Table) -> Iterator[str]:
    if table.primary_key:
        yield _key(table, "primary key", "pkey", table.primary_key)
    for columns in table.unique:
        yield _key(table, "unique", "key", columns)


def _key(table: Table, kind: str, suffix: str, columns: tuple[str, ...]) -> str:
    marks = (suffix,) if suffix == "pkey" else (*columns, suffix)
    return f"constraint {constraint_name(table.short_name, *marks)} {kind} ({', '.join(columns)})"


def _rule_lines(table: Table) -> Iterator[str]:
    for name, predicate in table.rules.items():
        yield f"constraint {constraint_name(table.short_name, name)} check ({predicate})"
    for column in table.column_list:
        for check in column.checks:
            name, predicate = check.predicate(column.name)
            yield f"constraint {constraint_name(table.short_name, column.name, name)} check ({predicate})"


def foreign_key_clause(table: Table, key: ForeignKey) -> str:
    """The named constraint, as it stands in CREATE TABLE or after ALTER TABLE … ADD."""
    name = constraint_name(table.short_name, key.column, "fkey")
    return f"constraint {name} foreign key ({key.column}) references {key.target} ({key.target_column})"


def create_indexes(table: Table) -> list[str]:
    """One index per declared column list, over all rows or those of its predicate."""
    declared = [(columns, "") for columns in table.indexes]
    declared += [(columns, f" where {predicate}") for columns, predicate in table.partial_indexes.items()]
    return [
        f"create index if not exists {constraint_name(table.short_name, *columns, 'idx')}"
        f" on {table.name} ({', '.join(columns)}){where};"
        for columns, where in declared
    ]


def comments(table: Table) -> list[str]:
    """What it answers and its grain on the table, meaning and privacy class on every column."""
    about = f"{table.answers} Grain: {table.grain}." if table.answers else table.grain
    lines = [f"comment on table {table.name} is {quote_text(about)};"]
    for column in table.column_list:
        klass = column.classification.privacy_class
        text = column.description if klass == "none" else f"{column.description} [{klass}]"
        lines.append(f"comment on column {table.name}.{column.name} is {quote_text(text)};")
    return lines


def table_ddl(table: Table) -> str:
    """Everything that makes the table, in order."""
    return "\n".join([create_table(table), *create_indexes(table), *comments(table)])
