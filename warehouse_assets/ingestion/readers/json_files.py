"""Foreign JSON: Lines, an array of objects, or an object that holds one. Nested values stay JSON text."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.batches import BATCH, SOURCE_LINE, arrow_batch, line_of, unusable
from warehouse_assets.ingestion.readers.cells import pointed
from warehouse_assets.splitting import Malformed
from warehouse_assets.splitting.source import byte_blocks

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SPACE = re.compile(r"[\s,]*")
_LONGEST_RECORD = 1 << 24
"""Characters: what goes on longer without an end is no record."""
Record = dict[str, object]
Records = Iterator[tuple[int, Record]]


class JsonFile:
    """A JSON file: its encoding, its columns (of the first thousand records), its records with line or number."""

    def __init__(self, path: Path, encoding: str | None, inside: str | None, *, are_lines: bool) -> None:
        self._path, self._inside = path, inside
        head = next(byte_blocks(path), b"")
        self.encoding = encoding or next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
        start = head.decode(self.encoding, "replace").lstrip("\ufeff \t\r\n")[:1]
        self._are_lines = are_lines or (start == "{" and not inside and self._holds_lines())
        if not self._are_lines and start not in ("[", "{"):
            raise IngestionError(f"{path.name}: is neither a JSON array nor a JSON object; bring the file again.")
        self._is_array = start == "["
        found: dict[str, None] = {}
        for _, record in islice(self._records([]), 1000):
            found.update(dict.fromkeys(record))
        self.columns = list(found)

    def batches(self, wanted: Sequence[str], malformed: list[Malformed]) -> Iterator[pa.RecordBatch]:
        """Records as text columns; what is no object, or holds what no text can, is malformed."""
        records = self._records(malformed)
        while chunk := list(islice(records, BATCH)):
            numbers, rows = [], []
            for number, record in chunk:
                row = [_json_text(record.get(name)) for name in wanted]
                reason = unusable(row)
                if reason:
                    malformed.append(Malformed(number, reason, 0))
                else:
                    numbers.append(line_of(str(record.get(SOURCE_LINE, "")), number))
                    rows.append(row)
            yield arrow_batch(numbers, {name: [row[at] for row in rows] for at, name in enumerate(wanted)})

    def _holds_lines(self) -> bool:
        """Whether the first line is an object by itself, as in JSON Lines, and another line follows."""
        lines = [line for _, line in islice(self._lines(), 50) if line.strip()]
        return len(lines) > 1 and _object(lines[0]) is not None

    def _records(self, malformed: list[Malformed]) -> Records:
        if self._are_lines:
            return _of_lines(self._lines(), malformed)
        if self._is_array and not self._inside:
            return _of_array(self._path, self._texts(), malformed)
        return _of_document(self._path, "".join(self._texts()), self._inside, malformed)

    def _texts(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding)("surrogateescape" if "8" in self.encoding else "replace")
        blocks = (decoder.decode(block) for block in byte_blocks(self._path))
        first = next(blocks, "")
        return chain((first.removeprefix("\ufeff"),), blocks)

    def _lines(self) -> Iterator[tuple[int, str]]:
        rest, number = "", 0
        for text in self._texts():
            *lines, rest = (rest + text).split("\n")
            for line in lines:
                number += 1
                yield number, line
        if rest.strip():
            yield number + 1, rest


def _of_lines(lines: Iterable[tuple[int, str]], malformed: list[Malformed]) -> Records:
    for number, line in lines:
        if not line.strip():
            continue
        record = _object(line)
        if record is None:
            malformed.append(Malformed(number, "not a JSON object", 0))
        else:
            yield number, record


def _object(text: str) -> Record | None:
    try:
        found = json.loads(text, parse_float=pointed, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _of_array(path: Path, texts: Iterator[str], malformed: list[Malformed]) -> Records:
    """The objects of an array, numbered from 1, one after the other in constant memory."""
    decoder = json.JSONDecoder(parse_float=pointed, parse_int=str)
    buffer, at, line, number = next(texts, ""), 0, 1, 0
    at = buffer.find("[") + 1
    line += buffer.count("\n", 0, at)
    while True:
        start = _SPACE.match(buffer, at).end()  # type: ignore[union-attr]
        line, at = line + buffer.count("\n", at, start), start
        if buffer[at : at + 1] == "]":
            return
        try:
            found, end = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError):
            more = next(texts, "")
            if not more or len(buffer) - at > _LONGEST_RECORD:
                raise IngestionError(
                    f"{path.name}, line {line}: the JSON ends or breaks here. Nothing was loaded; bring the file again."
                ) from None
            buffer, at = buffer[at:] + more, 0
            continue
        number += 1
        if isinstance(found, dict):
            yield number, found
        else:
            malformed.append(Malformed(number, "not a JSON object", 0))
        line, at = line + buffer.count("\n", at, end), end


def _of_document(path: Path, text: str, inside: str | None, malformed: list[Malformed]) -> Records:
    """The objects of the array that `inside` names (keys joined by points), numbered from 1; read whole."""
    try:
        found = json.loads(text, parse_float=pointed, parse_int=str)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise IngestionError(
            f"{path.name}, line {line}: the JSON ends or breaks here. Nothing was loaded; bring the file again."
        ) from None
    for key in inside.split(".") if inside else ():
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict) and not inside:
        arrays = [name for name, value in found.items() if isinstance(value, list)]
        found = found[arrays[0]] if len(arrays) == 1 else found if arrays else [found]
    if not isinstance(found, list):
        raise IngestionError(
            f"{path.name}: holds no array {inside or 'by itself'}; say which one under [tables.<name>] of source.toml, "
            'as in inside = "data.orders".'
        )
    for number, record in enumerate(found, 1):
        if isinstance(record, dict):
            yield number, record
        else:
            malformed.append(Malformed(number, "not a JSON object", 0))


def _json_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
