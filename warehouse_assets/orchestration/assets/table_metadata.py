"""Description and metadata of a table's asset, derived from the table's declaration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets.access.policy import readers_of
from warehouse_assets.building.select import Select
from warehouse_assets.lineage import project_lineage
from warehouse_assets.orchestration.checks import asset_key
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets.schemas.warehouse import DIMENSIONS

OWNER = "team:data-engineering"
_SHOWN_ROWS = 8
_LAYERS = {
    "staging": "Staging: accepted records, people under pseudonyms",
    "vault": "Vault: direct identifiers, kept apart",
    "ops": "Log of the pipeline",
    "governance": "Register of data protection",
    "dimensions": "Dimension",
    "facts": "Fact or aggregate",
    "mart_sales": "Data mart 2, sales",
    "mart_customers": "Data mart 1, customers",
}


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
    table, sources = TABLES[table_name], [as_dep(dep) for dep in deps]
    metadata: dict[str, Any] = {
        "dagster/column_schema": table_schema(table),
        "dagster/table_name": table_name,
        "primary key": ", ".join(table.primary_key) or "none",
    }
    if table_name in project_lineage():
        metadata["dagster/column_lineage"] = table_lineage(table_name)
    if select is not None:
        metadata["SQL"] = dg.MetadataValue.md(f"`sql/{select.path}`\n```sql\n{select.text}\n```")
    return dg.AssetSpec(
        asset_key(table_name),
        deps=sources,
        group_name=layer_of(table),
        owners=[OWNER],
        kinds={"postgres", "sql" if select is not None else "python"},
        tags={"layer": layer_of(table)},
        description=description(table, sources),
        code_version=code_version(table, select),
        metadata=metadata,
        **options,
    )


def description(table: Table, deps: Iterable[dg.AssetDep | dg.AssetKey]) -> str:
    """Grain, layer, upstream tables and readers, from the declaration and the access policy."""
    keys = [dep.asset_key if isinstance(dep, dg.AssetDep) else dep for dep in deps]
    sources = [".".join(key.path) for key in keys]
    sentences = [
        table.answers,
        f"Grain: {table.grain}.",
        f"{_LAYERS[layer_of(table)]}.",
        f"Built from {', '.join(sources)}." if sources else "",
        f"Read by {', '.join(readers_of(table.name))}.",
    ]
    return " ".join(filter(None, sentences))


def layer_of(table: Table) -> str:
    """The group of a table: its schema, with `dw` divided into dimensions and facts.

    The accounting of loaded records is written with the facts and stands with them.
    """
    if table.name == "ops.record_outcomes":
        return "facts"
    if table.schema_name != "dw":
        return table.schema_name
    return "dimensions" if table in DIMENSIONS else "facts"


def tables_read(table_name: str) -> list[str]:
    """The tables that a table's SELECT reads, as schema.table, sorted."""
    return list(project_lineage()[table_name].tables)


def table_lineage(table_name: str) -> dg.TableColumnLineage:
    """The same for Dagster, by asset keys."""
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key(source.rpartition(".")[0]), source.rpartition(".")[2]) for source in sources
            ]
            for column, sources in project_lineage()[table_name].columns.items()
        }
    )


def as_dep(dep: str | dg.AssetDep | dg.AssetKey) -> dg.AssetDep | dg.AssetKey:
    """A table's name as asset key; anything else unchanged."""
    return asset_key(dep) if isinstance(dep, str) else dep


def code_version(table: Table, select: Select | None) -> str:
    """A version that changes with the table's declaration or its SQL."""
    text = f"{table.columns}|{table.primary_key}|{select.text if select else ''}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def built(row_count: int, seconds: float, **more: Any) -> Mapping[str, Any]:
    """Metadata of one materialisation."""
    return {"dagster/row_count": row_count, "seconds": round(seconds, 3), **more}


def data_version(*build_ids: str | None) -> dg.DataVersion:
    """One version from the builds of a table or of several. The same builds give the same version."""
    known = sorted(build_id or "" for build_id in build_ids)
    return dg.DataVersion(known[0] if len(known) == 1 else hashlib.sha256(" ".join(known).encode()).hexdigest()[:32])


def preview(connection: psycopg.Connection[Any], table_name: str) -> dg.MetadataValue:
    """The last rows of a mart table by key. Marts hold no personal data."""
    table = TABLES[table_name]
    order = ", ".join(f"{name} desc" for name in table.primary_key)
    names = table.column_names
    rows = connection.execute(
        f"select {', '.join(names)} from {table_name} order by {order} limit {_SHOWN_ROWS}".encode()
    )
    shown = [" | ".join("" if value is None else str(value) for value in row) for row in rows]
    return dg.MetadataValue.md(
        "\n".join(f"| {line} |" for line in (" | ".join(names), "|".join("-" * len(names)), *shown))
    )
