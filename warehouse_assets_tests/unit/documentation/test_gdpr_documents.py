"""What documents promise, a test holds: links of `docs/rgpd` and of the table of faults name tests that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse_assets.documentation.register import PAGES, holdings, register
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets_tests.unit.project.test_project_rules import expect_none

FOLDER = PROJECT_ROOT / "docs" / "rgpd"
DOCUMENTS = sorted(FOLDER.glob("*.md"))
FAULTS = PROJECT_ROOT / "docs" / "faults.md"
_LINK = re.compile(r"\[[^\]]+\]\((?P<target>[^)\s]+)(?:\s+\"(?P<test>[^\"]+)\")?\)")
PROOF = "preuve"
"""The last column of a table of promises."""

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def links(text: str) -> Iterator[tuple[str, str | None]]:
    return ((found["target"], found["test"]) for found in _LINK.finditer(text))


def wrong_links(document: Path, text: str) -> Iterator[str]:
    for target, test in links(text):
        path = (document.parent / target.split("#")[0]).resolve()
        if not path.is_file():
            yield f"{document.name}: {target} does not exist"
        elif "warehouse_assets_tests" in target and not test:
            yield f"{document.name}: {target} names no test"
        elif test and not re.search(rf"^def {test}\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            yield f"{document.name}: {target} has no {test}"


@pytest.mark.parametrize("document", [*DOCUMENTS, FAULTS], ids=lambda path: path.name)
def test_every_link_leads_to_a_test_that_exists(document: Path) -> None:
    expect_none(wrong_links(document, document.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "link",
    [
        "[a](nowhere.md)",
        "[a](../../warehouse_assets_tests/conftest.py)",
        '[a](../../warehouse_assets_tests/conftest.py "test_that_is_none")',
    ],
)
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    assert list(wrong_links(FOLDER / "README.md", link))


def promises(text: str) -> Iterator[str]:
    """The rows of the tables whose last column is the proof."""
    is_promise = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            is_promise = False
        elif cells[-1] == PROOF:
            is_promise = True
        elif is_promise and set(cells[-1]) != {"-"}:
            yield line


@each_document
def test_every_promise_is_held_by_a_test(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    expect_none(row for row in promises(text) if not any(test for _, test in links(row)))


def test_the_plan_makes_promises() -> None:
    assert len(list(promises((FOLDER / "plan_de_conformite.md").read_text(encoding="utf-8")))) >= 15


def test_periods_are_those_of_the_settings() -> None:
    text = (FOLDER / "durees_de_conservation.md").read_text(encoding="utf-8")
    settings = Settings(home=Path("unused"))
    wrong = []
    for name in Settings.__dataclass_fields__:
        if name.endswith("_retention_days"):
            days = getattr(settings, name) or "sans limite"
            wrong += [] if f"`WAREHOUSE_{name.upper()}` | {days} |" in text else [f"{name} is {days}"]
    expect_none(wrong)


@pytest.mark.parametrize("language", PAGES)
def test_a_register_can_be_written_of_every_classification(language: str) -> None:
    text = register({}, language)  # type: ignore[arg-type]
    assert all(f"`{found.column}`" in text for found in holdings())


def test_every_personal_table_is_in_the_register() -> None:
    personal = {
        name
        for name, table in TABLES.items()
        if any(column.classification.privacy_class != "none" for column in table.column_list)
    }
    assert {found.table for found in holdings()} - {None} == personal
