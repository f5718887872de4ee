"""The command line reads its arguments before it imports what the work needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pandas", "pandera", "duckdb", "dagster", "sqlalchemy", "pyarrow", "numpy", "psycopg", "sqlglot", "plotly")
_IMPORTED = """
import sys
from warehouse_assets.cli.app import app
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Modules of a fresh process that has read the commands."""
    done = subprocess.run([sys.executable, "-c", _IMPORTED], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("package", HEAVY)
def test_help_imports_nothing_heavy(package: str, imported: set[str]) -> None:
    assert package not in imported


def test_help_imports_none_of_the_rooms_but_the_settings(imported: set[str]) -> None:
    ours = {name.split(".")[1] for name in imported if name.startswith("warehouse_assets.")}
    assert ours == {"settings", "cli"}
