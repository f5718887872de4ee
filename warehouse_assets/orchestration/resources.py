"""The resource that gives assets the warehouse's settings, database and secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets import database
from warehouse_assets.access.logins import PipelineRole
from warehouse_assets.settings import Settings, read_settings
from warehouse_assets.startup.preparation import session_as


class Warehouse(dg.ConfigurableResource[Any]):
    """The warehouse of the environment, or of the given home and URL."""

    home: str | None = None
    database_url: str | None = None

    @property
    def settings(self) -> Settings:
        settings = read_settings()
        if self.home is not None:
            settings = replace(settings, home=Path(self.home))
        return replace(settings, database_url=self.database_url) if self.database_url else settings

    @property
    def address(self) -> str:
        """The address of the database, for files that name its server. Use `connect` for sessions."""
        settings = self.settings
        return database.address(settings) or database.ensure_running(settings).warehouse

    @contextmanager
    def connect(self, role: PipelineRole) -> Iterator[psycopg.Connection[Any]]:
        """A session for bulk work with one of the pipeline's logins, on a prepared database.

        The embedded server is started if need be, and what is missing is made by the administrator first. The
        database's errors leave it without the values that they quote, as Dagster records errors.
        """
        with session_as(self.settings, role) as connection:
            yield connection
