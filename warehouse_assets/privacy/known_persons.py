"""Whether anything is held under a customer's number: a mistyped number must not pass for an answered request."""

from __future__ import annotations

from warehouse_assets.privacy import holdings
from warehouse_assets.privacy.errors import NobodyFound
from warehouse_assets.privacy.original_files import Holding, find_holding
from warehouse_assets.privacy.persons import Person, PrivacySession


def is_held(session: PrivacySession, person: Person, holding: Holding) -> bool:
    """Whether the database or an original file holds the person, or the person was erased before."""
    return bool(holding.records) or _is_in_database(session, person)


def require_held(session: PrivacySession, person: Person) -> None:
    """Raises NobodyFound for a number that nothing holds. Files are read only for a number not in the database."""
    if _is_in_database(session, person):
        return
    holding = find_holding(session.settings, person.source.namespace, person.customer_id)
    if not holding.records:
        raise nobody(person, holding)


def _is_in_database(session: PrivacySession, person: Person) -> bool:
    return person.erased_at >= 0 or bool(holdings.held_rows(session.connection, person.keys, []))


def nobody(person: Person, holding: Holding) -> NobodyFound:
    """The error for a number that nothing holds; it does not quote the number."""
    unread = f" {len(holding.unreadable)} original files could not be read." if holding.unreadable else ""
    return NobodyFound(
        f"Nobody was found under this number in source {person.source.name}.{unread} Nothing was changed or logged."
        " Check the number and --source. If the number is right and is to count for later deliveries, add --unknown."
    )
