"""What a data protection officer does with a login of her own: by functions of the database alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import psycopg
import typer

from warehouse_assets import database
from warehouse_assets.access.identity import kept_password
from warehouse_assets.cli.console import console
from warehouse_assets.database.urls import with_login
from warehouse_assets.privacy.errors import PrivacyError
from warehouse_assets.settings import Settings


def enter(
    settings: Settings,
    login: str,
    kind: str,
    source_name: str,
    customer_id: str,
    changes: Mapping[str, str] | None = None,
) -> None:
    """Enters a request; the job of its right, or the daily one, answers."""
    if changes is None:
        number = _call(settings, login, "open_request(%s, %s, %s)", kind, source_name, customer_id)
    else:
        number = _call(
            settings, login, "open_rectification(%s, %s, %s::jsonb)", source_name, customer_id, json.dumps(changes)
        )
    console.print(f"Request    {kind}, entered as {number}")
    console.print(f"The job `privacy_{kind}` or the daily `privacy_duties` answers it.")


def withdraw(settings: Settings, login: str, number: int) -> None:
    """Takes an open request back."""
    if not _call(settings, login, "withdraw_request(%s)", number):
        raise PrivacyError(f"There is no open request {number}. `warehouse privacy requests` lists them.")
    console.print("Withdrawn.")


def take_answer(settings: Settings, login: str, number: int) -> None:
    """Prints the answer to a request for access, once."""
    answer = _call(settings, login, "take_answer(%s)", number)
    if answer is None:
        raise PrivacyError(
            f"There is no answer for request {number}: it is not answered yet,"
            " its answer was taken, or it did not ask for access."
        )
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def _call(settings: Settings, login: str, call: str, *values: object) -> Any:
    url = with_login(database.ensure_running(settings).warehouse, login, kept_password(settings, login).text)
    with closing(database.connect(url, autocommit=True)) as connection:
        try:
            row = connection.execute(f"select governance.{call}".encode(), values).fetchone()
        except psycopg.errors.InsufficientPrivilege:
            raise PrivacyError(f"{login} may not do this. Use a login with the role dpo.") from None
    return row[0] if row else None
