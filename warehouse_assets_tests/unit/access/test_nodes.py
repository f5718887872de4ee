"""Where tables are spread, nodes may log in as the pipeline's groups; anywhere else no group may log in."""

from __future__ import annotations

import pytest

from warehouse_assets.access.catalogue.objects import Declared
from warehouse_assets.access.desired_state import wanted_facts
from warehouse_assets.access.grants import Fact
from warehouse_assets.access.observed_state import World
from warehouse_assets.access.policy import read_policy

OF_EXTENSION = frozenset({("table", "dw.dim_date_102008"), ("trigger", "truncate_trigger_1 on dw.dim_date")})


def _facts(*, is_scaled_out: bool) -> set[Fact]:
    world = World("shop", "admin", True, True, True, owns_server=False, is_scaled_out=is_scaled_out)
    return wanted_facts(read_policy(), [], [], {}, world)


def test_only_a_cluster_differs_and_only_in_how_nodes_work() -> None:
    more = _facts(is_scaled_out=True) - _facts(is_scaled_out=False)
    assert _facts(is_scaled_out=False) <= _facts(is_scaled_out=True)
    groups = ("ingest", "transform", "privacy")
    assert more == {
        *(Fact("attribute", (name, "login")) for name in groups),
        *(Fact("grant", ("database", "shop", "CONNECT", name)) for name in groups),
        Fact("setting", ("", "citus.multi_shard_modify_mode=sequential", "shop")),
        Fact("setting", ("", "citus.enable_local_reference_table_foreign_keys=off", "shop")),
    }


@pytest.mark.parametrize(
    ("kind", "identity", "attached_to", "is_declared"),
    [
        ("trigger", "truncate_trigger_1 on dw.dim_date", "dw.dim_date", True),
        ("trigger", "truncate_trigger_2 on dw.dim_date", "dw.dim_date", False),
        ("table constraint", "dim_date_pkey_102008 on dw.dim_date_102008", "", True),
        ("table constraint", "dim_date_pkey_102009 on dw.dim_date_102009", "", False),
        ("index", "dw.dim_date_extra", "dw.dim_date_102008", True),
        ("index", "dw.dim_date_extra", "dw.dim_date", False),
        ("trigger", "leak on dw.dim_date_102008", "dw.dim_date_102008", False),
    ],
)
def test_only_what_the_extension_keeps_for_itself_is_declared(
    kind: str, identity: str, attached_to: str, is_declared: bool
) -> None:
    assert Declared(of_extension=OF_EXTENSION).holds(kind, identity, attached_to) is is_declared
