"""What readers call tables, columns and measures, in the language of their Power BI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from warehouse_assets.bi.powerbi.design import Words
from warehouse_assets.bi.powerbi.objects import folder_of
from warehouse_assets.bi.powerbi.tmdl import Node, quoted
from warehouse_assets.bi.text import Language

CULTURES: dict[str, Language] = {"en-US": "en", "fr-FR": "fr"}
"""Power BI's name of a language -> ours."""


def words_of(culture: str, words: Mapping[str, Words]) -> Node:
    """Captions of tables, columns and measures, and the measures' definitions and folders."""
    language = CULTURES[culture]
    tables = tuple(_table(name, of, language) for name, of in words.items())
    return Node(f"cultureInfo {culture}", (), (Node("translations", (), (Node("model Model", (), tables),)),))


def _table(name: str, words: Words, language: Language) -> Node:
    captions = (Node(f"column {each}", (("caption", of.in_language(language)),)) for each, of in words.columns.items())
    return Node(
        f"table {name}", (("caption", words.label.in_language(language)),), (*_measures(words, language), *captions)
    )


def _measures(words: Words, language: Language) -> Iterator[Node]:
    for measure in words.measures:
        texts = (
            ("caption", measure.title.in_language(language)),
            ("description", measure.definition.in_language(language)),
            ("displayFolder", folder_of(measure.format).in_language(language)),
        )
        yield Node(f"measure {quoted(measure.title.en)}", texts)
