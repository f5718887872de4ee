"""Exports as shop platforms write them, made up, each with the sums that a person would compute by hand."""

from warehouse_assets_tests.platforms.exports import PLATFORMS, Expected, Export

__all__ = ["PLATFORMS", "Expected", "Export"]
