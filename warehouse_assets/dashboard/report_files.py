"""Static reports as files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets.dashboard.context import NO_CONTEXT, Context
from warehouse_assets.dashboard.report import build_report, existing_roles, reading_as
from warehouse_assets.dashboard.report_roles import REPORT_ROLES, report_path


def write_reports(
    connection: psycopg.Connection[Any],
    folder: Path,
    roles: Iterable[str] = REPORT_ROLES,
    context: Context = NO_CONTEXT,
) -> dict[str, Path]:
    """Writes one file per role of the warehouse, readable by the owner only; returns role -> file.

    Deletes reports of roles that no longer exist.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written: dict[str, Path] = {}
    for role in existing_roles(connection, roles):
        with reading_as(connection, role) as reader:
            text = build_report(reader, role, context)
        path = report_path(folder, role)
        draft = path.with_suffix(".part")
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(path)
        written[role] = path
    for role in set(roles) - set(written):
        report_path(folder, role).unlink(missing_ok=True)
    return written
