"""Errors that a person can act on."""


class PrivacyError(ValueError):
    """What was asked of the privacy commands cannot be done; the message says what to do."""
