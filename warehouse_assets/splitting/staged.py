"""Files that appear all at once: written to a hidden folder, moved into place when all are complete.

`.<stem>.split` is being written and worth nothing after a crash; renaming it to `.<stem>.ready` is the
moment at which the new files count; from there on a crash is repaired forwards by `recover_splits`.
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
    """A private folder for the new files of one split; on success they replace those of the last one.

    A second split of the same name waits. Nothing is left behind when the body raises.
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
    """Completes what a crash left half moved in a folder; returns the stems. Call before listing files."""
    stems = sorted(path.name[1 : -len(".ready")] for path in target.glob(".*.ready"))
    for stem in stems:
        with _locked(target / f".{stem}.lock"):
            _finish(target, stem)
    return stems


def private_directory(path: Path) -> None:
    """Makes a folder that only its owner may enter, with its parents."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def private_file(path: Path) -> BinaryIO:
    """A new file that only its owner may read, open for writing."""
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
    """Brings the files to the disk and notes which of an older split have no successor."""
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
