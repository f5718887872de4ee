"""Whether anything is held under a customer's number: a mistyped number must not pass for an answered request."""

from __future__ import annotations

from warehouse_assets.privacy import holdings
from warehouse_assets.privacy.errors import NobodyFound
from warehouse_assets.privacy.original_files import Holding, find_holding
from warehouse_assets.privacy.persons import Person, PrivacySession


def is_held(session: PrivacySession, person: Person, holding: Holding) -> bool:
    """Whether the database or an original file holds the person, or the person was erased before."""
    if person.erased_at >= 0 or holding.records:
        return True
    return bool(holdings.held_rows(session.connection, person.keys, []))


def require_held(session: PrivacySession, person: Person) -> None:
    """Raises NobodyFound for a number that nothing holds."""
    holding = find_holding(session.settings, person.source.namespace, person.customer_id)
    if not is_held(session, person, holding):
        raise nobody(person, holding)


def nobody(person: Person, holding: Holding) -> NobodyFound:
    """The error for a number that nothing holds; it does not quote the number."""
    unread = f" {len(holding.unreadable)} original files could not be read." if holding.unreadable else ""
    return NobodyFound(
        f"Nobody was found under this number in source {person.source.name}.{unread} Nothing was changed or logged."
        " Check the number and --source. If the number is right and is to count for later deliveries, add --unknown."
    )
