"""Parquet files and spreadsheets: typed values as the text that the contract reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import python_calamine

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.batches import BATCH, SOURCE_LINE, arrow_batch, unusable
from warehouse_assets.ingestion.readers.cells import text_of
from warehouse_assets.ingestion.sources.settings import TableSettings
from warehouse_assets.splitting import Malformed


class ParquetTable:
    """A Parquet file; its records are numbered from 1."""

    encoding = "parquet"

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError):
            raise IngestionError(f"{path.name}: is not a readable Parquet file; bring the file again.") from None
        self.columns = [name for name in self._file.schema_arrow.names if name != SOURCE_LINE]

    def batches(self, wanted: Sequence[str], malformed: list[Malformed]) -> Iterator[pa.RecordBatch]:
        """Records as text columns."""
        first = 1
        for batch in self._file.iter_batches(BATCH, columns=list(wanted)):
            columns = {name: _texts(batch.column(name)) for name in wanted}
            numbers = list(range(first, first + batch.num_rows))
            first += batch.num_rows
            yield _sound(numbers, columns, malformed)


class Sheet:
    """A sheet of a workbook (xlsx, xls, xlsb, ods): a header, then records with their row as line."""

    encoding = "spreadsheet"

    def __init__(self, path: Path, settings: TableSettings) -> None:
        self._path, columns = path, settings.columns
        rows = list(enumerate(self._read(settings.inside), 1))[settings.skip_lines :]
        self._rows = [(number, row) for number, row in rows if any(cell not in ("", None) for cell in row)]
        if not self._rows:
            raise IngestionError(f"{path.name}: the sheet is empty; a header row was expected.")
        header = (
            [str(text_of(cell) or "").strip() for cell in self._rows.pop(0)[1]] if settings.header else list(columns)
        )
        self.columns = list(columns) or [name or f"column_{n}" for n, name in enumerate(header, 1)]
        width = max((len(row) for _, row in self._rows), default=0)
        if len(self.columns) != max(len(header), width):
            raise IngestionError(f"{path.name}: has {width} columns, but {len(self.columns)} names.")

    def batches(self, wanted: Sequence[str], malformed: list[Malformed]) -> Iterator[pa.RecordBatch]:
        """Records as text columns."""
        at = {name: index for index, name in enumerate(self.columns)}
        for start in range(0, len(self._rows), BATCH):
            rows = self._rows[start : start + BATCH]
            columns = {name: [text_of(row[at[name]]) for _, row in rows] for name in wanted}
            yield _sound([number for number, _ in rows], columns, malformed)

    def _read(self, inside: str | None) -> list[list[object]]:
        book = _open_book(self._path)
        name = pick(self._path, "sheet", book.sheet_names, inside)
        return [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]


def sheet_titles(path: Path, inside: str | None) -> int:
    """How many rows stand above the header: those before the first with half as many cells as most rows have."""
    book = _open_book(path)
    rows = book.get_sheet_by_name(pick(path, "sheet", book.sheet_names, inside)).to_python(skip_empty_area=False)[:200]
    widths = [sum(cell not in ("", None) for cell in row) for row in rows]
    times = Counter(widths)
    usual = max(times, key=lambda width: (times[width], width), default=0)
    return next((number for number, width in enumerate(widths) if 2 * width >= usual), 0)


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook."""
    return list(_open_book(path).sheet_names)


def _open_book(path: Path) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.load_workbook(str(path))
    except (python_calamine.CalamineError, OSError):
        raise IngestionError(f"{path.name}: is not a readable workbook; bring the file again.") from None


def pick(path: Path, kind: str, names: Sequence[str], inside: str | None) -> str:
    """The table or sheet that is meant: the one that is named, else the only one. Raises naming them all."""
    if inside in names:
        return str(inside)
    if inside is None and len(names) == 1:
        return names[0]
    told = ", ".join(names) or "none"
    wanted = f"no {kind} {inside!r}" if inside else f"{len(names)} {kind}s where one was expected"
    raise IngestionError(
        f"{path.name}: holds {wanted}; there: {told}. Say which under [tables.<name>] of source.toml, "
        f'as in inside = "{names[0] if names else "orders"}".'
    )


def _texts(values: pa.Array) -> list[str | None]:
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _texts(values.dictionary_decode())
    if pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        texts: list[str | None] = pc.cast(values, pa.string()).to_pylist()
        return texts
    return [text_of(value) for value in values.to_pylist()]


def _sound(numbers: list[int], columns: dict[str, list[str | None]], malformed: list[Malformed]) -> pa.RecordBatch:
    """A batch without the records that hold what no text can."""
    rows = list(zip(*columns.values(), strict=True)) if columns else []
    bad = {place: reason for place, row in enumerate(rows) if (reason := unusable(row))}
    malformed += [Malformed(numbers[place], reason, 0) for place, reason in bad.items()]
    kept = [place for place in range(len(numbers)) if place not in bad]
    return arrow_batch(
        [numbers[place] for place in kept],
        {name: [values[place] for place in kept] for name, values in columns.items()},
    )
