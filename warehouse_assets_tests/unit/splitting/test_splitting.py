"""The data splitter: three disjoint thirds that together are the source, field for field."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sqlite3
import stat
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse_assets.splitting import SplitError, SplitResult, part_of, recover_splits, split_file
from warehouse_assets.splitting import splitter as splitter_module
from warehouse_assets.splitting.splitter import stem_of

Thirds = dict[str, dict[int, list[str]]]
FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.text(
    '",;\r\n\x7f\\%é😀 ', max_size=6
)


def read_thirds(result: SplitResult) -> Thirds:
    with result.csv.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert rows[0][0] == "source_line"
    objects = [json.loads(text) for text in result.jsonl.read_bytes().decode().split("\n")[:-1]]
    assert all(list(item) == rows[0] and type(item["source_line"]) is int for item in objects)
    return {
        "csv": {int(row[0]): row[1:] for row in rows[1:]},
        "json": {item.pop("source_line"): list(item.values()) for item in objects},
        "database": {int(row[0]): list(row[1:]) for row in read_table(result)},
    }


def read_table(result: SplitResult) -> list[tuple[str, ...]]:
    assert result.database is not None
    with closing(sqlite3.connect(result.database)) as connection:
        return connection.execute(f'select * from "{result.table}"').fetchall()


def union(thirds: Thirds) -> list[tuple[int, list[str]]]:
    return sorted((line, fields) for third in thirds.values() for line, fields in third.items())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text("ID,name\n" + "".join(f"{n},person {n}\n" for n in range(300)))
    return path


def written(rows: list[list[str]], delimiter: str, end: str) -> tuple[str, list[int]]:
    """The text of these rows as CSV with all fields in quotes, and the line on which each starts."""
    text, lines = io.StringIO(newline=""), []
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end)
    for row in rows:
        lines.append(len(io.StringIO(text.getvalue(), newline="").readlines()) + 1)
        writer.writerow(row)
    return text.getvalue(), lines


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(FIELD, FIELD, FIELD), max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_thirds_are_disjoint_complete_and_exact(records: list[tuple[str, str, str]], delimiter: str, end: str) -> None:
    rows = [["a%s", 'b"', "c"], *map(list, records)]
    text, lines = written(rows, delimiter, end)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.csv"
        path.write_bytes(text.encode())
        result = split_file(path, Path(folder) / "out", key_columns=["a%s", "c"])
        thirds = read_thirds(result)
    assert union(thirds) == list(zip(lines[1:], rows[1:], strict=True))
    assert sum(result.rows.values()) == len(records)
    for part, third in thirds.items():
        assert all(part_of([fields[0], fields[2]]) == part for fields in third.values())


def test_parts_are_what_they_were_when_the_first_file_was_split() -> None:
    assert [part_of([key]) for key in ("0", "1", "2", "é", "")] == [
        "csv",
        "json",
        "json",
        "database",
        "database",
    ]
    assert [part_of(key) for key in (("ab", "c"), ("a", "bc"), ("abc",))] == ["csv", "json", "database"]


def test_thirds_are_thirds() -> None:
    counts = Counter(part_of([str(number)]) for number in range(30_000))
    assert all(9_600 < count < 10_400 for count in counts.values()) and len(counts) == 3


def test_rows_of_one_key_stay_together(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("day,ID\n" + "".join(f"{n},{n % 7}\n" for n in range(70)))
    thirds = read_thirds(split_file(path, tmp_path / "out", key_columns=["ID"]))
    keys = [{fields[1] for fields in third.values()} for third in thirds.values()]
    assert sum(map(len, keys)) == len(set().union(*keys)) == 7


def test_the_account_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text('ID,x\n1,a\n\n2\n3,b,c\n4,"secret\n5,d\n')
    result = split_file(path, tmp_path / "out", key_columns=["ID"])
    assert (sum(result.rows.values()), result.malformed, result.blank_lines) == (2, 3, 1)
    assert result.malformed_file is not None
    told = [json.loads(text) for text in result.malformed_file.read_text().splitlines()]
    assert [(item["source_line"], item["field_count"]) for item in told] == [(4, 1), (5, 3), (6, 0)]
    assert "secret" not in result.malformed_file.read_text()


def test_the_checksum_is_of_the_source(shop: Path, tmp_path: Path) -> None:
    result = split_file(shop, tmp_path / "out", key_columns=["ID"])
    assert result.checksum == hashlib.sha256(shop.read_bytes()).hexdigest()
    assert (result.encoding, result.delimiter) == ("utf-8", ",")


def test_the_same_source_gives_the_same_files(shop: Path, tmp_path: Path) -> None:
    one, two = (split_file(shop, tmp_path / out, key_columns=["ID"]) for out in ("one", "two"))
    assert one.csv.read_bytes() == two.csv.read_bytes()
    assert one.jsonl.read_bytes() == two.jsonl.read_bytes()
    assert read_table(one) == read_table(two)


def test_only_the_owner_may_read(shop: Path, tmp_path: Path) -> None:
    result = split_file(shop, tmp_path / "out", key_columns=["ID"])
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert result.database is not None
    for path in (result.csv, result.jsonl, result.database):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_corrected_dataset_replaces_its_thirds(shop: Path, tmp_path: Path) -> None:
    shop.write_text("ID,name\n1,a\n2\n")
    first = split_file(shop, tmp_path / "out", key_columns=["ID"])
    assert first.malformed_file is not None and first.malformed_file.exists()
    shop.write_text("ID,name\n1,b\n")
    second = split_file(shop, tmp_path / "out", key_columns=["ID"])
    assert union(read_thirds(second)) == [(2, ["1", "b"])]
    assert not first.malformed_file.exists()


class Killed(BaseException):
    """Stands for the end of the process."""


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_a_failed_split_leaves_the_last_one(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_thirds(split_file(shop, tmp_path / "out", key_columns=["ID"]))
    names = visible(tmp_path / "out")
    monkeypatch.setattr(splitter_module, "malformed_lines", lambda _: 1 / 0)
    shop.write_text("ID,name\n1,b\n2\n")
    with pytest.raises(ZeroDivisionError):
        split_file(shop, tmp_path / "out", key_columns=["ID"])
    monkeypatch.undo()
    assert visible(tmp_path / "out") == names
    shop.write_text("ID,name\n" + "".join(f"{n},person {n}\n" for n in range(300)))
    assert read_thirds(split_file(shop, tmp_path / "out", key_columns=["ID"])) == before


@pytest.mark.parametrize("survived", [0, 1, 2])
def test_a_kill_between_the_moves_is_repaired_forwards(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    target = tmp_path / "out"
    split_file(shop, target, key_columns=["ID"])
    shop.write_text("ID,name\n" + "".join(f"{n},new\n" for n in range(30)))
    moves = iter(range(survived))

    def replace(new: Path, old: Path) -> None:
        if next(moves, None) is None:
            raise Killed
        os.rename(new, old)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(Killed):
            split_file(shop, target, key_columns=["ID"])
    assert recover_splits(target) == ["shop"]
    with (target / "shop.csv").open() as file:
        assert {row["name"] for row in csv.DictReader(file)} == {"new"}
    assert visible(target) == ["shop.csv", "shop.jsonl", "shop.sqlite"] and recover_splits(target) == []


def test_a_kill_while_tidying_up_is_repaired(shop: Path, tmp_path: Path) -> None:
    split_file(shop, tmp_path / "out", key_columns=["ID"])
    (tmp_path / "out" / ".shop.ready").mkdir()
    assert recover_splits(tmp_path / "out") == ["shop"]
    assert visible(tmp_path / "out") == ["shop.csv", "shop.jsonl", "shop.sqlite"]


def test_what_a_kill_left_unfinished_is_no_delivery(shop: Path, tmp_path: Path) -> None:
    unfinished = tmp_path / "out" / ".shop.split"
    unfinished.mkdir(parents=True)
    (unfinished / "shop.csv").write_text("half")
    assert recover_splits(tmp_path / "out") == [] and visible(tmp_path / "out") == []
    split_file(shop, tmp_path / "out", key_columns=["ID"])
    assert not unfinished.exists()


@pytest.mark.parametrize(
    ("header", "keys", "problem"),
    [
        ("id,name", ["ID"], "line 1: the header lacks ID"),
        ("ID,name", [], "needs a key column"),
        ("ID,Name,name", ["ID"], "column 3 differs from another"),
        ("ID,Source_Line", ["ID"], "only in case"),
    ],
)
def test_headers_that_cannot_be_split_are_refused(tmp_path: Path, header: str, keys: list[str], problem: str) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(f"{header}\n1,2\n")
    with pytest.raises(SplitError, match=problem):
        split_file(path, tmp_path / "out", key_columns=keys)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "stem"), [("a.csv", "a"), ("a.b.CSV.gz", "a.b"), ("2021.txt", "2021"), ("plain", "plain")]
)
def test_the_stem_is_the_name_without_suffixes(name: str, stem: str) -> None:
    assert stem_of(Path("/somewhere") / name) == stem


@pytest.mark.parametrize("name", [".csv", ".csv.gz", ".hidden.csv"])
def test_a_file_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(SplitError, match="has no name"):
        stem_of(Path(name))


def test_progress_counts_records(shop: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    split_file(shop, tmp_path / "out", key_columns=["ID"], progress=seen.append)
    assert seen[-1] == 300


def test_a_team_can_have_the_third_in_its_database(shop: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'team.db'}"
    for _ in range(2):
        result = split_file(shop, tmp_path / "out", key_columns=["ID"], name='sales "2021"', database_url=url)
    assert result.database is None and not (tmp_path / "out" / "shop.sqlite").exists()
    with closing(sqlite3.connect(tmp_path / "team.db")) as connection:
        rows = connection.execute('select source_line, "ID" from "sales ""2021"""').fetchall()
    assert len(rows) == result.rows["database"] and all(int(key) + 2 == line for line, key in rows)


def test_a_database_url_is_never_in_a_message(shop: Path, tmp_path: Path) -> None:
    url = "postgresql://someone:hunter2@127.0.0.1:1/none"
    with pytest.raises(SplitError) as caught:
        split_file(shop, tmp_path / "out", key_columns=["ID"], database_url=url)
    assert "hunter2" not in str(caught.value) and visible(tmp_path / "out") == []


def test_the_brief_s_file(shop_data: Path, tmp_path: Path) -> None:
    path = shop_data / "ecommerce" / "ecommerce.csv"
    result = split_file(path, tmp_path / "out", key_columns=["ID"])
    assert result.checksum.startswith("38b01eef") and result.malformed == result.blank_lines == 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [fields for _, fields in union(read_thirds(result))] == rows and len(rows) == 1_500
