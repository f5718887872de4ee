"""Random draws with the same results on every machine; uses raw bits and integer weights only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Dice:
    """An independent stream of draws, identified by numbers (seed, chunk, purpose)."""

    def __init__(self, *names: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(names)))

    def uniform(self, *shape: int) -> Floats:
        """Numbers in [0, 1)."""
        return self._generator.random(shape)

    def below(self, bound: int | Ints, count: int) -> Ints:
        """Integers in [0, bound)."""
        return (self.uniform(count) * bound).astype(np.int64)

    def pick(self, weights: Sequence[int], count: int) -> Ints:
        """Random indices of `weights`, with probabilities in proportion to them."""
        totals = np.array(list(accumulate(weights)), dtype=np.int64)
        return np.searchsorted(totals, self.below(int(totals[-1]), count), side="right").astype(np.int64)

    def happens(self, rate: float, count: int) -> Bools:
        """Booleans that are true at this rate."""
        return self.uniform(count) < rate
