"""`python -m warehouse_assets_tests.chaos --seeds 50`: prints a line for each seed, and what readers saw.

Each line has the number of looks of the readers so far.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from warehouse_assets_tests.chaos.attack import Outcome, attack
from warehouse_assets_tests.chaos.homes import Home, new_homes
from warehouse_assets_tests.chaos.readers import start_readers
from warehouse_assets_tests.chaos.steps import Sample, make_sample
from warehouse_assets_tests.chaos.upgrades import attack_upgrade

UPGRADES = 8
"""Every eighth seed kills the upgrade of a home of the oldest version."""


def begin(disturbed: Home, undisturbed: Home, sample: Sample, loaded: int) -> None:
    """Both homes hold the first files."""
    sample.delivered += sample.files[:loaded]
    for home in (disturbed, undisturbed):
        sample.deliver(home, *sample.delivered)
        home.must("run")


def campaign(folder: Path, seeds: range, rows: int, months: int) -> tuple[list[Outcome], list[str], int]:
    """The outcomes of the seeds, what readers saw torn, and how often they looked."""
    outcomes = []
    with new_homes(folder, "disturbed", "undisturbed", "upgrades") as (disturbed, undisturbed, upgrades):
        sample = make_sample(folder / "sample", rows, months, seeds.start)
        begin(disturbed, undisturbed, sample, months // 3)
        readers = start_readers(lambda: disturbed.url, seeds.start)
        for seed in seeds:
            is_upgrade = seed % UPGRADES == 0
            found = (
                attack_upgrade(upgrades, folder, seed) if is_upgrade else attack(disturbed, undisturbed, sample, seed)
            )
            outcomes.append(found)
            place = "hit" if found.hit else "too late"
            verdict = "equal" if not found.faults else "\n    ".join(["FAULT", *found.faults])
            looked = f"{sum(reader.polls for reader in readers):,} looks"
            print(
                f"{seed:4} {found.step:13} {found.target:23} at {found.moment:5.1f} s {place:8} {looked:12} {verdict}",
                flush=True,
            )
        for reader in readers:
            reader.stop()
    return outcomes, [line for reader in readers for line in reader.torn], sum(reader.polls for reader in readers)


def main() -> int:
    """Returns 1 if a home differed or a reader saw something torn."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=24)
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        Path(folder).chmod(0o755)
        outcomes, torn, polls = campaign(Path(folder), seeds, chosen.rows, chosen.months)
    wrong = sum(bool(found.faults) for found in outcomes)
    hits = Counter(found.step for found in outcomes if found.hit)
    print(f"{len(outcomes)} seeds, {sum(hits.values())} killed something that ran ({dict(sorted(hits.items()))})")
    print(f"{wrong} with faults; readers looked {polls:,} times and saw {len(torn)} torn: {torn[:5]}")
    return 1 if wrong or torn else 0


if __name__ == "__main__":
    sys.exit(main())
