"""Brings a database to the declared schema, calendar and access policy, as the administrator."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg

from warehouse_assets import database
from warehouse_assets.access.apply import Outcome, Target, apply_policy, make_plan
from warehouse_assets.access.dagster_ownership import give_tables
from warehouse_assets.access.elsewhere import Elsewhere
from warehouse_assets.access.logins import DAGSTER, DEMONSTRATION_PATH, PipelineRole, login_name, logins_path
from warehouse_assets.access.observed_state import look
from warehouse_assets.access.plan import Change
from warehouse_assets.access.policy import FUNCTIONS_PATH, POLICY_PATH, PolicyError
from warehouse_assets.access.secrets import read_passwords
from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.building.migrations import create_schema
from warehouse_assets.database.scale_out import DISTRIBUTE, distribute
from warehouse_assets.database.urls import database_name, with_database, with_login
from warehouse_assets.privacy.recovery import is_recovered, recover
from warehouse_assets.schemas import TABLES
from warehouse_assets.schemas.ddl import table_ddl
from warehouse_assets.settings import Settings

MARKER = "declarations"
"""Row of ops.fingerprints: a hash of the declarations that the database was last brought to."""
NEEDS_ADMINISTRATOR = (
    "The login {login} of WAREHOUSE_DATABASE_URL may not create roles, so there is no access policy: this login does"
    " everything, and nobody else has access. Ask an administrator to run `alter role {login} createrole`, or run"
    " `warehouse access apply` once with WAREHOUSE_DATABASE_URL naming an administrator's login."
)
_SYSTEM_DATABASES = ("postgres", "template1")


def connect_as(settings: Settings, role: PipelineRole, *, bulk: bool = True) -> psycopg.Connection[Any]:
    """A session with one of the pipeline's logins, on a prepared database.

    The administrator's login is used only if something is missing: the server, the schema, a role, or declarations that
    changed. If the given login may not create roles, the session uses that login. Raises DatabaseError or PolicyError.
    """
    connection = _open_prepared(settings, role, bulk)
    if connection is not None:
        return connection
    has_roles = prepare_warehouse(settings) is not None
    url = url_as(settings, role) if has_roles else database.address(settings)
    if url is None:
        raise database.DatabaseError(f"{settings.secrets_path} was emptied while the warehouse was prepared. Run again")
    return database.retry(lambda: database.connect(url, bulk=bulk, autocommit=True))


@contextmanager
def session_as(settings: Settings, role: PipelineRole) -> Iterator[psycopg.Connection[Any]]:
    """A session of `connect_as` for bulk work. The database's errors leave it without the values that they quote."""
    connection = connect_as(settings, role)
    try:
        yield connection
    except psycopg.Error as error:
        raise database.refused(error) from None
    finally:
        connection.close()


def prepare_warehouse(settings: Settings) -> list[Change] | None:
    """Creates what is missing and applies the policy, as the administrator. Returns the changes of the policy.

    In a restored backup, persons who were erased since are erased again.

    Returns None if the given login may not create roles: then there is no policy, and the pipeline uses that login.
    A second call changes nothing, so that a cut connection lets it begin again.
    """
    return database.retry(lambda: _prepare(settings))


def _prepare(settings: Settings) -> list[Change] | None:
    urls = database.ensure_running(settings)
    with database.retry(lambda: database.connect(urls.warehouse, autocommit=True)) as connection:
        is_new_server = database.is_just_made(settings)
        _bring_schema(connection)
        world = look(connection, owns_server=settings.database_url is None)
        if not world.may_create_roles:
            ensure_dates(connection, settings.first_month)
            recover(connection, settings)
            return None
        target = replace(target_of(settings, urls.warehouse), is_new_server=is_new_server)
        changes = _required(_apply(connection, target, urls))
        ensure_dates(connection, settings.first_month)
        connection.execute(
            "insert into ops.fingerprints (name, value) values (%s, %s)"
            " on conflict (name) do update set value = excluded.value",
            [MARKER, declarations(settings)],
        )
        recover(connection, settings)
    return changes


def _bring_schema(connection: psycopg.Connection[Any]) -> None:
    create_schema(connection)
    distribute(connection)


def storage_urls(settings: Settings, urls: database.DatabaseUrls) -> database.DatabaseUrls:
    """The addresses, with Dagster's own login instead of the administrator's on the embedded server."""
    if settings.database_url is not None or settings.dagster_database_url is not None:
        return urls
    if _dagster_url(settings, urls) is None:
        prepare_warehouse(settings)
    return replace(urls, dagster=_dagster_url(settings, urls) or urls.dagster)


