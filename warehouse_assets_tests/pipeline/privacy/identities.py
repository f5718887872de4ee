"""A shop's export with other people in it: every identity replaced, everything else as it was."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable
from pathlib import Path

SWAPPED = ("ID", "Name", "CreditCard", "FullAddress", "Comment")
"""Columns of the flat export that tell who somebody is, or what only they said."""


def swap_identities(export: Path, target: Path, seed: int) -> dict[str, dict[str, str]]:
    """Writes the export with each of these columns sent through an injective map; returns the maps.

    Equal values stay equal and different ones different; an empty value stays empty.
    """
    with export.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = list(reader.fieldnames or ()), list(reader)
    chance = random.Random(seed)
    maps = {name: _injective((row[name] for row in rows), _FORMS[name], chance) for name in SWAPPED}
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows([row | {name: maps[name][row[name]] for name in SWAPPED} for row in rows])
    return maps


def _injective(values: Iterable[str], form: Callable[[int], str], chance: random.Random) -> dict[str, str]:
    different = sorted(set(values) - {""})
    numbers = chance.sample(range(10 * len(different) + 1), len(different))
    return {"": "", **{value: form(number) for value, number in zip(different, numbers, strict=True)}}


_FORMS: dict[str, Callable[[int], str]] = {
    "ID": lambda number: f"{number * 7919 + 13}",
    "Name": lambda number: f"Zoë, the {number}th O'Renamed",
    "CreditCard": lambda number: f"{9_000_000_000_000_000 - number}",
    "FullAddress": lambda number: f'{number} Elsewhere "Lane"\nNowhere, {number % 97:05d}',
    "Comment": lambda number: f"said {number}: nothing, really",
}
