"""Every table of the warehouse: columns described and classified once, keys, rules, Pandera schemas."""

from warehouse_assets.schemas.access import ACCESS
from warehouse_assets.schemas.column import Column
from warehouse_assets.schemas.columns import COLUMNS
from warehouse_assets.schemas.governance import GOVERNANCE
from warehouse_assets.schemas.marts import CUSTOMER_MART, SALES_MART
from warehouse_assets.schemas.staging import OPERATIONS, VAULT_AND_STAGING
from warehouse_assets.schemas.table import ForeignKey, Table
from warehouse_assets.schemas.warehouse import AGGREGATES, DIMENSIONS, FACTS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *VAULT_AND_STAGING,
        *OPERATIONS,
        *GOVERNANCE,
        *ACCESS,
        *DIMENSIONS,
        *FACTS,
        *AGGREGATES,
        *SALES_MART,
        *CUSTOMER_MART,
    )
}
"""In the order data flows, so that creating them in this order satisfies every foreign key."""

__all__ = ["COLUMNS", "TABLES", "Column", "ForeignKey", "Table"]
