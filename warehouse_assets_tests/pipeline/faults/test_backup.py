"""Backup and restore, with the very commands of the runbook."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

from warehouse_assets.generation import generate_export
from warehouse_assets.settings import PROJECT_ROOT
from warehouse_assets_tests.chaos.homes import Home, end, new_homes
from warehouse_assets_tests.pipeline.shop import SOURCE, Shop, differing

ERASED = "250"
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def documented() -> tuple[str, str]:
    """The commands of a backup and of its restore."""
    text = (PROJECT_ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    section = text.split("## Backup and restore", 1)[1].split("\n## ", 1)[0]
    backup, restore = _BLOCK.findall(section)
    return backup, restore


def execute(commands: str, home: Home, folder: Path) -> None:
    """In a folder of its own, for the dumps, with the project's environment beside it."""
    folder.mkdir(exist_ok=True)
    if not (folder / ".venv").exists():
        (folder / ".venv").symlink_to(PROJECT_ROOT / ".venv")
    subprocess.run(
        ["sh", "-euc", commands],
        cwd=folder,
        env=os.environ | {"WAREHOUSE_HOME": str(home.folder)},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def deliver(home: Home, *files: Path) -> None:
    Shop._put(home.folder / "incoming" / SOURCE, files)


def wait_for_rows(home: Home, table: str) -> None:
    until = time.monotonic() + 120
    while not home.shop().one(f"select exists (select 1 from {table})"):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_backup_taken_during_a_load_is_restored_as_documented(tmp_path: Path) -> None:
    """A person who was erased after the backup does not come back; files after the backup are loaded again.

    Only the first file, which the dump holds, names the person: erasure deletes the files that do.
    """
    files = [tmp_path / name for name in ("first.csv", "second.csv", "third.csv")]
    for seed, (file, rows) in enumerate(zip(files, (400, 150, 100), strict=True)):
        generate_export(file, rows=rows, seed=seed, months=6)
    backup, restore = documented()
    tmp_path.chmod(0o755)
    with new_homes(tmp_path / "homes", "restored", "other") as (restored, other):
        for home in (restored, other):
            deliver(home, files[0])
        restored.must("run")
        deliver(restored, files[1])
        loading = restored.start("run")
        execute(backup, restored, tmp_path / "backup")
        assert loading.is_alive(), "the backup was to be taken while files are loaded"
        assert end(loading, ["run"]) == 0
        deliver(other, files[1])
        other.must("run")
        for home in (restored, other):
            home.must("privacy", "erase", ERASED)
            deliver(home, files[2])
            home.must("run")
        restored.must("access", "apply")
        execute(f"{environment_of(backup)}\n{restore}", restored, tmp_path / "backup")
        restored.must("access", "apply")
        restored.must("run")
        found = differing(restored.contents(), other.contents())
        # The day's register of requests is the one of the dump.
        assert found.keys() <= {"governance.requests"}, found
        assert restored.shop().one(f"select count(*) from vault.identities where customer_id = '{ERASED}'") == 0


def environment_of(backup: str) -> str:
    """The lines of the backup's commands that only set variables."""
    return "\n".join(line for line in backup.splitlines() if re.match(r"(export |\w+=)", line))
