"""Columns of a frame as Arrow arrays in the form that COPY takes."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def constant(value: int, rows: int) -> pa.Array:
    """The same whole number in every row."""
    return pa.repeat(pa.scalar(value, pa.int64()), rows)


def keys(values: pd.Series, missing: int | None = None) -> pa.Array:
    """Whole numbers of 63 bits, exactly; `missing` stands for none."""
    found = pa.array(values, pa.int64())
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return found if missing is None else pc.fill_null(found, missing)


def whole(values: pd.Series) -> pa.Array:
    """Whole numbers that were computed as float64."""
    return pa.array(values.to_numpy(), pa.int64(), from_pandas=True)


def days(values: pd.Series) -> pa.Array:
    """Dates."""
    return pa.array(values.to_numpy("datetime64[D]"), pa.date32())


def times(values: pd.Series, missing: str | None = None) -> pa.Array:
    """Instants in UTC as PostgreSQL reads them; each distinct one is written once."""
    instants = pa.array(values.dt.tz_localize(None).to_numpy("datetime64[us]"))
    encoded = instants.dictionary_encode()
    texts = pc.cast(pc.cast(encoded.dictionary, pa.timestamp("us", "UTC")), pa.string())
    found = texts.take(encoded.indices)
    return found if missing is None else pc.fill_null(found, missing)
