"""What readers call tables, columns and measures, in the language of their Power BI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from warehouse_assets.bi.labels import COLUMN_LABELS, FOLDER_LABELS, TABLE_LABELS
from warehouse_assets.bi.powerbi.shared import (
    ACCESS_LABELS,
    ACCESS_TABLE,
    CALENDAR_LABELS,
    SHARED_COLUMNS,
    SHARED_TABLES,
)
from warehouse_assets.bi.powerbi.tables import MART_TABLES, measures_of
from warehouse_assets.bi.powerbi.tmdl import Node, quoted
from warehouse_assets.bi.text import Language, Text

CULTURES: dict[str, Language] = {"en-US": "en", "fr-FR": "fr"}
"""Power BI's name of a language -> ours."""


def words_of(culture: str) -> Node:
    """Captions of tables, columns and measures, and the measures' definitions and folders."""
    language = CULTURES[culture]
    tables = (
        _table("calendar", SHARED_TABLES["calendar"], CALENDAR_LABELS, language),
        *(
            _table(shared, SHARED_TABLES[shared], {column: COLUMN_LABELS[column]}, language)
            for shared, column in SHARED_COLUMNS.items()
        ),
        _table(ACCESS_TABLE, SHARED_TABLES[ACCESS_TABLE], ACCESS_LABELS, language),
        *(
            _table(short, TABLE_LABELS[short], {name: COLUMN_LABELS[name] for name in table.column_names}, language)
            for short, table in MART_TABLES.items()
        ),
    )
    return Node(f"cultureInfo {culture}", (), (Node("translations", (), (Node("model Model", (), tables),)),))


def _table(name: str, label: Text, columns: Mapping[str, Text], language: Language) -> Node:
    measures = _measures(name, language) if name in MART_TABLES else ()
    captions = (Node(f"column {each}", (("caption", of.in_language(language)),)) for each, of in columns.items())
    return Node(f"table {name}", (("caption", label.in_language(language)),), (*measures, *captions))


def _measures(short: str, language: Language) -> Iterator[Node]:
    for metric in measures_of(short):
        words = (
            ("caption", metric.title.in_language(language)),
            ("description", metric.definition.in_language(language)),
            ("displayFolder", FOLDER_LABELS[metric.format].in_language(language)),
        )
        yield Node(f"measure {quoted(metric.title.en)}", words)
