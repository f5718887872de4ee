"""Which sessions compare what PostgreSQL itself makes."""

from __future__ import annotations

from typing import cast

import pytest

from warehouse_assets.access.catalogue import initial_state
from warehouse_assets.access.grants import Fact
from warehouse_assets.access.sessions import Connection, Sessions

CHANGED = Fact("initial", ("pg_proc", "a changed function"))


class Server:
    """A connection of a known version of the server."""

    class info:  # noqa: N801 - psycopg's name
        server_version = 180_000


@pytest.mark.parametrize("is_new_server", [True, False])
def test_it_is_compared_unless_the_server_was_made_just_now(
    is_new_server: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(initial_state, "changed_rows", lambda connection, name: [CHANGED])
    connection = cast("Connection", Server())
    with Sessions(connection, {}, is_new_server=is_new_server) as sessions:
        assert sessions.initial("", connection) == (set() if is_new_server else {CHANGED})
