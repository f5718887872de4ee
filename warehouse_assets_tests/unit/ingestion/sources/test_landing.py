"""What a person names has an effect, or is refused with the reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.landing import plan_landing
from warehouse_assets.ingestion.sources.settings import SourceSettings
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.settings import SettingsError, read_settings

ONE = {"export": {"files": ["*.csv"]}}
TWO = {"lines": {"files": ["{delivery}/lines.csv"]}, "people": {"files": ["{delivery}/people.csv"]}}


def source(tables: object = None) -> Source:
    return Source("shop", Path("shop"), SourceSettings.model_validate({"tables": tables or ONE}))


@pytest.mark.parametrize("name", ["export.CSV", "Export.Csv", "export.csv"])
def test_endings_compare_without_regard_to_case(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a\n1\n")
    assert list(plan_landing(source(), tmp_path / name).copy(tmp_path / "in" / "shop"))
    assert [delivery.name for delivery in find_deliveries(source(), tmp_path / "in")] == [name]


@pytest.mark.parametrize("name", ["export.tsv", "export.xlsx", "export", "csv"])
def test_a_file_that_no_pattern_names_is_refused_with_the_patterns(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a\n1\n")
    with pytest.raises(IngestionError, match=r"reads no file of this name.*Its patterns are \*\.csv"):
        plan_landing(source(), tmp_path / name)


def test_a_single_file_of_a_source_of_folders_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text("a\n1\n")
    with pytest.raises(IngestionError, match=r"Its patterns are \{delivery\}/lines\.csv"):
        plan_landing(source(TWO), tmp_path / "lines.csv")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", Path("/dev/null")):
        with pytest.raises(IngestionError, match="neither a file nor a folder"):
            plan_landing(source(), path)
    with pytest.raises(IngestionError, match="there is no such file"):
        plan_landing(source(), tmp_path / "absent.csv")


def test_a_folder_without_a_file_of_the_source_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "month"
    folder.mkdir()
    with pytest.raises(IngestionError, match="holds no file"):
        plan_landing(source(), folder)
    (folder / "readme.txt").write_text("x")
    with pytest.raises(IngestionError, match=r"readme\.txt"):
        plan_landing(source(), folder)
    (folder / "a.csv").write_text("a\n1\n")
    landing = plan_landing(source(), folder)
    assert (list(landing.names), landing.strangers) == (["a.csv"], ["readme.txt"])


def test_a_variable_that_is_no_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"WAREHOUSE_HOMES is not a setting. Did you mean WAREHOUSE_HOME"):
        read_settings({"WAREHOUSE_HOMES": "x"})
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "source.toml").write_text('[database]\nurl_variable = "WAREHOUSE_SHOP_URL"\n')
    known = {"WAREHOUSE_SOURCES_PATH": str(tmp_path), "WAREHOUSE_SHOP_URL": "x", "WAREHOUSE_PASSWORD_ANNA": "x"}
    assert read_settings(known).sources_path == tmp_path.resolve()


def test_a_folder_of_sources_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"WAREHOUSE_SOURCES_PATH names .*, which is not a folder"):
        read_settings({"WAREHOUSE_SOURCES_PATH": str(tmp_path / "absent")})
