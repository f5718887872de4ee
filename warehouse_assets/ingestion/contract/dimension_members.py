"""What a delivery names beside its records: places, channels, products. One small row per distinct one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.contract.frame import Codes, column_of, distinct_rows
from warehouse_assets.ingestion.contract.places import Countries, Country, Place
from warehouse_assets.pseudonyms.hashing import UNKNOWN_KEY, natural_key

PRODUCT_FIELDS = ("product_id", "product_name", "category", "subcategory")
_NEVER = pd.Timestamp("1900-01-01", tz="UTC")


@dataclass
class DimensionMembers:
    """Dimension members of one delivery, gathered while its frames pass."""

    source_name: str
    places: dict[tuple[Country, str, str], Place] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    products: dict[tuple[str, ...], int] = field(default_factory=dict)
    sold: dict[tuple[str, ...], pd.Timestamp] = field(default_factory=dict)
    product_lines: dict[tuple[str, ...], Counter[int]] = field(default_factory=dict)
    """Attributes -> lines by the month (UTC) of their sale, counted from year 0."""

    def place_keys(self, country: Countries, region: pd.Series, city: pd.Series) -> Codes:
        """A key per row, -1 where nothing is known."""
        by_name = {member.name: member for member in country.members}
        codes, distinct = distinct_rows([country.names, region, city])
        found = [(by_name[name], of_region, of_city) for name, of_region, of_city in distinct]
        for place in found:
            self.places.setdefault(place, Place(*place))
        return _taken([self.places[place].key for place in found], codes)

    def channel_keys(self, names: pd.Series) -> Codes:
        """A key per row, -1 without a channel."""
        codes, distinct = distinct_rows([names])
        for (name,) in distinct:
            if name:
                self.channels.setdefault(name, natural_key("channel", name))
        return _taken([self.channels.get(name, UNKNOWN_KEY) for (name,) in distinct], codes)

    def product_keys(self, frame: pd.DataFrame, sold_at: pd.Series | None) -> Codes:
        """A key per row: by product_id, else by name, category and subcategory; -1 when all are empty."""
        codes, distinct = distinct_rows([column_of(frame, name) for name in PRODUCT_FIELDS])
        for attributes in distinct:
            if attributes not in self.products:
                self.products[attributes] = self._product_key(attributes)
        self._note_sales(codes, distinct, sold_at)
        return _taken([self.products[attributes] for attributes in distinct], codes)

    def _product_key(self, attributes: tuple[str, ...]) -> int:
        if attributes[0]:
            return natural_key("product", self.source_name, "id", attributes[0])
        return natural_key("product", self.source_name, "name", *attributes[1:]) if any(attributes) else UNKNOWN_KEY

    def _note_sales(self, codes: Codes, distinct: list[tuple[str, ...]], sold_at: pd.Series | None) -> None:
        times = pd.Series(_NEVER, index=range(len(codes))) if sold_at is None else sold_at
        months = times.dt.year.to_numpy() * 12 + times.dt.month.to_numpy()
        newest = times.groupby([codes, months]).agg(["max", "size"])
        for (code, month), at, lines in newest.itertuples(name=None):
            key = distinct[code]
            self.sold[key] = max(self.sold.get(key, _NEVER), at)
            self.product_lines.setdefault(key, Counter())[month] += int(lines)

    def _newest_lines(self) -> dict[tuple[str, ...], int]:
        """Attributes -> their lines in the newest month in which the product was sold."""
        newest: dict[int, int] = {}
        for names, months in self.product_lines.items():
            key = self.products[names]
            newest[key] = max(newest.get(key, 0), *months)
        return {names: months[newest[self.products[names]]] for names, months in self.product_lines.items()}

    def lines_with_another_name(self) -> int:
        """Sale lines of products with a number whose name is not the one of most of the product's lines."""
        names: dict[str, Counter[str]] = {}
        for (product_id, name, *_), months in self.product_lines.items():
            if product_id and name:
                names.setdefault(product_id, Counter())[name] += months.total()
        return sum(lines.total() - max(lines.values()) for lines in names.values())

    def lines_in_two_categories(self) -> int:
        """Sale lines of products that stand in more than one category under one number or name."""
        categories: dict[tuple[str, str], set[str]] = {}
        for product_id, name, category, _ in self.products:
            if category and (product_id or name):
                categories.setdefault((product_id, "" if product_id else name), set()).add(category)
        torn = {identity for identity, found in categories.items() if len(found) > 1}
        return sum(
            months.total()
            for (product_id, name, _, _), months in self.product_lines.items()
            if (product_id, "" if product_id else name) in torn
        )

    def tables(self, file_key: int) -> dict[str, pa.Table]:
        """Rows of staging.geographies, staging.channels and staging.products."""
        places = {place.key: place for place in self.places.values() if place.key != UNKNOWN_KEY}
        products = [(key, *names) for names, key in self.products.items() if key != UNKNOWN_KEY]
        known = [names for names, key in self.products.items() if key != UNKNOWN_KEY]
        sold, newest_lines = [self.sold[names] for names in known], self._newest_lines()
        return {
            "staging.geographies": _table(
                ("file_key", [file_key] * len(places)),
                ("geography_key", list(places)),
                ("country", [place.country.name for place in places.values()]),
                ("region", [place.region for place in places.values()]),
                ("city", [place.city for place in places.values()]),
                ("country_iso2", [place.country.iso2 for place in places.values()]),
                ("country_iso3", [place.country.iso3 for place in places.values()]),
                ("continent", [place.country.continent for place in places.values()]),
            ),
            "staging.channels": _table(
                ("file_key", [file_key] * len(self.channels)),
                ("channel_key", list(self.channels.values())),
                ("acquisition_channel", list(self.channels)),
            ),
            "staging.products": _table(
                ("file_key", [file_key] * len(products)),
                ("product_key", [row[0] for row in products]),
                ("source_name", [self.source_name] * len(products)),
                *((name, [row[n] for row in products]) for n, name in enumerate(PRODUCT_FIELDS, 1)),
                ("last_sold_at", pa.array(sold, pa.timestamp("us", "UTC"))),
                ("newest_line_count", [newest_lines[names] for names in known]),
            ),
        }


def _taken(keys: Sequence[int], codes: Codes) -> Codes:
    """The key of each row's code."""
    return np.array(keys, dtype=np.int64)[codes] if len(codes) else np.zeros(0, dtype=np.int64)


def _table(*columns: tuple[str, Sequence[object] | pa.Array]) -> pa.Table:
    arrays = {name: values if isinstance(values, pa.Array) else pa.array(values) for name, values in columns}
    return pa.table(arrays)
