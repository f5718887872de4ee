"""What assets need from outside: the warehouse's settings, database and secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets import database
from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.building.migrate import create_schema
from warehouse_assets.privacy.recovery import recover
from warehouse_assets.settings import Settings, read_settings


class Warehouse(dg.ConfigurableResource[Any]):
    """The warehouse that the environment names; a test or a second warehouse gives home and URL."""

    home: str | None = None
    database_url: str | None = None

    @property
    def settings(self) -> Settings:
        settings = read_settings()
        if self.home is not None:
            settings = replace(settings, home=Path(self.home))
        return replace(settings, database_url=self.database_url) if self.database_url else settings

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection[Any]]:
        """A session for bulk work on the schema as declared; the embedded server is started if need be.

        The database's errors leave it without the values that they quote, as Dagster records errors.
        """
        settings = self.settings
        urls = database.ensure_running(settings)
        connection = database.retry(lambda: database.connect(urls.warehouse, bulk=True, autocommit=True))
        try:
            prepare_database(connection, settings)
            yield connection
        except psycopg.Error as error:
            raise database.DatabaseError(f"The database refused: {database.safe_message(error)}.") from None
        finally:
            connection.close()


def prepare_database(connection: psycopg.Connection[Any], settings: Settings) -> None:
    """Creates what is missing: schemas, tables, the calendar. Erased people stay so, in a restored backup too."""
    create_schema(connection)
    ensure_dates(connection, settings.first_month)
    recover(connection, settings)
