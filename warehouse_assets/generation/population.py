"""How invented customers live: when they sign up, buy, come back and leave.

Customers are drawn in chunks. Each chunk samples the whole span with its own random stream, so that memory does
not grow with the export and a longer export starts with the same people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse_assets.generation.calendar import Calendar
from warehouse_assets.generation.catalogue import PRODUCTS
from warehouse_assets.generation.dice import Bools, Dice, Floats, Ints

CHUNK_CUSTOMERS = 4096
CHANNELS = ("Organic Search", "Paid Ads", "Referral", "Email", "Social Media")
_CHANNEL_WEIGHTS = (34, 26, 18, 12, 10)
_CHANNEL_CHURN = np.array((0.9, 1.5, 0.7, 0.8, 1.25))
_LOYALTY_WEIGHTS = (55, 30, 15)
_MONTHLY_CHURN = np.array((0.11, 0.055, 0.03))
_MONTHLY_PURCHASE = np.array((0.16, 0.34, 0.48))
_REACTIVATION = 0.006
_GROWTH = 1.015
_SEASON = np.array((0.85, 0.8, 0.92, 0.95, 1.0, 0.95, 0.9, 0.85, 1.0, 1.05, 1.3, 1.7))
"""Relative demand (and sign-ups) of each calendar month, from January."""


@dataclass(frozen=True)
class Customers:
    """Traits of one chunk's customers, one array element each; days are days since 1970-01-01."""

    number: Ints
    signup: Ints
    channel: Ints
    loyalty: Ints
    login_lag: Ints
    closes_account: Bools


@dataclass(frozen=True)
class Purchases:
    """Purchases of one chunk by customer, then day; `customer` is an index into the chunk.

    `nth` counts a customer's purchases from 1; `price` is in hundredths.
    """

    customer: Ints
    day: Ints
    nth: Ints
    product: Ints
    price: Ints
    quantity: Ints
    rating: Ints

    def at(self, chosen: Ints | Bools) -> Purchases:
        """The selected purchases, in this order."""
        return Purchases(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def __len__(self) -> int:
        return len(self.customer)


def simulate(seed: int, chunk: int, calendar: Calendar) -> tuple[Customers, Purchases]:
    """The people of one chunk, and their purchases until the calendar ends."""
    customers = _customers(Dice(seed, chunk, 1), chunk, calendar)
    who, day = _visits(Dice(seed, chunk, 2), customers, calendar)
    return customers, _baskets(Dice(seed, chunk, 3), who, day)


def _customers(dice: Dice, chunk: int, calendar: Calendar) -> Customers:
    count = CHUNK_CUSTOMERS
    month = dice.pick(_signup_weights(calendar), count)
    return Customers(
        number=np.arange(count) + (chunk * count + 1),
        signup=calendar.starts[month] + dice.below(calendar.lengths[month], count),
        channel=dice.pick(_CHANNEL_WEIGHTS, count),
        loyalty=dice.pick(_LOYALTY_WEIGHTS, count),
        login_lag=dice.below(60, count),
        closes_account=dice.happens(0.15, count),
    )


def _signup_weights(calendar: Calendar) -> list[int]:
    weights, growth = [], 1.0
    for season in _seasons(calendar):
        weights.append(int(10_000 * growth * season))
        growth *= _GROWTH
    return weights


def _seasons(calendar: Calendar) -> Floats:
    months = (np.arange(calendar.count) + calendar.first.month - 1) % 12
    return _SEASON[months]


def _visits(dice: Dice, customers: Customers, calendar: Calendar) -> tuple[Ints, Ints]:
    """Customers and days of purchases, sorted; the first purchase follows the sign-up within five weeks."""
    count = len(customers.signup)
    delay = dice.uniform(count)
    first = customers.signup + (delay * delay * delay * 35).astype(np.int64)
    begins = np.flatnonzero(first <= calendar.last_day)
    again = _returns(dice, customers, calendar.month_of(first), calendar)
    twice = again & (dice.uniform(count, calendar.count) < 0.15)
    who, month = (np.concatenate(pair) for pair in zip(np.nonzero(again), np.nonzero(twice), strict=True))
    day = calendar.starts[month] + dice.below(calendar.lengths[month], len(month))
    who, day = np.concatenate((begins, who)), np.concatenate((first[begins], day))
    order = np.lexsort((day, who))
    return who[order].astype(np.int64), day[order]


def _returns(dice: Dice, customers: Customers, first_month: Ints, calendar: Calendar) -> Bools:
    """The months after the first in which a customer buys; churn is most likely in the first months."""
    shape = (len(first_month), calendar.count)
    since = np.arange(calendar.count)[None, :] - first_month[:, None]
    hazard = (_MONTHLY_CHURN[customers.loyalty] * _CHANNEL_CHURN[customers.channel])[:, None]
    hazard = hazard * (1.0 + 1.8 / np.maximum(since, 1))
    leaves = (since >= 1) & (dice.uniform(*shape) < hazard)
    gone = np.logical_or.accumulate(leaves, axis=1)
    wish = _MONTHLY_PURCHASE[customers.loyalty][:, None] * _seasons(calendar)[None, :]
    return (since >= 1) & (dice.uniform(*shape) < np.where(gone, _REACTIVATION, wish))


def _baskets(dice: Dice, who: Ints, day: Ints) -> Purchases:
    count = len(who)
    product = dice.pick([item.weight for item in PRODUCTS], count)
    usual = np.array([item.price for item in PRODUCTS], dtype=np.int64)[product]
    opens = np.flatnonzero(np.diff(who, prepend=-1))
    sizes = np.diff(opens, append=count)
    return Purchases(
        customer=who,
        day=day,
        nth=np.arange(count) - np.repeat(opens, sizes) + 1,
        product=product,
        price=usual * (90 + dice.below(21, count)) // 100,
        quantity=1 + dice.pick((62, 21, 9, 5, 3), count),
        rating=1 + dice.pick((5, 7, 16, 36, 36), count),
    )
