"""Starts, stops, inspects and connects to the warehouse's server, embedded or not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.database import cluster, embedded
from warehouse_assets.database.connections import BULK_SESSION, SESSION, open_connection, retry
from warehouse_assets.database.databases import ensure_exists
from warehouse_assets.database.errors import DatabaseError
from warehouse_assets.database.urls import DatabaseUrls, checked_url, database_name, with_database
from warehouse_assets.settings import Settings

DAGSTER_VARIABLE = "WAREHOUSE_DAGSTER_DATABASE_URL"


@dataclass(frozen=True)
class ServerStatus:
    """The state of the server. Paths and port are None for a server of your own."""

    running: bool
    embedded: bool
    data_path: Path | None
    port: int | None
    version: str | None
    """PostgreSQL's version. None if the server does not answer."""
    log_file: Path | None


def ensure_running(settings: Settings) -> DatabaseUrls:
    """Starts the server, creates both databases if necessary, and returns their addresses.

    If the embedded server already runs, this takes milliseconds. With a `database_url` nothing is started. Waits
    while a server is starting. Raises DatabaseError.
    """
    if settings.database_url is None:
        urls = embedded.ensure_started(settings.home)
        return DatabaseUrls(urls.warehouse, _given_dagster(settings) or urls.dagster)
    return _ensure_own(settings, checked_url(settings.database_url, "WAREHOUSE_DATABASE_URL"))


def is_just_made(settings: Settings) -> bool:
    """Whether this process has made the embedded server since it was last asked."""
    return settings.database_url is None and cluster.is_just_made(settings.home)


def address(settings: Settings) -> str | None:
    """The warehouse's address with the administrator's login. None before the embedded server's first start."""
    if settings.database_url is None:
        return embedded.find(settings.home).url
    return checked_url(settings.database_url, "WAREHOUSE_DATABASE_URL")


def server_logs(settings: Settings) -> list[Path]:
    """The embedded server's logs, the newest last. Empty for a server of your own."""
    return embedded.logs(settings.home) if settings.database_url is None else []


def connect(
    settings_or_url: Settings | str, *, bulk: bool = False, autocommit: bool = False
) -> psycopg.Connection[Any]:
    """A connection to the warehouse, or to the database of a URL.

    With settings, the embedded server is started if necessary. The session uses UTC and UTF-8. `bulk` is for loading:
    sorts and index builds get more memory. Raises ConnectionFailed.
    """
    url = settings_or_url if isinstance(settings_or_url, str) else ensure_running(settings_or_url).warehouse
    return open_connection(url, SESSION | BULK_SESSION if bulk else SESSION, autocommit=autocommit)


def stop(settings: Settings) -> bool:
    """Stops the embedded server and its sessions. Returns False if none was running. Leaves other servers alone."""
    return settings.database_url is None and embedded.stop(settings.home)


def status(settings: Settings) -> ServerStatus:
    """Whether the server runs, and the location of its data, port and log. Starts nothing."""
    if settings.database_url is None:
        place = embedded.find(settings.home)
        version = _version(place.url) if place.url else None
        return ServerStatus(version is not None, True, place.data, place.port, version, place.log_file)
    version = _version(checked_url(settings.database_url, "WAREHOUSE_DATABASE_URL"))
    return ServerStatus(version is not None, False, None, None, version, None)


def is_alive(settings: Settings) -> bool:
    """Whether the embedded server's process lives; always for a server of your own. Connects to nothing."""
    return settings.database_url is not None or embedded.is_alive(settings.home)


def dagster_address(settings: Settings) -> str | None:
    """The address of Dagster's database that the settings give; None if it is on the embedded server."""
    warehouse = settings.database_url
    return _own_dagster(settings, warehouse) if warehouse else _given_dagster(settings)


def _own_dagster(settings: Settings, warehouse: str) -> str:
    return _given_dagster(settings) or with_database(
        checked_url(warehouse, "WAREHOUSE_DATABASE_URL"), f"{database_name(warehouse)}_dagster"
    )


def _ensure_own(settings: Settings, warehouse: str) -> DatabaseUrls:
    dagster = _own_dagster(settings, warehouse)
    retry(lambda: ensure_exists(warehouse, "WAREHOUSE_DATABASE_URL"))
    retry(lambda: ensure_exists(dagster, DAGSTER_VARIABLE))
    return DatabaseUrls(warehouse, dagster)


def _given_dagster(settings: Settings) -> str | None:
    return checked_url(settings.dagster_database_url, DAGSTER_VARIABLE) if settings.dagster_database_url else None


def _version(url: str) -> str | None:
    try:
        with open_connection(url, SESSION, timeout_seconds=2) as connection:
            number = connection.info.server_version
    except DatabaseError:
        return None
    return f"{number // 10000}.{number % 10000}"
