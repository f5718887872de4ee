"""Small helpers for frames of text columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.ingestion.values import Mask, texts

TEXT = pd.ArrowDtype(pa.string())


@dataclass(frozen=True)
class FrameResult:
    """Rows for one staging table, and how many records were accepted and rejected."""

    rows: pa.Table
    accepted: int
    rejected: int


def column_of(frame: pd.DataFrame, name: str) -> pd.Series:
    """The column, or one of missing texts where the source has none."""
    if name in frame:
        return frame[name]
    return pd.Series(pd.NA, index=frame.index, dtype=TEXT)


def codes_of(values: pd.Series, codes: Sequence[str]) -> Mask:
    """Rows whose text is one of the codes, upper and lower case alike."""
    wanted = [code.lower() for code in codes]
    found = values.str.lower().isin(wanted).fillna(False)
    return np.asarray(found, dtype=np.bool_)


def plain_numbers(values: pd.Series) -> pa.Array:
    """Decimal texts in one form each (`1.50` and `1.5` are the same), so that equal numbers hash equally."""
    text = pa.array(texts(values), pa.string())
    text = pc.replace_substring_regex(text, r"^(-?)0+(\d)", r"\1\2")
    text = pc.replace_substring_regex(text, r"(\.\d*?)0+$", r"\1")
    text = pc.replace_substring_regex(text, r"\.$", "")
    return pc.replace_substring_regex(text, r"^-0$", "0")
