"""`warehouse` in processes of its own, each a copy of one that has imported everything.

A fresh interpreter imports for seconds before it does anything; tests of starts, signals and imports take one.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

FRESH = [sys.executable, "-c", "from warehouse_assets.cli.app import main; main()"]
"""The command in an interpreter of its own."""
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    [
        "warehouse_assets.cli.app",
        "warehouse_assets.cli.run_command",
        "warehouse_assets.cli.layouts",
        "warehouse_assets.cli.jobs_here",
        "warehouse_assets.dashboard.report_files",
        "warehouse_assets.orchestration.instance.storage",
        "warehouse_assets.reporting.picture",
        "warehouse_assets_tests.pipeline.shop",
        "alembic.command",
        "pandera.backends.pandas.builtin_checks",
        "sqlglot.dialects.duckdb",
    ]
)


def fork(target: Callable[..., object], *arguments: Any) -> BaseProcess:
    """A function in a copy of the process that has imported everything, with the variables of this one."""
    process = _processes.Process(target=_call, args=(dict(os.environ), target, arguments))
    process.start()
    return process


def _call(variables: dict[str, str], target: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    os.environ.clear()
    os.environ.update(variables)
    target(*arguments)


class Command:
    """A running `warehouse`, whose output is kept until it is asked for."""

    def __init__(self, environment: Mapping[str, str], words: list[str]) -> None:
        self._words, folder = words, tempfile.mkdtemp(prefix="command-")
        weakref.finalize(self, shutil.rmtree, folder)
        self._output = [Path(folder) / name for name in ("out", "errors")]
        self._process = fork(_command, words, dict(environment), *map(str, self._output))

    @property
    def returncode(self) -> int | None:
        """As `subprocess` says it; None while it runs."""
        return self._process.exitcode

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Waits for its end; what it printed, and its errors."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            self._process.kill()
            raise subprocess.TimeoutExpired(self._words, timeout)
        out, errors = (path.read_text(encoding="utf-8") for path in self._output)
        return out, errors


def start(environment: Mapping[str, str], *words: str | Path) -> Command:
    """Starts `warehouse WORDS`."""
    return Command(environment, [str(word) for word in words])


def run(environment: Mapping[str, str], *words: str | Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Runs `warehouse WORDS` to its end."""
    command = start(environment, *words)
    out, errors = command.communicate(timeout)
    return subprocess.CompletedProcess(["warehouse", *map(str, words)], command.returncode or 0, out, errors)


def _command(words: list[str], environment: dict[str, str], out: str, errors: str) -> None:
    """In the new process."""
    os.environ.clear()
    begin(environment, out, errors)
    execute(words)


def begin(variables: Mapping[str, str], out: str, errors: str) -> None:
    """In the new process: a session of its own, its variables, its output."""
    os.setsid()
    os.environ.update(variables)
    for standard, path in ((1, out), (2, errors)):
        with open(path, "ab") as file:
            os.dup2(file.fileno(), standard)


def execute(words: list[str]) -> None:
    """In the new process: what the console script does."""
    sys.argv = ["warehouse", *words]
    from warehouse_assets.cli.app import main

    main()
