"""No attacker finds the ratings that fewer than k people gave, from means of months, products, shops and currencies.

A mean is of groups of ratings by k or more people, each as a whole, and a group's sum has one step for two sums at
either end. So the ratings of fewer than k people, who are never a whole group, may be others: the mart stays the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.marts.sales_mart_shop import Row, Shop, build, fill, prepared
from warehouse_assets_tests.integration.privacy.rated_shops import (
    Attack,
    Cell,
    cell_of,
    few_people,
    groups_in_row,
    rated_shop,
    ratings_of,
)
from warehouse_assets_tests.oracle.exact import Number
from warehouse_assets_tests.oracle.ratings import Rating, groups_of, persons


@pytest.fixture(scope="module")
def database(server: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    with prepared(server) as connection:
        yield connection


def rows_of(database: psycopg.Connection[Any], shop: Shop) -> list[Row]:
    fill(database, shop)
    return [row for table in ("product_sales", "category_sales") for row in build(database, shop, table)]


def given_away(rows: Sequence[Row], shop: Shop, hidden: set[frozenset[Cell]]) -> list[frozenset[Cell]]:
    attack = Attack(rows, ratings_of(shop), shop.k)
    ranges = {cells: attack.range_of(cells) for cells in hidden}
    return [cells for cells, (least, greatest) in ranges.items() if least == greatest]


@pytest.mark.parametrize("k", [2, 5, 11])
def test_no_sum_of_ratings_of_few_people(database: psycopg.Connection[Any], k: int) -> None:
    for seed in range(3):
        shop = rated_shop(seed, k)
        rows = rows_of(database, shop)
        hidden = few_people(rows, ratings_of(shop), k)
        assert hidden
        assert any(row["average_rating"] is not None for row in rows)
        assert given_away(rows, shop, hidden) == []


def test_the_attacker_is_able_to_find_sums(database: psycopg.Connection[Any]) -> None:
    shop = rated_shop(1, 5)
    rows = rows_of(database, replace(shop, k=1))
    hidden = few_people(rows, ratings_of(shop), 5)
    assert len(given_away(rows, replace(shop, k=1), hidden)) > len(hidden) / 2


@pytest.mark.parametrize("k", [2, 5, 11])
@pytest.mark.parametrize("seed", range(4))
def test_the_ratings_of_few_people_may_be_others(database: psycopg.Connection[Any], k: int, seed: int) -> None:
    shop = rated_shop(seed, k)
    rows = rows_of(database, shop)
    ratings = ratings_of(shop)
    hidden = few_people(rows, ratings, k)
    chance = random.Random(seed)
    for _ in range(20):
        changed = with_other_stars(ratings, k, hidden, chance)
        hidden = {cells for cells in hidden if _sum(ratings, cells) == _sum(changed, cells)}
        assert rows_of(database, with_ratings(shop, changed)) == rows
        if not hidden:
            break
    assert not hidden


def _sum(ratings: Sequence[Rating], cells: frozenset[Cell]) -> Any:
    return sum(rating.stars for rating in ratings if cell_of(rating) in cells)


def with_other_stars(
    ratings: Sequence[Rating], k: int, hidden: set[frozenset[Cell]], chance: random.Random
) -> list[Rating]:
    """Others of every rating that is in no group; in each group, for some hidden cells, another sum."""
    at = {id(rating): number for number, rating in enumerate(ratings)}
    stars: list[Number] = [chance.choice(sorted({1, 2, 3, 4, 5} - {int(rating.stars)})) for rating in ratings]
    for group in groups_of(ratings, k):
        own = {at[id(rating)]: rating.stars for rating in group.ratings}
        cells = {cell_of(rating) for rating in group.ratings}
        found = sorted((few for few in hidden if few & cells), key=str)
        if found:
            few = chance.choice(found)
            _exchange(own, [number for number in own if cell_of(ratings[number]) in few], chance)
        for number, value in own.items():
            stars[number] = value
    return [replace(rating, stars=value) for rating, value in zip(ratings, stars, strict=True)]


def _exchange(own: dict[int, Number], few: Sequence[int], chance: random.Random) -> None:
    """A star more for one of the few and less for another, or the opposite; where all are 1 or 5, of one alone."""
    others = [number for number in own if number not in few]
    for step in chance.sample([1, -1], 2):
        changed = [number for number in few if 1 <= own[number] + step <= 5]
        opposite = [number for number in others if 1 <= own[number] - step <= 5]
        if changed and opposite:
            own[chance.choice(changed)] += step
            own[chance.choice(opposite)] -= step
            return
    assert len(set(own.values())) == 1
    own[few[0]] += 1 if own[few[0]] == 1 else -1


def with_ratings(shop: Shop, ratings: Sequence[Rating]) -> Shop:
    """The shop with these stars, in the order of `ratings_of`."""
    stars = iter(Decimal(str(rating.stars)) for rating in ratings)
    lines = [line if line.rating is None else replace(line, rating=next(stars)) for line in shop.lines]
    return replace(shop, lines=lines, reviews=[replace(review, rating=next(stars)) for review in shop.reviews])


def test_every_group_is_of_k_people_and_no_rating_is_in_two() -> None:
    for seed in range(20):
        for k in (1, 2, 5, 11):
            groups = groups_of(ratings_of(rated_shop(seed, k)), k)
            assert all(persons(group.ratings) >= k for group in groups)
            numbers = [id(rating) for group in groups for rating in group.ratings]
            assert len(set(numbers)) == len(numbers)


def test_a_product_that_k_people_rated_has_a_mean(database: psycopg.Connection[Any]) -> None:
    shop = rated_shop(4, 5)
    ratings = ratings_of(shop)
    for row in rows_of(database, shop):
        is_shown = row["average_rating"] is not None
        assert is_shown == bool(groups_in_row(row, groups_of(ratings, 5)))
