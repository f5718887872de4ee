"""Sessions in the databases that are compared: the warehouse's own, and the others of the embedded server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any

import psycopg

from warehouse_assets import database
from warehouse_assets.access.catalogue import initial_state
from warehouse_assets.access.grants import Fact

Connection = psycopg.Connection[Any]


class Sessions:
    """The caller's session in the warehouse's database, and one of its own in each other database."""

    def __init__(self, home: Connection, urls: Mapping[str, str], *, is_new_server: bool = False) -> None:
        self.home, self._is_new_server = home, is_new_server
        self._others: dict[str, Connection | None] = {}
        self._untouched = set[str]()
        self._stack = ExitStack()
        for name, url in urls.items():
            try:
                self._others[name] = self._stack.enter_context(database.connect(url, autocommit=True))
            except database.DatabaseError:
                self._others[name] = None

    def of(self, name: str) -> Connection | None:
        """The session in a database, '' for the warehouse's; None if it could not be opened."""
        return self._others.get(name) if name else self.home

    def others(self) -> Iterator[tuple[str, Connection | None]]:
        """The other databases, each with its session, or None if it could not be opened."""
        yield from self._others.items()

    def initial(self, name: str, connection: Connection) -> set[Fact]:
        """PostgreSQL's own objects that differ from a fresh server's. Where none does, none is looked for again.

        Reading them takes most of a comparison, and no change of the policy makes them differ. On a server that this
        command has just made they are fresh; the comparison after each build reads them.
        """
        if (
            self._is_new_server
            or name in self._untouched
            or not initial_state.is_known(connection.info.server_version // 10_000)
        ):
            return set()
        found = set(initial_state.changed_rows(connection, name))
        if not found:
            self._untouched.add(name)
        return found

    def __enter__(self) -> Sessions:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
