"""The statements that remove what nobody declared, and the advice where only a person may decide."""

from __future__ import annotations

from warehouse_assets.access.identifiers import literal, quoted

AUTO_FILE = "postgresql.auto.conf"
"""Where ALTER SYSTEM writes."""
_DROPPED_BY_NAME = {
    "trigger": "trigger",
    "rule": "rule",
    "event trigger": "event trigger",
    "view": "view",
    "sequence": "sequence",
    "index": "index",
    "function": "function",
    "procedure": "procedure",
    "aggregate": "aggregate",
    "operator": "operator",
    "operator class": "operator class",
    "operator family": "operator family",
    "cast": "cast",
    "transform": "transform",
    "language": "language",
    "type": "type",
    "composite type": "type",
    "conversion": "conversion",
    "collation": "collation",
    "statistics object": "statistics",
    "text search configuration": "text search configuration",
    "text search dictionary": "text search dictionary",
    "text search parser": "text search parser",
    "text search template": "text search template",
    "publication": "publication",
    "foreign table": "foreign table",
    "server": "server",
    "foreign-data wrapper": "foreign data wrapper",
    "access method": "access method",
    "extension": "extension",
}
"""Type of object -> how DROP calls it. They define what is done; none of them holds data."""
_SPLIT = {"table constraint": " on ", "user mapping": " on server ", "default value": " "}
_ADVICE = {
    "schema": "look at what it holds, then `drop schema {0}`",
    "database": "look at what it holds, then `drop database {0}`",
    "tablespace": "move what it holds, then `drop tablespace {0}`",
    "large object": "it holds data: look at it, then `select lo_unlink({0})`",
    "subscription": "`alter subscription {0} disable`, then `drop subscription {0}`",
}


def drop(kind: str, identity: str) -> str:
    """Removes an object that only defines something; empty for one that may hold data."""
    if kind in _DROPPED_BY_NAME:
        return f"drop {_DROPPED_BY_NAME[kind]} {identity}"
    if kind not in _SPLIT:
        return ""
    first, _, second = identity.partition(_SPLIT[kind])
    return {
        "table constraint": f"alter table {second} drop constraint {first}",
        "user mapping": f"drop user mapping for {first} server {second}",
        "default value": f"alter table {first} alter column {second} drop default",
    }[kind]


def drop_advice(kind: str, identity: str) -> str:
    """What a person does about an object that may hold data, or that could not be dropped."""
    text = _ADVICE.get(kind, "it may hold data: look at it, then declare it or `drop {1} {0}`")
    return f"nobody declares it; others than its owner have no rights on it: {text.format(identity, kind)}"


def to_administrator(kind: str, identity: str, owner: str) -> str:
    """Takes an object from an owner who is to own nothing."""
    return f"alter {_DROPPED_BY_NAME.get(kind, kind)} {identity} owner to current_user"


def no_membership(group: str, member: str) -> str:
    """Takes a membership away."""
    return f"revoke {quoted(group)} from {quoted(member)}"


def no_server_setting(name: str, setting: str, file: str) -> str:
    """Undoes ALTER SYSTEM; other files are a person's."""
    return f"alter system reset {name}" if file == AUTO_FILE else ""


def setting_advice(name: str, setting: str, file: str) -> str:
    """What a person does about a setting in a file."""
    return f"take {name} out of {file} and start the server again"


def rule_advice(*parts: str) -> str:
    """What a person does about a rule of pg_hba.conf."""
    return "start the server again, which writes pg_hba.conf as declared"


def no_replication(kind: str, name: str) -> str:
    """Drops a replication slot or origin."""
    function = "pg_drop_replication_slot" if kind == "slot" else "pg_replication_origin_drop"
    return f"select pg_catalog.{function}({literal(name)})"


def initial_advice(catalogue: str, identity: str) -> str:
    """What a person does about an object of PostgreSQL itself that somebody changed."""
    return (
        "somebody changed what PostgreSQL itself made: find out who and why, dump the warehouse, and restore it on a"
        " new server"
    )


def column_advice(table: str, column: str) -> str:
    """What a person does about a column that nobody declared."""
    return f"it may hold data: look at it, then `alter table {table} drop column {quoted(column)}`"


def no_inheritance(child: str, parent: str, way: str) -> str:
    """Takes a table out of another one."""
    if way == "partition":
        return f"alter table {parent} detach partition {child}"
    return f"alter table {child} no inherit {parent}"
