"""Who may read and write what: declared once, applied, watched for drift."""

from warehouse_assets.access.logins import PipelineRole
from warehouse_assets.access.plan import as_script
from warehouse_assets.access.policy import PolicyError, read_policy
from warehouse_assets.access.preparing import (
    apply_access,
    connect_as,
    find_drift,
    plan_access,
    prepare_warehouse,
    storage_urls,
)

__all__ = [
    "PipelineRole",
    "PolicyError",
    "apply_access",
    "as_script",
    "connect_as",
    "find_drift",
    "plan_access",
    "prepare_warehouse",
    "read_policy",
    "storage_urls",
]
