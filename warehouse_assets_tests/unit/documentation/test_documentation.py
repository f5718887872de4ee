"""Generated pages: fresh, complete, the same every time; links in all pages lead somewhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlglot

from warehouse_assets.documentation import generated_files, pages, stale_files, write_files
from warehouse_assets.documentation.__main__ import main
from warehouse_assets.documentation.star_picture import PLACES, star_picture
from warehouse_assets.ingestion.sources.canonical import FIELDS
from warehouse_assets.lineage.values import Refused
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets.settings import PROJECT_ROOT
from warehouse_assets_tests.unit.project.test_project_rules import place, project_files


@pytest.fixture(scope="module")
def files() -> Mapping[str, str]:
    return generated_files()


@pytest.fixture
def generated_once(files: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Working out the lineage takes seconds."""
    monkeypatch.setattr(pages, "generated_files", lambda: files)


@pytest.mark.usefixtures("generated_once")
def test_the_committed_files_are_fresh() -> None:
    assert stale_files(PROJECT_ROOT) == [], "run `make docs` and commit the result"


def test_generation_is_deterministic(files: Mapping[str, str]) -> None:
    assert generated_files() == files


def test_the_dictionary_holds_every_table_column_and_field(files: Mapping[str, str]) -> None:
    text = files["docs/data_dictionary.md"]
    for table in TABLES.values():
        entry = text.split(f"\n### {table.name}\n")[1].split("\n### ")[0]
        assert table.grain in entry
        assert all(f"| `{name}` |" in entry for name in table.column_names)
    for relation, fields in FIELDS.items():
        entry = text.split(f"\n### {relation}\n")[1].split("\n### ")[0]
        assert all(f"| `{name}` |" in entry for name in fields)


def test_every_row_of_a_table_has_as_many_cells_as_its_header(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        if name.endswith(".md"):
            for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
                widths = {len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}
                assert len(widths) == 1, name


def test_contents_lead_to_their_entries(files: Mapping[str, str]) -> None:
    text = files["docs/data_dictionary.md"]
    titles = {re.sub(r"[^\w-]", "", title.lower()) for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= titles


def test_the_diagrams_show_every_foreign_key(files: Mapping[str, str]) -> None:
    text = files["docs/er_diagram.md"]
    assert text.count("```mermaid") == 2
    for table in TABLES.values():
        for key in table.foreign_keys:
            assert f"{key.target.split('.')[1]} ||--o{{ {table.short_name} : {key.column}" in text


def test_mermaid_can_read_every_line(files: Mapping[str, str]) -> None:
    relation = r"\w+ \|\|(--|\.\.)o\{ \w+ : \w+"
    column = r"\w+ \w+ (PK|FK|UK)(, (PK|FK|UK))*"
    for block in re.findall(r"```mermaid\nerDiagram\n(.*?)```", files["docs/er_diagram.md"], re.DOTALL):
        for line in block.splitlines():
            assert re.fullmatch(rf"{relation}|\w+ \{{|{column}|\}}", line.strip()), line


def test_the_picture_is_sound_and_shows_every_table_within_its_frame(files: Mapping[str, str]) -> None:
    root = ElementTree.fromstring(files["docs/star.svg"])
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    shown = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {name.split(".")[1] for name in PLACES} <= shown
    for box in list(root.iter("{http://www.w3.org/2000/svg}rect"))[1:]:
        assert int(box.attrib["x"]) + int(box.attrib["width"]) <= width
        assert int(box.attrib["y"]) + int(box.attrib["height"]) <= height


def test_a_table_without_a_place_in_the_picture_is_refused() -> None:
    weather = Table("dw.dim_weather", "one row per day", "date_key", ("date_key",))
    with pytest.raises(ValueError, match=r"dw\.dim_weather has no position in the picture"):
        star_picture({**TABLES, weather.name: weather})


def test_the_scripts_are_sql_in_an_order_that_can_be_run(files: Mapping[str, str]) -> None:
    order = re.findall(r"\]\((\S+\.sql)\)", files["sql/schema/README.md"])
    assert sorted(f"sql/schema/{name}" for name in order) == sorted(n for n in files if n.endswith(".sql"))
    made: set[str] = set()
    for name in order:
        text = files[f"sql/schema/{name}"]
        assert sqlglot.parse(text, dialect="postgres")
        assert set(re.findall(r"references (\S+)", text)) <= made
        made |= set(re.findall(r"create table if not exists (\S+)", text))
    assert made == set(TABLES)


@pytest.mark.usefixtures("generated_once")
def test_check_names_what_is_stale_and_how_to_mend_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path)
    assert main(["--check"], tmp_path) == 0
    (tmp_path / "docs/er_diagram.md").write_text("old")
    (tmp_path / "docs/star.svg").unlink()
    (tmp_path / "sql/schema/dw/dim_gone.sql").write_text("-- of a table that is no more")
    capsys.readouterr()
    assert main(["--check"], tmp_path) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in lines] == [
        "docs/er_diagram.md",
        "docs/star.svg",
        "sql/schema/dw/dim_gone.sql",
    ]
    assert all("make docs" in line for line in lines)


def test_a_select_that_the_proof_refuses_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(root: Path) -> list[Path]:
        raise Refused("Max of the measure of one person dw.fct_sales.net_amount over people")

    monkeypatch.setattr("warehouse_assets.documentation.__main__.write_files", refuse)
    assert main([]) == 1
    said = capsys.readouterr().err
    assert "Max of the measure of one person" in said and "0015" in said


@pytest.mark.usefixtures("generated_once")
def test_writing_mends_what_is_stale_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path)
    (tmp_path / "docs/er_diagram.md").write_text("old")
    (tmp_path / "sql/schema/dw/dim_gone.sql").write_text("-- of a table that is no more")
    assert main([], tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == ["docs/er_diagram.md", "sql/schema/dw/dim_gone.sql"]
    assert stale_files(tmp_path) == []
    assert write_files(tmp_path) == []


PAGES = [path for path in project_files() if path.suffix == ".md"]


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    inner = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in inner if not (page.parent / target).exists()] == []


DECISIONS = sorted((PROJECT_ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("page", DECISIONS, ids=place)
def test_a_decision_has_its_date_context_and_consequences(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {page.stem[:4]} ")
    assert re.fullmatch(r"Date: \d{4}-\d{2}", lines[2])
    assert [line for line in lines if line.startswith("## ")] == [
        "## Context",
        "## Decision",
        "## Consequences",
    ]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
