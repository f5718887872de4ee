"""The data dictionary: every table, column and canonical field, with its meaning and privacy class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from warehouse_assets.access.policy import readers_of
from warehouse_assets.documentation.markdown import GENERATED, code, codes, table
from warehouse_assets.ingestion.sources.canonical import FIELDS, Field, Relation
from warehouse_assets.schemas import Column, Table
from warehouse_assets.schemas.classification import Classification

SCHEMA_TITLES = {
    "vault": "direct identifiers, kept separately",
    "staging": "accepted and rejected records of every current delivery, pseudonymised",
    "ops": "the ledger, data quality and builds",
    "governance": "requests of persons, restrictions, retention, certificates, breaches; who may read what",
    "dw": "the star: dimensions, facts and monthly aggregates",
    "mart_sales": "data mart 2",
    "mart_customers": "data mart 1",
}


def data_dictionary(tables: Mapping[str, Table]) -> str:
    """The whole page."""
    parts = ["# Data dictionary", GENERATED, _contents(tables), _classes(tables)]
    for schema in dict.fromkeys(found.schema_name for found in tables.values()):
        parts.append(f"## Schema `{schema}`: {SCHEMA_TITLES[schema]}")
        parts += [_table_entry(found) for found in tables.values() if found.schema_name == schema]
    parts.append("## Canonical relations")
    parts.append("The result of a source's SELECTs (`sql/sources/<source>/`): text, which the contract then parses.")
    parts += [_relation_entry(name, fields) for name, fields in FIELDS.items()]
    return "\n\n".join(parts) + "\n"


def _contents(tables: Mapping[str, Table]) -> str:
    rows = [(f"[{name}](#{_anchor(name)})", found.answers, found.grain) for name, found in tables.items()]
    return table(("table", "what it answers", "grain"), rows)


def _anchor(title: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return "".join(letter for letter in title.lower() if letter.isalnum() or letter in "_-")


def _classes(tables: Mapping[str, Table]) -> str:
    canonical = [found.classification for fields in FIELDS.values() for found in fields.values()]
    held = [column.classification for found in tables.values() for column in found.column_list]
    rows = [_class_row(found) for found in dict.fromkeys([*canonical, *held])]
    header = ("class", "treatment", "purpose", "legal basis", "retention")
    return "## Privacy classes\n\n" + table(header, sorted(rows))


def _class_row(found: Classification) -> tuple[str, ...]:
    return found.privacy_class, found.treatment, found.purpose, found.legal_basis, found.retention


def _table_entry(found: Table) -> str:
    rows = [_column_row(found, column) for column in found.column_list]
    header = ("column", "type", "NULL", "meaning", "privacy class", "treatment")
    readers = ", ".join(map(code, readers_of(found.name))) or "nobody"
    about = [found.answers, f"Grain: {found.grain}.", f"Read by: {readers}."]
    parts = [f"### {found.name}", "\n\n".join(filter(None, about)), table(header, rows), *_key_lines(found)]
    return "\n\n".join(parts)


def _column_row(found: Table, column: Column) -> tuple[str, ...]:
    held = column.classification
    can_be_null = "yes" if column.name in found.nullable else "no"
    personal = ("", "") if held.privacy_class == "none" else (held.privacy_class, held.treatment)
    return code(column.name), column.sql_type, can_be_null, column.description, *personal


def _key_lines(found: Table) -> Iterator[str]:
    lines = list(_keys(found))
    if lines:
        yield "\n".join(f"- {line}" for line in lines)


def _keys(found: Table) -> Iterator[str]:
    if found.primary_key:
        yield f"Primary key: {codes(found.primary_key)}"
    for columns in found.unique:
        yield f"Unique: {codes(columns)}"
    for key in found.foreign_keys:
        yield f"Foreign key: {code(key.column)} → {code(f'{key.target}.{key.target_column}')}"
    for name, predicate in found.rules.items():
        yield f"Rule {code(name)}: {code(predicate)}"
    if found.partitioned_by:
        yield f"Partitioned by month of {code(found.partitioned_by)}"


def _relation_entry(name: Relation, fields: Mapping[str, Field]) -> str:
    rows = [
        (
            code(field_name),
            field.kind,
            "yes" if field.is_required else "no",
            field.classification.privacy_class,
            field.classification.treatment,
            "yes" if field.is_kept_in_rejects else "no",
        )
        for field_name, field in fields.items()
    ]
    header = ("field", "read as", "required", "privacy class", "treatment", "kept in rejects")
    note = "\n\nOne of `unit_price` and `line_amount` is required too." if name == "sales" else ""
    return f"### {name}\n\n" + table(header, rows) + note
