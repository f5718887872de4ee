"""Order numbers that begin again within one delivery, without customers and within a month: told by rule."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.dry_run import try_delivery
from warehouse_assets.ingestion.staging.ledger import LoadResult
from warehouse_assets.settings import Settings
from warehouse_assets_tests.unit.ingestion.test_source import written

TOML = 'negative_quantity = "return"\nnonpositive_price = "keep"\nduplicates = "keep"\n[tables.t]\nfiles = ["*.csv"]\n'
SALES = """
select source_line, no as order_id, sku as product_id, sku as product_name, day as sold_at, qty as quantity,
    price as unit_price
from t
"""
Line = tuple[int, str, str]
"""Number of the order, day or time, article."""


def tried(
    tmp_path: Path, lines: list[Line], pieces: dict[int, int] | None = None, prices: dict[int, float] | None = None
) -> LoadResult:
    """What a file with these lines loads; some with another quantity than 1, or price than 2.50."""
    folder = tmp_path / "incoming" / "shop"
    folder.mkdir(parents=True)
    rows = [
        f"{no},{day},{sku},{(pieces or {}).get(place, 1)},{(prices or {}).get(place, 2.5)}"
        for place, (no, day, sku) in enumerate(lines)
    ]
    (folder / "t.csv").write_text("no,day,sku,qty,price\n" + "\n".join(rows) + "\n", encoding="utf-8")
    source = read_source(written(tmp_path / "sources", TOML, sales=SALES), "shop")
    [delivery] = find_deliveries(source, tmp_path / "incoming")
    result = try_delivery(Settings(home=tmp_path), delivery, date(2026, 12, 1)).result
    assert result.counts["sales"].loaded == len(lines)
    return result


def told(
    tmp_path: Path, lines: list[Line], pieces: dict[int, int] | None = None, prices: dict[int, float] | None = None
) -> dict[str, int]:
    """Rule -> lines."""
    found: dict[str, int] = {}
    for (rule, _, _), number in tried(tmp_path, lines, pieces, prices).quality.counts.items():
        found[rule] = found.get(rule, 0) + number
    return found


def orders(count: int, day: str, lines: int = 1) -> list[Line]:
    return [(no, day, f"A{(no + line) % 7}") for no in range(1, count + 1) for line in range(lines)]


def test_a_counter_that_begins_again_on_another_day(tmp_path: Path) -> None:
    assert told(tmp_path, orders(20, "2026-03-01") + orders(20, "2026-03-20")) == {"order_at_two_times": 40}


def test_tills_with_a_counter_each_told_by_time(tmp_path: Path) -> None:
    lines = [(no, f"2026-03-01 {9 + till:02d}:{no:02d}", f"A{no % 3}") for till in (0, 1) for no in range(1, 30)]
    assert told(tmp_path, lines) == {"order_at_two_times": 58}


def test_one_order_at_two_times(tmp_path: Path) -> None:
    lines = [*orders(20, "2026-03-01", 2), (7, "2026-03-20", "A9")]
    assert told(tmp_path, lines) == {"order_at_two_times": 3}


def test_a_time_or_a_day_of_each_line_says_nothing(tmp_path: Path) -> None:
    lines = [(no, f"2026-03-01 09:{no % 60:02d}:{line:02d}", f"A{no % 7}") for no in range(100) for line in range(3)]
    assert told(tmp_path / "till", lines) == {}
    lines = [(no, f"2026-03-{line + no % 9 + 1:02d}", f"A{no % 7}") for no in range(100) for line in range(2)]
    assert told(tmp_path / "shipped", lines) == {}


@pytest.mark.parametrize("time", ["", " 09:{:02d}"])
def test_a_file_by_category_then_order_says_nothing(tmp_path: Path, time: str) -> None:
    lines = [(no, "2026-03-01" + time.format(group), f"{group}-{no % 5}") for group in range(3) for no in range(100)]
    assert told(tmp_path, lines) == {}


def test_a_return_that_its_amount_alone_tells_is_no_goods(tmp_path: Path) -> None:
    lines = [*orders(20, "2026-03-01"), (3, "2026-03-09", "A3"), (4, "2026-05-09", "A4")]
    assert told(tmp_path, lines, prices={20: -2.5, 21: -2.5}) == {}


def test_the_warning_tells_how_many_orders_there_are(tmp_path: Path) -> None:
    found = tried(tmp_path, [*orders(30, "2026-03-01", 2), (7, "2026-03-01", "A9")])
    assert found.quality.examples == {"order_in_two_places": "1 of 30 orders"}


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_tills_with_a_counter_each_one_after_the_other_on_a_day(tmp_path: Path, lines: int) -> None:
    found = told(tmp_path, orders(30, "2026-03-01", lines) + orders(30, "2026-03-01", lines))
    assert found == {"order_in_two_places": 60 * lines}


def test_one_number_given_twice_in_a_file_of_orders(tmp_path: Path) -> None:
    lines = orders(30, "2026-03-01", 2)
    assert told(tmp_path, [*lines, (7, "2026-03-01", "A9")]) == {"order_in_two_places": 3}


def test_a_falling_counter(tmp_path: Path) -> None:
    lines = orders(20, "2026-03-01")[::-1]
    assert told(tmp_path, lines * 2) == {"order_in_two_places": 40}


def test_orders_that_are_whole_are_not_told(tmp_path: Path) -> None:
    assert told(tmp_path, orders(30, "2026-03-01", 3)) == {}


def test_a_file_in_no_order_says_nothing(tmp_path: Path) -> None:
    lines = orders(40, "2026-03-01", 3)
    random.Random(3).shuffle(lines)
    assert told(tmp_path, lines) == {}


def test_a_file_that_goes_product_by_product_says_nothing(tmp_path: Path) -> None:
    lines = sorted(orders(40, "2026-03-01", 3), key=lambda line: (line[2], line[0]))
    assert told(tmp_path, lines) == {}


def test_a_return_on_another_day_is_of_the_same_order(tmp_path: Path) -> None:
    lines = [*orders(20, "2026-03-01"), (3, "2026-03-09", "A3")]
    assert told(tmp_path, lines, {20: -1}) == {}
