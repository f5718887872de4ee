"""Differences between an expected and an actual table, said so that a person sees what is wrong."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from warehouse_assets_tests.oracle.forecast import ROUGHLY

Key = tuple[Any, ...]


def _plain(value: Any) -> Any:
    """One form per value: missing is None, numbers are Decimal, timestamps without a time are dates."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return Decimal(int(value))
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else Decimal(str(value))
    if isinstance(value, Decimal):
        return None if value.is_nan() else value
    if isinstance(value, datetime | np.datetime64):
        return pd.Timestamp(value).date()
    return value


def _plain_columns(frame: pd.DataFrame, columns: Sequence[str]) -> list[Key]:
    values = [[_plain(value) for value in frame[column].array] for column in columns]
    return list(zip(*values, strict=True))


def _said(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "NULL" if value is None else str(value)


def _named(key: Key) -> str:
    return " | ".join(_said(value) for value in key)


def _first(title: str, found: Sequence[str], limit: int) -> Iterator[str]:
    if found:
        rest = f" … {len(found) - limit} more" if len(found) > limit else ""
        yield f"{len(found)} {title}: {'; '.join(found[:limit])}{rest}"


def _repeated(title: str, keys: Sequence[Key], limit: int) -> Iterator[str]:
    repeated = [_named(key) for key, times in Counter(keys).items() if times > 1]
    return _first(f"keys more than once in {title}", repeated, limit)


def is_equal(column: str, one: Any, other: Any, size: float = 0) -> bool:
    """To the last digit; of estimates, in the first three, against `size` where they are near nothing."""
    if one is None or other is None or column not in ROUGHLY:
        return bool(one == other)
    return math.isclose(float(one), float(other), rel_tol=2e-3, abs_tol=max(1e-4, size * 2e-3))


def is_same(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two rows are equal; estimated amounts may differ by little of the width of their interval."""
    width = float(row["upper_amount"] - row["lower_amount"]) if row.get("upper_amount") is not None else 0.0
    return all(is_equal(name, value, other[name], width * name.endswith("_amount")) for name, value in row.items())


def compare(expected: pd.DataFrame, actual: pd.DataFrame, key_columns: Sequence[str], limit: int = 5) -> list[str]:
    """Readable differences, empty when there are none; columns that `expected` lacks are not compared."""
    missing = [column for column in expected.columns if column not in actual.columns]
    if missing:
        return [f"columns missing: {', '.join(missing)}"]
    columns = list(expected.columns)
    expected_keys, actual_keys = (_plain_columns(frame, key_columns) for frame in (expected, actual))
    wanted = dict(zip(expected_keys, _plain_columns(expected, columns), strict=True))
    found = dict(zip(actual_keys, _plain_columns(actual, columns), strict=True))
    differences = [*_repeated("expected", expected_keys, limit), *_repeated("actual", actual_keys, limit)]
    differences += _first("rows missing", [_named(key) for key in wanted if key not in found], limit)
    differences += _first("rows too many", [_named(key) for key in found if key not in wanted], limit)
    for position, column in enumerate(columns):
        cells = [
            f"[{_named(key)}] expected {_said(row[position])}, got {_said(found[key][position])}"
            for key, row in wanted.items()
            if key in found and not is_equal(column, row[position], found[key][position])
        ]
        differences += _first(f"differences in {column}", cells, limit)
    return differences
