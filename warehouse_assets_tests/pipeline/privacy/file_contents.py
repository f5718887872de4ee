"""All that is in a file: its bytes, the members of an archive, and the rows of a Tableau extract as text."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from warehouse_assets.bi.tableau.extract import has_library


def insides(path: Path) -> Iterator[bytes]:
    """The file as it is, and what is packed in it, however deep."""
    yield from _unpacked(path.name, path.read_bytes())


def _unpacked(name: str, content: bytes) -> Iterator[bytes]:
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield member.encode()
                yield from _unpacked(member, archive.read(member))
    elif name.endswith(".gz"):
        yield from _unpacked(name.removesuffix(".gz"), gzip.decompress(content))
    elif name.endswith(".hyper"):
        yield _rows_of_extract(content).encode()


def _rows_of_extract(content: bytes) -> str:
    """An extract is compressed in a form of its own, which only Tableau's library reads."""
    assert has_library(), "an extract was written without the library that reads it"
    import tableauhyperapi as hyper

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "extract.hyper"
        path.write_bytes(content)
        quiet = hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU
        with (
            hyper.HyperProcess(quiet, parameters={"log_config": ""}) as process,
            hyper.Connection(process.endpoint, path) as extract,
        ):
            tables = [
                table
                for schema in extract.catalog.get_schema_names()
                for table in extract.catalog.get_table_names(schema)
            ]
            return "\n".join(str(extract.execute_list_query(f"select * from {table}")) for table in tables)


def holds(path: Path, mark: str) -> bool:
    """Whether the text stands in the file, in UTF-8 or in the UTF-16 of Microsoft's files."""
    values = (mark.encode(), mark.encode("utf-16-le"))
    return any(value in content for content in insides(path) for value in values)
