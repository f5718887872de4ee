"""Every column of the warehouse, each described and classified once."""

from __future__ import annotations

from collections.abc import Iterable

from warehouse_assets.schemas.column import Column
from warehouse_assets.schemas.columns_access import ACCESS
from warehouse_assets.schemas.columns_delivery import DELIVERY, IDENTITIES, KEYS
from warehouse_assets.schemas.columns_governance import GOVERNANCE
from warehouse_assets.schemas.columns_marts import CUSTOMER_MARTS, SALES_MARTS
from warehouse_assets.schemas.columns_star import AGGREGATES, DATES, PERSONS, PLACES, PRODUCTS, SALES


def _catalogue(columns: Iterable[Column]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in columns:
        if column.name in found:
            raise ValueError(f"column {column.name} is described twice; describe each name once")
        found[column.name] = column
    return found


COLUMNS = _catalogue(
    [
        *KEYS,
        *DELIVERY,
        *IDENTITIES,
        *GOVERNANCE,
        *ACCESS,
        *DATES,
        *PERSONS,
        *PLACES,
        *PRODUCTS,
        *SALES,
        *AGGREGATES,
        *SALES_MARTS,
        *CUSTOMER_MARTS,
    ]
)
