"""Replaces several files at once: writes them to a hidden folder, and moves them when all are complete.

`.<stem>.split` is being written and is discarded after a crash. Renaming it to `.<stem>.ready` commits the new
files; after a later crash, `recover_splits` completes the move.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

SUFFIXES = (".csv", ".jsonl", ".sqlite", ".malformed.jsonl")


@contextmanager
def staged_files(target: Path, stem: str) -> Iterator[Path]:
    """A private folder for the new files of a split; on success they replace those of the previous one.

    A second split of the same name waits. If the body raises, the folder is removed.
    """
    private_directory(target)
    with _locked(target / f".{stem}.lock"):
        _finish(target, stem)
        writing = target / f".{stem}.split"
        writing.mkdir(mode=0o700)
        try:
            yield writing
            _flush(writing)
            writing.rename(target / f".{stem}.ready")
        except BaseException:
            shutil.rmtree(writing, ignore_errors=True)
            raise
        _finish(target, stem)


def recover_splits(target: Path) -> list[str]:
    """Completes moves that a crash interrupted in a folder; returns the stems. Call before listing files."""
    stems = sorted(path.name[1 : -len(".ready")] for path in target.glob(".*.ready"))
    for stem in stems:
        with _locked(target / f".{stem}.lock"):
            _finish(target, stem)
    return stems


def private_directory(path: Path) -> None:
    """Creates a folder that only its owner may enter, with its parents."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def private_file(path: Path) -> BinaryIO:
    """Opens a new file for writing that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "wb", buffering=1 << 20)


def _finish(target: Path, stem: str) -> None:
    shutil.rmtree(target / f".{stem}.split", ignore_errors=True)
    ready = target / f".{stem}.ready"
    if not ready.is_dir():
        return
    for suffix in SUFFIXES:
        new, old = ready / f"{stem}{suffix}", target / f"{stem}{suffix}"
        if new.exists():
            os.replace(new, old)
    absent = ready / "absent"
    for suffix in absent.read_text().split() if absent.exists() else ():
        (target / f"{stem}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(ready)
    _sync(target)


def _flush(folder: Path) -> None:
    """Flushes the files to disk, and records which files of the previous split are obsolete."""
    names = {path.name for path in folder.iterdir()}
    stem = folder.name[1 : -len(".split")]
    (folder / "absent").write_text(" ".join(s for s in SUFFIXES if f"{stem}{s}" not in names))
    for path in folder.iterdir():
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
