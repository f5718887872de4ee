"""Differences that this home accepts, each with its reason: what else lives on a server of one's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from warehouse_assets.access.grants import Fact
from warehouse_assets.access.policy import PolicyError
from warehouse_assets.settings import Settings


def read_accepted(settings: Settings) -> Mapping[str, str]:
    """Difference, as `warehouse access plan` prints it without its sign -> its reason, which is required."""
    path = settings.home / "access" / "accepted.toml"
    if not path.exists():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read: {error}") from None
    for name, reason in entries.items():
        if not isinstance(reason, str) or not reason.strip():
            raise PolicyError(f"{path}: [accepted] {name!r} needs a reason")
    return {" ".join(name.split()): reason for name, reason in entries.items()}


def is_accepted(fact: Fact, accepted: Mapping[str, str]) -> bool:
    """Whether an undeclared fact is on the list."""
    return " ".join(str(fact).split()) in accepted
