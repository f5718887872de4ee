"""The command line `warehouse`."""

from __future__ import annotations

from warehouse_assets.cli.app import app, main

__all__ = ["app", "main"]
