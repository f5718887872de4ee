"""Warehouses that a first command has prepared: schema, calendar, roles, logins and rights; each is a copy of one.

Logins bear the name of their database, so that a copy has the name under which the first one was prepared.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse_assets.access.apply import make_plan
from warehouse_assets.access.secrets import FILE_NAME
from warehouse_assets.database import DatabaseUrls, connect
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import prepare_warehouse, target_of
from warehouse_assets_tests.databases import is_cluster, make_database, new_database, set_aside


@dataclass(frozen=True)
class _First:
    """The one that is copied."""

    template: str
    passwords: str
    """The home's file of them."""
    rights: str
    """Statements that give the rights on the database itself, which a copy has not."""


@contextmanager
def prepared_warehouse(server: DatabaseUrls, name: str, home: Path) -> Iterator[Settings]:
    """A copy with that name and home; a name is in use once at a time. Dropped at the end.

    On a cluster it is no copy, but prepared by itself.
    """
    if is_cluster():
        with new_database(server, name) as url:
            settings = _settings(home, url)
            prepare_warehouse(settings)
            yield settings
        return
    first = _first(server, name)
    with new_database(server, name, first.template) as url:
        _give_passwords(home, first.passwords)
        with connect(url, autocommit=True) as connection:
            connection.execute(first.rights.encode())
        yield _settings(home, url)


@cache
def _first(server: DatabaseUrls, name: str) -> _First:
    template = f"{name}_first"
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder), make_database(server, name))
        prepare_warehouse(settings)
        passwords = (settings.secrets_path / FILE_NAME).read_text(encoding="ascii")
        set_aside(server, name, template)
        with new_database(server, name, template) as url, connect(url, autocommit=True) as connection:
            missing = make_plan(connection, target_of(settings, url))
    return _First(template, passwords, ";\n".join(change.statement for change in missing))


def _give_passwords(home: Path, passwords: str) -> None:
    path = _settings(home, "").secrets_path / FILE_NAME
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(passwords, encoding="ascii")


def _settings(home: Path, url: str) -> Settings:
    return Settings(home=home, database_url=url, dagster_database_url=url)
