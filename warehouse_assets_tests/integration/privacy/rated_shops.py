"""Shops with ratings of every kind, and the attacker who knows all about them but the stars of few people."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import highspy

from warehouse_assets_tests.integration.marts.sales_mart_shop import UNKNOWN, Line, Review, Shop
from warehouse_assets_tests.oracle.exact import MONTHS_IN, month_of
from warehouse_assets_tests.oracle.ratings import Group, Rating, groups_of, persons

ALL_SHOPS = "All shops"
MONTHS = [date(2023, month, 1) for month in range(1, 8)]
PRODUCTS = {
    1: ("Lamp", "Home", "Light"),
    2: ("Bulb", "Home", "Light"),
    3: ("Chair", "Home", "Seats"),
    4: ("Ball", "Toys", "Games"),
    5: ("Dice", "Toys", "Games"),
}
SHOPS = ("north", "south")
CURRENCIES = ("EUR", "USD")
Row = Mapping[str, Any]
Cell = tuple[str, str, int, int | None]
"""Shop, currency (none of a review), product, month (none of an undated review)."""


def rated_shop(seed: int, k: int) -> Shop:
    """Lines and reviews in two shops and currencies, of some months by few people; some products are rated alike."""
    chance = random.Random(seed)
    shops, currencies = SHOPS[: chance.choice([1, 1, 2])], CURRENCIES[: chance.choice([1, 1, 2])]
    usual = {product: chance.choice([None, 5, 5, 1, 4]) for product in PRODUCTS}
    likeness = chance.choice([0.9, 0.97, 1])
    sizes = [0, 1, 1, k - 1, k, k + 1, 2 * k, chance.choice([5, 20]) * k]

    def stars(product: int) -> Decimal:
        rating = usual[product] if chance.random() < likeness else None
        return Decimal(rating or chance.randint(1, 5))

    def customers() -> list[int]:
        first = chance.choice([0, 0, 1000])
        return [UNKNOWN if chance.random() < 0.03 else first + n for n in range(chance.choice(sizes))]

    lines: list[Line] = []
    reviews: list[Review] = []
    for shop, product in itertools.product(shops, PRODUCTS):
        for month, currency in itertools.product(MONTHS, currencies):
            lines += [
                Line(month, 0, product=product, customer=one, rating=stars(product), currency=currency, shop=shop)
                for one in customers()
            ]
        for day in (day for day in (*MONTHS[:2], None) if chance.random() < 0.2):
            reviews += [Review(product, stars(product), day, one, shop) for one in customers()]
    lines += [Line(MONTHS[0], currency=code, shop=shop) for shop in shops for code in currencies]
    lines = [replace(line, order=number) for number, line in enumerate(lines)]
    dates = dict.fromkeys(shops, date(2023, 7, 31))
    return Shop(lines, date(2023, 7, 31), reviews, PRODUCTS, k, dates)


def ratings_of(shop: Shop) -> list[Rating]:
    """Every rating, as it is grouped."""
    lines = [(line, line.day, line.currency) for line in shop.lines if line.rating is not None]
    found = []
    for one, day, currency in (*lines, *((review, review.day, "") for review in shop.reviews)):
        _, category, subcategory = shop.names(one.product)
        customer = one.customer if one.customer >= 0 else None
        month = None if day is None else month_of(day)
        names = (category, subcategory)
        found.append(Rating(one.product, names, customer, one.rating or 0, month, one.shop, currency))
    return found


def cell_of(rating: Rating) -> Cell:
    return rating.shop, rating.currency, int(str(rating.product)), rating.month


def is_about(row: Row, rating: Rating) -> bool:
    """Whether a row of a mart is about a rating, if one leaves the period out."""
    if row["source_name"] not in (rating.shop, ALL_SHOPS) or rating.currency not in ("", row["currency_code"]):
        return False
    if "product_key" in row:
        return bool(rating.product == row["product_key"])
    category, subcategory = rating.subcategory
    return category == row["category"] and row["subcategory"] in ("All", subcategory)


def period_of(row: Row) -> tuple[str, int]:
    return row["period_kind"], month_of(row["period_start"]) // MONTHS_IN.get(row["period_kind"], 1)


def is_in_row(row: Row, rating: Rating) -> bool:
    kind, period = period_of(row)
    return is_about(row, rating) and (kind == "all" or rating.period(kind) == period)


def groups_in_row(row: Row, groups: Iterable[Group]) -> list[Group]:
    """The groups that the mean of a row is made of."""
    return [
        group
        for group in groups
        if is_about(row, group.ratings[0])
        and group.is_in(*period_of(row))
        and (group.is_one_product or "product_key" not in row)
    ]


def few_people(rows: Iterable[Row], ratings: Sequence[Rating], k: int) -> set[frozenset[Cell]]:
    """The cells, and what rows are about, of which fewer than k people gave the ratings."""
    by_cell: dict[Cell, list[Rating]] = defaultdict(list)
    for rating in ratings:
        by_cell[cell_of(rating)].append(rating)
    parts = [[rating] for rating in ratings]
    parts += [[rating for rating in ratings if is_in_row(row, rating)] for row in rows]
    unions = {frozenset(cell_of(rating) for rating in part) for part in parts if part}
    return {cells for cells in unions if persons(one for cell in cells for one in by_cell[cell]) < k}


class Attack:
    """An integer solver that knows who rated what and when, and the means that are published."""

    def __init__(self, rows: Iterable[Row], ratings: Sequence[Rating], k: int) -> None:
        """Of a mart that was built with this k."""
        self.counts: dict[Cell, int] = defaultdict(int)
        for rating in ratings:
            self.counts[cell_of(rating)] += 1
        self.solver = highspy.Highs()
        self.solver.silent()
        self.sums: dict[tuple[Cell, int], Any] = {}
        groups = groups_of(ratings, k)
        self.pieces: dict[Cell, list[Any]] = defaultdict(list)
        totals = [self._total_of(group, k) for group in groups]
        counted = {id(rating) for group in groups for rating in group.ratings}
        self._pieces_of([rating for rating in ratings if id(rating) not in counted])
        for row in rows:
            if row["average_rating"] is None:
                continue
            inside = groups_in_row(row, groups)
            size = sum(len(group.ratings) for group in inside)
            total = self.solver.qsum(totals[groups.index(group)] for group in inside)
            shown = Fraction(row["average_rating"])
            self.solver.addConstr(total >= float((shown - Fraction(1, 20)) * size) - 1e-5)
            self.solver.addConstr(total <= float((shown + Fraction(1, 20)) * size) + 1e-5)

    def _pieces_of(self, ratings: Iterable[Rating]) -> list[Any]:
        """A sum per cell of these ratings, each of which is 1 to 5."""
        counts: dict[Cell, int] = defaultdict(int)
        for rating in ratings:
            counts[cell_of(rating)] += 1
        found = []
        for cell, count in counts.items():
            found.append(self.solver.addIntegral(count, 5 * count))
            self.pieces[cell].append(found[-1])
        return found

    def _total_of(self, group: Group, k: int) -> Any:
        """The sum that means are made of: of k or more people it has 2n - 1 steps from all 1 to all 5."""
        exact = self.solver.qsum(self._pieces_of(group.ratings))
        if k == 1:
            return exact
        count = len(group.ratings)
        steps = self.solver.addIntegral(0, 2 * count - 1)
        above = (exact - count) * (2 * (2 * count - 1))
        self.solver.addConstr(above >= 4 * count * (2 * steps - 1))
        self.solver.addConstr(above <= 4 * count * (2 * steps + 1) - 1)
        return count + steps * (4 * count / (2 * count - 1))

    def range_of(self, cells: Iterable[Cell]) -> tuple[int, int]:
        """The least and the greatest sum of ratings that the cells may have."""
        total = self.solver.qsum(piece for cell in cells for piece in self.pieces[cell])
        self.solver.minimize(total)
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        least = round(self.solver.getObjectiveValue())
        self.solver.maximize(total)
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return least, round(self.solver.getObjectiveValue())
