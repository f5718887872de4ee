"""What a delivery says of its products: lines by name, and names that differ."""

from __future__ import annotations

import pandas as pd

from warehouse_assets.ingestion.contract.dimension_members import DimensionMembers


def observed(*lines: tuple[str, str, str]) -> DimensionMembers:
    """Lines as (product number, name, day), in frames of two."""
    found = DimensionMembers("shop")
    for start in range(0, len(lines), 2):
        ids, names, days = zip(*lines[start : start + 2], strict=True)
        frame = pd.DataFrame({"product_id": ids, "product_name": names}, dtype="str")
        found.product_keys(frame, pd.Series(pd.to_datetime(list(days), utc=True)))
    return found


def test_lines_are_counted_in_the_newest_month_of_the_product() -> None:
    lines = [("1", "Lamp", "2023-01-05")] * 3 + [("1", "Lamp", "2023-02-05"), ("1", "Lmap", "2023-02-09")]
    members = observed(*lines, ("2", "Chair", "2023-01-01")).tables(7)["staging.products"].to_pylist()
    assert {(row["product_name"], row["newest_line_count"]) for row in members} == {
        ("Lamp", 1),
        ("Lmap", 1),
        ("Chair", 1),
    }


def test_lines_under_another_name_are_counted() -> None:
    lines = [("1", "Lamp", "2023-01-05")] * 3 + [("1", "Lmap", "2023-02-09"), ("1", "", "2023-02-09")]
    assert observed(*lines).lines_with_another_name() == 1
    assert observed(("1", "Lamp", "2023-01-05"), ("2", "Chair", "2023-01-05")).lines_with_another_name() == 0


def test_products_without_a_number_are_never_renamed() -> None:
    assert observed(("", "Lamp", "2023-01-05"), ("", "Chair", "2023-01-05")).lines_with_another_name() == 0
