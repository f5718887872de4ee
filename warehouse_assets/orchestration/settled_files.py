"""Finds files that are complete: those that have not changed for a while. The state is kept as short text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path


@dataclass
class Sighting:
    """The last seen state of a delivery, when it was first seen, and whether it was handled.

    `run_key` names the run that was requested for it, until that run is known to exist.
    """

    signature: str
    since: float
    is_done: bool = False
    run_key: str | None = None


class Arrivals:
    """The states seen so far, by name. The text `memory` restores them after a restart."""

    def __init__(self, memory: str | None = None) -> None:
        self._seen = _recall(memory)

    def look(self, found: Mapping[str, Iterable[Path]], now: float, marks: Mapping[str, str] | None = None) -> None:
        """Records the files of each delivery. A changed delivery starts again, a deleted one is forgotten.

        `now` is in seconds since 1970. A mark stands for what else decides: a delivery with another one starts again.
        """
        present = {name: _signature(paths, (marks or {}).get(name, "")) for name, paths in found.items()}
        self._seen = {name: self._sighting(name, signature, now) for name, signature in present.items()}

    def _sighting(self, name: str, signature: str, now: float) -> Sighting:
        former = self._seen.get(name)
        if former is None or former.signature != signature:
            return Sighting(signature, now)
        former.since = min(former.since, now)  # the clock may have been set back
        return former

    def quiet(self, now: float, seconds: float) -> list[str]:
        """Unhandled names that have not changed for the given seconds, oldest first."""
        ready = [
            (sighting.since, name)
            for name, sighting in self._seen.items()
            if not sighting.is_done and now - sighting.since >= seconds
        ]
        return [name for _, name in sorted(ready)]

    def waiting(self) -> list[str]:
        """Unhandled names, sorted."""
        return sorted(name for name, sighting in self._seen.items() if not sighting.is_done)

    def signature(self, name: str) -> str:
        """The state of the delivery: a hash of names, sizes and times of its files, 16 hexadecimal digits."""
        return self._seen[name].signature

    def settle(self, name: str) -> None:
        """Marks this state of the delivery as handled. A change makes it unhandled again."""
        self._seen[name].is_done, self._seen[name].run_key = True, None

    def request(self, name: str, run_key: str) -> None:
        """Marks this state as handled by a run that was only requested so far."""
        self._seen[name].is_done, self._seen[name].run_key = True, run_key

    def requested(self) -> dict[str, str]:
        """The run key of each delivery whose run is not yet known to exist."""
        return {name: sighting.run_key for name, sighting in self._seen.items() if sighting.run_key is not None}

    def reopen(self, name: str) -> None:
        """Marks this state as unhandled."""
        self._seen[name].is_done, self._seen[name].run_key = False, None

    @property
    def memory(self) -> str:
        """All states as JSON."""
        return json.dumps({name: astuple(sighting) for name, sighting in sorted(self._seen.items())})


def _recall(memory: str | None) -> dict[str, Sighting]:
    """An unreadable text, for example from another version, counts as empty: everything is checked again."""
    try:
        return {name: Sighting(*fields) for name, fields in json.loads(memory or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _signature(paths: Iterable[Path], mark: str) -> str:
    total = hashlib.sha256(mark.encode())
    for path in sorted(paths):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # deleted meanwhile; the next evaluation sees the rest
        total.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return total.hexdigest()[:16]
