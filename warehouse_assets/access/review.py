"""The access review for auditors: who can read what, through which path, since when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import psycopg

from warehouse_assets import database
from warehouse_assets.access.observed_state import query
from warehouse_assets.building.migrations import SCHEMAS
from warehouse_assets.settings import Settings

UNKNOWN = "unknown"
_LOGGED_IN = re.compile(r"^(\S+ \S+) UTC .*connection authorized: user=(\S+) database=(\S+)")
_MADE = "select fact_kind, subject, max(applied_at) from governance.access_log where change_verb = 'make' group by 1, 2"


class Line(NamedTuple):
    """One path of one login to one relation or function."""

    login: str
    path: str
    kind: str
    object_name: str
    privileges: str
    rows: str
    since: str
    last_login: str
    expires: str


HEADINGS = ("login", "path", "kind", "object", "privileges", "rows", "since (UTC)", "last login (UTC)", "expires")


def review_access(settings: Settings) -> list[Line]:
    """All paths of all logins, from the live grants; `since` comes from `governance.access_log`, else unknown."""
    with database.connect(database.ensure_running(settings).warehouse, autocommit=True) as connection:
        paths = connection.execute(query("review"), {"schemas": list(SCHEMAS)}).fetchall()
        made = {(kind, subject): when for kind, subject, when in connection.execute(_MADE)}
        expiries = _expiries(connection)
        seen = last_logins(settings, connection.info.dbname)
    return [
        Line._make((*row[:6], _since(row, made), seen.get(row[0], UNKNOWN), expiries.get(row[0], "never")))
        for row in paths
    ]


def country_pairs(settings: Settings) -> list[tuple[str, str]]:
    """(login, country) for each country whose sales a login sees."""
    with database.connect(database.ensure_running(settings).warehouse, autocommit=True) as connection:
        return connection.execute("select login_name, country from governance.login_countries").fetchall()


def grouped(lines: Iterable[Line]) -> list[tuple[str, ...]]:
    """Groups paths for display: relations of one schema with the same path and right share a line."""
    shown = []
    for _, run in groupby(sorted(lines, key=_alike), key=_alike):
        group = list(run)
        first = group[0]
        name = first.object_name if len(group) == 1 else f"{_schema(first)}: {len(group)} {first.kind}s"
        since = max(line.since for line in group)
        shown.append(tuple(first._replace(object_name=name, since=since)))
    return shown


def last_logins(settings: Settings, database_name: str) -> Mapping[str, str]:
    """Login -> its last connection, from the embedded server's log of the last month."""
    if settings.database_url is not None:
        return {}
    seen: dict[str, str] = {}
    for path in database.server_logs(settings):
        for line in path.read_text(errors="replace").splitlines():
            found = _LOGGED_IN.match(line)
            if found and found[3] == database_name:
                seen[found[2]] = max(seen.get(found[2], ""), found[1][:16])
    return seen


def _alike(line: Line) -> tuple[str, ...]:
    return line.login, line.path, line.kind, _schema(line), line.privileges, line.rows


def _schema(line: Line) -> str:
    return line.object_name.split(".")[0]


def _since(row: tuple[Any, ...], made: Mapping[tuple[str, str], datetime]) -> str:
    """When the path became complete: the newest of its memberships and its grants or ownership."""
    _, path, kind, name, privileges, _, role = row
    steps = path.split(" > ")
    facts = [("member", f"{group} | {member}") for member, group in pairwise(steps)]
    grants = [("grant", f"{kind} | {name} | {privilege} | {role}") for privilege in privileges.split(", ")]
    known = [made.get(fact) for fact in (*facts, *(fact for fact in grants if fact in made))]
    if not any(fact in made for fact in grants):
        known.append(made.get(("owner", f"{kind} | {name} | {role}")))
    return f"{max(filter(None, known)):%Y-%m-%d %H:%M}" if all(known) and known else UNKNOWN


def _expiries(connection: psycopg.Connection[Any]) -> dict[str, str]:
    rows = connection.execute(
        "select rolname::text, to_char(rolvaliduntil at time zone 'UTC', 'YYYY-MM-DD') from pg_roles"
        " where isfinite(rolvaliduntil)"
    )
    return dict(rows.fetchall())
