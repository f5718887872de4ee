"""What `warehouse privacy breach | breaches | blast-radius` do and print."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.table import Table as RichTable

from warehouse_assets.cli.console import console
from warehouse_assets.privacy import breaches
from warehouse_assets.privacy.blast_radius import blast_radius
from warehouse_assets.settings import Settings
from warehouse_assets.startup.privacy_session import privacy_session


def register(settings: Settings, description: str, discovered_at: datetime | None, persons: int | None) -> None:
    """Enters a breach and says until when the authority is to be told."""
    now = datetime.now(UTC)
    with privacy_session(settings) as session:
        breach = breaches.register(session.connection, description, _in_utc(discovered_at) or now, persons)
    console.print(f"Registered as {breach.key}.")
    console.print(f"Tell the authority by {breach.notify_by:%Y-%m-%d %H:%M} UTC ({breach.clock(now)}).")
    console.print("`warehouse privacy blast-radius LOGIN` says what a stolen login could read.")


def note(
    settings: Settings, number: int, *, authority: bool, persons: bool, at: datetime | None, measures: str | None
) -> None:
    """Notes who was told, and what was done."""
    now = datetime.now(UTC)
    with privacy_session(settings) as session:
        if authority:
            breaches.note(session.connection, number, notified="authority", at=_in_utc(at) or now)
        if persons:
            breaches.note(session.connection, number, notified="persons", at=_in_utc(at) or now)
        breach = breaches.note(session.connection, number, measures=measures)
    console.print(f"{breach.key}: {breach.clock(now)}")


def print_breaches(settings: Settings) -> None:
    """The register."""
    now = datetime.now(UTC)
    with privacy_session(settings) as session:
        found = breaches.list_breaches(session.connection)
    if not found:
        console.print("No breaches.")
        return
    table = RichTable(
        "breach",
        "discovered (UTC)",
        "72 hours",
        "persons",
        "persons told",
        "what",
        "measures",
        box=None,
        pad_edge=False,
    )
    for one in found:
        persons = "?" if one.person_count is None else f"{one.person_count:,}"
        told = f"{one.persons_notified_at:%Y-%m-%d}" if one.persons_notified_at else "no"
        table.add_row(
            str(one.key),
            f"{one.discovered_at:%Y-%m-%d %H:%M}",
            one.clock(now),
            persons,
            told,
            one.description,
            one.measures or "",
        )
    console.print(table)


def print_blast_radius(settings: Settings, login: str) -> None:
    """What the login could read, by class and number of persons."""
    with privacy_session(settings) as session:
        found = blast_radius(session.connection, login)
    console.print(f"Login      {login}, with what {', '.join(found.roles)} may do")
    if found.is_superuser:
        console.print("[red]A superuser:[/red] it reads everything, the server's files included.")
    table = RichTable("class", "table", "persons", "columns", box=None, pad_edge=False)
    for one in sorted(found.exposures, key=lambda one: (one.privacy_class, -(one.persons or 0), one.table)):
        persons = "groups" if one.persons is None else f"{one.persons:,}"
        table.add_row(one.privacy_class, one.table, persons, ", ".join(one.columns))
    console.print(table)
    for name in found.has_row_filter:
        console.print(f"Of {name} row level security may show it a part only.")
    console.print(f"At most {found.persons:,} persons one by one.")


def _in_utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None else None
