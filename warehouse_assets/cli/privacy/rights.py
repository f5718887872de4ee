"""`warehouse privacy access | erase | rectify | restrict | object`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

from warehouse_assets import database
from warehouse_assets.cli.console import console
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.privacy import rights
from warehouse_assets.privacy.erasure_proof.certificate import NOT_SEARCHED
from warehouse_assets.privacy.erasure_proof.certificate import prove as prove_erasure
from warehouse_assets.privacy.known_persons import require_held
from warehouse_assets.privacy.requests import Request, log_request
from warehouse_assets.settings import Settings
from warehouse_assets.startup.privacy_session import privacy_session


def today() -> date:
    """Deadlines are counted in UTC."""
    return datetime.now(UTC).date()


def rebuild(settings: Settings) -> None:
    """Builds the pending dimensions, months and marts, as a run does."""
    import os

    from warehouse_assets.cli.runner import Runner
    from warehouse_assets.startup.preparation import storage_urls

    urls = storage_urls(settings, database.ensure_running(settings))
    os.environ.update(database.prepare_dagster_home(settings, urls))
    with Runner(settings, say=lambda line: console.print(f"  {line}")) as runner:
        runner.build_pending()


def log(settings: Settings, source_name: str, customer_id: str, kind: str, *, unknown: bool = True) -> None:
    """Logs a request; the daily job answers it. Raises NobodyFound for an unknown number, unless `unknown` is given."""
    with privacy_session(settings) as session:
        person = session.person(source_name, customer_id)
        if not unknown:
            require_held(session, person)
        _print_request(log_request(session.connection, session.tombstones, person, kind, today()))


def access(settings: Settings, source_name: str, customer_id: str) -> None:
    """Writes the export and prints where it is."""
    with privacy_session(settings) as session:
        request, paths, numbers = rights.access(session, session.person(source_name, customer_id), today())
    _print_request(request)
    for name, number in numbers.items():
        console.print(f"  {number:>6,} in {name}")
    if not numbers:
        console.print("  Nobody was found under this number. Check it, and --source, before you answer.")
    for path in paths:
        console.print(f"Written    {path}")
    console.print("Verify the person's identity, send the files by a secure channel, then delete them.")


def erase(settings: Settings, source_name: str, customer_id: str, *, prove: bool, unknown: bool = False) -> bool:
    """Erases and rebuilds. With `prove`, searches everything; returns False if the search finds something."""
    with privacy_session(settings) as session:
        person = session.person(source_name, customer_id)
        if person.erased_at >= 0:
            console.print("This person was erased before. Data that arrived since is erased now.")
        erasure = rights.erase(session, person, today(), unknown=unknown)
    _print_request(erasure.request)
    if not erasure.is_known:
        console.print("Nobody was found under this number. A later delivery that names it will be anonymous.")
    done = erasure.erased
    gone = f"{done.customer_records:,} customer records, {done.identities:,} identities, {done.rejects:,} rejects"
    console.print(f"  {gone} deleted")
    console.print(f"  {done.sale_lines:,} sale lines and {done.reviews:,} reviews are now Anonymous")
    for path in erasure.files:
        console.print(f"  deleted {path}")
    for path in erasure.unreadable:
        console.print(f"  [yellow]could not be read, check it yourself:[/yellow] {path}")
    rebuild(settings)
    return _prove(settings, erasure) if prove else True


def _prove(settings: Settings, erasure: rights.Erasure) -> bool:
    console.print("  Rewriting tables and searching everything")
    urls = database.ensure_running(settings)
    search, path = prove_erasure(settings, urls, erasure, datetime.now(UTC))
    searched = ", ".join(f"{number:,} {place}" for place, number in search.places.items())
    console.print(f"Searched   {searched}; {search.size_bytes / 1e6:,.0f} MB for {len(erasure.values)} marks")
    if settings.database_url is not None:
        console.print(NOT_SEARCHED)
    for place in search.found:
        console.print(f"[red]Found[/red]      {place}")
    console.print(f"Certificate {path}" + ("" if search.is_clean else " says what is left"))
    return search.is_clean


def corrections(given: Sequence[str]) -> dict[str, str]:
    """Field -> value, from arguments of the form FIELD=VALUE."""
    changes = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not value.strip():
            raise IngestionError(f"{name}: write a correction as FIELD=VALUE, such as city=Lyon.")
        changes[name.strip()] = value.strip()
    return changes


def rectify(settings: Settings, source_name: str, customer_id: str, given: Sequence[str]) -> None:
    """Corrects the fields and rebuilds."""
    changes = corrections(given)
    with privacy_session(settings) as session:
        person = session.person(source_name, customer_id)
        request = rights.rectify(session, person, changes, datetime.now(UTC))
    _print_request(request)
    rebuild(settings)
    console.print("Correct it in the shop's own system too. Its next export is newer and wins.")


def restrict(
    settings: Settings,
    source_name: str,
    customer_id: str,
    kind: Literal["restriction", "objection"],
    *,
    lift: bool,
    unknown: bool = False,
) -> None:
    """Sets or lifts a restriction or an objection, and rebuilds the customer marts."""
    with privacy_session(settings) as session:
        person = session.person(source_name, customer_id)
        if lift:
            request, number = rights.lift(session, person, today())
            told = f"{number} lifted" if number else "Nothing was in force."
        else:
            request, added = rights.restrict(session, person, kind, today(), unknown=unknown)
            told = "The person leaves the customer marts." if added else "It was already in force."
            if person.erased_at >= 0:
                told = "The person was erased before: nothing is left to exclude."
    _print_request(request)
    console.print(f"  {told}")
    rebuild(settings)


def _print_request(request: Request) -> None:
    console.print(
        f"Request    {request.kind}, received {request.received_on}, due {request.due_on}, logged as {request.key}"
    )
