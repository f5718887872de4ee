"""What one Power BI project is: a model's tables, words, roles and sources, and the pages of its reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from warehouse_assets.bi.charts import Chart, Choice
from warehouse_assets.bi.powerbi.objects import Measured
from warehouse_assets.bi.powerbi.tmdl import Node
from warehouse_assets.bi.text import Language, Text
from warehouse_assets.schemas import Table


@dataclass(frozen=True)
class Words:
    """What readers call a table, its columns and its measures."""

    label: Text
    columns: Mapping[str, Text]
    measures: tuple[Measured, ...] = ()


@dataclass(frozen=True)
class ReportPage:
    """A page: what the reader chooses, and charts in reading order."""

    name: str
    label: Text
    choices: tuple[Choice, ...]
    charts: tuple[Chart, ...]


class Fields(Protocol):
    """Where a chart's columns and metrics are in the model."""

    def column(self, place: str, name: str, language: Language) -> tuple[str, str]:
        """Table and column of a name, in a chart of `place` (schema.table)."""

    def measure(self, place: str, name: str) -> tuple[str, str]:
        """Table and measure of a metric."""

    def label(self, name: str) -> Text:
        """What readers call a column."""


@dataclass(frozen=True)
class Design:
    """All that the files of a project, and their checks, follow from."""

    name: str
    reports: Mapping[str, Language]
    """Name of the report -> its language."""
    tables: tuple[Node, ...]
    relationships: tuple[tuple[str, str], ...]
    """From `table.column` of many rows to `table.column` of one."""
    words: Mapping[str, Words]
    """Table -> its words."""
    sources: Mapping[str, Table]
    """Table of the model -> the table of the database that it imports."""
    schemas: frozenset[str]
    """Schemas of the database that the import reads."""
    roles: Mapping[str, Mapping[str, str]]
    """Role of the database -> table -> in DAX, the rows that it meets."""
    pages: tuple[ReportPage, ...]
    fields: Fields
    date_table: str
    compatibility_level: str = "1600"
    is_star: bool = False
    """Whether facts refer to dimensions, so that the choices of one page hold for all and the rules of stars apply."""

    @property
    def folder(self) -> str:
        """The model's folder."""
        return f"{self.name}.SemanticModel"
