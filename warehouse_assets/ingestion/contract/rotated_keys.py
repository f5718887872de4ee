"""Frames of a warehouse whose secret was rotated or that erased somebody: keys computed again from the first ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.contract.arrow_columns import keys
from warehouse_assets.ingestion.contract.frame import Mask
from warehouse_assets.pseudonyms.hashing import ANONYMOUS_KEY
from warehouse_assets.pseudonyms.secret import Keys, Secret
from warehouse_assets.pseudonyms.tombstones import Tombstones


@dataclass(frozen=True)
class Trace:
    """Where a frame's keys of the first generation are, and who of it was erased when."""

    customer_column: str = "customer_key"
    order_column: str = "order_id_key"
    erased_at: Keys | None = None
    """None of an ordinary frame, whose keys are those of the first generation."""

    def present(self, first: pa.Array, secret: Secret, tombstones: Tombstones) -> pa.Array:
        """Keys made of keys of the first generation, as the warehouse has them now."""
        if self.erased_at is None:
            return first
        return pa.array(tombstones.carried(secret, first.to_numpy(zero_copy_only=False), self.erased_at))


def traced(raw: pd.DataFrame) -> Trace:
    """What `read_frames` put beside the records."""
    if "erased_at" not in raw:
        return Trace()
    customers = "customer_first_key" if "customer_first_key" in raw else "customer_key"
    erased_at = keys(raw["erased_at"]).to_numpy(zero_copy_only=False)
    return Trace(customers, "order_first_key", erased_at)


def is_erased(raw: pd.DataFrame) -> Mask:
    """Records of people who were erased."""
    found: Mask = np.asarray(keys(raw["customer_key"], 0).to_numpy(zero_copy_only=False) == ANONYMOUS_KEY)
    return found
