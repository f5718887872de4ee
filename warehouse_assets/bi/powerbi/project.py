"""A whole project: one semantic model, a report in English and one in French, and a file that connects."""

from __future__ import annotations

from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.powerbi.design import Design
from warehouse_assets.bi.powerbi.model import model_files
from warehouse_assets.bi.powerbi.report import SCHEMAS, as_json, report_files
from warehouse_assets.bi.server import Server


def project_files(server: Server, design: Design) -> dict[str, str]:
    """All files by path within the project's folder; the same for the same server and database."""
    files = {
        f"{design.folder}/definition.pbism": as_json(
            {
                "$schema": f"{SCHEMAS}/item/semanticModel/definitionProperties/1.0.0/schema.json",
                "version": "4.2",
                "settings": {},
            }
        ),
        f"{design.folder}/.platform": _platform("SemanticModel", design.name),
        f"{design.name}.pbids": _connection(server),
    }
    files |= {f"{design.folder}/definition/{name}": content for name, content in model_files(server, design).items()}
    for name, language in design.reports.items():
        folder = f"{name}.Report"
        files[f"{name}.pbip"] = _shortcut(folder)
        files[f"{folder}/.platform"] = _platform("Report", name)
        files |= {f"{folder}/{path}": content for path, content in report_files(design, language).items()}
    return dict(sorted(files.items()))


def _shortcut(folder: str) -> str:
    return as_json(
        {
            "$schema": f"{SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json",
            "version": "1.0",
            "artifacts": [{"report": {"path": folder}}],
            "settings": {"enableAutoRecovery": True},
        }
    )


def _platform(kind: str, name: str) -> str:
    return as_json(
        {
            "$schema": f"{SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json",
            "metadata": {"type": kind, "displayName": name},
            "config": {"version": "2.0", "logicalId": stable_uuid(kind, name)},
        }
    )


def _connection(server: Server) -> str:
    """A `.pbids`, which opens Power BI Desktop at the marts' tables, without login or password."""
    address = {"server": server.address, "database": server.database}
    connection = {"details": {"protocol": "postgresql", "address": address}, "options": {}, "mode": "Import"}
    return as_json({"version": "0.1", "connections": [connection]})
