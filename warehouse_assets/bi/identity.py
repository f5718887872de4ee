"""Identifiers that are the same in every build, as the files' formats want one for each object."""

from __future__ import annotations

import hashlib
import uuid

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "warehouse_assets.bi")


def stable_uuid(*names: str) -> str:
    """A UUID that follows from the names of the object and of what holds it."""
    return str(uuid.uuid5(_NAMESPACE, "\0".join(names)))


def stable_name(*names: str) -> str:
    """Twenty hexadecimal digits that follow from the names."""
    return hashlib.sha256("\0".join(names).encode()).hexdigest()[:20]
