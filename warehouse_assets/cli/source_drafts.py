"""`warehouse source new`: writes a draft and lists what to review."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from warehouse_assets.cli.console import console
from warehouse_assets.cli.layouts import known_layout
from warehouse_assets.drafting.draft import draft_source
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import tables_of
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.settings import Settings


def draft(settings: Settings, name: str, files: Sequence[Path]) -> None:
    """Writes `source.toml` and the SELECTs. Raises IngestionError for an unusable name or an existing folder."""
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise IngestionError(f"{name!r} cannot be the name of a source; use small letters, digits and _.")
    folder = settings.sources_path / name
    if folder.exists():
        raise IngestionError(f"{folder} already exists; delete it, or choose another name.")
    known = {file.name: source for file in files if (source := known_layout(settings, file))}
    found = draft_source(name, files, settings.home / "tmp")
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(found.toml, encoding="utf-8")
    for relation, text in found.selects.items():
        (folder / f"{relation}.sql").write_text(text, encoding="utf-8")
    tables = ", ".join(f"{table} ({rows:,})" for table, rows in found.tables)
    console.print(f"Looked at    {tables}", markup=False)
    console.print(f"Written      {folder}: {', '.join(['source.toml', *(f'{one}.sql' for one in found.selects)])}")
    console.print("\n[bold]Review these; the SELECTs mark them with `-- ?`:[/bold]")
    for doubt in found.doubts:
        console.print(f"  - {doubt}", markup=False)
    for file_name, source in known.items():
        console.print(
            f"\n{file_name} has the header of {source}: `warehouse run` reads it without a draft.", markup=False
        )
    written = read_source(settings.sources_path, name)
    paths = " ".join(str(file) for file in files if file.is_dir() or any(tables_of(written, file.name)))
    console.print(f"\nThen         warehouse source check {name} {paths}", markup=False)
    console.print(f"             warehouse run --source {name} {paths}", markup=False)
