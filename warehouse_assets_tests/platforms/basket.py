"""What every platform sells: orders of a few products, with a discount, shipping, and now and then a refund."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

PRODUCTS = [(f"SKU-{n}", f"Teapot {chr(65 + n)}", Decimal(5 * n + 7) + Decimal("0.50")) for n in range(6)]


@dataclass(frozen=True)
class Line:
    sku: str
    title: str
    price: Decimal
    pieces: int

    @property
    def amount(self) -> Decimal:
        return self.price * self.pieces


@dataclass(frozen=True)
class Order:
    number: int
    moment: datetime
    buyer: int
    lines: tuple[Line, ...]
    shipping: Decimal
    discount: Decimal
    refund: Decimal
    is_cancelled: bool

    @property
    def goods(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def email(self) -> str:
        return f"buyer{self.buyer}@example.org"


@dataclass
class Expected:
    """Net revenue and orders by month, and the number of rows that are rejected."""

    net: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    orders: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rejected: int = 0

    def add(self, moment: datetime, amount: Decimal, orders: int = 1) -> None:
        month = f"{moment:%Y-%m}-01"
        self.net[month] += amount
        self.orders[month] += orders


def orders(seed: int, number: int = 40, digits: str = "0.01") -> list[Order]:
    """Made-up orders of the first quarter of 2026, the same for the same seed."""
    dice = random.Random(seed)
    found = []
    for n in range(number):
        moment = datetime(2026, 1, 1, 9) + timedelta(days=dice.randrange(85), minutes=dice.randrange(600))  # noqa: DTZ001
        chosen = dice.sample(PRODUCTS, dice.choice([1, 1, 2, 3]))
        unit = Decimal(digits)
        lines = tuple(Line(sku, title, price.quantize(unit), dice.randint(1, 3)) for sku, title, price in chosen)
        goods = sum(line.amount for line in lines)
        found.append(
            Order(
                number=1000 + n,
                moment=moment,
                buyer=dice.randrange(15),
                lines=lines,
                shipping=dice.choice([Decimal(0), Decimal("4.90")]).quantize(unit),
                discount=dice.choice([Decimal(0), Decimal(0), Decimal("2.00")]).quantize(unit),
                refund=dice.choice([Decimal(0)] * 4 + [Decimal(goods) / 4]).quantize(unit),
                is_cancelled=n % 13 == 5,
            )
        )
    return found
