"""Rules of the project about its files and its Python; quick, and without a database."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from warehouse_assets.settings import PROJECT_ROOT

LONGEST_PYTHON_FILE, LONGEST_SQL_FILE = 300, 120
MEDIAN_FUNCTION, LONG_FUNCTION = 10, 30
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock")
TEXT_SUFFIXES = {
    ".py",
    ".sql",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".lock",
    ".svg",
    ".txt",
    ".cfg",
    ".html",
    ".tmdl",
}
HIDDEN_BUT_OURS = {".ci", ".github"}
NOT_OURS = {".env", ".git"}
"""Files of this machine: the settings, and a work tree's pointer to its repository."""
LEFT_BEHIND = {"__pycache__", "build", "dist"}
# Put together here, so that this file does not break its own rule.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("anaconda", "org"),
    )
]
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
HOME_PATH = re.compile(r"(?<![\w.$}])/(home|Users|root|work)/" + r"(?!\.\.\.)[\w.]")


def project_files() -> list[Path]:
    """Every file of the project, without what tools and runs leave behind."""
    return sorted(_walk(PROJECT_ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        is_hidden = path.name.startswith(".") and path.name not in HIDDEN_BUT_OURS
        if path.is_file():
            if path.name not in NOT_OURS:
                yield path
        elif not is_hidden and path.name not in LEFT_BEHIND and path.suffix != ".egg-info":
            yield from _walk(path)


def python_files(folder: str = "") -> list[Path]:
    """All Python files, or those of one folder of the project."""
    inside = PROJECT_ROOT / folder
    return [path for path in project_files() if path.suffix == ".py" and path.is_relative_to(inside)]


def place(path: Path, line: int | None = None) -> str:
    """A place as a person looks it up: path within the project, and line."""
    name = path.relative_to(PROJECT_ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def expect_none(found: Iterable[str]) -> None:
    """Fails with all that was found, a line each."""
    lines = list(found)
    assert not lines, "\n".join(["found:", *lines])


@pytest.mark.parametrize(("suffix", "longest"), [(".py", LONGEST_PYTHON_FILE), (".sql", LONGEST_SQL_FILE)])
def test_no_file_is_too_long(suffix: str, longest: int) -> None:
    lengths = {place(path): len(lines_of(path)) for path in project_files() if path.suffix == suffix}
    expect_none(f"{name} has {length} lines" for name, length in lengths.items() if length > longest)


def test_functions_are_short() -> None:
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in python_files("warehouse_assets")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION
    assert statistics.quantiles(lengths, n=10)[-1] <= LONG_FUNCTION


def test_what_is_public_has_a_docstring() -> None:
    silent = []
    for path in python_files("warehouse_assets"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        silent += [place(path)] if ast.get_docstring(tree) is None else []
        silent += [
            f"{place(path, node.lineno)} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ]
    expect_none(silent)


def _findings(pattern: re.Pattern[str]) -> list[str]:
    texts = [path for path in project_files() if path.suffix in TEXT_SUFFIXES or not path.suffix]
    return [
        f"{place(path, number)} {found.group()}"
        for path in texts
        for number, line in enumerate(lines_of(path), 1)
        if (found := pattern.search(line))
    ]


def test_no_file_names_a_home_a_registry_or_unfinished_work() -> None:
    expect_none(_findings(HOME_PATH))
    expect_none(_findings(UNFINISHED))
    expect_none(_findings(re.compile("|".join(map(re.escape, REGISTRIES)))))


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_a_hash_of_everything_and_no_host(name: str) -> None:
    text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
    statements = [line for line in re.sub(r"\\\n", " ", text).splitlines() if line and not line.startswith("#")]
    assert [line for line in statements if not re.match(r"[\w.\[\]-]+==\S+ ", line)] == []
    assert [line.split()[0] for line in statements if " --hash=sha256:" not in line] == []
    assert "://" not in text
    assert "index-url" not in text
