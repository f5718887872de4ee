"""Errors that a person can act on."""

from warehouse_assets.settings import WarehouseError


class PrivacyError(WarehouseError, ValueError):
    """A privacy command cannot do what was asked; the message says what to do."""


class NobodyFound(PrivacyError):
    """Neither the database nor an original file holds a person with this number. Nothing was changed."""
