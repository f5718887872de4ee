"""A quote that is opened and never closed costs its own line, and no other record."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from warehouse_assets.splitting import open_delimited, split_file

HEADER = "id,name,city,day,note"
GOOD = [f"{number},N,P,2026-01-0{number}," for number in range(1, 8)]


def read(path: Path) -> tuple[list[str], list[int]]:
    """The first field of each record, and the lines of the malformed ones."""
    batches = list(open_delimited(path).batches())
    found = [record[0] for batch in batches for record in batch.records]
    return found, [bad.line for batch in batches for bad in batch.malformed]


def file(tmp_path: Path, *lines: str, name: str = "a.csv") -> Path:
    path = tmp_path / name
    content = ("\n".join([HEADER, *lines]) + "\n").encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


OPEN = '9,"Open,P,2026-01-09,'
CASES = {
    "in the middle": ([*GOOD[:2], OPEN, *GOOD[2:]], "1234567", [4]),
    "on the first record": ([OPEN, *GOOD], "1234567", [2]),
    "at the end": ([*GOOD, OPEN], "1234567", [9]),
    "on two records": ([GOOD[0], OPEN, GOOD[1], OPEN, GOOD[2]], "123", [3, 5]),
    "closed by a quoted field": ([OPEN, *GOOD[:3], '8,"N, M",P,2026-01-08,', *GOOD[3:]], "12384567", [2]),
    "closed as a whole record": ([OPEN, *GOOD[:3], '8,5",P,2026-01-08,', *GOOD[3:]], "12384567", [2]),
    "closed on the next line": ([OPEN, '8,5",P,2026-01-08,', *GOOD], "81234567", [2]),
    "in the last field": ([GOOD[0], '9,N,P,2026-01-09,"open', *GOOD[1:]], "1234567", [3]),
    "in every field": ([GOOD[0], '"9","N","P","2026-01-09","open', *GOOD[1:]], "1234567", [3]),
}


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
@pytest.mark.parametrize("case", CASES)
def test_the_records_after_an_open_quote_are_read(tmp_path: Path, case: str, name: str) -> None:
    lines, found, malformed = CASES[case]
    assert read(file(tmp_path, *lines, name=name)) == (list(found), malformed)


@pytest.mark.parametrize("case", CASES)
def test_the_splitter_reads_them_too(tmp_path: Path, case: str) -> None:
    lines, found, malformed = CASES[case]
    done = split_file(file(tmp_path, *lines), tmp_path / "out", key_columns=["id"])
    assert sum(done.rows.values()) == len(found)
    assert done.malformed_file is not None
    told = [json.loads(text)["source_line"] for text in done.malformed_file.read_text().splitlines()]
    assert told == malformed


@pytest.mark.parametrize(
    "text",
    [
        '1,"a text\nof two lines",P,2026-01-01,x',
        '1,"a text\n\nwith a, comma, and\nmore",P,2026-01-01,x',
        '"one\ntwo",N,P,2026-01-01,x',
        '1,N,P,2026-01-01,"Dear shop,\nall is well, thank you\nbye"',
    ],
)
def test_texts_of_several_lines_stay_whole(tmp_path: Path, text: str) -> None:
    path = file(tmp_path, text, GOOD[1])
    records = [record for batch in open_delimited(path).batches() for record in batch.records]
    assert [len(record) for record in records] == [5, 5]
    done = split_file(path, tmp_path / "out", key_columns=["id"])
    assert (sum(done.rows.values()), done.malformed) == (2, 0)
