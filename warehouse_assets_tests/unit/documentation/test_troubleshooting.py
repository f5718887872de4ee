"""The troubleshooting page quotes messages that the program can print."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from warehouse_assets.settings import PROJECT_ROOT
from warehouse_assets_tests.unit.project.test_project_rules import python_files

PAGE = (PROJECT_ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
QUESTIONS = "## Other questions"
MESSAGES = re.findall(r"^\*\*(.+)\*\*$", PAGE.split(QUESTIONS)[0], re.MULTILINE)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Every text of the package, with `*` for what varies."""
    return [text for path in python_files("warehouse_assets") for text in _texts(path.read_text(encoding="utf-8"))]


def _texts(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\{\w+\}", "*", node.value)


@pytest.mark.parametrize("message", MESSAGES)
def test_the_program_can_print_it(message: str, texts: list[str]) -> None:
    pieces = re.split(r"\*\w+\*", message)
    assert any(_in_order(pieces, text) for text in texts), f"no message of the program reads like: {message}"


def _in_order(pieces: list[str], text: str) -> bool:
    """Whether the pieces stand in the text, one after the other."""
    place = 0
    for piece in pieces:
        place = text.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return True


def test_the_page_quotes_messages() -> None:
    assert len(MESSAGES) >= 25
