"""Errors that a person can act on."""

from warehouse_assets.settings import WarehouseError


class PrivacyError(WarehouseError, ValueError):
    """What was asked of the privacy commands cannot be done; the message says what to do."""
