"""Drafts of files with rows of totals among the records, and of sales whose texts begin like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets_tests.unit.drafting.drafts import drafted, mapping, outcome, write


@pytest.mark.parametrize(
    ("label", "is_mapped"), [("Total {}", False), ("Zwischensumme:", False), ("Subtotal", True), ("Summe Tag {}", True)]
)
def test_totals_among_the_records_are_no_sales(tmp_path: Path, label: str, is_mapped: bool) -> None:
    """After each ten rows one with a date that sums them up, which a column says that no field reads, or one does."""
    rows: list[tuple[object, ...]] = []
    for n in range(40):
        rows.append((f"till {n % 3}", f"R{n:02d}", f"2026-03-{n % 28 + 1:02d}", f"A{n % 4}", f"Cup {n % 4}", 2, "2.50"))
        if n % 10 == 9:
            told = label.format(n // 10)
            rows.append(
                (
                    "" if is_mapped else told,
                    told if is_mapped else "",
                    f"2026-03-{n // 10 + 1:02d}",
                    "",
                    "",
                    20,
                    "25.00",
                )
            )
    write(tmp_path / "files" / "sales.csv", "Till,Receipt No,Date,SKU,Title,Quantity,Unit Price", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert mapping(draft)["order_id"] == "Receipt No"
    assert outcome(dry)["sales"] == ((40, 4) if is_mapped else (40, 0))
    assert any("4 rows look like totals" in doubt for doubt in draft.doubts)


@pytest.mark.parametrize("brands", [["Total", "Elf", "Castrol", "Shell"], ["Total", "Elf"]])
def test_sales_of_a_brand_called_total_are_no_totals(tmp_path: Path, brands: list[str]) -> None:
    rows: list[tuple[object, ...]] = [
        (brands[n % len(brands)], f"R{n:02d}", f"2026-03-{n % 28 + 1:02d}", f"A{n % 4}", f"Oil {n % 4}", 2, "2.50")
        for n in range(40)
    ]
    write(tmp_path / "files" / "sales.csv", "Brand,Receipt No,Date,SKU,Title,Quantity,Unit Price", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert outcome(dry)["sales"] == (40, 0)
    assert "where" not in draft.selects["sales"]
    assert not any("totals" in doubt for doubt in draft.doubts)


def test_totals_beside_a_brand_called_total(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        (["Total", "Elf"][n % 2], f"R{n:02d}", f"2026-03-{n % 28 + 1:02d}", f"A{n % 4}", f"Oil {n % 4}", 2, "2.50")
        for n in range(40)
    ]
    rows += [("Total", "", "2026-03-28", "", "", 80, "200.00")]
    write(tmp_path / "files" / "sales.csv", "Brand,Receipt No,Date,SKU,Title,Quantity,Unit Price", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert outcome(dry)["sales"] == (40, 0)
    assert any("1 rows look like totals" in doubt for doubt in draft.doubts)


def test_an_article_whose_name_begins_like_a_total(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        (
            ["Total Gym Fit", "Rope", "Масло Total"][n % 3],
            f"R{n:02d}",
            f"2026-03-{n % 28 + 1:02d}",
            f"A{n % 3}",
            2,
            "2.50",
        )
        for n in range(40)
    ]
    write(tmp_path / "files" / "sales.csv", "Title,Receipt No,Date,SKU,Quantity,Unit Price", rows, ",")
    draft, dry = drafted(tmp_path, tmp_path / "files")
    assert outcome(dry)["sales"] == (40, 0)
    assert not any("totals" in doubt for doubt in draft.doubts)
