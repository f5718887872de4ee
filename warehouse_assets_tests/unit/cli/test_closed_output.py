"""The command line works without standard output, as some schedulers start it."""

from __future__ import annotations

import subprocess

import pytest

from warehouse_assets_tests.commands import FRESH


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-"])
def test_a_command_whose_output_is_closed_starts(closed: str) -> None:
    command = ["sh", "-c", f'exec "$@" --help {closed}', "sh", *FRESH]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
