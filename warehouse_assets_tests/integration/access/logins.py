"""A warehouse with one login per role, for tests of access: real logins, real passwords."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets import database
from warehouse_assets.access.logins import login_name, logins_path
from warehouse_assets.access.secrets import read_passwords
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.database.urls import database_name, with_database, with_login
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import prepare_warehouse

GROUPS = (
    "data_engineer",
    "dpo",
    "customer_analyst",
    "sales_analyst",
    "country_manager",
    "bi_customers",
    "bi_sales",
    "auditor",
)
PIPELINE = ("ingest", "transform", "privacy")
COUNTRIES = ("France", "Spain")


@dataclass(frozen=True)
class Access:
    """One warehouse; its logins are named after its database, as a server's logins are shared by its databases."""

    settings: Settings

    @property
    def url(self) -> str:
        return str(self.settings.database_url)

    def login(self, role: str) -> str:
        return login_name(database_name(self.url), role)

    def connect(self, role: str) -> psycopg.Connection[Any]:
        """A session over SCRAM with the password that is kept for the role's login."""
        login = self.login(role)
        return database.connect(with_login(self.url, login, read_passwords(self.settings.secrets_path)[login].text))

    @contextmanager
    def administrator(self) -> Iterator[psycopg.Connection[Any]]:
        with database.connect(self.url, autocommit=True) as connection:
            yield connection


def declare_logins(settings: Settings) -> Access:
    """Writes the home's list of logins: one for each group."""
    access = Access(settings)
    lines = []
    for group in GROUPS:
        lines += [f"[logins.{access.login(group)}]", f'purpose = "test of {group}"', f'roles = ["{group}"]']
        lines += [f"countries = {list(COUNTRIES)}"] if group == "country_manager" else []
    write_logins(settings, "\n".join(lines))
    return access


def write_logins(settings: Settings, text: str) -> Path:
    path = logins_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path


@contextmanager
def prepared_warehouse(server: DatabaseUrls, home: Path) -> Iterator[Access]:
    """An empty warehouse in a database of its own, with the policy applied and a login for each group."""
    name = f"access_{uuid.uuid4().hex[:10]}"
    with database.connect(with_database(server.warehouse, "postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        url = with_database(server.warehouse, name)
        access = declare_logins(Settings(home=home, database_url=url, dagster_database_url=url))
        try:
            assert prepare_warehouse(access.settings)
            yield access
        finally:
            connection.execute(f"drop database {name} with (force)".encode())
