"""Synthetic flat exports of a shop; the same arguments give the same bytes on every machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count as numbers
from pathlib import Path

import numpy as np

from warehouse_assets.generation.calendar import Calendar
from warehouse_assets.generation.dice import Dice, Ints
from warehouse_assets.generation.dirt import Dirt
from warehouse_assets.generation.population import Customers, Purchases, simulate
from warehouse_assets.generation.render import HEADER, Identities, customer_texts, purchase_texts


@dataclass(frozen=True)
class GeneratedExport:
    """The written export: `rows` lines of purchases (including repeated ones) by `customers` people.

    `dirt` counts the spoiled values by kind; kinds that concern customers are counted per drawn customer.
    """

    path: Path
    rows: int
    customers: int
    exported_on: str
    dirt: dict[str, int]


def generate_export(
    path: Path,
    *,
    rows: int,
    seed: int,
    first_month: str = "2021-01",
    months: int = 36,
    dirt: float = 1.0,
    progress: Callable[[int], None] | None = None,
) -> GeneratedExport:
    """Writes a flat CSV of `rows` purchases over `months` months, exported on the span's last day.

    One row = one customer and one purchase. `dirt` scales the rates of bad values: 0 is clean, 1 modest.
    `progress` is called with the rows written so far. Raises ValueError for arguments out of range.
    """
    calendar, counts, written, people = _checked(first_month, months, rows, dirt), Counter[str](), 0, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{HEADER}\n")
        for chunk in _chunks(calendar, rows, seed, dirt, counts):
            order = np.argsort(chunk.purchases.day, kind="stable")
            file.write("".join(chunk.lines(chunk.purchases, order, calendar.last_day)))
            written, people = written + len(order), people + chunk.people
            if progress:
                progress(written)
    last = calendar.starts[-1:] - 1
    return GeneratedExport(path, written, people, str(last.astype("datetime64[D]")[0]), dict(counts))


def generate_months(
    directory: Path,
    *,
    rows: int,
    seed: int,
    months: int = 12,
    first_month: str = "2021-01",
    dirt: float = 1.0,
) -> list[Path]:
    """Writes `export-YYYY-MM.csv` for each month: its purchases, with the customers as of its last day.

    `rows` counts all files together. The people are those of `generate_export` with the same arguments;
    later files carry newer observations of them.
    """
    calendar, counts = _checked(first_month, months, rows, dirt), Counter[str]()
    paths = [directory / f"export-{calendar.month(index):%Y-%m}.csv" for index in range(months)]
    with ExitStack() as stack:
        files = [stack.enter_context(p.open("w", encoding="utf-8", newline="")) for p in paths]
        for file in files:
            file.write(f"{HEADER}\n")
        for chunk in _chunks(calendar, rows, seed, dirt, counts):
            month = calendar.month_of(chunk.purchases.day)
            for index, file in enumerate(files):
                chosen = np.flatnonzero(month == index)
                file.write("".join(chunk.lines(chunk.purchases, chosen, int(calendar.starts[index + 1]) - 1)))
    return paths


@dataclass(frozen=True)
class _Chunk:
    """Customers and their exported purchases; a repeated row is listed twice."""

    customers: Customers
    identities: Identities
    life: Purchases
    purchases: Purchases
    seed: int
    number: int
    dirt_amount: float
    counts: Counter[str]

    @property
    def people(self) -> int:
        return len(np.unique(self.purchases.customer))

    def lines(self, purchases: Purchases, order: Ints, exported: int) -> list[str]:
        """The lines of these purchases as exported on a day; repeated rows stay equal."""
        who = customer_texts(self.identities, self.customers, self.life, exported)
        chosen = purchases.at(order)
        again = (np.diff(chosen.customer, prepend=-1) == 0) & (np.diff(chosen.nth, prepend=-1) == 0)
        once = chosen.at(~again)
        names = (self.seed, self.number, exported)
        dirt = Dirt(Dice(*names, 5), self.dirt_amount, self.counts)
        what = purchase_texts(Dice(*names, 6), dirt, self.customers, once, exported)
        people = once.customer.tolist()
        texts = [f"{who[person]},{text}\n" for person, text in zip(people, what, strict=True)]
        return [texts[index] for index in (np.cumsum(~again) - 1).tolist()]


def _chunks(calendar: Calendar, rows: int, seed: int, amount: float, counts: Counter[str]) -> Iterator[_Chunk]:
    """Chunks of customers with `rows` purchases in total; the last chunk is cut to fit."""
    left = rows
    for number in numbers():
        if left <= 0:
            return
        customers, life = simulate(seed, number, calendar)
        dirt = Dirt(Dice(seed, number, 4), amount, counts)
        repeats = np.ones(len(life), dtype=np.int64)
        repeats[dirt.hits("repeated_row", len(life))] = 2
        standing = np.repeat(np.arange(len(life)), repeats)[:left]
        identities = Identities(Dice(seed, number, 7), dirt, customers)
        left -= len(standing)
        yield _Chunk(customers, identities, life, life.at(standing), seed, number, amount, counts)


def _checked(first_month: str, months: int, rows: int, dirt: float) -> Calendar:
    if rows < 0 or not 0 <= dirt <= 20:
        raise ValueError(f"rows must be 0 or more and dirt 0 to 20, not {rows} and {dirt}")
    return Calendar.parse(first_month, months)
