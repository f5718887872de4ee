"""Lines that are proven sound are taken apart by Arrow: into the same records as one by one."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from warehouse_assets.ingestion.readers import batches
from warehouse_assets.ingestion.readers.delivered_tables import open_file
from warehouse_assets.ingestion.sources.settings import TableSettings
from warehouse_assets.splitting import open_delimited, read_blocks
from warehouse_assets.splitting import source as source_module

PIECES = (
    "\ufeff",
    "\n\ufeff",
    '"',
    '""',
    ",",
    ",",
    ";",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "a",
    " ",
    "é",
    "\x85",
    '"a,b"',
    "1,2,3\n",
    '"x",,"y"\r\n',
)
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")


@pytest.fixture(params=[7, 64, 1 << 20], ids=lambda size: f"blocks of {size}")
def _blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(source_module, "BLOCK_BYTES", request.param)
    return iter(())


def random_file(chosen: random.Random, path: Path) -> None:
    # mostly sound lines, with some pieces thrown in that may break them
    lines = ["a,b,c"]
    for _ in range(chosen.randint(1, 30)):
        fields = ["".join(chosen.choices(string.ascii_letters + "é ", k=chosen.randint(0, 4))) for _ in range(3)]
        lines.append(",".join(f'"{text}"' if chosen.random() < 0.3 else text for text in fields))
    text = chosen.choice(("\n", "\r\n")).join(lines) + chosen.choice(("", "\n"))
    places = range(6, len(text))
    for _ in range(chosen.choice((0, 1, 3, 9)) if places else 0):
        place = chosen.choice(places)
        text = text[:place] + chosen.choice(PIECES) + text[place:]
    data = text.encode(chosen.choice(ENCODINGS), "replace")
    path.write_bytes(data + b"\xff\n" if chosen.random() < 0.1 else data)


def read_one_by_one(path: Path) -> tuple[list[Any], list[Any]]:
    found = list(open_delimited(path, delimiter=",").batches())
    records = [(line, *record) for batch in found for line, record in zip(batch.lines, batch.records, strict=True)]
    return records, [bad for batch in found for bad in batch.malformed]


def read_by_block(path: Path) -> tuple[list[Any], list[Any]]:
    file = open_file(path, TableSettings(files=("*.csv",), delimiter=","), path.parent)
    records = [tuple(row.values()) for batch in file.batches(file.columns) for row in batch.to_pylist()]
    return records, file.malformed


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize("seed", range(40))
def test_the_records_are_those_of_reading_one_by_one(seed: int, tmp_path: Path) -> None:
    chosen, path = random.Random(seed), tmp_path / "sales.csv"
    for _ in range(12):
        random_file(chosen, path)
        try:
            expected = read_one_by_one(path)
        except ValueError as error:
            with pytest.raises(type(error), match=re.escape(str(error))):
                read_by_block(path)
            continue
        assert read_by_block(path) == expected


def sound_count(text: str, tmp_path: Path) -> int:
    path = tmp_path / "sales.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return sum(len(sound.numbers) for sound, _ in read_blocks(open_delimited(path, delimiter=",")))


@pytest.mark.parametrize(
    ("line", "is_sound"),
    [
        ("1,2,3", True),
        (",,", True),
        ('"1, one",2,""', True),
        ('"a ""b"" c",2,"""3"""', True),
        ("1,2", False),
        ("1,2,3,4", False),
        ("", False),
        ('1,a"b,3', False),
        ('1,"a"b,3', False),
        ('1, "a",3', False),
        ('"1,2,3', False),
        ("1,\0,3", False),
        ("1,2\r,3", False),
        ("\ufeff1,2,3", False),
    ],
)
def test_what_is_proven_sound(line: str, is_sound: bool, tmp_path: Path) -> None:
    assert sound_count(f"a,b,c\n{line}\n", tmp_path) == is_sound


def test_one_broken_line_leaves_the_others_sound(tmp_path: Path) -> None:
    assert sound_count("a,b,c\n" + "1,2,3\n" * 50 + '4,"5\n6",7\n' + "1,2,3\n" * 49, tmp_path) == 99


def test_only_the_wanted_columns_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("card,item\n4111,pen\n4112,ink\n", encoding="utf-8")
    file = open_file(path, TableSettings(files=("*.csv",)), tmp_path)
    (batch,) = file.batches(["item"])
    assert batch.to_pydict() == {batches.SOURCE_LINE: [2, 3], "item": ["pen", "ink"]}
    (batch,) = file.batches([])
    assert batch.to_pydict() == {batches.SOURCE_LINE: [2, 3]}
