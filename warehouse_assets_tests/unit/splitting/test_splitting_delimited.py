"""Reading delimited text: each way in which a file can be odd, damaged or wrong."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_assets.splitting import DelimitedError, DelimitedFile, RecordBatch, open_delimited
from warehouse_assets.splitting import source as source_module
from warehouse_assets.splitting.dialect import find_delimiter
from warehouse_assets.splitting.records import simple_record


def whole(source: DelimitedFile, rows: int = 10_000) -> RecordBatch:
    found = RecordBatch()
    for batch in source.batches(rows):
        found.lines += batch.lines
        found.records += batch.records
        found.texts += batch.texts
        found.malformed += batch.malformed
        found.blank_lines += batch.blank_lines
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.csv"


def test_lines_are_physical_where_fields_have_several(path: Path) -> None:
    path.write_bytes(b'id,note\r\n1,"a\r\nb"\r\n\r\n2,c\r\n3,"d\ne\rf"\r\n4,g')
    found = whole(open_delimited(path))
    assert found.records == [["1", "a\r\nb"], ["2", "c"], ["3", "d\ne\rf"], ["4", "g"]]
    assert found.lines == [2, 5, 6, 9]
    assert found.blank_lines == 1 and not found.malformed


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_the_size_of_a_batch_changes_nothing(path: Path, rows: int) -> None:
    path.write_text('a,b\n1,"x\ny"\n2\n\n3,z\n4,"q""q"\n')
    assert whole(open_delimited(path), rows) == whole(open_delimited(path))


def test_a_block_may_end_anywhere(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes('a,b\r\né,"x\r\ny"\r\n😀,z\r\n'.encode())
    expected = whole(open_delimited(path))
    for size in range(1, 12):
        monkeypatch.setattr(source_module, "BLOCK_BYTES", size)
        assert whole(open_delimited(path)) == expected
    assert expected.lines == [2, 4]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("id,né\n1,é\n".encode(), "utf-8"),
        ("id,né\n1,é\n".encode("utf-8-sig"), "utf-8-sig"),
        ("id,né\n1,é\n".encode("utf-16"), "utf-16"),
        ("id,né\n1,é\n".encode("utf-16-be"), None),
        ("id,né\n1,é\n".encode("cp1252"), "cp1252"),
    ],
)
def test_encodings_are_found(path: Path, content: bytes, encoding: str | None) -> None:
    path.write_bytes(content if encoding else b"\xfe\xff" + content)
    source = open_delimited(path)
    assert source.encoding == (encoding or "utf-16")
    assert source.header == ["id", "né"] and whole(source).records == [["1", "é"]]


def test_a_late_byte_decides_the_encoding_of_the_whole_file(path: Path) -> None:
    path.write_bytes(b"id,name\n" + b"1,plain\n" * 200_000 + "2,café\n".encode("cp1252"))
    found = open_delimited(path)
    assert found.encoding == "cp1252"
    assert whole(found).records[-1] == ["2", "café"]


def test_a_bad_byte_in_utf8_costs_its_record_only(path: Path) -> None:
    path.write_bytes("id,name\n1,café\n2,à côté\n".encode() + b"3,caf\xe9\n4,x\n")
    found = whole(open_delimited(path))
    assert found.records == [["1", "café"], ["2", "à côté"], ["4", "x"]]
    assert [(item.line, item.reason) for item in found.malformed] == [(4, "bytes that are not UTF-8")]


def test_a_byte_that_no_encoding_has_is_named_by_its_line(path: Path) -> None:
    path.write_bytes(b"id,name\n1,a\n2,\x81\n")
    with pytest.raises(DelimitedError, match=r"shop.csv, line 3: a byte that is not"):
        whole(open_delimited(path))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_among_decoys(path: Path, delimiter: str) -> None:
    decoys = ",;|".replace(delimiter, "")
    rows = [["id", "price", "text"], ["1", f"2{decoys[0]}5", f"a{decoys[-1]}b"], ["2", f"9{decoys[0]}5", "c"]]
    path.write_text("\n".join(delimiter.join(row) for row in rows))
    source = open_delimited(path)
    assert source.delimiter == delimiter and whole(source).records == rows[1:]


def test_one_column_needs_no_delimiter() -> None:
    assert find_delimiter(["id\n", "a;b\n"]) == ","


def test_spaces_in_runs_are_one_delimiter(path: Path) -> None:
    path.write_bytes(b" id  day n  sum\r\n 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00 \r\n   \r\n")
    source = open_delimited(path, delimiter=" ", skip_initial_space=True)
    found = whole(source)
    assert source.header == ["id", "day", "n", "sum"]
    assert found.records == [["00001", "19970101", "1", "11.77"], ["00002", "19970112", "1", "12.00"]]
    assert found.blank_lines == 1


def test_names_can_be_given(path: Path) -> None:
    path.write_text("1,2\n3,4\n")
    bare = open_delimited(path, header=False, column_names=["a", "b"])
    assert bare.header == ["a", "b"] and whole(bare).lines == [1, 2]
    renamed = open_delimited(path, column_names=["a", "b"])
    assert whole(renamed).records == [["3", "4"]] and whole(renamed).lines == [2]


def test_a_column_without_a_name_gets_its_number(path: Path) -> None:
    path.write_text(",b,\n1,2,3\n")
    assert open_delimited(path).header == ["column_1", "b", "column_3"]


def test_ragged_records_are_set_aside_with_their_shape_only(path: Path) -> None:
    path.write_text('a,b\n1\n"secret\nline",2,3\n4,5\n')
    found = whole(open_delimited(path))
    assert found.records == [["4", "5"]] and found.lines == [5]
    assert [(m.line, m.field_count, m.line_count) for m in found.malformed] == [(2, 1, 1), (3, 3, 2)]
    assert "secret" not in repr(found.malformed)


@pytest.mark.parametrize("text", ['"b', 'b",1\n2,"c'])
def test_a_quote_never_closed_is_told(path: Path, text: str) -> None:
    path.write_text(f"id,x\n1,a\n2,{text}")
    found = whole(open_delimited(path))
    assert found.records[0] == ["1", "a"] and found.malformed


def test_text_after_a_closing_quote_costs_that_record_only(path: Path) -> None:
    path.write_text('id,x\n1,"a"b\n2,c\n')
    found = whole(open_delimited(path))
    assert found.records == [["2", "c"]] and found.malformed[0].reason == "text follows a closing quote"


def test_nul_characters_cost_their_record_only(path: Path) -> None:
    path.write_bytes(b'id,x\n1,a\0b\n2,"c\0""d"\n3,e\n')
    found = whole(open_delimited(path))
    assert found.records == [["3", "e"]]
    assert [(m.line, m.reason) for m in found.malformed] == [(2, "a NUL character"), (3, "a NUL character")]


def test_a_field_of_ten_megabytes_is_a_field(path: Path) -> None:
    long = "x" * 10_000_000
    path.write_text(f'id,x\n1,{long}\n2,"{long}\ny"\n3,z\n')
    found = whole(open_delimited(path))
    assert [len(record[1]) for record in found.records] == [10_000_000, 10_000_002, 1]


def test_a_field_without_end_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "LONGEST_FIELD", 1000)
    monkeypatch.setattr(source_module, "BLOCK_BYTES", 100)
    path.write_text(f"id,x\n1,{'x' * 5000}\n")
    with pytest.raises(DelimitedError, match="line 2: the line does not end"):
        whole(open_delimited(path))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n\r\n\n", "only blank lines"),
        (b"a,b,a\n1,2,3\n", "line 1: column 3 has the same name as another"),
        (b'"a,b\n1,2\n', "line 1: the header is broken"),
        (b"a\0,b\n1,2\n", "line 1: the header holds a NUL"),
        (b"PK\x03\x04\x14\0", "no delimited text but a zip archive"),
        (b"%PDF-1.7\n", "no delimited text but a PDF"),
        (b"PAR1\x15", "no delimited text but a Parquet file"),
        (b"\xef\xbb\xbf \n<HTML><table>", "no delimited text but a web page"),
        ("id,name\n1,x\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"\x1f\x8b\x08\x00garbage", "gzip data is truncated or damaged"),
        (gzip.compress(b"id\n" + bytes(str(list(range(9999))), "ascii"))[:-900], "truncated"),
    ],
)
def test_files_that_cannot_be_read_are_refused_by_name(path: Path, content: bytes, problem: str) -> None:
    path.write_bytes(content)
    with pytest.raises(DelimitedError, match=problem) as caught:
        open_delimited(path)
    assert str(caught.value).startswith("shop.csv")


def test_an_absent_file_is_refused(path: Path) -> None:
    with pytest.raises(DelimitedError, match=r"shop\.csv: cannot be read"):
        open_delimited(path)


def test_header_only_is_a_file_without_records(path: Path) -> None:
    path.write_text("a,b\n")
    assert list(open_delimited(path).batches()) == []


def test_gzip_is_told_by_its_bytes(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    plain = path.with_name("plain.csv")
    plain.write_bytes(b"a,b\n1,2\n")
    assert whole(open_delimited(path)) == whole(open_delimited(plain))
    assert open_delimited(path).checksum == open_delimited(plain).checksum


def test_a_file_that_grows_meanwhile_is_refused(path: Path) -> None:
    path.write_text("a,b\n1,2\n")
    source = open_delimited(path)
    path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(DelimitedError, match="changed while being read"):
        whole(source)


def test_other_line_separators_are_text(path: Path) -> None:
    path.write_text("a,b\n1,x\u2028y\x85z\vw\n2,c\n", encoding="utf-8", newline="")
    found = whole(open_delimited(path))
    assert found.records == [["1", "x\u2028y\x85z\vw"], ["2", "c"]] and found.lines == [2, 3]


@given(st.lists(st.text('a"", ;\t', max_size=6), min_size=1, max_size=5))
def test_the_fast_way_agrees_with_the_parser(pieces: list[str]) -> None:
    line = ",".join(pieces)
    fast = simple_record(line, ",")
    if fast is not None and line:
        assert fast == next(csv.reader(io.StringIO(line, newline=""), strict=True))
