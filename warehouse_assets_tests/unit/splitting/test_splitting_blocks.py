"""The fast way through a file finds exactly what the reader of single records finds."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warehouse_assets.splitting import DelimitedError, Malformed, RecordBatch, open_delimited
from warehouse_assets.splitting import source as source_module
from warehouse_assets.splitting.blocks import FieldBlock, field_blocks

Found = tuple[list[tuple[int, list[str]]], list[Malformed], int]
BODIES = st.lists(
    st.sampled_from(["a", "é😀", ",", ",", "\n", "\n", '"', '"b"', ',"c,d",', '""', '"x\ny"', '"q""r"', "\r\n", "\0"]),
    max_size=40,
).map("".join)


def slowly(path: Path) -> Found:
    records, malformed, blank = [], [], 0
    for batch in open_delimited(path).batches():
        records += list(zip(batch.lines, batch.records, strict=True))
        malformed += batch.malformed
        blank += batch.blank_lines
    return records, malformed, blank


def quickly(path: Path) -> tuple[Found, bool]:
    """What was found, and whether the fast way went to the end."""
    records, malformed, blank, is_fast = [], [], 0, True
    for part in field_blocks(open_delimited(path), 100):
        if isinstance(part, RecordBatch):
            records += list(zip(part.lines, part.records, strict=True))
            is_fast = False
        else:
            records += rows_of(part)
        malformed += part.malformed
        blank += part.blank_lines
    return (records, malformed, blank), is_fast


def rows_of(block: FieldBlock) -> list[tuple[int, list[str]]]:
    fields = block.fields.to_pylist()
    rows = [fields[at : at + block.width] for at in range(0, len(fields), block.width)]
    return list(zip(block.lines.tolist(), rows, strict=True))


@settings(max_examples=400, deadline=None)
@given(BODIES, st.sampled_from([3, 7, 20, 1 << 20]), st.sampled_from(["a,b", "one", "\ufeffa,b,c"]))
@example('1,"a\n""b"\n2,c', 5, "a,b")
@example('1,"a', 4, "a,b")
@example("\x00a\x00", 3, "a,b")
def test_both_ways_find_the_same(body: str, block_bytes: int, header: str) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_module, "BLOCK_BYTES", block_bytes)
        path = Path(folder) / "shop.csv"
        path.write_bytes(f"{header}\n{body}".encode())
        try:
            expected = slowly(path)
        except DelimitedError as refusal:
            with pytest.raises(DelimitedError, match=re.escape(str(refusal))):
                quickly(path)
        else:
            assert quickly(path)[0] == expected


@pytest.mark.parametrize("body", ['1,"a ""b"" c"\n', '1,"x\ny"\n\n2\n3,4', '"","é"\n', ""])
def test_regular_files_go_the_fast_way(tmp_path: Path, body: str) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(f"a,b\n{body}", encoding="utf-8")
    assert quickly(path) == (slowly(path), True)


@pytest.mark.parametrize("body", ['1,a"b\n', '1,"a"b\n', '1,"a\n', "1,a\r\n", "1,a\0\n"])
def test_others_do_not(tmp_path: Path, body: str) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes(b"a,b\n" + body.encode())
    assert quickly(path) == (slowly(path), False)
