"""A sample of whole rows of a table with what it is joined to: what columns say about each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.joins import Join
from warehouse_assets.drafting.weighing.money import Signs, draft_money
from warehouse_assets.ingestion.contract.frame import TEXT
from warehouse_assets.ingestion.contract.values import parse_money, parse_numbers
from warehouse_assets.ingestion.readers.workspace import quoted
from warehouse_assets.ingestion.sources.column_usage import SOURCE_LINE
from warehouse_assets.ingestion.sources.settings import MoneySettings, NumberSigns

SAMPLE_ROWS, SAMPLE_VALUES = 20_000, 1_000_000
Level = Literal["line", "order", "first", "unclear"]
"""Whether an amount belongs to a line, repeats the order's on each line, stands on its first line only, or either."""
Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass
class Rows:
    """Whole rows in the order of the file, by column."""

    texts: Mapping[tuple[str, str], npt.NDArray[np.object_]]
    signs: Signs = (".", ",")
    """Of decimals and thousands, where a column alone does not tell."""
    _numbers: dict[tuple[str, str], Numbers] = field(default_factory=dict)
    _codes: dict[tuple[str, str], Codes] = field(default_factory=dict)

    @cached_property
    def count(self) -> int:
        return max((len(values) for values in self.texts.values()), default=0)

    def chosen(self, mask: Mask) -> Rows:
        """Some of the rows."""
        return Rows({key: values[mask] for key, values in self.texts.items()}, self.signs)

    def has(self, column: Column) -> bool:
        return (column.table, column.name) in self.texts

    def filled(self, column: Column) -> Mask:
        return np.asarray(self.codes(column) >= 0)

    def codes(self, column: Column) -> Codes:
        """Each value as a number, -1 where there is none."""
        key = (column.table, column.name)
        if key not in self._codes:
            values = pd.Series(self.texts[key])
            self._codes[key] = pd.factorize(values.where(values != ""))[0].astype(np.int64)
        return self._codes[key]

    def numbers(self, column: Column) -> Numbers:
        """Each value as an amount; NaN where it is none."""
        key = (column.table, column.name)
        if key not in self._numbers:
            money = draft_money([column], self.signs)
            settings = MoneySettings(decimal=money.signs[0], thousands=money.signs[1], symbols=money.symbols)
            texts = pd.Series(self.texts[key], dtype=TEXT)
            parsed = parse_money(texts.where(texts != ""), settings).approximate
            self._numbers[key] = parsed.to_numpy(dtype=np.float64)
        return self._numbers[key]

    def shares(self, column: Column) -> Numbers:
        """Each percentage or share as a part of one; NaN where it is none."""
        texts = pd.Series(self.texts[column.table, column.name], dtype=TEXT).str.removesuffix("%").str.strip()
        signs = NumberSigns(decimal=self.signs[0], thousands=self.signs[1])
        parts = parse_numbers(texts.where(texts != ""), signs).approximate.to_numpy(dtype=np.float64)
        return parts if is_part_of_one(column) else parts / 100

    def determines(self, key: Column, other: Column) -> float:
        """Of the keys that stand on several rows, the share whose rows agree in the other column."""
        return determines(self.codes(key), self.codes(other))


def is_part_of_one(column: Column) -> bool:
    """Whether shares are written as parts of one, and not of a hundred."""
    found = parse_numbers(pd.Series(list(column.sample), dtype=TEXT).str.replace(",", "."), NumberSigns()).approximate
    return bool((found.abs() <= 1).all())


def usual_share(keys: Codes, values: Codes) -> float:
    """The share of the filled rows that have the usual value of their key."""
    both = (keys >= 0) & (values >= 0)
    if not both.any():
        return 1.0
    counts = pd.DataFrame({"key": keys[both], "value": values[both]}).groupby(["key", "value"]).size()
    return float(counts.groupby("key").max().sum() / both.sum())


def determines(keys: Codes, values: Codes) -> float:
    """Of the keys with several filled rows, the share whose rows agree; 1 where no key has several."""
    both = (keys >= 0) & (values >= 0)
    if not both.any():
        return 1.0
    pairs = pd.DataFrame({"key": keys[both], "value": values[both]}).groupby("key")["value"].agg(["count", "nunique"])
    several = pairs[pairs["count"] > 1]
    return float((several["nunique"] == 1).mean()) if len(several) else 1.0


def load_rows(
    workspace: duckdb.DuckDBPyConnection, driving: str, joins: Sequence[Join], columns: Sequence[Column]
) -> Rows:
    """The first rows of the driving table, each with the record of every joined table that its key names."""
    wanted = [column for column in columns if column.present]
    items = ", ".join(
        f"trim(coalesce({quoted(one.table)}.{quoted(one.name)}, '')) as c{place}" for place, one in enumerate(wanted)
    )
    tables = " ".join(_joined(join) for join in joins)
    # The order of the file is that of the lines; sorting wide rows in DuckDB takes more memory than it has.
    line = f"{quoted(driving)}.{SOURCE_LINE}"
    most = min(SAMPLE_ROWS, SAMPLE_VALUES // max(len(wanted), 1))
    query = f"select {line}, {items or '1'} from {quoted(driving)} {tables} limit {most}"
    found = sorted(workspace.execute(query).fetchall(), key=lambda row: row[0])
    values = list(zip(*found, strict=True))[1:] or [()] * len(wanted)
    texts = {(one.table, one.name): _objects(texts) for one, texts in zip(wanted, values, strict=False)}
    return Rows(texts, draft_money([one for one in wanted if one.has_fraction]).signs)


def _objects(texts: Sequence[str]) -> npt.NDArray[np.object_]:
    found: npt.NDArray[np.object_] = np.array(texts, dtype=object)
    return found


def _joined(join: Join) -> str:
    key, table = quoted(join.key.name), quoted(join.key.table)
    once = f"(select * from {table} qualify row_number() over (partition by {key} order by {SOURCE_LINE}) = 1)"
    column = f"{quoted(join.column.table)}.{quoted(join.column.name)}"
    return f"left join {once} as {table} on trim({column}) = trim({table}.{key})"


def level_of(values: Codes, orders: Codes, numbers: Numbers | None = None) -> Level:
    """Where a value that is said of an order stands among the lines of orders with several lines."""
    frame = pd.DataFrame({"order": orders, "value": values})[orders >= 0]
    frame["first"] = ~frame.duplicated("order")
    sizes = frame.groupby("order")["value"].transform("size")
    several = frame[sizes > 1]
    if several.empty:
        return "line"
    later = several[~several["first"]]
    if (later["value"] < 0).mean() >= 0.98 and (several[several["first"]]["value"] >= 0).any():
        return "first"
    if numbers is not None:
        has_amount = pd.Series(np.nan_to_num(numbers[orders >= 0]) != 0, index=frame.index)
        several = several[has_amount.groupby(frame["order"]).transform("any")[several.index]]
    filled = several.groupby("order")["value"].agg(["nunique", "min"])
    if filled.empty:
        return "unclear"
    same = (filled["nunique"] == 1) & (filled["min"] >= 0)
    if same.mean() < 0.9:
        return "line"
    varies = frame["value"][frame["value"] >= 0].nunique() > 2
    return "order" if varies and len(filled) >= 3 and same.mean() > 0.98 else "unclear"
