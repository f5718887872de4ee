"""What the warehouse costs at growing sizes: per row, its memory, and what changes of a loaded home take.

`.venv/bin/python benchmarks/growth.py --rows 500000 5000000 10000000` loads and builds one flat export of each size in
a home of its own, then adds a delivery of 1,000 rows over all months, corrects it, forgets it, and erases a person. It
prints a Markdown table.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import measure, prepare
from common import SOURCE, WAREHOUSE

sys.path.insert(0, str(Path(__file__).parents[1]))

from warehouse_assets.generation import generate_export

_CHANGED_ROWS = 1_000


def seconds(home: Path, *arguments: str) -> float:
    """Wall seconds of a command of the warehouse."""
    started = time.monotonic()
    environment = {**os.environ, "WAREHOUSE_HOME": str(home)}
    command = [sys.executable, "-c", WAREHOUSE, *arguments]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - started


def changes(home: Path, export: Path, folder: Path) -> list[float]:
    """Seconds to add a delivery, to correct it, to forget it, and to erase a person; each with the build after it."""
    late = folder / "late.csv"
    found = []
    for seed in (7, 8):
        generate_export(late, rows=_CHANGED_ROWS, seed=seed)
        found.append(seconds(home, "run", "--no-split", "--source", SOURCE, str(late)))
    found.append(seconds(home, "forget", late.name))
    with export.open(encoding="utf-8", newline="") as file:
        person = next(iter(csv.DictReader(file)))["ID"]
    found.append(seconds(home, "privacy", "erase", person) + seconds(home, "run"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000])
    options = parser.parse_args()
    print("| rows | wall us a row | processor us a row | peak MB | add s | correct s | forget s | erase s |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="growth-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        for rows in options.rows:
            files, home = prepare(folder, rows), folder / f"home_{rows}"
            whole = measure("ours", str(files), str(home), "one file")
            per_row = [f"{1e6 * spent / rows:.1f}" for spent in (whole.wall, whole.cpu)]
            after = [f"{spent:.1f}" for spent in changes(home, files / "export.csv", folder)]
            print(f"| {rows:,} | {' | '.join([*per_row, f'{whole.peak_mb:.0f}', *after])} |", flush=True)
            measure("prepare", "--remove", str(home))


if __name__ == "__main__":
    main()
