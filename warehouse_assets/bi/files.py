"""Generated files: text or bytes by path, put in place of the former ones."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

Files = Mapping[str, str | bytes]
"""Path within a folder, with slashes -> content."""


def write_files(folder: Path, files: Files) -> None:
    """Makes the folder hold these files and no others; it is readable by the owner alone.

    They are written beside it first: who opens the folder finds the former files or the new ones.
    """
    fresh, former = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    for leftover in (fresh, former):
        shutil.rmtree(leftover, ignore_errors=True)
    for name, content in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    fresh.chmod(0o700)
    if folder.exists():
        folder.rename(former)
    fresh.rename(folder)
    shutil.rmtree(former, ignore_errors=True)
