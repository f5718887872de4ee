"""Who may read and write what: declared once, applied, watched for drift."""

from warehouse_assets.access.applying import apply_policy, make_plan
from warehouse_assets.access.logins import PipelineRole
from warehouse_assets.access.policy import PolicyError, read_policy
from warehouse_assets.access.preparing import connect_as, prepare_warehouse

__all__ = [
    "PipelineRole",
    "PolicyError",
    "apply_policy",
    "connect_as",
    "make_plan",
    "prepare_warehouse",
    "read_policy",
]
