"""Creates a missing database."""

from __future__ import annotations

import psycopg
from psycopg import sql

from warehouse_assets.database.connections import SESSION, open_connection
from warehouse_assets.database.errors import ConnectionFailed, DatabaseError
from warehouse_assets.database.urls import database_name, with_database

MAINTENANCE_DATABASE = "postgres"


def ensure_exists(url: str, variable: str) -> None:
    """Creates the URL's database if it does not exist. Raises DatabaseError with the URL's variable."""
    try:
        open_connection(url, SESSION).close()
    except ConnectionFailed as failure:
        if failure.is_transient or not _is_missing(url):
            raise
        make_database(url, variable)


def make_database(url: str, variable: str) -> None:
    """Runs CREATE DATABASE as the URL's user, unless another process created it meanwhile. Others may not enter it."""
    name = database_name(url)
    try:
        with open_connection(with_database(url, MAINTENANCE_DATABASE), SESSION, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return
    except psycopg.Error as error:
        reason = error.diag.message_primary or type(error).__name__
        raise DatabaseError(
            f"The database {name} does not exist and could not be created ({reason}). Ask the"
            f" server's administrator to create it, or set {variable} to an existing one."
        ) from None


def _is_missing(url: str) -> bool:
    """Whether the database is missing, asked in another database: libpq reports it only as text."""
    try:
        with open_connection(with_database(url, MAINTENANCE_DATABASE), SESSION) as connection:
            found = connection.execute("select from pg_database where datname = %s", [database_name(url)])
            return found.fetchone() is None
    except ConnectionFailed as failure:
        if failure.is_transient:
            raise
        return False
