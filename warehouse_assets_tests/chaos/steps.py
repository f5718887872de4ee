"""What is done to both homes: undisturbed in one, killed at random in the other."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from warehouse_assets.generation import generate_months
from warehouse_assets.pseudonyms.secret import read_keys
from warehouse_assets_tests.chaos.homes import Home
from warehouse_assets_tests.pipeline.shop import SOURCE


@dataclass(frozen=True)
class Step:
    """`prepare` is done to a home before the command; `is_done` says whether a killed command need not be repeated."""

    name: str
    words: tuple[str, ...]
    prepare: Callable[[Home], object] = lambda home: None
    is_done: Callable[[Home], bool] = lambda home: False
    repeat_first: bool = False
    """A killed command is repeated before anything else runs: without it nothing else can."""
    adopt: Callable[[Home, Home], object] = lambda disturbed, undisturbed: None
    """What the undisturbed home takes over from the other first: a new secret is random."""


@dataclass
class Sample:
    """Monthly files, and which of them were delivered."""

    folder: Path
    files: list[Path]
    delivered: list[Path] = field(default_factory=list)
    is_rotated: bool = False

    def deliver(self, home: Home, *files: Path) -> None:
        target = home.folder / "incoming" / SOURCE
        target.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copyfile(file, target / file.name)


def make_sample(folder: Path, rows: int, months: int, seed: int) -> Sample:
    """The same people in each file."""
    folder.mkdir(parents=True)
    return Sample(folder, generate_months(folder, rows=rows, seed=seed, months=months))


def choose(sample: Sample, moments: random.Random) -> Step:
    """A step that is possible now."""
    late = [file for file in sample.files if file not in sample.delivered]
    kinds = [_correct, _forget, _erase, _rotate, _grants] + [_load] * 4 * bool(late)
    if not sample.is_rotated:
        kinds += [_reload, _reload]  # refused once the secret was rotated
    return moments.choice(kinds)(sample, moments)


def _load(sample: Sample, moments: random.Random) -> Step:
    late = [file for file in sample.files if file not in sample.delivered]
    files = moments.sample(late, min(len(late), moments.randint(1, 2)))
    sample.delivered += files
    return Step("load", ("run",), lambda home: sample.deliver(home, *files))


def _correct(sample: Sample, moments: random.Random) -> Step:
    """The same month with other sales under the same name."""
    file = moments.choice(sample.delivered)
    folder = sample.folder / f"other-{moments.randrange(10**9)}"
    folder.mkdir()
    others = generate_months(
        folder, rows=20 * len(sample.files), seed=moments.randrange(1000), months=len(sample.files)
    )
    (other,) = (path for path in others if path.name == file.name)
    return Step("correct", ("run",), lambda home: sample.deliver(home, other))


def _forget(sample: Sample, moments: random.Random) -> Step:
    file = moments.choice(sample.delivered)
    if len(sample.delivered) > 3:
        sample.delivered.remove(file)

    def is_done(home: Home) -> bool:
        query = "select count(*) from ops.ingested_files where file_name = %s"
        with psycopg.connect(home.shop().settings.database_url or "") as connection:
            return connection.execute(query, [file.name]).fetchone() == (0,)

    return Step("forget", ("forget", file.name), is_done=is_done)


def _erase(sample: Sample, moments: random.Random) -> Step:
    people = set[str]()
    for file in sample.files:
        with file.open(encoding="utf-8", newline="") as text:
            people |= {row["ID"] for row in csv.DictReader(text) if row["ID"].isdecimal()}
    known = dict[Path, int]()

    def answered(home: Home) -> int:
        # A killed erasure leaves its request open, for the job of the night or for the command again.
        return int(home.shop().one("select count(*) from governance.requests where completed_on is not null"))

    return Step(
        "erase",
        ("privacy", "erase", moments.choice(sorted(people)), "--unknown"),
        prepare=lambda home: known.update({home.folder: answered(home)}),
        is_done=lambda home: answered(home) > known[home.folder],
    )


def _rotate(sample: Sample, moments: random.Random) -> Step:
    sample.is_rotated = True
    known = dict[Path, int]()
    return Step(
        "rotate",
        ("privacy", "rotate"),
        prepare=lambda home: known.update({home.folder: len(read_keys(home.keys))}),
        is_done=lambda home: len(read_keys(home.keys)) > known[home.folder],
        adopt=lambda disturbed, undisturbed: shutil.copyfile(disturbed.keys, undisturbed.keys),
    )


def _reload(sample: Sample, moments: random.Random) -> Step:
    """Rejected records, corrected as a person would."""
    known = dict[Path, int]()

    def rejects(home: Home) -> int:
        return int(home.shop().one("select count(*) from staging.rejected_records"))

    quantity, price = str(moments.randint(1, 9)), f"{moments.randint(100, 9999) / 100:.2f}"

    def prepare(home: Home) -> None:
        known[home.folder] = rejects(home)
        home.must("rejects", "export", str(home.folder / "rejects.csv"))
        path = home.folder / "rejects.csv"
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.DictReader(text))
        with path.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]) if rows else ["source"])
            writer.writeheader()
            writer.writerows(_corrected(rows, quantity, price))

    words = ("rejects", "reload", "{home}/rejects.csv")
    return Step("reload", words, prepare, is_done=lambda home: rejects(home) != known[home.folder])


def _corrected(rows: list[dict[str, str]], quantity: str, price: str) -> Iterator[dict[str, str]]:
    for row in rows:
        known = {"quantity": quantity, "unit_price": price}
        yield row | {name: value for name, value in known.items() if name in row}


def _grants(sample: Sample, moments: random.Random) -> Step:
    """Grants that somebody took away come back."""
    table = moments.choice(["mart_sales.sales_by_month", "dw.dim_product", "mart_customers.churn_rates"])

    def prepare(home: Home) -> None:
        roles = "select string_agg(distinct quote_ident(grantee), ', ') from information_schema.role_table_grants"
        with psycopg.connect(home.shop().settings.database_url or "", autocommit=True) as connection:
            owner = "select tableowner from pg_tables where schemaname || '.' || tablename = %s"
            found = connection.execute(
                f"{roles} where table_schema || '.' || table_name = %s and grantee <> ({owner})".encode(),
                [table, table],
            ).fetchone()
            if found and found[0]:
                connection.execute(f"revoke all on {table} from {found[0]}".encode())

    return Step("access apply", ("access", "apply"), prepare, repeat_first=True)
