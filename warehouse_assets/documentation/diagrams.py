"""Entity-relationship diagrams in Mermaid, which GitHub renders: keys and relations only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from warehouse_assets.documentation.markdown import GENERATED
from warehouse_assets.schemas import Table

STAR_PREFIXES = ("dw.dim_", "dw.fct_")
LANDING_SCHEMAS = ("vault", "staging", "ops", "governance")


def star_tables(tables: Mapping[str, Table]) -> list[Table]:
    """Dimensions and facts."""
    return [found for name, found in tables.items() if name.startswith(STAR_PREFIXES)]


def diagram_page(tables: Mapping[str, Table]) -> str:
    """Both diagrams, each with a line of explanation."""
    landing = [found for found in tables.values() if found.schema_name in LANDING_SCHEMAS]
    parts = [
        "# Entity-relationship diagrams",
        f"{GENERATED} The [data dictionary](data_dictionary.md) lists the other columns.",
        "## The star (schema `dw`)",
        "Every line is a foreign key of the database.",
        _mermaid(star_tables(tables), _foreign_keys(star_tables(tables))),
        "## Before the star (schemas `vault`, `staging`, `ops`)",
        "Dotted lines are references that the loader maintains; the database does not enforce them.",
        _mermaid(landing, _references(landing)),
    ]
    return "\n\n".join(parts) + "\n"


def _mermaid(tables: Iterable[Table], relations: Iterable[str]) -> str:
    lines = ["```mermaid", "erDiagram", *(f"    {line}" for line in relations)]
    for found in tables:
        lines += [f"    {found.short_name} {{", *(f"        {line}" for line in _key_columns(found)), "    }"]
    return "\n".join([*lines, "```"])


def _key_columns(found: Table) -> Iterator[str]:
    foreign = {key.column for key in found.foreign_keys}
    unique = {name for columns in found.unique for name in columns}
    for column in found.column_list:
        marks = [
            mark for mark, names in (("PK", found.primary_key), ("FK", foreign), ("UK", unique)) if column.name in names
        ]
        if marks:
            yield f"{column.sql_type} {column.name} {', '.join(marks)}"


def _foreign_keys(tables: Iterable[Table]) -> Iterator[str]:
    for found in tables:
        for key in found.foreign_keys:
            yield f"{key.target.split('.')[1]} ||--o{{ {found.short_name} : {key.column}"


def _references(tables: list[Table]) -> Iterator[str]:
    """Columns named like the single-column primary key of another table."""
    owners: dict[str, Table] = {}
    for found in tables:
        if len(found.primary_key) == 1:
            owners.setdefault(found.primary_key[0], found)
    for found in tables:
        for name in found.column_names:
            owner = owners.get(name)
            if owner is not None and found.primary_key != (name,):
                yield f"{owner.short_name} ||..o{{ {found.short_name} : {name}"
