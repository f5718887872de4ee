"""Customers and purchases as the text of a flat export: one CSV line per purchase."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warehouse_assets.generation.calendar import iso_dates
from warehouse_assets.generation.cards import card_numbers
from warehouse_assets.generation.catalogue import CLOSINGS, OPENINGS, PRODUCTS
from warehouse_assets.generation.dice import Dice, Ints
from warehouse_assets.generation.dirt import BAD_AGES, BAD_DATES, BAD_RATINGS, Dirt, spoil_dates
from warehouse_assets.generation.people import CULTURES
from warehouse_assets.generation.places import ADDRESSES, COUNTRIES, MISMATCHED_COUNTRY
from warehouse_assets.generation.population import CHANNELS, Customers, Purchases

HEADER = (
    "ID,Name,Age,Gender,City,Country,CreditCard,FullAddress,UserSignUpDate,UserLastPurchaseDate,UserStatus,"
    "UserTotalPurchases,UserSegment,UserLocation,UserSourceType,UserLastLoginDate,UserPurchaseFrequency,"
    "Product Name,Category,Subcategory,Price,Date_Purchase,Quantity,Rating,Comment"
)
_CHURNED_AFTER_DAYS = 90


class Identities:
    """The columns of one chunk's customers that are the same in every export."""

    def __init__(self, dice: Dice, dirt: Dirt, customers: Customers) -> None:
        count = len(customers.number)
        people = [_person(draws) for draws in dice.uniform(count, 9).tolist()]
        names, genders, cities, countries, addresses = (list(column) for column in zip(*people, strict=True))
        ages = [str(16 + a + b) for a, b in zip(dice.below(30, count), dice.below(33, count), strict=True)]
        dirt.choose("impossible_age", ages, BAD_AGES)
        dirt.choose("mismatched_country", countries, (MISMATCHED_COUNTRY,))
        for column in (genders, cities, ages):
            dirt.choose("empty_optional", column, ("",))
        signups = iso_dates(customers.signup)
        dirt.choose("unparsable_signup", signups, BAD_DATES)
        cards = card_numbers(dice, count)
        columns = (customers.number.tolist(), names, ages, genders, cities, countries, cards, addresses)
        self.before = [
            f'{n},{name},{age},{gender},{city},{country},{card},"{address}",{signup}'
            for (n, name, age, gender, city, country, card, address), signup in zip(
                zip(*columns, strict=True), signups, strict=True
            )
        ]
        self.location = cities


def _person(draws: list[float]) -> tuple[str, str, str, str, str]:
    """Name, gender, city, country, address from nine numbers in [0, 1)."""
    country = _COUNTRY_BY_WEIGHT[int(draws[0] * len(_COUNTRY_BY_WEIGHT))]
    culture = CULTURES[country.culture]
    given, gender = (culture.women, "F") if draws[1] < 0.52 else (culture.men, "M")
    city = _one(country.cities, draws[2])
    address = ADDRESSES[country.culture].format(
        number=1 + int(draws[3] * 180),
        street=_one(culture.streets, draws[4]),
        postcode=10000 + int(draws[5] * 89999),
        city=city,
    )
    name = f"{_one(given, draws[6])} {_one(culture.families, draws[7])}"
    spelling = country.spellings[0] if draws[8] < 0.7 else _one(country.spellings, (draws[8] - 0.7) / 0.3)
    return name, gender, city, spelling, address


def _one(values: Sequence[str], draw: float) -> str:
    return values[int(draw * len(values))]


_COUNTRY_BY_WEIGHT = [country for country in COUNTRIES for _ in range(country.weight)]


def customer_texts(identities: Identities, customers: Customers, purchases: Purchases, exported: int) -> list[str]:
    """The 17 customer columns of each customer, as known on the day of the export."""
    known = purchases.day <= exported
    total = np.bincount(purchases.customer[known], minlength=len(customers.number))
    last = np.zeros(len(total), dtype=np.int64)
    np.maximum.at(last, purchases.customer[known], purchases.day[known])
    login = np.minimum(last + customers.login_lag, exported)
    is_last = np.bincount(purchases.customer, minlength=len(total)) == total
    churned = (exported - login >= _CHURNED_AFTER_DAYS) | (customers.closes_account & is_last)
    columns = (
        identities.before,
        iso_dates(last),
        ["Churned" if gone else "Active" for gone in churned],
        total.tolist(),
        _segments(customers, total),
        identities.location,
        [CHANNELS[index] for index in customers.channel],
        iso_dates(login),
        _frequencies(total, exported - customers.signup),
    )
    return [",".join(map(str, row)) for row in zip(*columns, strict=True)]


def _segments(customers: Customers, total: Ints) -> list[str]:
    high = (total >= 10) | ((customers.loyalty == 2) & (total >= 4))
    named = np.select([high, total >= 3], ["High Value", "Frequent Shopper"], "Occasional Shopper")
    names: list[str] = named.tolist()
    return names


def _frequencies(total: Ints, tenure_days: Ints) -> list[str]:
    named = np.select([total * 75 >= tenure_days, total * 270 >= tenure_days], ["Monthly", "Yearly"], "Rarely")
    names: list[str] = named.tolist()
    return names


def purchase_texts(dice: Dice, dirt: Dirt, customers: Customers, purchases: Purchases, exported: int) -> list[str]:
    """The 8 purchase columns of each purchase."""
    count = len(purchases)
    prices = [f"{cents // 100}.{cents % 100:02d}" for cents in purchases.price.tolist()]
    quantities = [str(quantity) for quantity in purchases.quantity.tolist()]
    ratings = [str(rating) for rating in purchases.rating.tolist()]
    products = [PRODUCTS[index] for index in purchases.product.tolist()]
    names, dates = [product.name for product in products], iso_dates(purchases.day)
    dirt.change("bad_price", prices, lambda i, draw: "0" if draw % 4 == 0 else f"-{prices[i]}")
    dirt.change("bad_quantity", quantities, lambda i, draw: str(-(draw % 6)))
    dirt.choose("empty_product", names, ("",))
    dirt.choose("bad_rating", ratings, BAD_RATINGS)
    spoil_dates(dirt, dates, customers.signup[purchases.customer], exported)
    return [
        f"{name},{product.category},{product.subcategory},{price},{day},{quantity},{rating},{comment}"
        for name, product, price, day, quantity, rating, comment in zip(
            names, products, prices, dates, quantities, ratings, _comments(dice, count), strict=True
        )
    ]


def _comments(dice: Dice, count: int) -> list[str]:
    openings, closings = dice.below(len(OPENINGS), count), dice.pick(_CLOSING_WEIGHTS, count)
    silent = dice.happens(0.3, count)
    return [
        "" if quiet else _COMMENTS[opening][closing]
        for opening, closing, quiet in zip(openings.tolist(), closings.tolist(), silent.tolist(), strict=True)
    ]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text


_COMMENTS = [[_quoted(opening + closing) for closing in CLOSINGS] for opening in OPENINGS]
_CLOSING_WEIGHTS = [1 if "\n" in closing or '"' in closing else 8 for closing in CLOSINGS]
