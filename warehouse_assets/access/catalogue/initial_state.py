"""What PostgreSQL itself makes: every row is as on a fresh server of the same version, by its hash.

`python -m warehouse_assets.access.catalogue.initial_state URL` writes the hashes of a fresh server.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.access.catalogue.coverage import compared_by
from warehouse_assets.access.grants import Fact
from warehouse_assets.settings import SQL_ROOT

_FOLDER = SQL_ROOT / "access" / "initial"
_PINNED = 12000
"""Objects with a smaller number have the same number on every server of a version."""
_DIGITS, _LINE = 8, 13
_ROW = "(to_jsonb(c) - array['proacl', 'typacl', 'nspacl', 'lanacl', 'spcacl'])::text"
"""The whole row; privileges are compared by themselves."""
_STATES = {
    "pg_class": "jsonb_build_array(c.relname, c.relowner, c.relkind, c.relrowsecurity, c.relforcerowsecurity,"
    " c.relhasrules, c.relhassubclass, c.reloptions)::text",
    "pg_init_privs": "(select string_agg(concat_ws(' ', nullif(p.grantee, 10), p.privilege_type, p.is_grantable), ','"
    " order by p.grantee, p.privilege_type) from aclexplode(c.initprivs) as p)",
}


def file_of(version: int) -> Path:
    """The hashes of one major version."""
    return _FOLDER / f"postgresql_{version}.txt"


def is_known(version: int) -> bool:
    """Whether there are hashes of this major version."""
    return file_of(version).exists()


def changed_rows(connection: psycopg.Connection[Any], database: str) -> Iterator[Fact]:
    """PostgreSQL's own objects that differ from those of a fresh server, and catalogues that lack some."""
    known = _read(connection.info.server_version // 10_000)
    for catalogue, rows in _rows(connection).items():
        expected = set(known.get(catalogue, ()))
        found = {digest for _, digest in rows}
        for identity in sorted({identity for identity, digest in rows if digest not in expected}):
            yield Fact("initial", (catalogue, identity), database)
        if len(expected - found) > len(found - expected):
            yield Fact("initial", (catalogue, f"{len(expected - found)} rows are missing or changed"), database)


def _rows(connection: psycopg.Connection[Any]) -> Mapping[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for catalogue, identity, digest in connection.execute(_query().encode()).fetchall():
        found.setdefault(catalogue, []).append((identity, digest))
    return found


@cache
def _query() -> str:
    parts = [_of_catalogue(name) for name in compared_by("initial")]
    parts.append((_FOLDER.parent / "initial_views.sql").read_text(encoding="utf-8").replace("%%", "%"))
    rows = "\nunion all\n".join(parts)
    return (
        f"with states as ({rows})"
        f" select catalogue, identity, left(md5(concat(identity, ' ', state)), {_DIGITS}) from states"
    )


def _of_catalogue(name: str) -> str:
    number = {"pg_aggregate": "aggfnoid", "pg_init_privs": "objoid"}.get(name, "oid")
    classes = {"pg_aggregate": "'pg_proc'", "pg_init_privs": "c.classoid"}.get(name, f"'{name}'")
    subobject = "c.objsubid" if name == "pg_init_privs" else "0"
    state = _STATES.get(name, _ROW)
    return (
        f"select '{name}'::text as catalogue,"
        f" coalesce((pg_identify_object({classes}::regclass, c.{number}, {subobject})).identity, c.{number}::text)"
        f" as identity, {state} as state from pg_catalog.{name} as c where c.{number} < {_PINNED}"
    )


@cache
def _read(version: int) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in file_of(version).read_text(encoding="ascii").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        else:
            found[name] = (*found.get(name, ()), *line.split())
    return found


def write(connection: psycopg.Connection[Any]) -> str:
    """The text of the file for a fresh server."""
    lines = []
    for catalogue, rows in sorted(_rows(connection).items()):
        digests = sorted({digest for _, digest in rows})
        lines.append(f"[{catalogue}]")
        lines += [" ".join(digests[place : place + _LINE]) for place in range(0, len(digests), _LINE)]
    return "\n".join(lines) + "\n"


def main(url: str) -> None:
    """Writes the file of the server's version."""
    with psycopg.connect(url) as connection:
        connection.execute("set search_path = ''")
        path = file_of(connection.info.server_version // 10_000)
        path.parent.mkdir(exist_ok=True)
        path.write_text(write(connection), encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1])
