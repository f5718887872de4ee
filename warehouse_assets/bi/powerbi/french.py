"""The model's French words, which Power BI shows to whoever reads it in French."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from warehouse_assets.bi.labels import COLUMN_LABELS, TABLE_LABELS
from warehouse_assets.bi.powerbi.shared import (
    ACCESS_LABELS,
    ACCESS_TABLE,
    CALENDAR_LABELS,
    SHARED_COLUMNS,
    SHARED_TABLES,
)
from warehouse_assets.bi.powerbi.tables import MART_TABLES, measures_of
from warehouse_assets.bi.powerbi.tmdl import Node, quoted
from warehouse_assets.bi.text import Text

FRENCH = "fr-FR"


def french_words() -> Node:
    """Captions of tables, columns and measures, and the measures' definitions."""
    tables = (
        _table("calendar", SHARED_TABLES["calendar"], _columns(CALENDAR_LABELS)),
        *(
            _table(shared, SHARED_TABLES[shared], _columns({column: COLUMN_LABELS[column]}))
            for shared, column in SHARED_COLUMNS.items()
        ),
        _table(ACCESS_TABLE, SHARED_TABLES[ACCESS_TABLE], _columns(ACCESS_LABELS)),
        *(_table(short, TABLE_LABELS[short], _mart_words(short)) for short in MART_TABLES),
    )
    return Node(f"cultureInfo {FRENCH}", (), (Node("translations", (), (Node("model Model", (), tables),)),))


def _table(name: str, label: Text, words: Iterable[Node]) -> Node:
    return Node(f"table {name}", (("caption", label.fr),), tuple(words))


def _columns(labels: Mapping[str, Text]) -> Iterator[Node]:
    for name, label in labels.items():
        yield Node(f"column {name}", (("caption", label.fr),))


def _mart_words(short: str) -> Iterator[Node]:
    for metric in measures_of(short):
        words = (("caption", metric.title.fr), ("description", metric.definition.fr))
        yield Node(f"measure {quoted(metric.title.en)}", words)
    yield from _columns({name: COLUMN_LABELS[name] for name in MART_TABLES[short].column_names})
