"""Keys of orders and sale lines: by their numbers, or by what the line says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.ingestion.contract.amounts import MONEY
from warehouse_assets.pseudonyms.hashing import first_63_bits, leading_63_bits
from warehouse_assets.pseudonyms.secret import Secret

_CONTENT = ("customer_key", "product_key", "sold_at", "line_type", "quantity", *MONEY, "currency_code")
_SEPARATOR = "\x1f"


def line_keys(
    secret: Secret,
    source_name: str,
    columns: Mapping[str, pa.Array],
    orders: pa.Array | None,
    numbers: pa.Array,
) -> tuple[pa.Array, pa.Array]:
    """(order keys, line keys). A line without an order is an order of its own, known by its content."""
    contents = line_content(columns)
    lead = b"line\x1e" + source_name.encode() + b"\x1e"
    if orders is None or orders.null_count == len(orders):
        own = pa.array(leading_63_bits(secret.digests(lead + text for text in contents)))
        return own, own
    known = zip(orders.to_pylist(), numbers.to_pylist(), contents, strict=True)
    pairs = [
        (own := secret.key(lead + text), own) if order is None else (order, _line_key(order, number, text))
        for order, number, text in known
    ]
    order_keys, lines = zip(*pairs, strict=True) if pairs else ((), ())
    return pa.array(order_keys, pa.int64()), pa.array(lines, pa.int64())


def line_content(columns: Mapping[str, pa.Array]) -> list[bytes]:
    """What makes a line without a number the same line in two deliveries: who, what, when, how much.

    Status, rating and place are not part of it: a later export may tell them again of the same sale.
    """
    fields = [pc.fill_null(pc.cast(columns[name], pa.string()), "") for name in _CONTENT]
    contents: list[bytes] = pc.binary_join_element_wise(*fields, _SEPARATOR).cast(pa.binary()).to_pylist()
    return contents


def _line_key(order_key: int, number: str | None, content: bytes) -> int:
    identity = content if number is None else b"number\x1e" + number.encode()
    return first_63_bits(hashlib.sha256(order_key.to_bytes(8, "big") + identity).digest())
