"""What each command costs to start, as multiples of `import dagster`; writes START.md beside this file.

`.venv/bin/python benchmarks/start.py [ROUNDS]` (5): each round runs all of them, one after the other.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from common import WAREHOUSE, cpu_with_children

sys.path.insert(0, str(Path(__file__).parents[1]))

from warehouse_assets.database import status, stop
from warehouse_assets.database.cluster import base_path
from warehouse_assets.generation import generate_export
from warehouse_assets.settings import Settings

HERE = Path(__file__).resolve().parent
ROWS = 1_500
UNIT = "import dagster"
BARS = {
    "warehouse --help": 0.5,
    'warehouse sql "select 1"': 1.0,
    "warehouse run, nothing new": 3.0,
    f"warehouse run, {ROWS:,} rows from a cold start": 12.0,
}
Cost = tuple[float, float]
"""Seconds of wall and of CPU, all processes and the database together."""


def server_cpu(settings: Settings) -> float:
    """CPU of the embedded server so far, with the sessions that have ended."""
    found = status(settings)
    if not found.running or found.data_path is None:
        return 0.0
    return cpu_with_children(psutil.Process(int((found.data_path / "postmaster.pid").read_text().split()[0])))


def cost(settings: Settings, code: str, *arguments: str) -> Cost:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    server, started = server_cpu(settings), time.monotonic()
    environment = {**os.environ, "WAREHOUSE_HOME": str(settings.home)}
    command = [sys.executable, "-c", code, *arguments]
    subprocess.run(command, env=environment, cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return seconds, cpu + max(server_cpu(settings) - server, 0.0)


def round_of(folder: Path, export: Path) -> dict[str, Cost]:
    settings = Settings(home=folder / "home")
    try:
        found = {UNIT: cost(settings, UNIT)}
        help_, sql, again, cold = BARS
        found[cold] = cost(settings, WAREHOUSE, "run", str(export))
        found[again] = cost(settings, WAREHOUSE, "run")
        found[sql] = cost(settings, WAREHOUSE, "sql", "select 1")
        found[help_] = cost(settings, WAREHOUSE, "--help")
        return found
    finally:
        stop(settings)
        shutil.rmtree(base_path(settings.home), ignore_errors=True)
        shutil.rmtree(settings.home, ignore_errors=True)


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def report(rounds: Sequence[dict[str, Cost]]) -> str:
    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    unit = ", ".join(f"{spread([found[UNIT][kind] for found in rounds])} s" for kind in (0, 1))
    lines = [
        "# Start",
        "",
        f"`benchmarks/start.py` on {machine}: {len(rounds)} rounds, median (least-most) of the ratios within a round.",
        f"`{UNIT}` itself: {unit} (wall, CPU). Load of the machine at the end: {os.getloadavg()[0]:.1f}.",
        "",
        "| command | wall, as a multiple | CPU, database included | bar |",
        "|---|---|---|---|",
    ]
    for name, bar in BARS.items():
        ratios = [spread([found[name][kind] / found[UNIT][kind] for found in rounds]) for kind in (0, 1)]
        lines.append(f"| `{name}` | {ratios[0]} | {ratios[1]} | {bar:g} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="start-") as folder:
        Path(folder).chmod(0o755)
        export = Path(folder) / "export.csv"
        generate_export(export, rows=ROWS, seed=3)
        text = report([round_of(Path(folder), export) for _ in range(count)])
    print(text)
    (HERE / "START.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
