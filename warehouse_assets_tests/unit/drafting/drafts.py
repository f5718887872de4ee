"""Files of shops that nobody has seen, and what a draft makes of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlglot

from warehouse_assets.drafting.draft import Draft, draft_source
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.landing import plan_landing
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.dry_run import DryRun, try_delivery
from warehouse_assets.settings import Settings

TODAY = date(2027, 1, 1)
dice = random.Random(7)


def write(
    path: Path, header: str, rows: Sequence[Sequence[Any]], delimiter: str = ";", encoding: str = "utf-8"
) -> None:
    lines = [header, *(delimiter.join(map(str, row)) for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)


def german_day(year: int) -> str:
    return f"{dice.randint(1, 28):02d}.{dice.randint(1, 12):02d}.{year}"


def drafted(tmp_path: Path, files: Path) -> tuple[Draft, DryRun]:
    """The draft, and what its folder makes of the very files."""
    found = draft_source("shop", [files], tmp_path / "tmp")
    place = tmp_path / "sources" / "shop"
    place.mkdir(parents=True)
    (place / "source.toml").write_text(found.toml, encoding="utf-8")
    for relation, text in found.selects.items():
        (place / f"{relation}.sql").write_text(text, encoding="utf-8")
    source = read_source(tmp_path / "sources", "shop")
    list(plan_landing(source, files).copy(tmp_path / "incoming" / "shop"))
    [delivery] = find_deliveries(source, tmp_path / "incoming")
    return found, try_delivery(Settings(home=tmp_path), delivery, TODAY)


def mapping(draft: Draft, relation: Any = "sales") -> dict[str, str]:
    """Canonical field -> the column that the SELECT takes for it."""
    tree = sqlglot.parse_one(draft.selects[relation], dialect="duckdb")
    return {
        item.alias_or_name: item.unalias().sql(dialect="duckdb", comments=False).replace('"', "")
        for item in tree.selects
    }


def outcome(dry: DryRun) -> dict[str, tuple[int, int]]:
    return {relation: (counts.loaded, counts.rejected) for relation, counts in dry.result.counts.items()}
