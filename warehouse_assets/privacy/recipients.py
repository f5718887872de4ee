"""Who may read which table, from the catalog of the live database alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

_READERS = """
select namespaces.nspname || '.' || relations.relname, roles.rolname::text
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
cross join pg_catalog.pg_roles as roles
where
    relations.relkind in ('r', 'p', 'v', 'm')
    and not relations.relispartition
    and namespaces.nspname = any(%(schemas)s)
    -- groups; the people and services in them are in no register
    and not roles.rolcanlogin
    and not roles.rolname like 'pg\\_%%'
    -- nobody is a member of the role that owns the schemas
    and namespaces.nspowner != roles.oid
    and has_schema_privilege(roles.oid, namespaces.oid, 'USAGE')
    and has_any_column_privilege(roles.oid, relations.oid, 'SELECT')
order by 1, 2
"""


def read_recipients(connection: psycopg.Connection[Any], schemas: list[str]) -> Mapping[str, tuple[str, ...]]:
    """Table, as schema.table -> the groups that may read it, sorted."""
    found: dict[str, tuple[str, ...]] = {}
    for table, role in connection.execute(_READERS.encode(), {"schemas": schemas}):
        found[table] = (*found.get(table, ()), role)
    return found
