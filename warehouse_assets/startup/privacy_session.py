"""A session for the rights of persons, with the secret and the tombstones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from warehouse_assets import database
from warehouse_assets.privacy.persons import PrivacySession, open_privacy_session
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import connect_as


@contextmanager
def privacy_session(settings: Settings) -> Iterator[PrivacySession]:
    """Opens a session as `privacy`, the only role that may read the vault and change staging.

    Errors of the database come without the values that they quote.
    """
    with connect_as(settings, "privacy", bulk=False) as connection:
        try:
            yield open_privacy_session(settings, connection)
        except psycopg.Error as error:
            raise database.refused(error) from None
