"""Everything that Tableau opens: a live workbook of both marts, and a packaged one of each mart, in two languages.

Extracts are of one mart each, so that they can be given to those who may read that mart and to nobody else:
the database's row rules do not reach the viewers of an extract.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.bi.server import Server
from warehouse_assets.bi.tableau.extract import fingerprint, write_extract
from warehouse_assets.bi.tableau.package import packaged, same_extract
from warehouse_assets.bi.tableau.sources import Source, mart_tables
from warehouse_assets.bi.tableau.stable import without_chance
from warehouse_assets.bi.tableau.workbook import workbook
from warehouse_assets.bi.text import Language

LIVE: dict[str, Language] = {"Warehouse.twb": "en", "Entrepot.twb": "fr"}
PACKAGED: dict[str, tuple[str, Language]] = {
    "Sales.twbx": ("mart_sales", "en"),
    "Ventes.twbx": ("mart_sales", "fr"),
    "Customers.twbx": ("mart_customers", "en"),
    "Clients.twbx": ("mart_customers", "fr"),
}
"""File -> its mart and language."""


def live_workbooks(server: Server) -> dict[str, str]:
    """The workbooks that ask the database, each with the reader's own login."""
    return {name: workbook(Source(server), language) for name, language in LIVE.items()}


def packaged_workbooks(connection: psycopg.Connection[Any], former: Path) -> dict[str, bytes]:
    """The workbooks that carry their mart; extracts in the folder `former` are kept where their rows are the same.

    Needs the extra `tableau`. The connection must be in a transaction.
    """
    files = {}
    for mart in dict.fromkeys(mart for mart, _ in PACKAGED.values()):
        of_mart = {name: language for name, (each, language) in PACKAGED.items() if each == mart}
        digest = fingerprint(connection, mart_tables((mart,)))
        extract = same_extract(former / next(iter(of_mart)), digest) or _extract(connection, mart, digest)
        for name, language in of_mart.items():
            text = workbook(Source(), language, (mart,))
            files[name] = packaged(f"{Path(name).stem}.twb", text, extract, digest)
    return files


def _extract(connection: psycopg.Connection[Any], mart: str, digest: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "marts.hyper"
        write_extract(connection, mart_tables((mart,)), path)
        return without_chance(path.read_bytes(), digest)
