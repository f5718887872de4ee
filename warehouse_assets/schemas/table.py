"""What a table is: grain, columns, keys, and the Pandera schema that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from warehouse_assets.schemas.answers import ANSWERS
from warehouse_assets.schemas.column import Column
from warehouse_assets.schemas.columns import COLUMNS

if TYPE_CHECKING:  # imported when a frame is checked: the tables are declared in every process
    import pandera.pandas as pa


@dataclass(frozen=True)
class ForeignKey:
    """`column` of the table refers to `target_column` of `target` (schema.table)."""

    column: str
    target: str
    target_column: str


@dataclass(frozen=True)
class Table:
    """One table of the warehouse, from which DDL, checks, comments and dictionary follow.

    `columns` names catalogue columns in order, separated by spaces; a trailing `?` lets one be NULL.
    `rules` are table-level CHECK constraints, name -> SQL predicate.
    """

    name: str
    grain: str
    columns: str
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    partial_indexes: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Columns -> SQL predicate of the rows that the index holds."""
    rules: Mapping[str, str] = field(default_factory=dict)
    partitioned_by: str | None = None
    """Date column whose month is the partition; None for an ordinary table."""

    @property
    def schema_name(self) -> str:
        return self.name.split(".")[0]

    @property
    def short_name(self) -> str:
        return self.name.split(".")[1]

    @property
    def answers(self) -> str:
        """The question that the table answers, as a sentence; empty for a table that only the pipeline reads."""
        return ANSWERS.get(self.name, "")

    @cached_property
    def nullable(self) -> frozenset[str]:
        return frozenset(word[:-1] for word in self.columns.split() if word.endswith("?"))

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(word.rstrip("?") for word in self.columns.split())

    @cached_property
    def column_list(self) -> tuple[Column, ...]:
        """The columns in order; a name that the catalogue lacks is an error that says where to add it."""
        missing = [name for name in self.column_names if name not in COLUMNS]
        if missing:
            raise ValueError(
                f"{self.name}: {', '.join(missing)} not described and classified; "
                "add each once to warehouse_assets/schemas/columns.py"
            )
        return tuple(COLUMNS[name] for name in self.column_names)

    @cached_property
    def frame_schema(self) -> pa.DataFrameSchema:
        """Pandera's schema of the table read as a frame, rows in any order."""
        import pandera.pandas as pa

        types = _frame_types()
        columns = {
            column.name: pa.Column(
                types.get(column.sql_type),
                checks=[check.on_frames() for check in column.checks],
                nullable=column.name in self.nullable,
                description=column.description,
            )
            for column in self.column_list
        }
        unique = list(self.primary_key) or None
        return pa.DataFrameSchema(columns, name=self.name, unique=unique, strict=True, description=self.grain)


def _frame_types() -> Mapping[str, Any]:
    """Types of a frame read from the table; others (text, timestamps, plain numeric) stay objects."""
    from pandera.engines import pandas_engine

    return {
        "smallint": "Int64",
        "integer": "Int64",
        "bigint": "Int64",
        "boolean": "boolean",
        "date": pandas_engine.Date(),
        "numeric(18,4)": pandas_engine.Decimal(18, 4),
        "numeric(18,6)": pandas_engine.Decimal(18, 6),
    }


def to(target: str, column: str, target_column: str | None = None) -> ForeignKey:
    """Shorthand: `to("dw.dim_product", "product_key")`."""
    return ForeignKey(column, target, target_column or column)
