"""What the vault may take in: identifiers of persons who were seen recently enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Vaulting:
    """Direct identifiers of persons last seen before `since` are overdue already and never kept."""

    since: date


def vaulting(today: date, retention_days: int) -> Vaulting:
    """What retention lets the vault take in today."""
    return Vaulting(today - timedelta(days=retention_days))
