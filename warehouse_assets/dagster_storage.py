"""Where Dagster keeps its own records: dagster-postgres on the warehouse's server, found without set-up."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage

from warehouse_assets import database
from warehouse_assets.access import storage_urls
from warehouse_assets.settings import read_settings

_ADDRESS = "WAREHOUSE_DAGSTER_URL"


class WarehouseStorage(DagsterPostgresStorage):
    """dagster-postgres at `WAREHOUSE_DAGSTER_URL`; without it, in the database beside the warehouse.

    So `dagster dev -m warehouse_assets.definitions` works as it is: the embedded server is started when it
    is not running. One connection is kept by each process, instead of one made per event, which is most of a
    small run.
    """

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure: the address comes from the environment or from the settings."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> WarehouseStorage:
        """Called by Dagster for each instance; starts the embedded server if need be."""
        storage = cls(postgres_url=_address(), inst_data=inst_data)
        for part in (storage.run_storage, storage.event_log_storage, storage.schedule_storage):
            part.optimize_for_webserver(statement_timeout=0, pool_recycle=3600, max_overflow=20)
        return storage


def _address() -> str:
    known = os.environ.get(_ADDRESS)
    if known:
        return known
    settings = read_settings()
    urls = storage_urls(settings, database.ensure_running(settings))
    return database.prepare_dagster_home(settings, urls)[_ADDRESS]
