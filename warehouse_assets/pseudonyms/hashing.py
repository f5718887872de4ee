"""63-bit keys: stable, unambiguous hashes of natural keys."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

UNKNOWN_KEY = -1
ANONYMOUS_KEY = -2
_DIGEST_WORDS = 4


def encode(parts: Sequence[str]) -> bytes:
    """The parts as bytes, each preceded by its length, so that ('a', 'bc') differs from ('ab', 'c')."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join([len(part).to_bytes(4, "big") + part for part in encoded])


def first_63_bits(digest: bytes) -> int:
    """The leading 63 bits of a digest, never negative."""
    return int.from_bytes(digest[:8], "big") >> 1


def leading_63_bits(digests: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """`first_63_bits` of many digests of 32 bytes."""
    words = np.frombuffer(b"".join(digests), dtype=">u8")[::_DIGEST_WORDS]
    return (words >> np.uint64(1)).astype(np.int64)


def natural_key(*parts: str) -> int:
    """The key of a product, place, channel or delivery: anything but a person."""
    return first_63_bits(hashlib.sha256(encode(parts)).digest())
