"""Checks the queries of bad rows: Dagster's pages show what they return, so it must identify nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from warehouse_assets.lineage.labels import Label, Mode
from warehouse_assets.lineage.models import Model
from warehouse_assets.lineage.scope import Relation

_UNTOLD = (Mode.PERSON, Mode.RANK, Mode.SINCE, Mode.UNTIL)
"""A row may belong to a person, but must not reveal which person, nor any exact detail."""


def check_models(root: Path) -> Iterator[Model]:
    """Each query of `sql/checks` as a model."""
    for path in sorted((root / "checks").glob("*.sql")):
        text = path.read_text(encoding="utf-8").strip().rstrip(";")
        yield Model(f"check of {path.stem.replace('__', ': ')}", f"sql/checks/{path.name}", text)


def shown_labels(found: Relation) -> Mapping[str, list[Label]]:
    """Column of the query -> the personal data that it would show."""
    shown = {name: [label for label in flow.labels if _tells(label)] for name, flow in found.columns}
    return {name: labels for name, labels in shown.items() if labels}


def _tells(label: Label) -> bool:
    is_published = label.origin.startswith("mart_")
    return label.kind == "identity" or (label.mode not in _UNTOLD and not is_published)
