"""How personal data is classed: one classification per column, from which its treatment follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PrivacyClass = Literal[
    "direct_identifier", "pseudonym", "quasi_identifier", "behaviour", "payment", "free_text", "none"
]
Treatment = Literal["drop", "vault", "pseudonymise", "generalise", "keep"]


class UnclassifiedError(ValueError):
    """A column or field that nobody has said anything of; the message says where to do so."""


@dataclass(frozen=True)
class Classification:
    """What a column says about a person, why it is held, on what basis, for how long, and what is done."""

    privacy_class: PrivacyClass
    purpose: str
    legal_basis: str
    retention: str
    treatment: Treatment


_STATISTICS = "statistics of sales and customers"
_INTEREST = "legitimate interest (art. 6.1.f)"
_OBLIGATION = "legal obligation (art. 6.1.c)"
_PERSON_YEARS = "3 years after the person was last seen"
_LIFE = "as long as the warehouse keeps the sale, pseudonymous"

DIRECT_IDENTIFIER = Classification(
    "direct_identifier", "answering the rights of persons", _OBLIGATION, _PERSON_YEARS, "vault"
)
FREE_TEXT = Classification("free_text", "answering the rights of persons", _OBLIGATION, _PERSON_YEARS, "vault")
PAYMENT = Classification("payment", "none: it is not kept", "none", "not stored", "drop")
PSEUDONYM = Classification("pseudonym", _STATISTICS, _INTEREST, _LIFE, "pseudonymise")
QUASI_IDENTIFIER = Classification("quasi_identifier", _STATISTICS, _INTEREST, _LIFE, "generalise")
GENERALISED = Classification("quasi_identifier", _STATISTICS, _INTEREST, _LIFE, "keep")
"""General enough to be shown as the name of a group: an age band, a gender."""
BEHAVIOUR = Classification("behaviour", _STATISTICS, _INTEREST, _LIFE, "keep")
REJECT = Classification("quasi_identifier", "mending rejected records", _INTEREST, "90 days", "pseudonymise")
REQUEST = Classification(
    "pseudonym",
    "answering the rights of persons and showing that it was done",
    _OBLIGATION,
    "5 years after the answer",
    "pseudonymise",
)
ASKED = Classification(
    "direct_identifier",
    "answering the rights of persons",
    _OBLIGATION,
    "until the answer; an answer until it is handed over, 30 days at most",
    "vault",
)
NOT_PERSONAL = Classification("none", "running the warehouse", "not personal data", "unlimited", "keep")
STAFF = Classification(
    "pseudonym",
    "accounting for who may read what",
    "legitimate interest: security of processing (art. 6.1.f, 32)",
    "as long as the warehouse accounts for access",
    "keep",
)
