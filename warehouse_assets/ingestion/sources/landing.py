"""A person's own files into an incoming directory: each one whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.delivery import SHARED_TABLES, tables_of
from warehouse_assets.ingestion.sources.source import Source
from warehouse_assets.splitting.staged import private_directory


@dataclass
class Landing:
    """What a named file or folder brings, before anything is copied."""

    source: Source
    path: Path
    names: dict[str, Path] = field(default_factory=dict)
    """Name within the incoming directory -> the file that it is copied from."""
    is_split: bool = False
    """Whether the splitter takes it: a flat text of a source that names a split_key."""
    strangers: list[str] = field(default_factory=list)
    """Files of the folder that no pattern of the source names. They are not copied."""

    def copy(self, folder: Path) -> Iterator[Path]:
        """Copies the files; gives the path of each copy."""
        for name, file in self.names.items():
            yield _copied(file, folder / name)


def plan_landings(source: Source, paths: Sequence[Path], *, split: bool = True) -> list[Landing]:
    """Looks at all that a person names, each through its door: the splitter's, or straight to `incoming/`."""
    doors = [split and bool(source.settings.split_key) and _is_flat(path) for path in paths]
    landings = [plan_landing(source, path, any_name=flat) for path, flat in zip(paths, doors, strict=True)]
    for landing, flat in zip(landings, doors, strict=True):
        landing.is_split = flat
    return landings


def _is_flat(path: Path) -> bool:
    return path.is_file() and path.name.lower().removesuffix(".gz").endswith((".csv", ".txt"))


def plan_landing(source: Source, path: Path, *, any_name: bool = False) -> Landing:
    """Looks at a file, or the files of a folder. A folder stays one where the source has several tables.

    `any_name` takes files of any name, as the splitter does. Raises IngestionError where nothing would be read.
    """
    if not path.exists():
        raise IngestionError(f"{path}: there is no such file. Give the path of an export, or none for the sample.")
    landing = Landing(source, path)
    if path.is_file():
        _sort_in(landing, path.name, path, any_name)
    elif path.is_dir():
        lead = f"{path.resolve().name}/" if len(source.own_tables) > 1 else ""
        for file in sorted(path.rglob("[!.]*")):
            if file.is_file() and not file.is_symlink():
                name = file.relative_to(path).as_posix()
                _sort_in(landing, name if _is_shared(source, name) else f"{lead}{name}", file, any_name)
    else:
        raise IngestionError(f"{path}: neither a file nor a folder, so it cannot be copied. Save it as a file first.")
    if not landing.names:
        raise IngestionError(_no_effect(landing))
    return landing


def _sort_in(landing: Landing, name: str, file: Path, any_name: bool) -> None:
    if any_name or any(tables_of(landing.source, name)):
        landing.names[name] = file
    else:
        landing.strangers.append(name)


def copy_shared_files(source: Source, present: Path, folder: Path) -> None:
    """Copies the files of shared tables that lie in `present` and that `folder` lacks."""
    for file in sorted(present.rglob("[!.]*")) if present.is_dir() else ():
        name = file.relative_to(present).as_posix()
        if file.is_file() and not file.is_symlink() and _is_shared(source, name) and not (folder / name).exists():
            _copied(file, folder / name)


def _is_shared(source: Source, name: str) -> bool:
    """Whether it is a file of a shared table, which lies beside the folders of the deliveries."""
    return any(delivery == SHARED_TABLES for _, delivery in tables_of(source, name))


def _no_effect(landing: Landing) -> str:
    """Why nothing of it would be read, and what would be."""
    if not landing.strangers:
        return f"{landing.path}: the folder holds no file."
    patterns = ", ".join(pattern for table in landing.source.settings.tables.values() for pattern in table.files)
    told = ", ".join(landing.strangers[:5]) + (" ..." if len(landing.strangers) > 5 else "")
    return (
        f"{landing.path}: source {landing.source.name} reads no file of this name ({told}). Its patterns are "
        f"{patterns or '{delivery}/<table>.csv'}. Rename the file, name another source with --source, or add a pattern "
        f"to {landing.source.folder / 'source.toml'}."
    )


def _copied(file: Path, target: Path) -> Path:
    private_directory(target.parent)
    draft = target.parent / f".{target.name}.part"
    shutil.copyfile(file, draft)
    draft.chmod(0o600)
    return draft.replace(target)
