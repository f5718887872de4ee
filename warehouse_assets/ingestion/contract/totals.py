"""Rows of sales that sum up others: a text says so, and what each other row fills is empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from warehouse_assets.ingestion.contract.frame import Codes, Mask, arrow, distinct
from warehouse_assets.ingestion.contract.rules import Finding
from warehouse_assets.ingestion.contract.words.total_words import (
    BEGINNING,
    NEARLY_ALL,
    begins_as_total,
    is_total,
    is_word_of_total,
)
from warehouse_assets.ingestion.sources.settings import SourceSettings

_TOLD_BY = (
    "order_id", "customer_id", "product_id", "product_name", "category", "subcategory", "line_type", "country",
    "region", "city",
)  # fmt: skip
"""Fields in which a row of totals may say that it is one."""
_OF_A_RECORD = ("order_id", "line_number", "customer_id", "product_id", "product_name", "category")
"""Fields that a sale may have and a sum of sales has not."""


class TotalRows:
    """Finds the rows of totals in the frames of a delivery, by what the rows so far have."""

    def __init__(self, settings: SourceSettings) -> None:
        self._keeps = settings.total_of_rows == "keep"
        self._named = {text.lower() for text in settings.line_types}
        """Line types of which the source says what they are."""
        self._rows = 0
        self._filled: Counter[str] = Counter()
        self._telling: Counter[str] = Counter()
        self._filled_in_telling: Counter[tuple[str, str]] = Counter()

    def find(self, raw: pd.DataFrame) -> list[Finding]:
        """Rows that are rejected as totals, and rows that read as some and count.

        A text alone is no proof, as a brand or a place may be called Total; a line's type, or a plain word among
        the numbers of orders, is.
        """
        if self._keeps:
            return []
        self._rows += len(raw)
        filled = {name: raw[name].notna().to_numpy(dtype=bool) for name in _OF_A_RECORD if name in raw}
        self._filled.update({name: int(mask.sum()) for name, mask in filled.items()})
        findings = []
        for name in _TOLD_BY:
            says_so = self._telling_rows(raw, name, begins_as_total if name == "order_id" else is_total)
            self._telling[name] += int(says_so.sum())
            self._filled_in_telling.update({(name, one): int((mask & says_so).sum()) for one, mask in filled.items()})
            if not says_so.any() or self._telling[name] * 2 > self._rows:
                continue
            proved = says_so & self._is_hollow(filled, name)
            if name == "line_type":
                proved = says_so
            elif name == "order_id":
                proved |= says_so & self._telling_rows(raw, name, is_word_of_total)
            problem = "says that the row is a total of other rows"
            findings.append(Finding("total_of_rows", "reject", name, problem, proved, raw[name]))
            problem = "reads as a total of other rows, but the row has what a sale has, and counts as sold"
            findings.append(Finding("total_as_sold", "warn", name, problem, says_so & ~proved, raw[name]))
        return findings

    def _telling_rows(self, raw: pd.DataFrame, name: str, is_one: Callable[[str], bool]) -> Mask:
        if name not in raw or not (hits := _begins_like_total(raw[name])).any():
            return np.zeros(len(raw), dtype=np.bool_)
        found = distinct(raw[name].where(hits))
        return found.marked(is_one(text) and text.lower() not in self._named for text in found.texts)

    def _is_hollow(self, filled: dict[str, Mask], told_by: str) -> Mask:
        """Rows without at least half of what nearly all other rows have; without a customer alone is a guest's."""
        least = NEARLY_ALL * (self._rows - self._telling[told_by])
        others = {name: self._filled[name] - self._filled_in_telling[told_by, name] for name in filled}
        usual = [name for name in filled if name != told_by and others[name] >= least]
        size = len(next(iter(filled.values()), ()))
        lacks: Codes = np.zeros(size, dtype=np.int64)
        lacks_more = np.zeros(size, dtype=np.bool_)
        for name in usual:
            lacks += ~filled[name]
            lacks_more |= ~filled[name] & (name != "customer_id")
        hollow: Mask = lacks_more & (lacks * 2 >= len(usual))
        return hollow


def _begins_like_total(values: pd.Series) -> Mask:
    found = pc.fill_null(pc.match_substring_regex(arrow(values), BEGINNING), False)
    mask: Mask = found.to_numpy(zero_copy_only=False)
    return mask
