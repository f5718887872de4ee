"""Files to marts against peers on one machine, as ratios; writes RESULTS.md and results.svg beside this file.

`make bench ARGS="--rows 1000000 --runs 5"`; `--without pandas` leaves out a peer. Each measurement is a process of its
own on a fresh database; all take turns, in an order that changes with each round.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

HERE = Path(__file__).resolve().parent
PEERS = ("warehouse", "warehouse, one file", "floor", "pandas", "dlt and dbt", "duckdb")


@dataclass(frozen=True)
class Measure:
    """Seconds by phase, the peak memory of the process in MB, the machine's load at its end."""

    phases: dict[str, tuple[float, float]]
    """(wall, processor) seconds; the latter of Python and PostgreSQL."""
    peak_mb: float
    load: float
    differs: list[str]

    @property
    def wall(self) -> float:
        return sum(wall for wall, _ in self.phases.values())

    @property
    def cpu(self) -> float:
        return sum(cpu for _, cpu in self.phases.values())


def measure(peer: str, *arguments: str) -> Measure:
    """Runs one peer in its own process; the last line of its output is its result."""
    done = subprocess.run(
        [sys.executable, str(HERE / f"{peer}.py"), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{peer} failed:\n{done.stderr[-4000:]}")
    return Measure(**json.loads(done.stdout.splitlines()[-1]))


def prepare(folder: Path, rows: int) -> Path:
    """The generated export, split into thirds; the split is not part of what is compared."""
    files = folder / f"files_{rows}"
    measure("prepare", str(files), str(rows))
    return files


def one_round(files: Path, home: Path, number: int, peers: Sequence[str]) -> dict[str, Measure]:
    """Each peer once. The warehouse comes first: the floor and pandas copy its rows, and all are compared with it."""
    flat = home.with_name(f"{home.name}_flat")
    found = {"warehouse": measure("ours", str(files), str(home), "thirds")}
    others: list[tuple[str, tuple[str, ...]]] = [
        ("warehouse, one file", ("ours", str(files), str(flat), "one file")),
        ("floor", ("floor", str(home))),
        ("pandas", ("pandas_to_sql", str(files), str(home))),
        ("dlt and dbt", ("dlt_and_dbt", str(files), str(home))),
        ("duckdb", ("duckdb_alone", str(files), str(home))),
    ]
    others = [other for other in others if other[0] in peers]
    turn = number % len(others)
    for name, (peer, *arguments) in others[turn:] + others[:turn]:
        found[name] = measure(peer, *arguments)
    for used in (home, flat):
        measure("prepare", "--remove", str(used))
    return found


def run(
    folder: Path, rows: int, runs: int, memory_rows: list[int], peers: Sequence[str]
) -> tuple[str, dict[str, list[Measure]]]:
    files = prepare(folder, rows)
    rounds = [one_round(files, folder / f"home_{number}", number, peers) for number in range(runs)]
    found = {name: [each[name] for each in rounds] for name in peers}
    memory = {}
    for size in memory_rows:
        home = folder / f"memory_{size}"
        memory[size] = measure("ours", str(prepare(folder, size)), str(home), "one file")
        measure("prepare", "--remove", str(home))
    return report(rows, found, memory), found


def spread(values: Iterable[float], places: int = 1) -> str:
    """Median, and least to most."""
    known = sorted(values)
    return f"{statistics.median(known):.{places}f} ({known[0]:.{places}f}-{known[-1]:.{places}f})"


def ratios(found: dict[str, list[Measure]], one: str, other: str, of: Callable[[Measure], float]) -> str:
    """One peer as a multiple of another, within each round."""
    return spread((of(a) / of(b) for a, b in zip(found[one], found[other], strict=True)), 2)


def report(rows: int, found: dict[str, list[Measure]], memory: dict[int, Measure]) -> str:
    """The results as Markdown."""
    number = len(found["warehouse"])
    loads = [m.load for runs in found.values() for m in runs]
    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    about = (
        f"`make bench` on {machine}: {rows:,} generated rows of 25 columns, {number} round{'s' * (number > 1)}, fresh"
        f" databases. Load of the machine {min(loads):.1f} to {max(loads):.1f}. Median (least-most); ratios are within"
        " a round."
    )
    if left_out := [peer for peer in PEERS if peer not in found]:
        about += f" Left out: {', '.join(left_out)}."
    lines = [
        "# Results",
        "",
        about,
        "",
        "![processor seconds of each peer by phase](results.svg)",
        "",
        "| what | wall seconds | processor seconds | peak memory MB |",
        "|---|---|---|---|",
    ]
    for name, runs in found.items():
        peak = max(m.peak_mb for m in runs)
        lines.append(f"| {name} | {spread(m.wall for m in runs)} | {spread(m.cpu for m in runs)} | {peak:.0f} |")
    lines += ["", "| ratio | wall | processor |", "|---|---|---|"]
    for one, other in (
        ("warehouse", "floor"),
        ("warehouse, one file", "floor"),
        ("pandas", "warehouse"),
        ("dlt and dbt", "warehouse, one file"),
        ("floor", "duckdb"),
    ):
        if not {one, other} <= set(found):
            continue
        wall, cpu = (ratios(found, one, other, of) for of in (lambda m: m.wall, lambda m: m.cpu))
        lines.append(f"| {one} : {other} | {wall} | {cpu} |")
    lines += ["", "| phase | wall seconds | processor seconds |", "|---|---|---|"]
    for name, runs in found.items():
        for phase in runs[0].phases:
            wall, cpu = (spread(m.phases[phase][kind] for m in runs) for kind in (0, 1))
            lines.append(f"| {name}: {phase} | {wall} | {cpu} |")
    if memory:
        lines += [
            "",
            "| rows in one file | wall seconds per million | processor seconds per million | peak memory MB |",
        ]
        lines += ["|---|---|---|---|"]
        for size, m in memory.items():
            lines.append(f"| {size:,} | {m.wall / size * 1e6:.1f} | {m.cpu / size * 1e6:.1f} | {m.peak_mb:.0f} |")
    equal = {peer: equality(found.get(peer, ())) for peer in ("dlt and dbt", "duckdb")}
    return "\n".join([*lines, "", _WHAT.format(dbt=equal["dlt and dbt"], duckdb=equal["duckdb"])]) + "\n"


def equality(runs: Sequence[Measure]) -> str:
    """What a peer's sales by month have in common with the warehouse's."""
    if not runs:
        return "not measured this time"
    differing = sorted({column for m in runs for column in m.differs})
    return f"{', '.join(differing)} differ" if differing else "every compared column equals the warehouse's"


_WHAT = """What is compared, on the same generated export:

- **warehouse**: the three thirds of the split (made before) through ingestion, staging, the star with its
  enforced keys, the aggregates and both marts, with history, rejects, ledger, Dagster's runs and checks, on the
  embedded server. **warehouse, one file**: the same from the flat export as it is.
- **floor**: `COPY` of the already clean rows (staging, dimensions, facts) into bare tables; keys, checks and indexes
  added afterwards, one validating join for each foreign key; then the aggregates' and marts' SELECTs once.
- **pandas**: `read_csv` of the export, cleaning, keys and star in frames, then the same rows as the floor's by
  `to_sql` into the same tables, then the same SELECTs once. History, rejects and ledger are given to it.
- **dlt and dbt**: the flat export by dlt (Arrow tables, `COPY` of CSV) into raw texts; dbt-postgres cleans, makes the
  star and the tables of sales by month, quarter, year, product, category and country, on two threads and without a
  log. No customer mart, history, rejects, keys, checks or hidden groups. Its sales by month: {dbt}.
- **duckdb**: star and the main figures of both marts in DuckDB alone, without history, rejects, keys or hidden
  groups. Its sales by month: {duckdb}.
"""


def picture(found: dict[str, list[Measure]]) -> Figure:
    """Median processor seconds of each peer, by phase."""
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    axes = figure.add_subplot()
    for row, (_, runs) in enumerate(reversed(found.items())):
        left = 0.0
        for number, phase in enumerate(runs[0].phases):
            seconds = statistics.median(m.phases[phase][1] for m in runs)
            axes.barh(row, seconds, left=left, color=f"C{number}", edgecolor="white")
            if seconds > 12:
                axes.text(left + seconds / 2, row, phase, ha="center", va="center", fontsize=6, color="white")
            left += seconds
        axes.text(left + 1, row, f"{left:.0f} s", va="center", fontsize=8)
    axes.set_yticks(range(len(found)), list(reversed(found)))
    axes.set_xlabel("processor seconds, median")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--memory-rows", type=int, nargs="*", default=[500_000, 2_000_000])
    parser.add_argument("--without", nargs="*", default=[], choices=PEERS[1:])
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder).chmod(0o755)
        peers = [peer for peer in PEERS if peer not in options.without]
        text, found = run(Path(folder), options.rows, options.runs, options.memory_rows, peers)
    options.out.write_text(text + other_sections(options.out), encoding="utf-8")
    picture(found).savefig(options.out.with_name("results.svg"), metadata={"Date": None})
    print(text)


def other_sections(path: Path) -> str:
    """What other measurements have there: all from the first heading of a section on."""
    _, heading, sections = path.read_text(encoding="utf-8").partition("\n## ") if path.exists() else ("", "", "")
    return heading + sections


if __name__ == "__main__":
    main()
