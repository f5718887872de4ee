"""`warehouse privacy requests | retain | rotate | recover | hidden-cells`."""

from __future__ import annotations

from rich.table import Table as RichTable

from warehouse_assets import database
from warehouse_assets.building.hidden_cells import hidden_cells
from warehouse_assets.cli.console import console
from warehouse_assets.cli.privacy.rights import rebuild, today
from warehouse_assets.privacy import recovery, retention, rotation
from warehouse_assets.privacy.requests import list_requests
from warehouse_assets.pseudonyms.secret import SECRET_FILE
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import connect_as
from warehouse_assets.startup.privacy_session import privacy_session


def print_requests(settings: Settings, *, only_open: bool) -> None:
    """Prints the log of requests, the next deadline first."""
    with privacy_session(settings) as session:
        found = list_requests(session.connection, only_open=only_open)
    if not found:
        console.print("No requests." if not only_open else "No open requests.")
        return
    table = RichTable("request", "kind", "received", "due", "answered", "outcome", box=None, pad_edge=False)
    for one in found:
        answered = str(one.completed_on or ("OVERDUE" if one.is_overdue(today()) else "open"))
        table.add_row(str(one.key), one.kind, str(one.received_on), str(one.due_on), answered, one.outcome or "")
    console.print(table)


def run_retention(settings: Settings) -> None:
    """Deletes expired data and prints how much of each kind."""
    with privacy_session(settings) as session:
        done = retention.run_retention(session, today())
    for one in done:
        console.print(f"{one.number:>8,} deleted   {one.name}, last needed before {one.cutoff}")
    rebuild(settings)


def rotate(settings: Settings, *, secret_lost: bool) -> None:
    """Rotates the secret and rebuilds."""
    if secret_lost:
        with connect_as(settings, "privacy", bulk=False) as connection:
            rotation.start_anew(connection, settings.secrets_path)
        console.print("A new secret is in use. Loaded data stays. Customers known so far become strangers.")
        return
    with privacy_session(settings) as session:
        done = rotation.rotate(session.connection, settings.secrets_path)
    console.print(f"{done.keys:,} keys replaced. The secret has been rotated {done.generation} times.")
    console.print(f"Back up {settings.secrets_path / SECRET_FILE}: all its lines are needed.")
    rebuild(settings)


def print_hidden_cells(settings: Settings, groups: list[int]) -> None:
    """Prints what each smallest group costs, by mart table; by default the setting's."""
    table = RichTable("table", "k", "before", "published", "primary", "secondary", "folded", box=None, pad_edge=False)
    with connect_as(settings, "transform", bulk=True) as connection:
        for one in hidden_cells(connection, settings, groups or [settings.minimum_group_size]):
            counts = (one.before, one.published, one.primary, one.secondary, one.folded)
            table.add_row(one.table, str(one.smallest_group), *(f"{count:,}" for count in counts))
    if not table.row_count:
        console.print("The warehouse is empty, so that nothing is hidden. Load a file with `warehouse run` first.")
        return
    console.print(table)
    console.print("Before: cells without a smallest group. Primary: blank for their own few people, or for one of them")
    console.print("who has most of an amount; a rating, because no k people rated one product in the period, or the")
    console.print("rarely rated products of one subcategory together.")
    console.print("Secondary: blank to protect others. Folded: shown within another member.")


def recover(settings: Settings) -> None:
    """Completes rotations and erases again who is in the tombstones; then rebuilds."""
    with database.connect(settings, autocommit=True) as connection:
        erased = recovery.recover(connection, settings)
    console.print(f"{erased} erased people were in the database again and are erased." if erased else "Up to date.")
    rebuild(settings)
