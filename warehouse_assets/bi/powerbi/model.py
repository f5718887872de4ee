"""The semantic model: tables, relationships, roles, parameters, and what readers call all of it."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.powerbi.roles import reader_roles, role_node
from warehouse_assets.bi.powerbi.shared import SHARED_COLUMNS, SHARED_TABLES, shared_tables, tables_with
from warehouse_assets.bi.powerbi.tables import DATE_COLUMNS, MART_TABLES, table_node
from warehouse_assets.bi.powerbi.tmdl import Node, document
from warehouse_assets.bi.powerbi.words import CULTURES, words_of
from warehouse_assets.bi.server import Server


def model_files(server: Server) -> dict[str, str]:
    """The files of the model's folder `definition`."""
    tables = [*shared_tables(), *(table_node(short) for short in MART_TABLES)]
    return {
        "database.tmdl": document([Node("database", (("compatibilityLevel", "1600"),))]),
        "model.tmdl": _model(),
        "expressions.tmdl": document(_parameters(server)),
        "relationships.tmdl": document(_relationships()),
        **{f"tables/{table.head.split()[1]}.tmdl": document([table]) for table in tables},
        **{f"roles/{role}.tmdl": document([role_node(role)]) for role in reader_roles()},
        **{f"cultures/{culture}.tmdl": document([words_of(culture)]) for culture in CULTURES},
    }


def _model() -> str:
    model = Node(
        "model Model",
        (
            ("culture", "en-US"),
            ("defaultPowerBIDataSourceVersion", "powerBI_V3"),
            "discourageImplicitMeasures",
            ("sourceQueryCulture", "en-US"),
        ),
        (Node("dataAccessOptions", ("legacyRedirects", "returnErrorValuesAsNull")),),
    )
    # Power BI makes hidden calendars of its own for every date unless told that there is one.
    automatic = Node("annotation __PBI_TimeIntelligenceEnabled", expression="0")
    names = [*SHARED_TABLES, *MART_TABLES]
    references = [
        *(f"ref table {name}" for name in names),
        *(f"ref role {role}" for role in reader_roles()),
        *(f"ref cultureInfo {culture}" for culture in CULTURES),
    ]
    return document([model, automatic]) + "\n" + "\n".join(references) + "\n"


def _parameters(server: Server) -> Iterator[Node]:
    for name, value in (("Server", server.address), ("Database", server.database)):
        text = value.replace('"', '""')
        yield Node(
            f"expression {name}",
            (("lineageTag", stable_uuid("expression", name)),),
            (Node("annotation PBI_ResultType", expression="Text"),),
            expression=f'"{text}" meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]',
        )


def _relationships() -> Iterator[Node]:
    pairs = [(f"{table}.{column}", "calendar.date") for table, column in DATE_COLUMNS.items()]
    pairs += [
        (f"{table}.{column}", f"{shared}.{column}")
        for shared, column in SHARED_COLUMNS.items()
        for table in tables_with(column)
    ]
    for origin, target in pairs:
        yield Node(f"relationship {stable_uuid(origin, target)}", (("fromColumn", origin), ("toColumn", target)))
