"""Databases of tests: empty ones, and copies of one that has the schema, made once per server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache

import psycopg
from psycopg import sql

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.building.migrations import create_schema
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.database.urls import with_database

EMPTY = "template1"


@contextmanager
def new_database(server: DatabaseUrls, name: str, template: str = EMPTY) -> Iterator[str]:
    """The address of a database of its own, which nobody else may enter and which is dropped in the end."""
    copied = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    _administer(server.warehouse, copied)
    _administer(server.warehouse, _closed(name))
    try:
        yield with_database(server.warehouse, name)
    finally:
        _administer(server.warehouse, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def with_schema(server: DatabaseUrls, first_month: date | None = None) -> str:
    """The template of databases with the schema, and with the calendar from a month on if one is given."""
    return _template(server.warehouse, first_month)


@cache
def _template(address: str, first_month: date | None) -> str:
    name = f"template_{first_month or 'schema'}"
    _administer(address, sql.SQL("create database {}").format(sql.Identifier(name)))
    _administer(address, _closed(name))
    with connect(with_database(address, name), bulk=True, autocommit=True) as connection:
        create_schema(connection)
        if first_month is not None:
            ensure_dates(connection, first_month)
    return name


def _closed(name: str) -> sql.Composed:
    return sql.SQL("revoke connect on database {} from public").format(sql.Identifier(name))


def _administer(address: str, statement: sql.Composed) -> None:
    with psycopg.connect(with_database(address, "postgres"), autocommit=True) as connection:
        connection.execute(statement)
