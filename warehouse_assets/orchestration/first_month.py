"""The month that monthly partitions begin with: the first one of the data, so that no month before it looks missing.

Dagster fixes the range of partitions when definitions load, and definitions load without the database. So the month is
kept in the home, in the file `first_month`. A home without the file begins with the setting `first_month`. Where data
of an earlier month arrive, the file changes, the code server loads the definitions again, and then the month is built.

Dagster is not imported here: who forks runs asks for the month, and is to begin at once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import psycopg

from warehouse_assets.building.rebuild_queue import first_known_month
from warehouse_assets.settings import Settings

_FILE = "first_month"


def first_month(settings: Settings) -> date:
    """The recorded month; without a record the earliest that the settings allow."""
    text = recorded(settings)
    return date.fromisoformat(text) if text else settings.first_month


def recorded(settings: Settings) -> str:
    """The recorded month as text; empty without a record, or if it is not readable: then it is written again."""
    try:
        text = (settings.home / _FILE).read_text(encoding="utf-8").strip()
        return f"{date.fromisoformat(text)}"
    except (FileNotFoundError, ValueError):
        return ""


def record_first_month(settings: Settings, connection: psycopg.Connection[Any]) -> None:
    """Keeps the first month that is built or waits to be, if it is not the recorded one."""
    known = first_known_month(connection)
    if known is None or f"{known}" == recorded(settings):
        return
    with NamedTemporaryFile("w", dir=settings.home, prefix=f".{_FILE}-", delete=False, encoding="utf-8") as draft:
        draft.write(f"{known}\n")
    Path(draft.name).replace(settings.home / _FILE)
