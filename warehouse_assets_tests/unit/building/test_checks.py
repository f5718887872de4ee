"""What the UI is told of a table's checks."""

from __future__ import annotations

import pytest

from warehouse_assets.building.table_checks import CheckFailed, ScanResult
from warehouse_assets.orchestration.checks import MASK, SCHEMA_CHECK, TableChecks, check_result
from warehouse_assets.schemas import TABLES

BAD = ScanResult(3, {"quantity_present": 2}, ({"sale_date": "2023-08-01", "currency_code": "EUR"},))


def test_a_month_that_passes_does_not_undo_the_failure_of_another() -> None:
    checks = TableChecks(TABLES["dw.fct_sales"])
    with pytest.raises(CheckFailed):
        checks.note(SCHEMA_CHECK, BAD)
    checks.note(SCHEMA_CHECK, ScanResult(5, {}))
    [result] = checks.results()
    assert result.passed is False
    assert result.metadata["rows"].value == 8
    assert result.metadata["bad rows: quantity_present"].value == 2


def test_examples_are_rows_of_a_table_with_the_columns_of_people_masked() -> None:
    result = check_result("dw.fct_sales", SCHEMA_CHECK, BAD)
    [record] = result.metadata["examples"].records  # type: ignore[union-attr]
    assert record.data["currency_code"] == "EUR"
    assert record.data["customer_key"] == MASK
    assert list(record.data) == list(TABLES["dw.fct_sales"].column_names)
