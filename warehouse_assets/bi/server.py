"""Where the marts are, as a report's file may say it: server and database, never a login or a password."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.conninfo import conninfo_to_dict


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server and one of its databases."""

    host: str
    port: int
    database: str

    @property
    def address(self) -> str:
        """`host:port`, as Power BI takes it."""
        return f"{self.host}:{self.port}"


def server_of(url: str) -> Server:
    """Server and database of a connection URL; what else it holds is left behind."""
    parts = conninfo_to_dict(url)
    host = str(parts.get("host") or "localhost")
    return Server(
        "localhost" if host.startswith("/") else host, int(str(parts.get("port") or 5432)), str(parts["dbname"])
    )
