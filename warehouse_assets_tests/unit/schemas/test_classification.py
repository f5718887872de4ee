"""A column, table or field that nobody has classified stops the build, and the message says where to do so."""

from __future__ import annotations

import pytest

from warehouse_assets.ingestion.sources.canonical import Field
from warehouse_assets.lineage import Model
from warehouse_assets.lineage.proof import prove_one
from warehouse_assets.schemas import Table
from warehouse_assets.schemas.classification import UnclassifiedError
from warehouse_assets.schemas.column import column


def test_a_column_needs_a_class() -> None:
    with pytest.raises(UnclassifiedError, match=r"nickname is not classified: .*columns_\*\.py .*classification\.py"):
        column("nickname", "text", "What friends say")


def test_a_table_takes_classified_columns_only() -> None:
    table = Table("dw.dim_pet", "one row per pet", "pet_name", ("pet_name",))
    with pytest.raises(ValueError, match=r"dw\.dim_pet: pet_name not described and classified; .*schemas/columns\.py"):
        _ = table.column_list


def test_a_canonical_field_needs_a_class() -> None:
    with pytest.raises(TypeError, match="classification"):
        Field("text")  # type: ignore[call-arg]


def test_a_select_reads_classified_tables_only() -> None:
    (found,) = prove_one(Model("mart_sales.pets", "sql/marts/pets.sql", "select count(*) as n from dw.dim_pet"))
    assert "dw.dim_pet is neither a declared, classified table" in str(found)
