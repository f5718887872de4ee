"""What the UI shows of a table's asset, all of it from the table's declaration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from warehouse_assets.building.select import Select
from warehouse_assets.checks import asset_key
from warehouse_assets.schemas import TABLES, Table

OWNER = "team:data-engineering"


def table_schema(table: Table) -> dg.TableSchema:
    """Columns with types, meaning, constraints and privacy class."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.sql_type,
                description=column.description,
                constraints=dg.TableColumnConstraints(nullable=column.name in table.nullable),
                tags={"privacy": column.classification.privacy_class},
            )
            for column in table.column_list
        ]
    )


def table_spec(
    table_name: str,
    deps: Iterable[str | dg.AssetDep | dg.AssetKey],
    select: Select | None = None,
    **options: Any,
) -> dg.AssetSpec:
    """The asset of a table: group, owner, kinds, description with grain, schema, code version, SQL."""
    table = TABLES[table_name]
    metadata: dict[str, Any] = {
        "dagster/column_schema": table_schema(table),
        "dagster/table_name": table_name,
        "primary key": ", ".join(table.primary_key) or "none",
    }
    if select is not None:
        metadata["SQL"] = dg.MetadataValue.md(f"`sql/{select.path}`\n```sql\n{select.text}\n```")
    return dg.AssetSpec(
        asset_key(table_name),
        deps=[as_dep(dep) for dep in deps],
        group_name=table.schema_name,
        owners=[OWNER],
        kinds={"postgres", "sql" if select is not None else "python"},
        tags={"layer": table.schema_name},
        description=f"Grain: {table.grain}.",
        code_version=code_version(table, select),
        metadata=metadata,
        **options,
    )


def as_dep(dep: str | dg.AssetDep | dg.AssetKey) -> dg.AssetDep | dg.AssetKey:
    """A table's name as its asset's key; anything else as it is."""
    return asset_key(dep) if isinstance(dep, str) else dep


def code_version(table: Table, select: Select | None) -> str:
    """Changes with the table's declaration or its SQL."""
    text = f"{table.columns}|{table.primary_key}|{select.text if select else ''}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def built(row_count: int, seconds: float, **more: Any) -> Mapping[str, Any]:
    """Metadata of one materialisation."""
    return {"dagster/row_count": row_count, "seconds": round(seconds, 3), **more}
