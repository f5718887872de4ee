"""What is compared and how, what is accepted, and what is done about each difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from warehouse_assets.access.accepted import read_accepted
from warehouse_assets.access.catalogue.coverage import read_coverage
from warehouse_assets.access.plan import Change
from warehouse_assets.settings import Settings


def explained(settings: Settings, changes: Iterable[Change]) -> Iterator[str]:
    """The list that plan, check and apply share."""
    own = settings.database_url is None
    yield "Compared: every database of the server" if own else "Compared: the warehouse's database, and its roles"
    yield from (f"  {entry}" for entry in read_coverage())
    for name, reason in read_accepted(settings).items():
        yield f"Accepted: {name} ({reason})"
    for change in changes:
        yield change.explained()
