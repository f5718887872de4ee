"""No attacker finds the ratings that fewer than k people gave a product or category, from means and numbers of orders.

The attacker knows how many ratings there are of each product and month, and that each is 1, 2, 3, 4 or 5. Published
means are sums over these cells, as exact as their steps. An integer solver asks for the least and the greatest sum that
a hidden group may have: if they are one, the group's sum is given away.

Means with six decimals gave away almost every hidden sum. No step hides them all, because ratings end at 1 and 5: where
the people of a hidden group and all others rate alike, what is left over may have one value only. Blank groups as in
the customer mart would take a month, a quarter and a category away for each of their products with few raters. With
k = 11 the solver finds nothing; with smaller k it may find a rating that is the least or the greatest there is.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import highspy
import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.marts.sales_mart_shop import Line, Shop, build, fill, prepared

MONTHS = [date(2023, month, 1) for month in range(1, 7)]
PRODUCTS = {
    1: ("Lamp", "Home", "Light"),
    2: ("Bulb", "Home", "Light"),
    3: ("Chair", "Home", "Seats"),
    4: ("Ball", "Toys", "Games"),
}
Cell = tuple[int, date]
Group = frozenset[Cell]


@pytest.fixture(scope="module")
def database(server: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    with prepared(server) as connection:
        yield connection


def rated_shop(seed: int, k: int) -> Shop:
    """Ratings of every product, in some months by few people; some products are always rated alike."""
    chance = random.Random(seed)
    usual = {product: chance.choice([None, 5, 1, 4]) for product in PRODUCTS}
    lines: list[Line] = []
    for product in PRODUCTS:
        for month in MONTHS:
            for customer in range(chance.choice([0, 1, 1, k - 1, k, 2 * k, 20 * k])):
                rating = usual[product] if chance.random() < 0.9 else None
                lines.append(
                    Line(
                        month,
                        order=len(lines),
                        customer=customer,
                        product=product,
                        rating=Decimal(rating or chance.randint(1, 5)),
                    )
                )
    return Shop(lines, date(2023, 6, 30), products=PRODUCTS, k=k)


def cells_of(lines: list[Line], row: Mapping[str, Any], names: Mapping[int, tuple[str, str, str]]) -> Group:
    """The cells that a row of a mart is about."""
    first, kind = row["period_start"], row["period_kind"]
    size = {"month": 1, "quarter": 3, "year": 12, "all": 12}[kind]

    def is_in(product: int, month: date) -> bool:
        if not 0 <= (month.year - first.year) * 12 + month.month - first.month < size:
            return False
        if "product_key" in row:
            return product == row["product_key"]
        _, category, subcategory = names[product]
        return category == row["category"] and row["subcategory"] in ("All", subcategory)

    return frozenset((line.product, line.month) for line in lines if is_in(line.product, line.month))


def whole_sums(shown: Decimal, count: int) -> tuple[int, int]:
    """The least and the greatest sum of so many ratings whose mean is shown so."""
    half = Fraction(1, 20 if count >= 200 else 4 if count >= 20 else 2)
    least = math.ceil((Fraction(shown) - half) * count)
    greatest = math.ceil((Fraction(shown) + half) * count) - 1
    return max(least, count), min(greatest, 5 * count)


class Attack:
    """What is published, as bounds on sums over cells."""

    def __init__(self, counts: Mapping[Cell, int], published: Mapping[Group, tuple[int, int]]) -> None:
        self.cells = sorted(counts)
        self.solver = highspy.Highs()
        self.solver.silent()
        self.sums = {cell: self.solver.addIntegral(counts[cell], 5 * counts[cell]) for cell in self.cells}
        for group, (least, greatest) in published.items():
            total = self.solver.qsum(self.sums[cell] for cell in group)
            self.solver.addConstr(total >= least)
            self.solver.addConstr(total <= greatest)

    def range_of(self, group: Group) -> tuple[int, int]:
        total = self.solver.qsum(self.sums[cell] for cell in group)
        self.solver.minimize(total)
        least = round(self.solver.getObjectiveValue())
        self.solver.maximize(total)
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return least, round(self.solver.getObjectiveValue())


def test_the_attacker_is_able_to_find_a_sum() -> None:
    counts = {(1, month): 10 for month in MONTHS[:2]}
    whole, first, second = frozenset(counts), frozenset([(1, MONTHS[0])]), frozenset([(1, MONTHS[1])])
    exact = Attack(counts, {whole: (60, 60), first: (31, 31)})
    assert exact.range_of(second) == (29, 29)
    rounded = Attack(counts, {whole: whole_sums(Decimal(3), 20), first: whole_sums(Decimal(3), 10)})
    least, greatest = rounded.range_of(second)
    assert least < 29 < greatest


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_sum_of_ratings_of_few_people(database: psycopg.Connection[Any], k: int) -> None:
    attacked, published, given_away = 0, dict[Group, tuple[int, int]](), list[tuple[int, int]]()
    for seed in range(6):
        shop = rated_shop(seed, k)
        fill(database, shop)
        lines = list(shop.lines)
        counts = Counter((line.product, line.month) for line in lines)
        raters: dict[Cell, set[int]] = defaultdict(set)
        for line in lines:
            raters[line.product, line.month].add(line.customer)
        published = {}
        hidden = {frozenset([cell]) for cell in counts}
        for table in ("product_sales", "category_sales"):
            for row in build(database, shop, table):
                group = cells_of(lines, row, PRODUCTS)
                count = sum(counts[cell] for cell in group)
                hidden.add(group)
                if row["average_rating"] is not None:
                    published[group] = whole_sums(row["average_rating"], count)
        few = [group for group in hidden if group and len(set().union(*(raters[cell] for cell in group))) < k]
        attack = Attack(counts, published)
        for group in few:
            least, greatest = attack.range_of(group)
            if least == greatest:
                given_away.append((least, sum(counts[cell] for cell in group)))
        attacked += len(few)
    assert attacked and published, "nothing was hidden or nothing published, so nothing was attacked"
    assert all(total in (count, 5 * count) for total, count in given_away)
    assert len(given_away) <= (0 if k >= 11 else 0.1 * attacked)
