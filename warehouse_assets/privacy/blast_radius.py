"""What a stolen login could read, by the live grants: classes of personal data, and the number of persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

from warehouse_assets.privacy.errors import PrivacyError
from warehouse_assets.schemas import TABLES, Table

Connection = psycopg.Connection[Any]
_ROLES = """
select r.rolname from pg_roles as r
where pg_has_role(%(login)s::name, r.oid, 'MEMBER') and r.rolname not like 'pg\\_%%'
order by r.rolname collate "C"
"""
_COLUMNS = """
select n.nspname || '.' || c.relname, array_agg(distinct a.attname::text order by a.attname::text)
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
inner join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
inner join unnest(%(roles)s::name[]) as r (name)
    on has_schema_privilege(r.name, n.oid, 'usage') and has_column_privilege(r.name, c.oid, a.attnum, 'select')
where c.relkind in ('r', 'p') and n.nspname || '.' || c.relname = any(%(tables)s)
group by 1
"""


_PERSON = {"customer_key": "customer_key", "record": "(record ->> 'customer_key')::bigint"}
"""Column -> an SQL expression for the key of the person in the row."""


class UnknownLogin(PrivacyError):
    """The database has no such login."""


@dataclass(frozen=True)
class Exposure:
    """One class of data in one table that the login reads."""

    privacy_class: str
    table: str
    columns: tuple[str, ...]
    persons: int | None
    """Distinct persons with rows in the table; None in the marts, which hold groups only."""


@dataclass(frozen=True)
class BlastRadius:
    """Everything that the login reaches."""

    login: str
    is_superuser: bool
    roles: tuple[str, ...]
    exposures: tuple[Exposure, ...]
    has_row_filter: tuple[str, ...]
    """Tables under row-level security, where the login may see fewer rows than counted here."""

    @property
    def persons(self) -> int:
        """Upper bound of the persons whose own rows the login can read."""
        return max((one.persons or 0 for one in self.exposures), default=0)


def blast_radius(connection: Connection, login: str) -> BlastRadius:
    """Reads the current grants, through every role of the login. Raises UnknownLogin."""
    row = connection.execute("select rolsuper from pg_roles where rolname = %s", [login]).fetchone()
    if row is None:
        raise UnknownLogin(f"The database has no login {login!r}; `warehouse access review` lists them.")
    roles = [str(found[0]) for found in connection.execute(_ROLES.encode(), {"login": login})]
    parameters = {"roles": roles, "tables": list(TABLES)}
    readable = {str(name): set(columns) for name, columns in connection.execute(_COLUMNS.encode(), parameters)}
    exposures = [
        exposure
        for name, table in TABLES.items()
        for exposure in _exposures(connection, table, readable.get(name, set()))
    ]
    filtered = connection.execute(
        "select c.oid::regclass::text from pg_class as c where c.relrowsecurity and c.oid::regclass::text = any(%s)",
        [sorted(readable)],
    )
    return BlastRadius(login, bool(row[0]), tuple(roles), tuple(exposures), tuple(str(found[0]) for found in filtered))


def _exposures(connection: Connection, table: Table, columns: set[str]) -> Iterable[Exposure]:
    classes: dict[str, list[str]] = {}
    for column in table.column_list:
        if column.name in columns and column.classification.privacy_class != "none":
            classes.setdefault(column.classification.privacy_class, []).append(column.name)
    if classes:
        persons = _persons(connection, table)
        for privacy_class, names in sorted(classes.items()):
            yield Exposure(privacy_class, table.name, tuple(names), persons)


def _persons(connection: Connection, table: Table) -> int | None:
    if table.schema_name.startswith("mart_"):
        return None
    key = next((text for column, text in _PERSON.items() if column in table.column_names), None)
    if key is None:
        return 0
    row = connection.execute(f"select count(distinct {key}) from {table.name} where {key} >= 0".encode()).fetchone()
    return int(row[0]) if row else 0
