"""Requests that were logged and not answered at once: found again by their subject, without a name or number."""

from __future__ import annotations

from datetime import date
from typing import Literal, cast

from warehouse_assets.privacy import holdings, restriction
from warehouse_assets.privacy.persons import Keeper
from warehouse_assets.privacy.requests import Request, complete, list_requests
from warehouse_assets.privacy.rights import bury_and_erase, export_folder


def answer_open_requests(keeper: Keeper, today: date) -> list[Request]:
    """Answers every open request whose answer needs nothing but the person's key; returns those.

    A rectification waits for the corrected value, which is in no log.
    """
    found = list_requests(keeper.connection, only_open=True)
    keys = _keys_of(keeper, {request.subject_hash for request in found})
    return [request for request in found if _answer(keeper, request, keys.get(request.subject_hash), today)]


def _keys_of(keeper: Keeper, subjects: set[str]) -> dict[str, int]:
    """Subject -> the person's present key, of those who are in the warehouse."""
    if not subjects:
        return {}
    rows = keeper.connection.execute("select customer_key from vault.customer_keys")
    known = {keeper.tombstones.subject(key): key for (key,) in rows}
    return {subject: known[subject] for subject in subjects & known.keys()}


def _answer(keeper: Keeper, request: Request, key: int | None, today: date) -> bool:
    connection = keeper.connection
    if request.kind == "rectification":
        return False
    if key is None:
        complete(connection, request, "nothing is held of this person", today)
        return True
    if request.kind == "erasure":
        done = bury_and_erase(keeper, key)
        outcome = f"{done.erased.sale_lines} sale lines made anonymous; {len(done.files)} files deleted"
    elif request.kind == "access":
        rows = holdings.held_rows(connection, [key], [request.subject_hash])
        holdings.write_export(export_folder(keeper.settings, request.key), rows, ())
        outcome = f"{sum(map(len, rows.values()))} records of {len(rows)} places"
    elif request.kind == "lifting":
        outcome = f"{restriction.lift(connection, key)} restrictions lifted"
    else:
        restriction.restrict(connection, key, cast("Literal['restriction', 'objection']", request.kind), today)
        outcome = "in force"
    complete(connection, request, outcome, today)
    return True
