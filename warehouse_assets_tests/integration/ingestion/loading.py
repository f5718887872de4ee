"""Small flat exports loaded into a real database, and what they leave there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets import database
from warehouse_assets.building.migrations import create_schema
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions
from warehouse_assets.ingestion.staging.ledger import LoadResult
from warehouse_assets.ingestion.staging.loading import load_delivery
from warehouse_assets.pseudonyms.secret import open_secret
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets.splitting import split_file

Connection = psycopg.Connection[Any]
SOURCE = "ecommerce_export"
TODAY = date(2023, 9, 1)
CARD = "4111111111111111"
HEADER = (
    "ID,Name,Age,Gender,City,Country,CreditCard,FullAddress,UserSignUpDate,UserLastPurchaseDate,UserStatus,"
    "UserTotalPurchases,UserSegment,UserLocation,UserSourceType,UserLastLoginDate,UserPurchaseFrequency,"
    "Product Name,Category,Subcategory,Price,Date_Purchase,Quantity,Rating,Comment"
)
COLUMNS = HEADER.split(",")
_RECORD = dict(
    zip(
        COLUMNS,
        f"1,Ann Example,30,F,Paris,France,{CARD},1 Road,2022-01-05,2023-05-01,Active,3,Gold,x,Ads,2023-05-02,"
        "Monthly,Lamp,Home,Light,10.50,2023-05-01,2,4,secret remark".split(","),
        strict=True,
    )
)
STAGED = tuple(
    name
    for name in TABLES
    if name.split(".")[0] in ("staging", "vault", "ops") and name not in ("ops.schema_versions", "ops.locks")
)
_OF_THE_LOAD = {"loaded_at", "attempt"}


def record(**fields: str) -> str:
    """A line of the export; spaces of column names as underscores."""
    given = {name.replace("_", " ") if name == "Product_Name" else name: text for name, text in fields.items()}
    assert set(given) <= set(COLUMNS)
    return ",".join((_RECORD | given).values())


def export(*records: str) -> str:
    return "\n".join([HEADER, *records]) + "\n"


class Loading:
    """One warehouse that takes deliveries."""

    def __init__(self, settings: Settings, connection: Connection, source: str = SOURCE) -> None:
        self.settings, self.connection, self.source_name = settings, connection, source

    @property
    def folder(self) -> Path:
        return self.settings.incoming_path / self.source_name

    def put(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def split(self, name: str, content: str | bytes) -> None:
        path = self.settings.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        split_file(path, self.folder, key_columns=["ID"])

    def load(self, today: date = TODAY) -> list[LoadResult]:
        """Loads all deliveries that lie there, in the order of their names."""
        source = read_source(self.settings.sources_path, self.source_name)
        secret = open_secret(self.settings.secrets_path, self.connection)
        results = [
            load_delivery(self.connection, self.settings, delivery, secret, today)
            for delivery in find_deliveries(source, self.settings.incoming_path)
        ]
        complete_deletions(self.connection, self.settings)
        return results

    def rows(self, table: str, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
        query = f"select {columns} from {table} where {where} order by {columns if columns != '*' else '1'}"
        return self.connection.execute(query.encode()).fetchall()

    def one(self, query: str) -> Any:
        row = self.connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]

    def contents(self, leaving: frozenset[str] = frozenset()) -> dict[str, list[str]]:
        """All rows of the vault, staging and the ledger as sorted text, but for what tells of the load."""
        found = {}
        for name in STAGED:
            left = _OF_THE_LOAD | leaving
            columns = [column for column in TABLES[name].column_names if column not in left]
            where = " where delivery_status = 'current'" if name == "ops.ingested_files" else ""
            query = f"select row({', '.join(columns)})::text from {name}{where}"
            found[name] = sorted(row[0] for row in self.connection.execute(query.encode()))
        return found


@contextmanager
def loading(settings: Settings, source: str = SOURCE) -> Iterator[Loading]:
    """An empty warehouse."""
    with database.connect(settings, bulk=True, autocommit=True) as connection:
        create_schema(connection)
        yield Loading(settings, connection, source)


def own_source(settings: Settings, name: str, toml: str, **selects: str) -> Settings:
    """Settings whose sources folder holds this one source."""
    folder = settings.home / "sources" / name
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(toml)
    for relation, text in selects.items():
        (folder / f"{relation}.sql").write_text(text)
    return replace(settings, sources_path=folder.parent)


def export_source(settings: Settings, **changes: str) -> Settings:
    """The shipped source with some settings of source.toml changed or added."""
    folder = PROJECT_ROOT / "sql" / "sources" / SOURCE
    lines = (folder / "source.toml").read_text().splitlines()
    toml = [f"{name} = {value}" for name, value in changes.items()]
    toml += [line for line in lines if line.split(" =")[0] not in changes]
    selects = {path.stem: path.read_text() for path in folder.glob("*.sql")}
    return own_source(settings, SOURCE, "\n".join(toml) + "\n", **selects)
