"""Which files have arrived whole: those that did not change for a while. What was seen is kept as a short text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Sighting:
    """A delivery as it was seen last, since when it looks like that, and whether it was dealt with."""

    signature: str
    since: float
    is_done: bool = False


class Arrivals:
    """What was seen so far, by name; the text of `memory` brings it back after a restart."""

    def __init__(self, memory: str | None = None) -> None:
        self._seen = _recall(memory)

    def look(self, found: Mapping[str, Iterable[Path]], now: float) -> None:
        """Notes the files of each delivery; one that changed starts anew, one that is gone is forgotten.

        `now` is in seconds since 1970.
        """
        present = {name: _signature(paths) for name, paths in found.items()}
        self._seen = {
            name: former
            if (former := self._seen.get(name)) is not None and former.signature == signature
            else Sighting(signature, now)
            for name, signature in present.items()
        }

    def quiet(self, now: float, seconds: float) -> list[str]:
        """Names not dealt with yet that did not change for so many seconds; what came first is first."""
        ready = [
            (sighting.since, name)
            for name, sighting in self._seen.items()
            if not sighting.is_done and now - sighting.since >= seconds
        ]
        return [name for _, name in sorted(ready)]

    def waiting(self) -> list[str]:
        """Names not dealt with yet, sorted."""
        return sorted(name for name, sighting in self._seen.items() if not sighting.is_done)

    def signature(self, name: str) -> str:
        """What the delivery looks like now: names, sizes and times of its files, as 16 hexadecimal digits."""
        return self._seen[name].signature

    def settle(self, name: str) -> None:
        """Notes that this state of the delivery is dealt with; only a change brings it up again."""
        self._seen[name].is_done = True

    @property
    def memory(self) -> str:
        """All of it as JSON."""
        return json.dumps({name: [s.signature, s.since, s.is_done] for name, s in sorted(self._seen.items())})


def _recall(memory: str | None) -> dict[str, Sighting]:
    """An unreadable text, as of another version, is as good as none: everything is looked at again."""
    try:
        return {name: Sighting(*fields) for name, fields in json.loads(memory or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _signature(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # it went while we looked; the next look sees the rest
        total.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return total.hexdigest()[:16]
