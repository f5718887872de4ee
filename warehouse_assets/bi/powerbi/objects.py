"""Objects that every semantic model makes in one way: measures, columns, hierarchies, lists, imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol

from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.labels import FOLDER_LABELS
from warehouse_assets.bi.metrics import Format
from warehouse_assets.bi.powerbi.tmdl import Node, quoted
from warehouse_assets.bi.text import Text
from warehouse_assets.schemas import Column, Table

Shown = Format | Literal["date"]
"""How a measure is shown: as a metric, or as a day."""
FORMAT_STRINGS: dict[Shown, str] = {
    "money": "#,0.00",
    "count": "#,0",
    "number": "#,0.00",
    "percent": "0.0 %",
    "days": "#,0.0",
    "years": "0.0",
    "date": "yyyy-mm-dd",
}
TYPES = {
    "date": ("dateTime", "type date"),
    "numeric(18,4)": ("decimal", "Currency.Type"),
    "numeric(18,6)": ("double", "type number"),
    "numeric": ("double", "type number"),
    "bigint": ("int64", "Int64.Type"),
    "integer": ("int64", "Int64.Type"),
    "text": ("string", "type text"),
    "boolean": ("boolean", "type logical"),
}
"""PostgreSQL's type -> the model's and Power Query's; `decimal` is exact to four places, as money is."""
DAY = ("formatString", FORMAT_STRINGS["date"])
Property = tuple[str, str] | str


class Measured(Protocol):
    """What a measure is made of."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def definition(self) -> Text: ...
    @property
    def format(self) -> Shown: ...
    @property
    def dax(self) -> str: ...


def folder_of(shown: Shown) -> Text:
    """The folder in which a measure is found among a table's fields."""
    return Text("Dates", "Dates") if shown == "date" else FOLDER_LABELS[shown]


def measure_node(table: str, measure: Measured, *more: Property, shown: Node | None = None) -> Node:
    """A measure; `shown` is a format that depends on what is chosen."""
    return Node(
        f"measure {quoted(measure.title.en)}",
        (
            *more,
            ("formatString", FORMAT_STRINGS[measure.format]),
            ("displayFolder", folder_of(measure.format).en),
            ("lineageTag", stable_uuid(table, "measure", measure.name)),
        ),
        (shown,) if shown else (),
        expression=measure.dax,
        description=measure.definition.en,
    )


def column_node(table: str, name: str, kind: str, description: str, *more: Property) -> Node:
    """A column of a table's import; nothing is added up without a measure."""
    tag = ("lineageTag", stable_uuid(table, "column", name))
    properties = (("dataType", kind), *more, tag, ("summarizeBy", "none"), ("sourceColumn", name))
    return Node(f"column {name}", properties, description=description)


def hierarchy_node(table: str, name: str, levels: Sequence[str], labels: Mapping[str, Text]) -> Node:
    """Columns from coarse to fine."""
    children = tuple(
        Node(
            f"level {quoted(labels[level].en)}",
            (("lineageTag", stable_uuid(table, "level", level)), ("column", level)),
        )
        for level in levels
    )
    return Node(f"hierarchy {name}", (("lineageTag", stable_uuid(table, "hierarchy")),), children)


def m_partition(table: str, *steps: str, result: str) -> Node:
    """A table's import: steps of Power Query's language, each but the last with its comma."""
    body = "\n".join(("let", *(f"    {step}" for step in steps), "in", f"    {result}"))
    source = "source =\n" + "\n".join(f"\t\t\t\t{line}" for line in body.splitlines())
    return Node(f"partition {table} = m", (("mode", "import"), source))


def rows_of(name: str, table: Table) -> str:
    """The step that reads a table of the database."""
    return f'{name} = Source{{[Schema = "{table.schema_name}", Item = "{table.short_name}"]}}[Data],'


def import_of(
    table: Table,
    columns: Iterable[Column],
    types: Mapping[str, tuple[str, str]],
    *steps: str,
    made: Sequence[str] = (),
) -> Node:
    """Columns of a table of the database; `steps` lead from `Rows` to `Ready` and may have `made` further ones."""
    chosen = tuple(columns)
    names = ", ".join(f'"{name}"' for name in (*(column.name for column in chosen), *made))
    typed = ", ".join(f'{{"{column.name}", {types[column.sql_type][1]}}}' for column in chosen)
    return m_partition(
        table.short_name,
        "Source = PostgreSQL.Database(Server, Database),",
        rows_of("Rows", table),
        *steps,
        f"Chosen = Table.SelectColumns({'Ready' if steps else 'Rows'}, {{{names}}}),",
        f"Typed = Table.TransformColumnTypes(Chosen, {{{typed}}})",
        result="Typed",
    )
