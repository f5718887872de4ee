"""What pages are told besides the data: settings, annotations, and whether the home is a demonstration."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from warehouse_assets.dashboard.context import Annotation, read_context
from warehouse_assets.settings import Settings


def test_annotations_come_by_day_and_lines_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    lines = [
        "date,text",
        '2023-11-24,"Black Friday, twice"',
        "24/11/2023,no such date",
        "2023-01-05,Sale",
        "2023-02-30,no such day",
        "2023-02-03",
        "",
        f"2023-02-03,{'long' * 21}",
    ]
    (tmp_path / "annotations.csv").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    context = read_context(Settings(tmp_path))
    assert context.annotations == (
        Annotation(date(2023, 1, 5), "Sale"),
        Annotation(date(2023, 11, 24), "Black Friday, twice"),
    )
    assert context.unread_lines == (3, 5, 6, 8)


def test_without_a_file_there_are_no_annotations_and_the_settings_count(tmp_path: Path) -> None:
    context = read_context(Settings(tmp_path, inactivity_months=6))
    assert (context.annotations, context.unread_lines, context.inactivity_months) == ((), (), 6)


@pytest.mark.parametrize("other", ["server", "logins", "none"])
def test_only_a_home_with_the_demonstration_s_logins_names_one(tmp_path: Path, other: str) -> None:
    settings = Settings(tmp_path, database_url="postgresql://db.example/shop" if other == "server" else None)
    if other == "logins":
        (tmp_path / "access").mkdir()
        (tmp_path / "access" / "logins.toml").write_text("")
    assert read_context(settings).demo_login == ("demo_engineer" if other == "none" else "")
