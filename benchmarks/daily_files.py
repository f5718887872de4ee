"""Many small daily files: all at once, and one a day.

`.venv/bin/python benchmarks/daily_files.py --days 634 --rows 50` generates so many files of so many rows, a day each.
One home gets all in one `warehouse run`; another gets half of them first, and then `--singly` more in a run each. It
prints a Markdown table of wall and processor seconds, the database's included.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from common import SOURCE, WAREHOUSE, Clock, settings_of

sys.path.insert(0, str(Path(__file__).parents[1]))

from warehouse_assets.database import ensure_running, stop
from warehouse_assets.generation import generate_export


def daily_files(folder: Path, days: int, rows: int) -> list[Path]:
    """Slices of one generated export in the order of its sales: each of about a day."""
    whole = folder / "whole.csv"
    generate_export(whole, rows=days * rows, seed=1, months=-(-days // 30))
    with whole.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    place = header.index("Date_Purchase")
    lines.sort(key=lambda line: line[place])
    files = [folder / f"day_{number:04}.csv" for number in range(days)]
    for number, path in enumerate(files):
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *lines[number * rows : (number + 1) * rows]])
    return files


def run(home: Path, files: Sequence[Path]) -> tuple[float, float]:
    """(wall, processor) seconds of one `warehouse run`."""
    command = [sys.executable, "-c", WAREHOUSE, "run", "--no-split", "--source", SOURCE, *map(str, files)]
    ensure_running(settings_of(str(home)))
    clock = Clock(home)
    with clock.phase("run"):
        environment = {**os.environ, "WAREHOUSE_HOME": str(home)}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return clock.phases["run"].wall, clock.phases["run"].cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=634)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--singly", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="daily-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        files = daily_files(folder, options.days, options.rows)
        half = len(files) // 2
        print("| files | wall s | processor s |\n|---|---|---|", flush=True)
        homes = [folder / "batch", folder / "singly"]
        try:
            wall, cpu = run(homes[0], files)
            print(f"| {len(files)} in one run | {wall:.1f} | {cpu:.1f} |", flush=True)
            wall, cpu = run(homes[1], files[:half])
            print(f"| {half} in one run | {wall:.1f} | {cpu:.1f} |", flush=True)
            each = [run(homes[1], [path]) for path in files[half : half + options.singly]]
            walls, cpus = zip(*each, strict=True)
            print(f"| then {options.singly} in a run each: median | {median(walls):.1f} | {median(cpus):.1f} |")
        finally:
            for home in homes:
                stop(settings_of(str(home)))


if __name__ == "__main__":
    main()
