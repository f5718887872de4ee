"""Dagster's home folder and the environment in which its processes find it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from warehouse_assets.database.urls import DatabaseUrls
from warehouse_assets.settings import PROJECT_ROOT, Settings

INSTANCE_FILE = PROJECT_ROOT / "dagster.yaml"


def prepare_dagster_home(settings: Settings, urls: DatabaseUrls) -> dict[str, str]:
    """Creates Dagster's home with the project's `dagster.yaml`, and returns the variables to set for Dagster.

    The address of its storage is a variable and never in the file, so that the home holds no password.
    """
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _copy_when_changed(INSTANCE_FILE, home / "dagster.yaml")
    return {
        "DAGSTER_HOME": str(home),
        # The driver is named because a later SQLAlchemy maps postgresql:// to psycopg 3, which Dagster cannot use.
        "WAREHOUSE_DAGSTER_URL": urls.dagster.replace("postgresql://", "postgresql+psycopg2://", 1),
        # One statement writes the events of a range of months.
        "DAGSTER_EVENT_BATCH_SIZE": "500",
        "DAGSTER_DISABLE_TELEMETRY": "yes",
    }


def _copy_when_changed(source: Path, target: Path) -> None:
    """Copies atomically: a Dagster process may read the file at any moment."""
    if target.exists() and target.read_bytes() == source.read_bytes():
        return
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.new")
    shutil.copyfile(source, unfinished)
    unfinished.replace(target)
