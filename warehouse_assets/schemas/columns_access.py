"""Columns of the registers: who may read what, and since when."""

from __future__ import annotations

from warehouse_assets.schemas.classification import NOT_PERSONAL, STAFF
from warehouse_assets.schemas.column import column
from warehouse_assets.schemas.predicates import Check

ACCESS = [
    column("login_name", "text", "Login of a person or a service", STAFF),
    column("applied_at", "timestamptz", "When the access policy was applied", NOT_PERSONAL),
    column("applied_by", "text", "The administrator's login that applied it", STAFF),
    column(
        "change_verb",
        "text",
        "make (a missing fact was created) or unmake (an undeclared fact was removed)",
        NOT_PERSONAL,
        Check.isin(["make", "unmake"]),
    ),
    column("fact_kind", "text", "Kind of the fact: role, member, grant, owner, policy ...", NOT_PERSONAL),
    column("subject", "text", "The fact; for a password, only its login", STAFF),
]
