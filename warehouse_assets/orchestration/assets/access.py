"""The access policy as an asset, with a check that fails if the database differs from it."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from warehouse_assets.access.policy import POLICY_PATH, PolicyError, read_policy
from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import OWNER
from warehouse_assets.orchestration.checks import are_checks_alone, asset_key
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.startup.preparation import find_drift

POLICY_ASSET = dg.AssetKey(["access", "policy"])
DRIFT_CHECK = "drift"
_SHOWN = 50


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            POLICY_ASSET,
            deps=[asset_key(name) for name in MART_SELECTS],
            group_name="access",
            owners=[OWNER],
            kinds={"postgres", "python"},
            tags={"layer": "access"},
            description="Who may read and write what (`sql/access/policy.toml`). Grain: one group per row of the list.",
            code_version="1",
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            DRIFT_CHECK,
            asset=POLICY_ASSET,
            description="Everything on the server that can carry a right is exactly as declared, passwords aside",
        )
    ],
    can_subset=True,
)
@retry_transient_errors
def access_policy(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Compares after each build. `warehouse access apply` corrects what the check finds."""
    if are_checks_alone(context):
        yield check_drift(warehouse)
        return
    groups = "\n".join(f"- `{role.name}`: {role.purpose}" for role in read_policy().roles.values())
    yield dg.MaterializeResult(
        asset_key=POLICY_ASSET,
        metadata={"groups": dg.MetadataValue.md(groups), "declared in": str(POLICY_PATH.name)},
        check_results=[check_drift(warehouse)],
    )


def check_drift(warehouse: Warehouse) -> dg.AssetCheckResult:
    """One line of metadata per difference. A warning if the given login may not apply a policy.

    Only a superuser reads what the server keeps of passwords, so that `warehouse access plan` compares those.
    """
    try:
        changes = find_drift(warehouse.settings)
    except PolicyError as error:
        return dg.AssetCheckResult(
            passed=False,
            asset_key=POLICY_ASSET,
            check_name=DRIFT_CHECK,
            severity=dg.AssetCheckSeverity.WARN,
            description=str(error),
        )
    lines = "\n".join(f"- `{change}`" for change in changes[:_SHOWN])
    return dg.AssetCheckResult(
        passed=not changes,
        asset_key=POLICY_ASSET,
        check_name=DRIFT_CHECK,
        description=f"{len(changes)} differences. `warehouse access apply` corrects what needs no person"
        if changes
        else None,
        metadata={
            "differences": len(changes),
            "first of them": dg.MetadataValue.md(lines or "none"),
            "not compared here": "passwords; an administrator's `warehouse access plan` does",
        },
    )