def _dagster_url(settings: Settings, urls: database.DatabaseUrls) -> str | None:
    """None if the login cannot connect."""
    login = login_name(database_name(urls.warehouse), DAGSTER)
    kept = read_passwords(settings.secrets_path).get(login)
    if kept is None:
        return None
    url = with_login(urls.dagster, login, kept.text)
    try:
        database.connect(url).close()
    except database.ConnectionFailed:
        return None
    return url


def plan_access(settings: Settings) -> list[Change]:
    """How the live database differs from what is declared; raises PolicyError where the login may not apply it."""
    with _administrator(settings) as (connection, urls):
        return make_plan(connection, target_of(settings, urls.warehouse))


def find_drift(settings: Settings) -> list[Change]:
    """The same with a login of the pipeline that reads catalogs and logs. It cannot compare passwords."""
    with connect_as(settings, "drift", bulk=False) as connection:
        if connection.info.user != login_name(connection.info.dbname, "drift"):
            raise PolicyError(NEEDS_ADMINISTRATOR.format(login=connection.info.user))
        return make_plan(connection, target_of(settings, url_as(settings, "drift")))


def apply_access(settings: Settings, renew: Iterable[str] = ()) -> Outcome:
    """Applies the policy, with new passwords for the given logins."""
    with _administrator(settings) as (connection, urls):
        return _apply(connection, replace(target_of(settings, urls.warehouse), renew=tuple(renew)), urls)


def _apply(connection: psycopg.Connection[Any], target: Target, urls: database.DatabaseUrls) -> Outcome:
    outcome = apply_policy(connection, target)
    if target.dagster_database:
        give_tables(urls.dagster, login_name(connection.info.dbname, DAGSTER))
    return outcome


def _is_of_postgresql(change: Change) -> bool:
    """A privilege on an object of PostgreSQL itself, which the server's owner may have taken away."""
    named = change.fact.parts[1] if change.fact.kind == "grant" else ""
    return named.startswith(("pg_catalog.", "information_schema.")) or change.fact.parts[-1] == "PUBLIC"


def _required(outcome: Outcome) -> list[Change]:
    """The changes; raises PolicyError if a right is missing that the pipeline or a reader needs."""
    missing = [change for change in outcome.left if change.verb == "make" and not _is_of_postgresql(change)]
    if missing:
        raise PolicyError(
            f"{len(missing)} rights are missing, such as {str(missing[0])!r}: {missing[0].reason}. All else of the"
            " access policy is applied. Let an administrator of the server run `warehouse access apply`, or the script"
            " that `warehouse access plan --sql` prints."
        )
    return outcome.done


@contextmanager
def _administrator(settings: Settings) -> Iterator[tuple[psycopg.Connection[Any], database.DatabaseUrls]]:
    urls = database.ensure_running(settings)
    with database.retry(lambda: database.connect(urls.warehouse, autocommit=True)) as connection:
        _bring_schema(connection)
        world = look(connection, owns_server=settings.database_url is None)
        if not world.may_create_roles:
            raise PolicyError(NEEDS_ADMINISTRATOR.format(login=connection.info.user))
        yield connection, urls


def target_of(settings: Settings, url: str | None) -> Target:
    """What the policy applies to, seen from an address. On the embedded server, all databases."""
    today, records = datetime.now(UTC).date(), database.dagster_address(settings)
    elsewhere = Elsewhere(url, records) if url and records else None
    if settings.database_url is not None:
        return Target(settings, today, elsewhere=elsewhere)
    dagster = database.DAGSTER_DATABASE if settings.dagster_database_url is None else None
    others = [database.DAGSTER_DATABASE, *_SYSTEM_DATABASES]
    urls = {name: with_database(url, name) for name in others} if url else {}
    return Target(settings, today, dagster, urls, elsewhere)


def url_as(settings: Settings, role: PipelineRole) -> str | None:
    """The address with the pipeline's login for a role. None if there is no login yet."""
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
    """A hash of the declared schema, calendar, policy and logins."""
    path = logins_path(settings)
    logins = path.read_bytes() if path.exists() else DEMONSTRATION_PATH.read_bytes()
    own = f"{settings.first_month} {settings.database_url is None}".encode()
    return hashlib.sha256(b"\0".join((_shipped(), logins, own))).hexdigest()


@cache
def _shipped() -> bytes:
    files = [POLICY_PATH, DISTRIBUTE, *sorted(FUNCTIONS_PATH.glob("*.sql"))]
    return "\n".join([*map(table_ddl, TABLES.values()), *(path.read_text("utf-8") for path in files)]).encode()
