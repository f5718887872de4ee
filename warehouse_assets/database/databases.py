"""Make a database that is missing."""

from __future__ import annotations

import psycopg
from psycopg import sql

from warehouse_assets.database.connections import SESSION, open_connection
from warehouse_assets.database.errors import ConnectionFailed, DatabaseError
from warehouse_assets.database.urls import database_name, with_database

MAINTENANCE_DATABASE = "postgres"


def ensure_exists(url: str, variable: str) -> None:
    """Make the URL's database when its server lacks it; raises DatabaseError naming the URL's variable."""
    try:
        open_connection(url, SESSION).close()
    except ConnectionFailed as failure:
        if failure.is_transient or not _is_missing(url):
            raise
        make_database(url, variable)


def make_database(url: str, variable: str) -> None:
    """CREATE DATABASE with the URL's user; one that another process made meanwhile is as good."""
    name = database_name(url)
    try:
        with open_connection(with_database(url, MAINTENANCE_DATABASE), SESSION, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return
    except psycopg.Error as error:
        reason = error.diag.message_primary or type(error).__name__
        raise DatabaseError(
            f"The database {name} does not exist and could not be made ({reason}): have it made by the"
            f" server's administrator, or set {variable} to one that exists."
        ) from None


def _is_missing(url: str) -> bool:
    """Whether the server, asked in another database, does not know it; libpq itself tells only in words."""
    try:
        with open_connection(with_database(url, MAINTENANCE_DATABASE), SESSION) as connection:
            found = connection.execute("select from pg_database where datname = %s", [database_name(url)])
            return found.fetchone() is None
    except ConnectionFailed as failure:
        if failure.is_transient:
            raise
        return False
