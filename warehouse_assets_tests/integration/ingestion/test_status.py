"""`warehouse status` and the summary of a run account for every record of a delivery."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from warehouse_assets.cli.console import console
from warehouse_assets.cli.querying import _print_contents
from warehouse_assets.cli.summary import _print_records
from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.deliveries import Connection, Delivery, cleared, deliver, empty_warehouse


@pytest.fixture
def ledger(server: DatabaseUrls) -> Iterator[Connection]:
    """A delivery of ten rows: three unreadable, two left out in two ways, one exact repeat, four loaded."""
    with empty_warehouse(server) as url, cleared(url) as connection:
        deliver(connection, Delivery(1, sales=[{"line_key": line} for line in range(4)]))
        connection.execute(
            "update ops.ingested_files set rows_read = 10, sales_read = 5, sales_loaded = 4, sales_duplicate = 1"
        )
        for rule, number in (("malformed_record", 3), ("row_left_out", 1), ("line_type_left_out", 1), ("other", 7)):
            connection.execute(
                "insert into ops.data_quality values (1, 'shop', '1.csv', %s, 'warn', null, %s)", [rule, number]
            )
        yield connection


def test_each_record_of_a_delivery_is_somewhere_in_the_status(ledger: Connection) -> None:
    with console.capture() as told:
        _print_contents(ledger)
    [heading, row] = [line for line in told.get().splitlines() if line.startswith(("source", "shop"))]
    assert [name for name in ("unreadable", "left out", "exact repeats") if name in heading] == [
        "unreadable",
        "left out",
        "exact repeats",
    ]
    assert row.split()[:7] == ["shop", "1.csv", "10", "3", "2", "1", "4"]


def test_the_summary_counts_unreadable_records(ledger: Connection) -> None:
    with console.capture() as told:
        _print_records(ledger)
    assert "10 rows in 1 deliveries, 3 of them unreadable" in told.get()


def test_the_summary_tells_the_share_of_rejected_sales(ledger: Connection) -> None:
    ledger.execute("update ops.ingested_files set sales_read = 6, sales_rejected = 1")
    with console.capture() as told:
        _print_records(ledger)
    assert "1 rejected (20%)" in told.get()
