"""Synthetic exports of an invented shop, for demonstrations, tests and benchmarks."""

from warehouse_assets.generation.export import GeneratedExport, generate_export, generate_months

__all__ = ["GeneratedExport", "generate_export", "generate_months"]
