"""Invented card numbers: test prefixes of the networks with a valid Luhn check digit."""

from __future__ import annotations

import numpy as np

from warehouse_assets.generation.dice import Dice

TEST_PREFIXES = ("411111", "424242", "401288", "555555", "510510", "520082", "601111")
_DIGITS = 16


def card_numbers(dice: Dice, count: int) -> list[str]:
    """`count` numbers with 16 digits."""
    prefixes = np.array([[int(digit) for digit in prefix] for prefix in TEST_PREFIXES])
    body = (dice.uniform(count, _DIGITS - 7) * 10).astype(np.int64)
    digits = np.hstack((prefixes[dice.below(len(TEST_PREFIXES), count)], body))
    doubled = digits.copy()
    doubled[:, ::2] *= 2
    doubled -= 9 * (doubled > 9)
    check = -doubled.sum(axis=1) % 10
    characters = np.hstack((digits, check[:, None])).astype(np.uint8) + ord("0")
    numbers: list[str] = np.ascontiguousarray(characters).view(f"S{_DIGITS}").astype(str).ravel().tolist()
    return numbers
