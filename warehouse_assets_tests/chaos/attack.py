"""One seed: a step, what is killed in it and when, and whether the next start makes both homes equal."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

import psycopg

from warehouse_assets_tests.chaos.homes import Home, end, kill, pause_until
from warehouse_assets_tests.chaos.steps import Sample, Step, choose
from warehouse_assets_tests.pipeline.shop import differing

TARGETS = ("process", "process", "backend", "postmaster", "process and postmaster")


@dataclass(frozen=True)
class Outcome:
    """What a seed did and found. Without `faults`, the homes are equal."""

    step: str
    target: str
    moment: float
    hit: bool
    faults: tuple[str, ...]


def attack(disturbed: Home, undisturbed: Home, sample: Sample, seed: int, *, comparing: bool = True) -> Outcome:
    """Kills once in the step of this seed, starts again, and compares every row of both homes if asked to."""
    moments = random.Random(seed)
    step, target = choose(sample, moments), moments.choice(TARGETS)
    for home in (disturbed, undisturbed):
        step.prepare(home)
    seconds = 0.0
    if step.name != "rotate":
        began = time.monotonic()
        undisturbed.must(*_words(step, undisturbed))
        seconds = time.monotonic() - began
    # A rotation, whose length is not known, takes a few seconds.
    moment = moments.uniform(0.1, seconds or 4.0)
    hit = kill_within(disturbed, step, target, moment, moments)
    faults = start_again(disturbed, step)
    step.adopt(disturbed, undisturbed)
    if comparing or step.name == "rotate":
        undisturbed.must("run")
    if comparing:
        faults += differences(disturbed, undisturbed)
    return Outcome(step.name, target, moment, hit, tuple(faults))


def differences(disturbed: Home, undisturbed: Home) -> list[str]:
    """Tables whose rows differ, with some of them."""
    return [
        f"{name}: only disturbed {left}, only undisturbed {right}"
        for name, (left, right) in differing(disturbed.contents(), undisturbed.contents()).items()
    ]


def _words(step: Step, home: Home) -> list[str]:
    return [word.replace("{home}", str(home.folder)) for word in step.words]


def kill_within(home: Home, step: Step, target: str, moment: float, moments: random.Random) -> bool:
    """Whether the command was still running."""
    words = _words(step, home)
    process = home.start(*words)
    hit = pause_until(time.monotonic() + moment, process)
    if "process" in target and process.is_alive():
        process.kill()
    if "postmaster" in target:
        kill(home.postmaster())
    if target == "backend":
        kill(_backend(home, moments))
    end(process, words)
    return hit


def _backend(home: Home, moments: random.Random) -> int | None:
    """One of the sessions of the warehouse."""
    query = "select pid from pg_stat_activity where datname is not null and pid <> pg_backend_pid() order by pid"
    try:
        with psycopg.connect(home.url, connect_timeout=5) as connection:
            found = [row[0] for row in connection.execute(query.encode()).fetchall()]
    except psycopg.OperationalError:
        return None
    return moments.choice(found) if found else None


def start_again(home: Home, step: Step) -> list[str]:
    """The next start must do; a command that left nothing behind is repeated."""
    faults = []
    if step.repeat_first:
        home.must(*_words(step, home))
    if home.run("run") != 0:
        faults.append(f"the next run failed:\n{home.tail()}")
    if not step.repeat_first and not step.is_done(home):
        words = _words(step, home)
        if home.run(*words) != 0:
            faults.append(f"{' '.join(words)} again failed:\n{home.tail()}")
        if home.run("run") != 0:
            faults.append(f"the run after it failed:\n{home.tail()}")
    return faults
