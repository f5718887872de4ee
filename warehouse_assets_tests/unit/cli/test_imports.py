"""The command line reads its arguments before it imports what the work needs, and imports no more than that."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

HEAVY = {"pandas", "pandera", "duckdb", "dagster", "pyarrow", "sqlalchemy", "sqlglot", "plotly", "matplotlib", "babel"}
ALLOWED = {
    "app": set[str](),
    "querying": {"numpy", "psycopg"},
    "run_command": {"numpy", "psycopg", "sqlglot", "pyarrow", "sqlalchemy"},
}
"""Module of `cli` -> what it may import: `--help`, `sql` and `status`, and a run until it has a job to do."""


@cache
def imported(module: str) -> frozenset[str]:
    """Modules of a fresh process that has imported one of the command line's."""
    code = f"import sys, warehouse_assets.cli.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split())


@pytest.mark.parametrize("module", ALLOWED)
@pytest.mark.parametrize("package", sorted(HEAVY | {"numpy", "psycopg"}))
def test_nothing_heavy_is_imported_before_it_is_needed(package: str, module: str) -> None:
    assert package not in imported(module) or package in ALLOWED[module]


def test_help_imports_none_of_the_rooms_but_the_settings() -> None:
    ours = {name.split(".")[1] for name in imported("app") if name.startswith("warehouse_assets.")}
    assert ours == {"settings", "cli"}


def test_the_collector_passes_over_modules_and_works_while_a_command_does() -> None:
    code = (
        "import gc; gc.disable()\n"
        "from warehouse_assets.cli.console import reported\n"
        "with reported(): print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_a_run_starts_the_server_before_it_imports_what_it_needs() -> None:
    code = (
        "import sys\n"
        "from warehouse_assets.cli import app\n"
        "def begun(work): raise SystemExit(', '.join({'psycopg', 'sqlglot', 'pyarrow'} & sys.modules.keys()))\n"
        "app.Background = begun\n"
        "app.app(['run'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.split() == ["psycopg"], done.stderr
