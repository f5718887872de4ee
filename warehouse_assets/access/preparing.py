"""Brings a database to what is declared (schema, calendar, policy): by the administrator, once per declaration."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg

from warehouse_assets import database
from warehouse_assets.access.applying import Target, apply_policy
from warehouse_assets.access.found import look
from warehouse_assets.access.logins import DEMONSTRATION_PATH, PipelineRole, login_name, logins_path
from warehouse_assets.access.plan import Change
from warehouse_assets.access.policy import FUNCTIONS_PATH, POLICY_PATH
from warehouse_assets.access.secrets import read_passwords
from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.building.migrate import create_schema
from warehouse_assets.database.urls import database_name, with_login
from warehouse_assets.privacy.recovery import is_recovered, recover
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.ddl import table_ddl
from warehouse_assets.settings import Settings

MARKER = "declarations"
"""Row of ops.fingerprints: the declarations that the database was last brought to."""
_SYSTEM_DATABASES = ("postgres", "template1")


def connect_as(settings: Settings, role: PipelineRole, *, bulk: bool = True) -> psycopg.Connection[Any]:
    """A session of the pipeline's own login for `ingest` or `transform`, on a database that is as declared.

    The administrator's login is used only where something is missing: no server, no schema, no role, or
    declarations that changed since. Where the given login may not make roles, the session is that login's own.
    Raises DatabaseError or PolicyError saying what to do.
    """
    connection = _open_prepared(settings, role, bulk)
    if connection is not None:
        return connection
    has_roles = prepare_warehouse(settings) is not None
    url = url_as(settings, role) if has_roles else database.address(settings)
    if url is None:
        raise database.DatabaseError(f"{settings.secrets_path} was emptied while the warehouse was prepared: run again")
    return database.retry(lambda: database.connect(url, bulk=bulk, autocommit=True))


def prepare_warehouse(settings: Settings) -> list[Change] | None:
    """Creates what is missing and applies the policy, as the administrator; what of the policy was changed.

    In a restored backup, people who were erased since are erased again.

    None where the login that is given may not make roles: then there is no policy, and the pipeline works as
    that login. Does nothing the second time.
    """
    urls = database.ensure_running(settings)
    with database.retry(lambda: database.connect(urls.warehouse, autocommit=True)) as connection:
        create_schema(connection)
        world = look(connection, owns_server=settings.database_url is None)
        if not world.may_create_roles:
            ensure_dates(connection, settings.first_month)
            recover(connection, settings)
            return None
        changes = apply_policy(connection, target_of(settings, urls))
        ensure_dates(connection, settings.first_month)
        connection.execute(
            "insert into ops.fingerprints (name, value) values (%s, %s)"
            " on conflict (name) do update set value = excluded.value",
            [MARKER, declarations(settings)],
        )
        recover(connection, settings)
    return changes


def target_of(settings: Settings, urls: database.DatabaseUrls) -> Target:
    """What the policy is applied to; on the embedded server also its other databases, closed to everybody."""
    others = (database_name(urls.dagster), *_SYSTEM_DATABASES) if settings.database_url is None else ()
    return Target(settings, datetime.now(UTC).date(), others)


def url_as(settings: Settings, role: PipelineRole) -> str | None:
    """The address with the pipeline's login for a role; None before there is one."""
    url = database.address(settings)
    if url is None:
        return None
    login = login_name(database_name(url), role)
    kept = read_passwords(settings.secrets_path).get(login)
    return with_login(url, login, kept.text) if kept else None


def _open_prepared(settings: Settings, role: PipelineRole, bulk: bool) -> psycopg.Connection[Any] | None:
    url = url_as(settings, role)
    if url is None:
        return None
    try:
        connection = database.connect(url, bulk=bulk, autocommit=True)
    except database.ConnectionFailed:
        return None
    if _is_prepared(connection, settings):
        return connection
    connection.close()
    return None


def _is_prepared(connection: psycopg.Connection[Any], settings: Settings) -> bool:
    try:
        row = connection.execute("select value from ops.fingerprints where name = %s", [MARKER]).fetchone()
    except psycopg.Error:
        return False
    return row is not None and row[0] == declarations(settings) and is_recovered(connection, settings)


def declarations(settings: Settings) -> str:
    """A hash of all that decides schema, calendar, policy and logins."""
    path = logins_path(settings)
    logins = path.read_bytes() if path.exists() else DEMONSTRATION_PATH.read_bytes()
    own = f"{settings.first_month} {settings.database_url is None}".encode()
    return hashlib.sha256(b"\0".join((_shipped(), logins, own))).hexdigest()


@cache
def _shipped() -> bytes:
    files = [POLICY_PATH, *sorted(FUNCTIONS_PATH.glob("*.sql"))]
    return "\n".join([*map(table_ddl, TABLES.values()), *(path.read_text("utf-8") for path in files)]).encode()
