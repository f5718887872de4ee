"""Which roles have a static report, and where it is."""

from __future__ import annotations

from pathlib import Path

REPORT_ROLES = {
    "data_engineer": "data_engineer",
    "dpo": "data_engineer",
    "customer_analyst": "customer_analyst",
    "sales_analyst": "sales_analyst",
    "auditor": "auditor",
}
"""Roles of people whose rows do not depend on who they are -> the role that is taken on to read for them.

A DPO reads of the marts and the ledger what an engineer reads, and may erase people besides: a program that
writes reports does not take that role on.
"""


def report_path(folder: Path, role: str) -> Path:
    """Where a role's report is."""
    return folder / f"{role}.html"
