"""The order of the packages: each imports from those before it only, so that the tree shows the flow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from warehouse_assets_tests.unit.project.test_project_rules import expect_none, place, python_files

PACKAGE = "warehouse_assets"
ROOMS = (
    "settings",
    "schemas",
    "database",
    "pseudonyms",
    "splitting",
    "generation",
    "ingestion",
    "building",
    "privacy",
    "access",
    "startup",
    "drafting",
    "lineage",
    "bi",
    "reporting",
    "dashboard",
    "documentation",
    "orchestration",
    "definitions",
    "cli",
)
"""From the ground up. A room imports from the rooms before it."""
INGESTION = ("errors", "sources", "readers", "contract", "staging")
"""The same within `ingestion`."""
DAGSTER_ROOMS = ("orchestration", "definitions", "cli")
PRIVATE_DAGSTER = "orchestration/instance"
ROOT_FILES = {"__init__.py", "definitions.py", "settings.py"}
LARGEST_FOLDER = 20


@cache
def imports(path: Path) -> list[tuple[int, str]]:
    """Line and full name of each import, also of those within functions."""
    return list(_imports(path))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path, node.lineno)}: import by the full name"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def parts_of(path: Path) -> tuple[str, ...]:
    """`building/facts.py` within the package as ("building", "facts")."""
    return Path(place(path)).with_suffix("").parts[1:]


def all_imports() -> Iterator[tuple[Path, int, str]]:
    for path in python_files(PACKAGE):
        yield from ((path, line, name) for line, name in imports(path))


def against(order: tuple[str, ...], importer: str, imported: str) -> bool:
    return order.index(imported) > order.index(importer)


def our_imports(depth: int) -> Iterator[tuple[Path, int, str, tuple[str, ...], tuple[str, ...]]]:
    """Imports of our own modules: where, and the names of importer and imported, both at least so deep."""
    for path, line, name in all_imports():
        ours, theirs = parts_of(path), tuple(name.split(".")[1:])
        if name.startswith(f"{PACKAGE}.") and len(ours) >= depth and len(theirs) >= depth:
            yield path, line, name, ours, theirs


def test_every_room_is_listed() -> None:
    rooms = {parts_of(path)[0] for path in python_files(PACKAGE)} - {"__init__"}
    assert rooms == set(ROOMS)


def test_rooms_import_from_rooms_before_them() -> None:
    expect_none(
        f"{place(path, line)} {name}"
        for path, line, name, ours, theirs in our_imports(1)
        if ours[0] != "__init__" and against(ROOMS, ours[0], theirs[0])
    )


def test_ingestion_flows_one_way() -> None:
    expect_none(
        f"{place(path, line)} {name}"
        for path, line, name, ours, theirs in our_imports(2)
        if ours[0] == theirs[0] == "ingestion" and ours[1] != "__init__" and against(INGESTION, ours[1], theirs[1])
    )


def test_dagster_stays_in_its_rooms() -> None:
    expect_none(
        f"{place(path, line)} {name}"
        for path, line, name in all_imports()
        if name.startswith("dagster") and parts_of(path)[0] not in DAGSTER_ROOMS
    )


def test_private_modules_of_dagster_are_used_in_one_place_with_a_reason() -> None:
    """Each import stands below a comment: which public way was tried, and why it does not do."""
    wrong = []
    for path, line, name in all_imports():
        if "._" in name and name.startswith("dagster"):
            text = path.read_text(encoding="utf-8").splitlines()
            is_explained = text[line - 2].startswith("# ")
            if PRIVATE_DAGSTER not in path.as_posix() or not is_explained:
                wrong.append(f"{place(path, line)} {name}")
    expect_none(wrong)


def test_the_root_holds_settings_and_definitions_only() -> None:
    assert {path.name for path in python_files(PACKAGE) if len(parts_of(path)) == 1} == ROOT_FILES


def test_no_folder_is_crowded() -> None:
    counts: dict[Path, int] = {}
    for path in python_files(PACKAGE) + python_files(f"{PACKAGE}_tests"):
        if path.name != "__init__.py":
            counts[path.parent] = counts.get(path.parent, 0) + 1
    expect_none(f"{place(folder)} holds {count} files" for folder, count in counts.items() if count > LARGEST_FOLDER)
