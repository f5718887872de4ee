"""Keeps the embedded server of a running `warehouse up` alive.

Commands and sensors start it when they need it. Dagster's daemon evaluates no sensor without its storage, which is on
the same server: a server that was killed while no sensor looked would stay down.
"""

from __future__ import annotations

import time

from warehouse_assets import database
from warehouse_assets.cli.console import errors
from warehouse_assets.settings import Settings

PAUSE_SECONDS = 2.0
"""Between two looks: the dashboard and the daemon are without a database at most this long, and its start."""


class DatabaseKeeper:
    """Starts the server again when it has ended. A server of your own is left alone."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._next_look, self._is_told = settings, 0.0, False

    def keep_alive(self) -> None:
        """Says what it did; a start that fails is said once, and tried again."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + PAUSE_SECONDS
        if database.is_alive(self._settings):
            self._is_told = False
            return
        try:
            database.ensure_running(self._settings)
            errors.print("The database had ended and was started again.")
        except (database.DatabaseError, OSError) as error:  # a full disk has no room for the server's own files
            if not self._is_told:
                errors.print(f"The database has ended and does not start. It is tried again. {error}", markup=False)
            self._is_told = True
