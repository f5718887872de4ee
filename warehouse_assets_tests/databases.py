"""Databases of tests: empty ones, and copies of one that has the schema, made once per server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.building.migrations import create_schema
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.database.urls import with_database

EMPTY = "template1"


@contextmanager
def new_database(server: DatabaseUrls, name: str, template: str = EMPTY) -> Iterator[str]:
    """The address of a database of its own, which nobody else may enter and which is dropped in the end."""
    if os.environ.get("WAREHOUSE_TEST_SERVER") == "citus":
        if template != EMPTY:
            pytest.skip("a database on a cluster is no copy of another one")
        with cluster_database(server.warehouse, name) as url:
            yield url
        return
    # Files are copied as they are, instead of through the log of changes: half the time, as nothing is synchronised.
    statement = sql.SQL("create database {} template {} strategy file_copy")
    copied = statement.format(sql.Identifier(name), sql.Identifier(template))
    _administer(server.warehouse, copied)
    _administer(server.warehouse, _closed(name))
    try:
        yield with_database(server.warehouse, name)
    finally:
        _administer(server.warehouse, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def cluster_database(coordinator: str, name: str) -> Iterator[str]:
    """The address of a database on the nodes of a Citus cluster; `coordinator` names a database that knows them."""
    try:
        yield make_on_nodes(coordinator, name)
    finally:
        drop_on_nodes(coordinator, name)


def make_on_nodes(coordinator: str, name: str) -> str:
    """Makes an empty database on each node of a cluster; its address."""
    places = _places(coordinator)
    for node in _addresses(coordinator, places):
        _on_node(node, "postgres", sql.SQL("create database {}").format(sql.Identifier(name)))
        _on_node(node, name, sql.SQL("create extension citus"))
    host, *workers = places
    _on_node(coordinator, name, sql.SQL("select citus_set_coordinator_host({host}, {port})").format(**host))
    for worker in workers:
        _on_node(coordinator, name, sql.SQL("select citus_add_node({host}, {port})").format(**worker))
    return with_database(coordinator, name)


def drop_on_nodes(coordinator: str, name: str) -> None:
    """Drops it again, whoever is in it."""
    for node in _addresses(coordinator, _places(coordinator)):
        _on_node(node, "postgres", sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _places(coordinator: str) -> list[dict[str, Any]]:
    """Host and port of each node, the coordinator first."""
    with psycopg.connect(coordinator) as connection:
        rows = connection.execute("select nodename, nodeport from pg_dist_node order by groupid").fetchall()
    return [{"host": host, "port": port} for host, port in rows]


def _addresses(coordinator: str, places: list[dict[str, Any]]) -> list[str]:
    return [coordinator, *(make_conninfo(coordinator, **place) for place in places[1:])]


def _on_node(node: str, database: str, statement: sql.Composable) -> None:
    with psycopg.connect(make_conninfo(node, dbname=database), autocommit=True) as connection:
        connection.execute(statement)


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
