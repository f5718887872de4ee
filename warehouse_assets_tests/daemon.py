"""Dagster's daemon, played in a test: one look of a sensor at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import dagster as dg

from warehouse_assets.cli.jobs_here import _reason
from warehouse_assets.orchestration import jobs, sensors
from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.orchestration.settled_files import Arrivals
from warehouse_assets_tests.pipeline.shop import Shop

RUN_KEY = "dagster/run_key"
"""Dagster's tag of a run that a sensor requested."""
_BUILT = [*jobs.DIMENSION_KEYS, *jobs.MONTH_KEYS, *jobs.MART_TABLE_KEYS]


class Daemon:
    """Looks with each sensor and runs what it asks for, in this process."""

    def __init__(self, shop: Shop, instance: dg.DagsterInstance, clock: list[float]) -> None:
        self.instance, self.clock = instance, clock
        self.warehouse = Warehouse(home=str(shop.settings.home), database_url=shop.settings.database_url)
        self.load_definitions(shop.settings.first_month)
        self.cursors: dict[str, str | None] = {}
        self.keys: set[str] = set()
        self.failures: list[str] = []

    def load_definitions(self, begin: date) -> None:
        """Loads them, with monthly partitions from a month on."""
        self.definitions = build_defs({"warehouse": self.warehouse}, begin=begin)

    def look(self, sensor: dg.SensorDefinition) -> list[dg.RunRequest]:
        """One look; keys that ran before are passed over, as Dagster does."""
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursors.get(sensor.name),
            definitions=self.definitions,
            resources={"warehouse": self.warehouse},
        )
        result: Any = sensor(context)
        if isinstance(result, dg.SkipReason):
            return []
        if result.cursor is not None:
            self.cursors[sensor.name] = result.cursor
        for request in result.dynamic_partitions_requests or []:
            self.instance.add_dynamic_partitions(request.partitions_def_name, list(request.partition_keys))
        fresh = [r for r in result.run_requests or [] if r.run_key is None or r.run_key not in self.keys]
        self.keys |= {request.run_key for request in fresh if request.run_key}
        return fresh

    def execute(self, sensor: dg.SensorDefinition, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        """Runs it, without the reports, which take most of a small build's time."""
        chosen = list(request.asset_selection or ()) or (_BUILT if sensor.job_name == jobs.BUILD else None)
        result = self.definitions.resolve_job_def(str(sensor.job_name)).execute_in_process(
            instance=self.instance,
            partition_key=request.partition_key,
            tags={**request.tags, **({RUN_KEY: request.run_key} if request.run_key else {})},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            asset_selection=chosen,
            raise_on_error=False,
        )
        if not result.success:
            self.failures.append(_reason(result))
        return result

    def settle(self) -> list[str]:
        """Looks and runs until nothing more happens; the names of the jobs that ran."""
        ran: list[str] = []
        for _ in range(12):
            before = len(ran)
            for sensor in (sensors.flat_exports, sensors.incoming_files, sensors.pending_builds):
                for request in self.look(sensor):
                    ran.append(str(sensor.job_name))
                    self.execute(sensor, request)
            self.clock[0] += 10
            waits = any(Arrivals(seen).waiting() for seen in self.cursors.values())
            if len(ran) == before and not waits:
                return ran
        raise AssertionError(f"it never ends: {ran}")
