"""Addresses of databases: `postgresql://user:password@host:port/name?options`."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from warehouse_assets.database.errors import DatabaseError

_LOGIN_PARAMETERS = {"user", "password", "passfile", "require_auth"}


@dataclass(frozen=True)
class DatabaseUrls:
    """The addresses of the warehouse and of Dagster's records. Both hold the password."""

    warehouse: str = field(repr=False)
    dagster: str = field(repr=False)


def checked_url(url: str, variable: str) -> str:
    """The URL with the scheme `postgresql`. Raises DatabaseError with the variable that holds it."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("postgres", "postgresql") or not parts.netloc:
        raise DatabaseError(f"{variable} must be an address such as postgresql://user:password@host:5432/warehouse")
    if not parts.path.strip("/") or parts.fragment or "/" in parts.path.strip("/"):
        raise DatabaseError(
            f"{variable} does not name one database after the host. End it with /warehouse, and write the"
            " characters / # ? @ : % of a password as %2F %23 %3F %40 %3A %25"
        )
    return parts._replace(scheme="postgresql").geturl()


def database_name(url: str) -> str:
    """The name of the database in a URL."""
    return unquote(urlsplit(url).path.lstrip("/"))


def with_database(url: str, name: str) -> str:
    """The same server and user, another database."""
    return urlsplit(url)._replace(path=f"/{quote(name, safe='')}").geturl()


def with_login(url: str, user: str, password: str) -> str:
    """The same server and database for another user, with SCRAM required.

    A server that trusts everybody is refused, and no server learns the password.
    """
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    given = [(name, value) for name, value in parse_qsl(parts.query) if name not in _LOGIN_PARAMETERS]
    query = urlencode([*given, ("require_auth", "scram-sha-256")], quote_via=quote)
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return parts._replace(netloc=f"{login}@{place}", query=query).geturl()


def without_password(text: str, url: str) -> str:
    """The text with the URL's password, encoded or not, replaced by asterisks."""
    secret = urlsplit(url).netloc.rpartition("@")[0].partition(":")[2]
    for form in filter(None, {secret, unquote(secret)}):
        text = text.replace(form, "***")
    return text
