"""Files of the home that have no effect, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.ingestion.sources.unread_files import told, unread_files
from warehouse_assets.settings import Settings

READ = ("incoming/ecommerce_export/a.csv", "incoming/ecommerce_export/b.jsonl", "datasets/ecommerce_export/c.csv")
PASSED_OVER = (
    "incoming/ecommerce_export/.hidden.csv",
    "incoming/.part/a.csv",
    "incoming/ecommerce_export/a.malformed.jsonl",
    "datasets/ecommerce_export/.splits.json",
)
UNREAD = {
    "incoming/a.csv": "it lies in no source's folder",
    "incoming/shop/a.csv": "there is no source shop",
    "incoming/ecommerce_export/notes.docx": "no pattern of source ecommerce_export names it",
    "datasets/a.csv": "it lies in no source's folder",
    "datasets/shop/2024/a.csv": "there is no source shop",
    "datasets/ecommerce_export/2024/a.csv": "only files of datasets/ecommerce_export itself are split",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    settings.incoming_path.mkdir()
    settings.datasets_path.mkdir()
    return settings


def put(settings: Settings, *names: str) -> None:
    for name in names:
        path = settings.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a\n")


def unread(settings: Settings) -> list[str]:
    return [one for door in (settings.datasets_path, settings.incoming_path) for one in unread_files(settings, door)]


def test_each_file_without_effect_is_named_with_the_reason(settings: Settings) -> None:
    put(settings, *READ, *PASSED_OVER, *UNREAD)
    assert sorted(unread(settings)) == sorted(f"{name}: {reason}" for name, reason in UNREAD.items())


def test_a_link_is_not_read(settings: Settings) -> None:
    put(settings, *READ)
    for folder in (settings.incoming_path, settings.datasets_path):
        (folder / "ecommerce_export" / "link.csv").symlink_to(settings.home / READ[0])
    assert {sentence.partition(": ")[2] for sentence in unread(settings)} == {"links are not read"}


def test_links_to_folders_and_to_nothing_are_not_read(settings: Settings, tmp_path: Path) -> None:
    put(settings, *READ)
    for number, target in enumerate((settings.incoming_path, tmp_path / "nothing")):
        (settings.incoming_path / "ecommerce_export" / f"{number}.csv").symlink_to(target)
    assert unread(settings) == [f"incoming/ecommerce_export/{number}.csv: links are not read" for number in range(2)]


def test_the_folder_of_a_source_may_be_a_link(settings: Settings, tmp_path: Path) -> None:
    put(settings, "elsewhere/a.csv")
    (settings.incoming_path / "ecommerce_export").symlink_to(tmp_path / "elsewhere")
    assert unread(settings) == []


def test_the_first_are_told_and_how_many_there_are_more(settings: Settings) -> None:
    put(settings, *(f"incoming/shop/{number}.csv" for number in range(11)))
    sentences = told(settings, settings.datasets_path, settings.incoming_path)
    assert len(sentences) == 9
    assert sentences[-1] == "and 3 more"


def test_files_of_a_source_that_cannot_be_read_are_left_to_its_own_error(settings: Settings, tmp_path: Path) -> None:
    broken = Settings(home=tmp_path, sources_path=tmp_path / "sources")
    (broken.sources_path / "shop").mkdir(parents=True)
    (broken.sources_path / "shop" / "source.toml").write_text("[")
    put(broken, "incoming/shop/a.csv", "incoming/other/a.csv")
    assert unread(broken) == ["incoming/other/a.csv: there is no source other"]
