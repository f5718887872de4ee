"""The project of both marts: their tables as they are, with what they share, and six pages."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse_assets.bi.labels import COLUMN_LABELS, PAGE_LABELS, TABLE_LABELS
from warehouse_assets.bi.layout import CHARTS, CHOICES
from warehouse_assets.bi.metrics import PAGES
from warehouse_assets.bi.powerbi.design import Design, ReportPage, Words
from warehouse_assets.bi.powerbi.roles import reader_roles, rules_of
from warehouse_assets.bi.powerbi.shared import (
    ACCESS_LABELS,
    ACCESS_TABLE,
    CALENDAR_LABELS,
    SHARED_COLUMNS,
    SHARED_TABLES,
    shared_tables,
    tables_with,
)
from warehouse_assets.bi.powerbi.tables import DATE_COLUMNS, MART_TABLES, measures_of, table_node
from warehouse_assets.bi.text import Language, Text

_CALENDAR_COLUMN = {"quarter": "quarter", "year": "year"}


class MartFields:
    """Dates that refer to the calendar are the calendar's, shops and currencies those of their tables."""

    def column(self, place: str, name: str, language: Language) -> tuple[str, str]:
        """Table and column of a name."""
        short = place.split(".")[1]
        if name == "year" or DATE_COLUMNS.get(short) == name:
            return "calendar", _CALENDAR_COLUMN.get(name, "month")
        return next((table for table, own in SHARED_COLUMNS.items() if own == name), short), name

    def measure(self, place: str, name: str) -> tuple[str, str]:
        """Table and measure of a metric."""
        short = place.split(".")[1]
        return short, next(metric.title.en for metric in measures_of(short) if metric.name == name)

    def label(self, name: str) -> Text:
        """What readers call a column."""
        return COLUMN_LABELS[name]


def _words() -> Iterator[tuple[str, Words]]:
    yield "calendar", Words(SHARED_TABLES["calendar"], CALENDAR_LABELS)
    for shared, column in SHARED_COLUMNS.items():
        yield shared, Words(SHARED_TABLES[shared], {column: COLUMN_LABELS[column]})
    yield ACCESS_TABLE, Words(SHARED_TABLES[ACCESS_TABLE], ACCESS_LABELS)
    for short, table in MART_TABLES.items():
        labels = {name: COLUMN_LABELS[name] for name in table.column_names}
        yield short, Words(TABLE_LABELS[short], labels, tuple(measures_of(short)))


def _relationships() -> Iterator[tuple[str, str]]:
    yield from ((f"{table}.{column}", "calendar.date") for table, column in DATE_COLUMNS.items())
    for shared, column in SHARED_COLUMNS.items():
        yield from ((f"{table}.{column}", f"{shared}.{column}") for table in tables_with(column))


MARTS = Design(
    name="Warehouse",
    reports={"Warehouse": "en", "Entrepot": "fr"},
    tables=(*shared_tables(), *(table_node(short) for short in MART_TABLES)),
    relationships=tuple(_relationships()),
    words=dict(_words()),
    sources=MART_TABLES,
    schemas=frozenset({"mart_sales", "mart_customers"}),
    roles={role: rules_of(role, MART_TABLES) for role in reader_roles()},
    pages=tuple(ReportPage(page, PAGE_LABELS[page], CHOICES[page], CHARTS[page]) for page in PAGES),
    fields=MartFields(),
    date_table="calendar",
)
