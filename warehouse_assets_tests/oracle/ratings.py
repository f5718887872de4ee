"""Mean ratings: of groups of ratings by k or more people, so that means differ by such groups only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from warehouse_assets_tests.oracle.exact import MONTHS_IN, Number, ratio, rounded

KINDS = (*MONTHS_IN, "all")


@dataclass(frozen=True)
class Rating:
    """One rating. It has no month if its day is not known, and no currency if it is a review."""

    product: Hashable
    subcategory: tuple[str, str]
    customer: Hashable | None
    stars: Number
    month: int | None
    shop: str = ""
    currency: str = ""

    def period(self, kind: str) -> int | None:
        return None if self.month is None or kind == "all" else self.month // MONTHS_IN[kind]


@dataclass(frozen=True)
class Group:
    """Ratings of a product, or of the products of a subcategory that few people rated, in one period."""

    ratings: tuple[Rating, ...]
    kind: str
    is_one_product: bool

    @property
    def _sum(self) -> Fraction:
        return sum((Fraction(rating.stars) for rating in self.ratings), Fraction(0))

    @property
    def steps(self) -> int:
        """How many of the 2n - 1 equal steps from all 1 to all 5 the sum has."""
        count = len(self.ratings)
        above = self._sum - count
        return int(rounded(above * (2 * count - 1) / (4 * count), 0) or 0)

    def total(self, k: int) -> Number:
        count = len(self.ratings)
        if k == 1:
            return self._sum
        return rounded(count + self.steps * Fraction(4 * count, 2 * count - 1), 6) or 0

    def is_in(self, kind: str, period: int | None) -> bool:
        """Whether a period has the whole of it."""
        is_longer = KINDS.index(kind) >= KINDS.index(self.kind)
        return is_longer and (kind == "all" or self.ratings[0].period(kind) == period)


def persons(ratings: Iterable[Rating]) -> int:
    return len({rating.customer for rating in ratings if rating.customer is not None})


def groups_of(ratings: Iterable[Rating], k: int) -> list[Group]:
    """Every group. Nobody's rating is in two; ratings of fewer than k people that are left over are in none."""
    found: list[Group] = []
    few: list[Rating] = []
    for rated in _grouped(ratings, lambda one: (one.shop, one.currency, one.product)).values():
        if persons(rated) >= k:
            found += _in_time(rated, k, is_one_product=True)
        else:
            few += rated
    for rated in _grouped(few, lambda one: (one.shop, one.currency, one.subcategory)).values():
        found += _in_time(rated, k, is_one_product=False)
    return found


def mean_rating(groups: Iterable[Group], k: int, kind: str, period: int | None) -> Decimal | None:
    """Of the groups that are in the period, in tenths; None of no group."""
    inside = [group for group in groups if group.is_in(kind, period)]
    total = sum((Fraction(group.total(k)) for group in inside), Fraction(0))
    return rounded(ratio(total, sum(len(group.ratings) for group in inside)), 1)


def _in_time(ratings: Sequence[Rating], k: int, *, is_one_product: bool) -> list[Group]:
    found, rest = [], list(ratings)
    for kind in KINDS:
        periods: dict[Hashable, list[Rating]] = defaultdict(list)
        for rating in rest:
            periods[rating.period(kind)].append(rating)
        rest = []
        for inside in periods.values():
            if persons(inside) >= k:
                found.append(Group(tuple(inside), kind, is_one_product))
            else:
                rest += inside
    return found


def _grouped(ratings: Iterable[Rating], key: Callable[[Rating], Hashable]) -> dict[Hashable, list[Rating]]:
    found: dict[Hashable, list[Rating]] = defaultdict(list)
    for rating in ratings:
        found[key(rating)].append(rating)
    return found
