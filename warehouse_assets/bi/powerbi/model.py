"""The semantic model: tables, relationships, roles, parameters, and what readers call all of it."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.powerbi.design import Design
from warehouse_assets.bi.powerbi.roles import role_node
from warehouse_assets.bi.powerbi.tmdl import Node, document
from warehouse_assets.bi.powerbi.words import CULTURES, words_of
from warehouse_assets.bi.server import Server


def model_files(server: Server, design: Design) -> dict[str, str]:
    """The files of the model's folder `definition`."""
    return {
        "database.tmdl": document([Node("database", (("compatibilityLevel", design.compatibility_level),))]),
        "model.tmdl": _model(design),
        "expressions.tmdl": document(_parameters(server)),
        "relationships.tmdl": document(_relationships(design)),
        **{f"tables/{_name(table)}.tmdl": document([table]) for table in design.tables},
        **{f"roles/{role}.tmdl": document([role_node(role, rules)]) for role, rules in design.roles.items()},
        **{f"cultures/{culture}.tmdl": document([words_of(culture, design.words)]) for culture in CULTURES},
    }


def _name(table: Node) -> str:
    return table.head.split()[1]


def _model(design: Design) -> str:
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
    references = [
        *(f"ref table {_name(table)}" for table in design.tables),
        *(f"ref role {role}" for role in design.roles),
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


def _relationships(design: Design) -> Iterator[Node]:
    for origin, target in design.relationships:
        yield Node(f"relationship {stable_uuid(origin, target)}", (("fromColumn", origin), ("toColumn", target)))
