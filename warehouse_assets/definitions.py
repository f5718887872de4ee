"""The code location, as Dagster's own processes load it."""

from warehouse_assets.orchestration.code_location import build_defs

defs = build_defs()
