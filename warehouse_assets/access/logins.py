"""People and service accounts, declared in a file without secrets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from warehouse_assets.access.policy import Policy, PolicyError
from warehouse_assets.settings import SQL_ROOT, Settings

DEMONSTRATION_PATH = SQL_ROOT / "access" / "logins.toml"
PipelineRole = Literal["ingest", "transform", "privacy", "reports", "drift"]
WORKING: tuple[PipelineRole, ...] = ("ingest", "transform", "privacy")
"""Roles of the pipeline itself; they have no other members."""
READING: Mapping[PipelineRole, tuple[str, ...]] = {
    "reports": ("data_engineer", "customer_analyst", "sales_analyst", "auditor"),
    "drift": ("auditor",),
}
"""Read-only logins of the pipeline -> their groups."""
DAGSTER = "dagster"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST_NAME = 63
_FIELDS = {"purpose", "roles", "countries", "connections", "expires", "valid_days"}


@dataclass(frozen=True)
class Login:
    """A person or a service account."""

    name: str
    purpose: str
    roles: tuple[str, ...]
    countries: tuple[str, ...] = ()
    connections: int = 5
    expires: date | None = None
    """The last day on which the password is valid."""
    valid_days: int = 365
    """Days that a new password is valid if `expires` is not given; 0 = no expiry."""
    works_as: str | None = None
    """The role that its sessions assume, so that this role owns what they create."""
    owns_database: str | None = None
    """The database that it connects to instead of the warehouse."""
    is_pipeline: bool = False
    """Whether the pipeline uses it; then its statements have no time limit."""


def login_name(database: str, role: str) -> str:
    """The pipeline's login for a role; each database of a server has its own."""
    return f"{database}_{role}"[-_LONGEST_NAME:]


def pipeline_logins(database: str, dagster_database: str | None) -> list[Login]:
    """The pipeline's accounts, and Dagster's on the embedded server."""
    logins = [
        Login(login_name(database, role), f"the pipeline as {role}", (role,), (), 20, None, 0, role, is_pipeline=True)
        for role in WORKING
    ]
    logins += [
        Login(login_name(database, name), f"the pipeline's {name}", groups, (), 20, None, 0, is_pipeline=True)
        for name, groups in READING.items()
    ]
    if dagster_database is not None:
        dagster = login_name(database, DAGSTER)
        logins.append(
            Login(dagster, "Dagster's records", (), (), 60, None, 0, None, dagster_database, is_pipeline=True)
        )
    return logins


def logins_path(settings: Settings) -> Path:
    """Where the warehouse's own list of logins is, if it has one."""
    return settings.home / "access" / "logins.toml"


def demonstration_login(settings: Settings) -> str | None:
    """The demonstration's login that sees all pages; None in a home with logins or a server of its own."""
    return None if settings.database_url or logins_path(settings).exists() else "demo_engineer"


def read_logins(settings: Settings, policy: Policy) -> list[Login]:
    """The home's list; without one, the demonstration's logins on the embedded server and none on another."""
    path = logins_path(settings)
    if path.exists():
        return parse_logins(path, policy)
    return [] if settings.database_url else parse_logins(DEMONSTRATION_PATH, policy)


def parse_logins(path: Path, policy: Policy) -> list[Login]:
    """The logins of a file; raises PolicyError, naming file, login and field."""
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read: {error}") from None
    return [_login(f"{path}: [logins.{name}]", name, entry, policy) for name, entry in text.get("logins", {}).items()]


def _login(place: str, name: str, entry: Mapping[str, Any], policy: Policy) -> Login:
    for problem in _problems(name, entry, policy):
        raise PolicyError(f"{place} {problem}")
    lists = {field: tuple(entry.get(field, ())) for field in ("roles", "countries")}
    return Login(name, **{**entry, **lists})


def _problems(name: str, entry: Mapping[str, Any], policy: Policy) -> list[str]:
    roles, closed = entry.get("roles", ()), {*policy.owner_roles, *WORKING}
    ways = {
        f"is not a valid login name: use up to {_LONGEST_NAME} of a-z, 0-9 and _": not _NAME.fullmatch(name)
        or len(name) > _LONGEST_NAME
        or name.startswith("pg_")
        or name in policy.roles,
        f"has unknown fields; the fields are {', '.join(sorted(_FIELDS))}": bool(set(entry) - _FIELDS),
        "needs a purpose: who uses the login, and for what": not str(entry.get("purpose", "")).strip(),
        "needs roles, a list of groups of policy.toml": not isinstance(roles, list) or not roles,
        "names a role that is not in policy.toml": not set(roles) <= set(policy.roles),
        "names a role of the pipeline or an owner, which cannot be given to a login": bool(set(roles) & closed),
        "has countries but not the role country_manager": "countries" in entry and "country_manager" not in roles,
        "needs countries as a list of names": not isinstance(entry.get("countries", []), list),
        "needs a date for expires, such as 2027-06-30": type(entry.get("expires", date.min)) is not date,
        "needs whole numbers for connections (1 or more) and valid_days (0 = no expiry)": not _is_count(
            entry.get("connections", 5), 1
        )
        or not _is_count(entry.get("valid_days", 365), 0),
    }
    return [problem for problem, holds in ways.items() if holds]


def _is_count(value: object, least: int) -> bool:
    return type(value) is int and value >= least
