"""What the measured processes share: a clock of phases and the result line."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse_assets.settings import Settings

SOURCE = "ecommerce_export"


class Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - started

    def print_result(self) -> None:
        """The line that the bench reads: the last one."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": self.seconds, "peak_mb": peak}))


def settings_of(home: str) -> Settings:
    """A warehouse of its own, with its own embedded server."""
    return Settings(home=Path(home))
