"""What runs would import once they have begun, for a process that has time before one begins."""

from __future__ import annotations

from importlib import import_module

_OF_LOADS = (
    "warehouse_assets.orchestration.instance.storage",
    "pandera.backends.pandas.builtin_checks",
    "sqlglot.dialects.duckdb",
)
FORECASTS = "statsmodels.tsa.statespace.structural"
"""It takes longer than most builds."""


def prepare_loads() -> None:
    """Imports what a load imports, and reads the names of countries."""
    for module in _OF_LOADS:
        import_module(module)
    places = import_module("warehouse_assets.ingestion.contract.places")
    places.find_country("France")


def prepare_runs() -> None:
    """The same for all runs, builds among them."""
    prepare_loads()
    import_module(FORECASTS)
