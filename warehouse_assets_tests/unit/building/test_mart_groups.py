"""Tables of a mart that are compared are built together: otherwise one build is compared with the other's last one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from warehouse_assets.building.marts import MART_GROUPS, MART_SELECTS
from warehouse_assets.settings import SQL_ROOT

CHECKS = sorted(path for path in (SQL_ROOT / "checks").glob("mart_*.sql"))


def test_every_table_is_in_one_group() -> None:
    assert sorted(name for group in MART_GROUPS for name in group) == sorted(MART_SELECTS)


def test_no_other_table_waits_for_what_python_computes() -> None:
    computed = {name for name, select in MART_SELECTS.items() if select.computed}
    assert computed
    assert {len(group) for group in MART_GROUPS if computed & set(group)} == {1}


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_a_check_reads_tables_that_the_same_transaction_has_built(path: Path) -> None:
    name, text = path.stem.split("__")[0], path.read_text(encoding="utf-8")
    (group,) = (group for group in MART_GROUPS if name in group)
    read = {found for found in re.findall(r"mart_\w+\.\w+", text) if found in MART_SELECTS}
    assert read <= set(group[: group.index(name) + 1])
