"""What steps print, kept in Dagster's files and shown where the process prints."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

# Tried: our own, which would do the same.
from dagster._core.execution.compute_logs import redirect_to_file

# Tried: `dg`, which does not export what a manager gives to Dagster.
from dagster._core.storage.compute_log_manager import CapturedLogContext

# Tried: `dg`, which does not export the manager of local files. It has no setting for how they are shown.
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager

# Tried: the annotation `Any`; Dagster passes this class to what dagster.yaml names, and `dg` does not export it.
from dagster._serdes import ConfigurableClassData


class ComputeLogs(LocalComputeLogManager):
    """Dagster's own files in its home, with fewer processes: they were a twentieth of what a small run costs.

    Dagster starts a `tail` for each stream of a run, and a Python process that ends the `tail` if the run is killed.
    GNU's `tail` ends by itself.
    """

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> ComputeLogs:
        """Called by Dagster for each instance; the files are where Dagster has them by default."""
        return cls(str(Path(os.environ["DAGSTER_HOME"]) / "storage"), inst_data=inst_data)

    @contextmanager
    def capture_logs(self, log_key: Sequence[str]) -> Iterator[CapturedLogContext]:
        """Captures what this process prints meanwhile."""
        if sys.platform != "linux":
            with super().capture_logs(log_key) as context:
                yield context
            return
        with ExitStack() as opened:
            for kind, stream in (("out", sys.stdout), ("err", sys.stderr)):
                path = self.get_captured_local_path(log_key, kind)
                _touch(path)
                opened.enter_context(_shown(path, stream))
                opened.enter_context(redirect_to_file(stream, path))
            yield CapturedLogContext(log_key)
        _touch(self.complete_artifact_path(log_key))  # type: ignore[no-untyped-call] # Dagster's own


@contextmanager
def _shown(path: str, stream: IO[str] | None) -> Iterator[None]:
    """Copies what is added to the file to where the stream goes now."""
    try:
        target = None if stream is None else stream.fileno()
    except io.UnsupportedOperation:
        target = None
    if target is None:  # closed from the start, or no file: Dagster captures nothing of it
        yield
        return
    command = ["tail", "-F", "-c", "+0", f"--pid={os.getpid()}", path]
    with subprocess.Popen(command, stdout=target) as tail:
        try:
            yield
        finally:
            tail.terminate()


def _touch(path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).touch()
