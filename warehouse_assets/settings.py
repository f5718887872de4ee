"""Typed settings of one warehouse, read from the environment on request, never at import."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SQL_ROOT = PROJECT_ROOT / "sql"


class WarehouseError(Exception):
    """An error whose message tells a person what happened and what to do. Commands show it without a traceback."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets it as it is, whatever its class is made of."""
        return _made_again, (type(self), self.args, vars(self))


def _made_again(kind: type[WarehouseError], arguments: tuple[Any, ...], kept: Mapping[str, Any]) -> WarehouseError:
    error = kind.__new__(kind, *arguments)
    vars(error).update(kept)
    return error


class SettingsError(WarehouseError, ValueError):
    """An invalid setting. The message names it and the values it takes."""


@dataclass(frozen=True)
class Settings:
    """Settings of one warehouse. Every field has an environment variable `WAREHOUSE_<FIELD>`."""

    home: Path
    """State directory: incoming files, secrets, Dagster's home, reports (one per warehouse)."""
    database_url: str | None = None
    """A PostgreSQL server to use instead of the embedded one."""
    dagster_database_url: str | None = None
    """Where Dagster keeps its own records; by default `<database>_dagster` on the same server."""
    sources_path: Path = SQL_ROOT / "sources"
    """The folder with one folder per source."""
    first_month: date = date(1990, 1, 1)
    """First month of the data. Earlier dates are treated as errors."""
    minimum_group_size: int = 11
    """k: the smallest number of people in a published group."""
    inactivity_months: int = 3
    """w: months without any activity after which a customer counts as churned."""
    vault_retention_days: int = 3 * 365
    """How long direct identifiers are kept after the last activity of a person."""
    reject_retention_days: int = 90
    """How long rejected records are kept after their delivery was loaded."""
    file_retention_days: int = 30
    """How long original files are kept after loading."""
    request_retention_days: int = 5 * 365
    """How long requests of persons and certificates are kept after the answer."""
    history_retention_days: int | None = None
    """When pseudonymous records of a person become anonymous after the last activity. None: never."""
    quiet_seconds: int = 5
    """A new file counts as complete when it has not changed for this long."""
    alert_targets: tuple[str, ...] = ()
    """Targets of alerts besides the log: `https://...` (web hook), `mailto:name@example.org`."""
    smtp_url: str | None = None
    """The e-mail server: `smtp://user:password@host:587`, or `smtps://`."""
    report_recipients: tuple[tuple[str, str], ...] = ()
    """Who gets a role's report by e-mail: pairs of a role and an address."""
    report_cron: str = "0 6 * * 1"
    """When reports are sent, in UTC: Mondays at 6."""
    frame_rows: int = 20_000
    """Rows per frame in ingestion. Bounds its memory."""

    @property
    def secrets_path(self) -> Path:
        return self.home / "secrets"

    @property
    def datasets_path(self) -> Path:
        """Flat exports to split: `datasets/<source>/`."""
        return self.home / "datasets"

    @property
    def incoming_path(self) -> Path:
        """Deliveries: `incoming/<source>/`."""
        return self.home / "incoming"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def logs_path(self) -> Path:
        """Logs of `warehouse up` and its services."""
        return self.home / "logs"

    @property
    def reports_path(self) -> Path:
        return self.home / "reports"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `WAREHOUSE_*` variables. Raises SettingsError with the invalid variable."""
    env = os.environ if environment is None else environment
    sources_path = _folder(env, "WAREHOUSE_SOURCES_PATH", SQL_ROOT / "sources")
    _refuse_unknown(env, sources_path)
    home = Path(env.get("WAREHOUSE_HOME") or PROJECT_ROOT / ".warehouse").expanduser().resolve()
    return Settings(
        home=home,
        database_url=_secret(env, "WAREHOUSE_DATABASE_URL"),
        dagster_database_url=_secret(env, "WAREHOUSE_DAGSTER_DATABASE_URL"),
        sources_path=sources_path,
        first_month=_first_of_month(env, "WAREHOUSE_FIRST_MONTH", date(1990, 1, 1)),
        minimum_group_size=_whole(env, "WAREHOUSE_MINIMUM_GROUP_SIZE", 11),
        inactivity_months=_whole(env, "WAREHOUSE_INACTIVITY_MONTHS", 3),
        vault_retention_days=_whole(env, "WAREHOUSE_VAULT_RETENTION_DAYS", 3 * 365),
        reject_retention_days=_whole(env, "WAREHOUSE_REJECT_RETENTION_DAYS", 90),
        file_retention_days=_whole(env, "WAREHOUSE_FILE_RETENTION_DAYS", 30),
        request_retention_days=_whole(env, "WAREHOUSE_REQUEST_RETENTION_DAYS", 5 * 365),
        history_retention_days=_whole(env, "WAREHOUSE_HISTORY_RETENTION_DAYS", 0) or None,
        quiet_seconds=_whole(env, "WAREHOUSE_QUIET_SECONDS", 5),
        alert_targets=tuple((_secret(env, "WAREHOUSE_ALERT_TARGETS") or "").replace(",", " ").split()),
        smtp_url=_secret(env, "WAREHOUSE_SMTP_URL"),
        report_recipients=tuple(_pairs(env, "WAREHOUSE_REPORT_RECIPIENTS")),
        report_cron=env.get("WAREHOUSE_REPORT_CRON", "").strip() or "0 6 * * 1",
        frame_rows=_whole(env, "WAREHOUSE_FRAME_ROWS", 20_000),
    )


_FROM_FILES = ("WAREHOUSE_DATABASE_URL_FILE", "WAREHOUSE_DAGSTER_DATABASE_URL_FILE", "WAREHOUSE_SMTP_URL_FILE")
_FOR_PROCESSES = (
    "WAREHOUSE_VERBOSE", "WAREHOUSE_CODE_HOST", "WAREHOUSE_CODE_PORT", "WAREHOUSE_DAGSTER_URL", "WAREHOUSE_PORT",
    "WAREHOUSE_ADDRESS", "WAREHOUSE_DASHBOARD_PORT", "WAREHOUSE_SECRETS", "WAREHOUSE_VERSION", "WAREHOUSE_TEST_SERVER",
    "WAREHOUSE_TEST_CITUS",
    "WAREHOUSE_SCREENSHOTS", "WAREHOUSE_ALERT_TARGETS_FILE", "WAREHOUSE_REPORT_RECIPIENTS_FILE",
)  # fmt: skip
"""Variables that other parts read: services, containers, tests."""
_OF_LOGINS = "WAREHOUSE_PASSWORD_"


def _refuse_unknown(env: Mapping[str, str], sources_path: Path) -> None:
    """A misspelled variable would leave its setting at the default without a word.

    A source may name a variable of its own, as `url_variable` does.
    """
    known = [f"WAREHOUSE_{field.name.upper()}" for field in fields(Settings)] + [*_FROM_FILES, *_FOR_PROCESSES]
    unknown = [
        name
        for name in sorted(env)
        if name.startswith("WAREHOUSE_") and name not in known and not name.startswith(_OF_LOGINS)
    ]
    named = (
        "".join(path.read_text("utf-8", "replace") for path in sources_path.glob("*/source.toml")) if unknown else ""
    )
    for name in unknown:
        if name not in named:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else "The runbook lists the settings."
            raise SettingsError(f"{name} is not a setting. {hint}")


def _folder(env: Mapping[str, str], name: str, default: Path) -> Path:
    path = Path(env.get(name) or default).expanduser().resolve()
    if not path.is_dir():
        raise SettingsError(f"{name} names {path}, which is not a folder")
    return path


def _secret(env: Mapping[str, str], name: str) -> str | None:
    """The variable's value, or the content of the file that `<name>_FILE` names, as for container secrets."""
    path = env.get(f"{name}_FILE")
    if env.get(name) or not path:
        return env.get(name) or None
    try:
        return Path(path).read_text(encoding="utf-8").strip() or None
    except OSError as error:
        raise SettingsError(f"{name}_FILE names {path}, which cannot be read ({error.strerror})") from None


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f"{name} takes a whole number of at least 1, not {text!r}")
    return int(text)


def _pairs(env: Mapping[str, str], name: str) -> Iterator[tuple[str, str]]:
    for number, pair in enumerate((_secret(env, name) or "").replace(",", " ").split(), 1):
        role, _, address = pair.partition("=")
        if not re.fullmatch(r"[a-z_]+", role) or not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
            raise SettingsError(f"{name} takes pairs such as sales_analyst=anna@shop.example; number {number} is none")
        yield role, address


def _first_of_month(env: Mapping[str, str], name: str, default: date) -> date:
    text = env.get(name, "").strip()
    if not text:
        return default
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == 7 else text).replace(day=1)
    except ValueError:
        raise SettingsError(f"{name} takes a month such as 2015-01, not {text!r}") from None
