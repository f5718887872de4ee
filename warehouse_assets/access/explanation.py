"""What is compared and how, what is accepted, and what is done about each difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from warehouse_assets.access.accepted import read_accepted
from warehouse_assets.access.catalogue.coverage import read_coverage
from warehouse_assets.access.plan import Change
from warehouse_assets.settings import Settings

_EVERYTHING = "Compared: every database of the server"
_OURS = (
    "Compared: the warehouse's database and its roles, Dagster's database, and what those roles can reach in the other"
    " databases of the server"
)


def explained(settings: Settings, changes: Iterable[Change]) -> Iterator[str]:
    """The list that plan, check and apply share."""
    yield _EVERYTHING if settings.database_url is None else _OURS
    yield from (f"  {entry}" for entry in read_coverage())
    for name, reason in read_accepted(settings).items():
        yield f"Accepted: {name} ({reason})"
    for change in changes:
        yield change.explained()
