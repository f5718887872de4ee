"""The generated files, and whether the files on disk are up to date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from warehouse_assets.documentation.column_lineage import column_lineage_page
from warehouse_assets.documentation.diagrams import diagram_page
from warehouse_assets.documentation.dictionary import data_dictionary
from warehouse_assets.documentation.rules import rules_page
from warehouse_assets.documentation.scripts import SCRIPTS_PATH, schema_scripts
from warehouse_assets.documentation.star_picture import star_picture
from warehouse_assets.lineage import column_lineage
from warehouse_assets.lineage.stored import stored_text
from warehouse_assets.schemas import TABLES, Table


def generated_files(tables: Mapping[str, Table] = TABLES) -> dict[str, str]:
    """Path in the project -> text, for every generated file; the same declarations give the same bytes."""
    lineage = column_lineage()
    return {
        "docs/column_lineage.md": column_lineage_page(lineage),
        "docs/data_dictionary.md": data_dictionary(tables),
        "docs/er_diagram.md": diagram_page(tables),
        "docs/rules.md": rules_page(),
        "docs/star.svg": star_picture(tables),
        "warehouse_assets/lineage/stored.json": stored_text(lineage),
        **schema_scripts(tables),
    }


def stale_files(root: Path) -> list[str]:
    """Generated files that are missing, differ, or belong to a table that is no longer declared; sorted."""
    return _stale(root, generated_files())


def write_files(root: Path) -> list[str]:
    """Writes stale files and removes obsolete ones; returns the names of the changed files."""
    wanted = generated_files()
    stale = _stale(root, wanted)
    for name in stale:
        path = root / name
        if name not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8", newline="\n")
    return stale


def _stale(root: Path, wanted: Mapping[str, str]) -> list[str]:
    differing = {name for name, text in wanted.items() if _text_of(root / name) != text}
    return sorted(differing | _orphans(root, wanted))


def _text_of(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else None


def _orphans(root: Path, wanted: Mapping[str, str]) -> set[str]:
    found = {path.relative_to(root).as_posix() for path in (root / SCRIPTS_PATH).rglob("*.sql")}
    return found - set(wanted)
