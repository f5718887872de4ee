"""The syntax of DAX and Power Query, by a parser that remembers also where nothing matches.

Its own memory holds matches alone, so that it tries everything else again and again: seconds for a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

from pbi_parsers import dax, pq
from pbi_parsers.dax import exprs as dax_rules
from pbi_parsers.pq import exprs as query_rules


def is_dax(text: str) -> bool:
    """Whether the text is one whole expression. Raises an error where it is not understood."""
    with remembering(dax_rules):
        return dax.to_ast(text) is not None


def is_power_query(text: str) -> bool:
    """The same of Power Query."""
    with remembering(query_rules):
        return pq.to_ast(text) is not None


def remembering(rules: Any) -> Any:
    """For a while, a place of a text is tried once with each group of rules."""
    match: Callable[..., Any] = rules.any_expression_match

    def once(parser: Any, skip_first: int = 0) -> Any:
        key = (parser.index, "any", skip_first)
        if key not in parser.cache:
            parser.cache[key] = match(parser, skip_first), parser.index
        found, parser.index = parser.cache[key]
        return found

    return mock.patch.object(rules, "any_expression_match", once)
