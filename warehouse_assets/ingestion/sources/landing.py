"""Files of a person's own into an incoming directory: each one whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.splitting.staged import private_directory


def bring(source: Source, path: Path, folder: Path) -> Iterator[Path]:
    """Copies a file, or the files of a folder, into `folder`; gives what stands there then.

    A folder stays one where the source has several tables: it is one delivery. Of one table each file is one.
    """
    if not path.exists():
        raise IngestionError(f"{path}: there is no such file. Give the path of an export, or none for the sample.")
    if path.is_file():
        yield _placed(path, folder / path.name)
        return
    root = folder / path.resolve().name if len(source.settings.tables) > 1 else folder
    for file in sorted(path.rglob("[!.]*")):
        if file.is_file() and not file.is_symlink():
            yield _placed(file, root / file.relative_to(path))


def _placed(file: Path, target: Path) -> Path:
    private_directory(target.parent)
    draft = target.parent / f".{target.name}.part"
    shutil.copyfile(file, draft)
    draft.chmod(0o600)
    return draft.replace(target)
