"""Files to marts against two peers on one machine, as ratios; writes RESULTS.md beside this file.

`make bench ARGS="--rows 1000000 --runs 3"`. Each measurement is a process of its own on a fresh database.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Measure:
    """Seconds by phase, and the peak memory of the process in MB."""

    seconds: dict[str, float]
    peak_mb: float

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def measure(peer: str, *arguments: str) -> Measure:
    """Runs one peer in its own process; the last line of its output is its result."""
    done = subprocess.run(
        [sys.executable, str(HERE / f"{peer}.py"), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{peer} failed:\n{done.stderr[-4000:]}")
    result = json.loads(done.stdout.splitlines()[-1])
    return Measure(result["seconds"], result["peak_mb"])


def prepare(folder: Path, rows: int) -> Path:
    """The generated export, split into thirds; the split is not part of what is compared."""
    home = folder / f"files_{rows}"
    measure("prepare", str(home), str(rows))
    return home


def run(folder: Path, rows: int, runs: int, memory_rows: list[int]) -> str:
    files = prepare(folder, rows)
    found: dict[str, list[Measure]] = {"warehouse": [], "floor": [], "pandas": []}
    for number in range(runs):
        home = folder / f"home_{number}"
        found["warehouse"].append(measure("ours", str(files), str(home)))
        found["floor"].append(measure("floor", str(home)))
        found["pandas"].append(measure("pandas_to_sql", str(files), str(home)))
        measure("prepare", "--remove", str(home))
    memory = {}
    for size in memory_rows:
        other = prepare(folder, size)
        home = folder / f"memory_{size}"
        memory[size] = measure("ours", str(other), str(home))
        measure("prepare", "--remove", str(home))
    return report(rows, found, memory)


def report(rows: int, found: dict[str, list[Measure]], memory: dict[int, Measure]) -> str:
    """The results as Markdown; times are medians of the runs, ratios are within one run."""
    ours, floor, pandas = (found[name] for name in ("warehouse", "floor", "pandas"))
    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    lines = [
        "# Results",
        "",
        f"`make bench` on {machine}: {rows:,} generated rows of 25 columns, {len(ours)} runs, fresh databases.",
        "",
        "| what | seconds (median) | peak memory MB |",
        "|---|---|---|",
    ]
    for name, runs in found.items():
        lines.append(
            f"| {name} | {statistics.median(m.total for m in runs):.1f} | {max(m.peak_mb for m in runs):.0f} |"
        )
    to_floor = statistics.median(a.total / b.total for a, b in zip(ours, floor, strict=True))
    to_pandas = statistics.median(b.total / a.total for a, b in zip(ours, pandas, strict=True))
    lines += ["", f"Files to marts: {to_floor:.2f} x the floor; {to_pandas:.1f} x faster than pandas `to_sql`.", ""]
    lines += ["| phase | " + " | ".join(f"run {n + 1}" for n in range(len(ours))) + " |"]
    lines += ["|---|" + "---|" * len(ours)]
    for name, runs in found.items():
        for phase in runs[0].seconds:
            lines.append(f"| {name}: {phase} | " + " | ".join(f"{m.seconds[phase]:.2f}" for m in runs) + " |")
    if memory:
        lines += ["", "| rows | seconds | seconds per million rows | peak memory MB |", "|---|---|---|---|"]
        for size, m in memory.items():
            lines.append(f"| {size:,} | {m.total:.1f} | {m.total / size * 1e6:.1f} | {m.peak_mb:.0f} |")
    lines += ["", _WHAT]
    return "\n".join(lines) + "\n"


_WHAT = """What is compared, on the same generated export:

- **warehouse**: the three thirds of the split (made before) through ingestion, staging, the star with its
  enforced keys, the aggregates and both marts, with Dagster's runs and checks, on the embedded server.
- **floor**: `COPY` of the already clean rows into the same tables with the same keys and indexes (staging,
  dimensions, facts; foreign keys enforced as declared), then the aggregates' and marts' SELECTs once.
- **pandas**: `read_csv` of the export, cleaning, keys and star in frames, then the same rows as the floor's by
  `to_sql` into the same tables, then the same SELECTs once. History, rejects and ledger are given to it.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory-rows", type=int, nargs="*", default=[500_000, 2_000_000])
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder).chmod(0o755)
        text = run(Path(folder), options.rows, options.runs, options.memory_rows)
    options.out.write_text(text + other_sections(options.out), encoding="utf-8")
    print(text)


def other_sections(path: Path) -> str:
    """What other measurements have there: all from the first heading of a section on."""
    _, heading, sections = path.read_text(encoding="utf-8").partition("\n## ") if path.exists() else ("", "", "")
    return heading + sections


if __name__ == "__main__":
    main()
