"""What the project's SELECTs read and where each column comes from, stored beside this module.

Working it out takes a second of each process that loads the definitions. The documentation's command writes the
file; it counts only for the SELECTs, the declarations and the analysis that it was made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse_assets.lineage.models import Model, project_models
from warehouse_assets.lineage.proof import column_lineage
from warehouse_assets.schemas import TABLES

STORED_PATH = Path(__file__).with_name("stored.json")
Columns = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Table -> column -> the stored columns it is made of."""


@dataclass(frozen=True)
class TableLineage:
    """Of one table: the tables that its SELECT reads, and column -> the stored columns behind it."""

    tables: Sequence[str]
    columns: Mapping[str, Sequence[str]]


@cache
def project_lineage(path: Path = STORED_PATH) -> Mapping[str, TableLineage]:
    """Table -> its lineage, as stored; worked out again where anything has changed since."""
    models = project_models()
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if stored.get("made_from") == _made_from(models):
        return {name: TableLineage(**found) for name, found in stored["lineage"].items()}
    return _with_reads(models, column_lineage(models))


def stored_text(columns: Columns) -> str:
    """The text of the file for the column lineage of the project, one line per table."""
    models = project_models()
    lines = (f"{json.dumps(name)}: {json.dumps(vars(found))}" for name, found in _with_reads(models, columns).items())
    return f'{{"made_from": "{_made_from(models)}", "lineage": {{\n' + ",\n".join(lines) + "\n}}\n"


def _with_reads(models: Sequence[Model], columns: Columns) -> dict[str, TableLineage]:
    reads = {model.name: sorted(name for name in model.reads if "." in name) for model in models}
    return {name: TableLineage(reads[name], found) for name, found in columns.items()}


def _made_from(models: Iterable[Model]) -> str:
    """One hash of the SELECTs, the tables with the classes of their columns, and this package's own text."""
    found = hashlib.sha256()
    for model in models:
        found.update(repr((model.name, model.path, model.text, sorted(model.relations.items()))).encode())
    for table in TABLES.values():
        found.update(repr((table.name, table.column_list)).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
