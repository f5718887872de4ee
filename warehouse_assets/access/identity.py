"""The current login, and what it may do in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from warehouse_assets import database
from warehouse_assets.access.policy import PolicyError
from warehouse_assets.access.secrets import FILE_NAME, Password, read_passwords
from warehouse_assets.building.migrations import SCHEMAS
from warehouse_assets.database.urls import with_login
from warehouse_assets.settings import Settings

_WHO = """
select session_user::text, current_user::text, current_database()::text, rolsuper, rolcreaterole,
    coalesce(to_char(rolvaliduntil at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), 'never')
from pg_roles where rolname = session_user
"""
_GROUPS = """
select rolname::text from pg_roles
where pg_has_role(session_user, oid, 'usage') and rolname != session_user and oid > 16383
order by rolname collate "C"
"""
_MAY = """
select n.nspname || '.' || c.relname, string_agg(p.word, ', ' order by p.position)
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
cross join (values (1, 'select'), (2, 'insert'), (3, 'update'), (4, 'delete'), (5, 'truncate')) as p (position, word)
where n.nspname = any(%s) and c.relkind in ('r', 'p', 'v') and not c.relispartition
    and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, p.word)
group by 1 order by 1
"""


def kept_password(settings: Settings, login: str) -> Password:
    """The login's password from the secrets file; raises PolicyError if it has none."""
    kept = read_passwords(settings.secrets_path)
    if login not in kept:
        raise PolicyError(
            f"{settings.secrets_path / FILE_NAME} has no password for {login!r}, only for"
            f" {', '.join(kept) or 'nobody'}. Add the login to the list of logins, then run `warehouse access apply`."
        )
    return kept[login]


def identity_lines(settings: Settings, login: str | None) -> Iterator[str]:
    """What the server reports about the login, or about the administrator's address if none is given."""
    url = database.ensure_running(settings).warehouse
    if login is not None:
        url = with_login(url, login, kept_password(settings, login).text)
    with closing(database.connect(url, autocommit=True)) as connection:
        ((session, current, name, is_superuser, may_create, until),) = connection.execute(_WHO).fetchall()
        power = "superuser" if is_superuser else "may create roles" if may_create else "no special privilege"
        yield f"Login      {session} on {name}, {power}; password good until {until}"
        yield f"Works as   {current}"
        yield f"Groups     {', '.join(row[0] for row in connection.execute(_GROUPS)) or 'none'}"
        for table, privileges in connection.execute(_MAY, [list(SCHEMAS)]):
            yield f"  {table:<45} {privileges}"
