"""Frames of text columns: Arrow underneath, and each distinct text looked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
TEXT = pd.ArrowDtype(pa.string())


@dataclass(frozen=True)
class FrameResult:
    """Rows for one staging table, and how many records were accepted and rejected."""

    rows: pa.Table
    accepted: int
    rejected: int
    suppressed: int = 0
    """Refused records of people who were erased: they are not kept."""


@dataclass(frozen=True)
class Distinct:
    """A column as its distinct texts and the place of each row's; -1, the last, where it is missing."""

    codes: Codes
    texts: list[str]

    def taken(self, values: Iterable[str | None]) -> pd.Series:
        """A column of texts with the value that belongs to each row's text."""
        chosen = pa.array([*values, None], pa.string())
        return pd.Series(chosen.take(pa.array(self.codes % len(chosen))), dtype=TEXT)

    def marked(self, marks: Iterable[bool]) -> Mask:
        """Rows whose text is marked; a missing text is not."""
        return np.array([*marks, False], dtype=np.bool_)[self.codes]

    @property
    def present(self) -> Mask:
        return self.codes >= 0


def arrow(values: pd.Series) -> pa.Array:
    """A column of texts as one Arrow array."""
    found = pa.array(values, pa.string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def distinct(values: pd.Series | pa.Array) -> Distinct:
    """The distinct texts of a column, in the order in which they appear."""
    encoded = (arrow(values) if isinstance(values, pd.Series) else values).dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Distinct(codes, encoded.dictionary.to_pylist())


def distinct_rows(columns: Sequence[pd.Series]) -> tuple[Codes, list[tuple[str, ...]]]:
    """The place of each row among the distinct rows of some columns; a missing text is empty."""
    codes: Codes = np.zeros(len(columns[0]), dtype=np.int64)
    rows: list[tuple[str, ...]] = [()]
    for column in columns:
        found = distinct(pc.fill_null(arrow(column), ""))
        size = max(len(found.texts), 1)
        codes, pairs = pd.factorize(codes * size + found.codes)
        rows = [(*rows[pair // size], found.texts[pair % size]) for pair in pairs.tolist()]
    return codes.astype(np.int64), rows


def column_of(frame: pd.DataFrame, name: str) -> pd.Series:
    """The column, or one of missing texts where the source has none."""
    if name in frame:
        return frame[name]
    return pd.Series(pa.nulls(len(frame), pa.string()), index=frame.index, dtype=TEXT)


def codes_of(values: pd.Series, codes: Sequence[str]) -> Mask:
    """Rows whose text is one of the codes, upper and lower case alike."""
    wanted = {code.lower() for code in codes}
    found = distinct(values)
    return found.marked(text.lower() in wanted for text in found.texts)


def mapped(values: pd.Series, change: Callable[[str], str | None]) -> pd.Series:
    """Each text changed; a missing one stays so."""
    found = distinct(values)
    return found.taken(map(change, found.texts))


def chosen(frame: pd.DataFrame, mask: Mask) -> pd.DataFrame:
    """The frame's rows under the mask, renumbered."""
    return frame if mask.all() else frame[mask].reset_index(drop=True)
