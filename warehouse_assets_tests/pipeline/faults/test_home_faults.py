"""A home on a disk that has become read-only: the run says so and leaves nothing; the next one completes."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.commands import run
from warehouse_assets_tests.pipeline.shop import SOURCE, Shop
from warehouse_assets_tests.pipeline.test_runs_of_the_command_line import LONGEST_MESSAGE, environment_of
from warehouse_assets_tests.prepared import prepared_warehouse
from warehouse_assets_tests.short_exports import generate_short_export


@contextmanager
def own_disk() -> Iterator[Path]:
    """A file system of its own, which can be made read-only."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    folder = Path(tempfile.mkdtemp(prefix="own-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    try:
        if mounted.returncode:
            pytest.skip(f"no disk of its own here: {mounted.stderr.strip()}")
        yield folder
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def remount(disk: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(disk)], check=True)


def test_a_read_only_home_is_named_and_nothing_is_done(server: DatabaseUrls, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_short_export(export, rows=60, seed=1, dirt=0)
    with ExitStack() as stack:
        disk = stack.enter_context(own_disk())
        settings = stack.enter_context(prepared_warehouse(server, "read_only", disk / "home"))
        url, shop = str(settings.database_url), Shop(settings)
        environment = environment_of(settings.home, url)
        shop.run()
        shop.deliver(export)
        before = shop.contents()
        remount(disk, "ro")
        for words in (["run"], ["run", str(export)], ["forget", export.name, "--source", SOURCE]):
            found = run(environment, *words)
            assert found.returncode == 1, found
            assert "Traceback" not in found.stderr
            assert len(found.stderr.splitlines()) <= LONGEST_MESSAGE
        found = run(environment, "run")
        assert "Read-only file system" in found.stderr
        assert str(disk) in found.stderr
        assert shop.contents() == before
        remount(disk, "rw")
        assert run(environment, "run").returncode == 0
        with psycopg.connect(url) as connection:
            assert connection.execute("select count(*) from dw.fct_sales").fetchone() == (60,)
