"""The shop after all deliveries: each sale once, each customer as known on the as-of date."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from warehouse_assets_tests.oracle.contract import (
    CHURNED_STATUSES,
    CURRENCY,
    Observation,
    Product,
    SaleIdentity,
    accepted_sale,
    observation,
    rating,
    sales_content,
)
from warehouse_assets_tests.oracle.countries import UNKNOWN
from warehouse_assets_tests.oracle.exact import money, month_of
from warehouse_assets_tests.oracle.raw import RawFile, Record, read_records

State = Literal["active", "churned", "never active"]

_BAND_STARTS = (13, 18, 25, 35, 45, 55, 65)
_BANDS = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")


@dataclass(frozen=True)
class Line:
    """An accepted sale line, which in this source is an order of its own; an empty customer is unknown."""

    customer_id: str
    product: Product
    country: str
    sold_on: date
    month: int
    currency: str
    quantity: Decimal
    net: Decimal
    rating: Decimal | None


@dataclass(frozen=True)
class Customer:
    """The newest observation, with the earliest sign-up and the newest activity of all."""

    now: Observation
    signup: date | None
    last_login: date | None
    last_purchase: date | None
    sale_days: tuple[date, ...]

    @property
    def age_band(self) -> str:
        return UNKNOWN if self.now.age is None else _BANDS[bisect_right(_BAND_STARTS, self.now.age) - 1]

    @property
    def first_sale(self) -> date | None:
        return min(self.sale_days, default=None)

    @property
    def last_seen(self) -> date | None:
        return max((d for d in (self.last_login, self.last_purchase, *self.sale_days) if d), default=None)

    @property
    def active_months(self) -> list[int]:
        """Months with a sign-up, a sale, the last login or the last purchase."""
        days = (self.signup, self.last_login, self.last_purchase, *self.sale_days)
        return sorted({month_of(known) for known in days if known})

    def state(self, as_of: date, inactivity_months: int) -> State:
        """By the status, else by the last active month; without both a customer was never active."""
        months = self.active_months
        if self.now.status:
            return "churned" if self.now.status in CHURNED_STATUSES else "active"
        if not months:
            return "never active"
        return "churned" if months[-1] <= month_of(as_of) - inactivity_months else "active"


@dataclass(frozen=True)
class Shop:
    customers: list[Customer]
    lines: list[Line]
    as_of: date | None
    """None where nothing has a date."""


@dataclass(frozen=True)
class _Delivery:
    file: RawFile
    records: list[Record]


_Sales = list[tuple[SaleIdentity, Decimal | None]]


def _one_delivery(delivery: _Delivery, loaded_on: date) -> dict[SaleIdentity, list[Decimal | None]]:
    """Ratings of the equal sales of one delivery, in the order of their content; exact repeats are dropped."""
    seen: set[tuple[str, ...]] = set()
    found: dict[SaleIdentity, list[Decimal | None]] = defaultdict(list)
    for record in delivery.records:
        content = sales_content(record)
        identity = accepted_sale(record, delivery.file.exported_on or loaded_on)
        if identity and content not in seen:
            seen.add(content)
            found[identity].append(rating(record["Rating"]))
    return {identity: sorted(ratings, key=lambda value: value or 0) for identity, ratings in found.items()}


def _all_sales(deliveries: Iterable[_Delivery], loaded_on: date) -> _Sales:
    """Maximum multiplicity over the deliveries; an occurrence's version by export, name, content."""
    newest: dict[tuple[SaleIdentity, int], tuple[date, list[str], Decimal]] = {}
    for delivery in deliveries:
        declared = delivery.file.exported_on or date.min
        for identity, ratings in _one_delivery(delivery, loaded_on).items():
            for occurrence, value in enumerate(ratings):
                version = (declared, _name_order(delivery.file.path.name), value or Decimal(0))
                newest[identity, occurrence] = max(version, newest.get((identity, occurrence), version))
    return [(identity, version[2] or None) for (identity, _), version in newest.items()]


def _name_order(name: str) -> list[str]:
    """Numbers within a name compare by their value."""
    return [part.zfill(20) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _histories(deliveries: Iterable[_Delivery]) -> dict[str, list[Observation]]:
    """Observations of each customer, oldest first; of one time the greatest content is last."""
    found: dict[str, set[Observation]] = defaultdict(set)
    for delivery in deliveries:
        for record in delivery.records:
            seen = observation(record, delivery.file.exported_on)
            if seen:
                found[seen.customer_id].add(seen)
    return {
        customer_id: sorted(observations, key=lambda seen: (seen.observed_on, seen.content))
        for customer_id, observations in found.items()
    }


def _country_at(history: Sequence[Observation], sold_on: date) -> str:
    if not history:
        return UNKNOWN
    position = bisect_right([seen.observed_on for seen in history], sold_on)
    if position:
        return history[position - 1].country
    first = bisect_right([seen.observed_on for seen in history], history[0].observed_on)
    return history[first - 1].country


def _line(identity: SaleIdentity, value: Decimal | None, history: Sequence[Observation]) -> Line:
    amount = money(identity.quantity * identity.unit_price)
    assert amount is not None
    return Line(
        customer_id=identity.customer_id,
        product=identity.product,
        country=_country_at(history, identity.sold_on),
        sold_on=identity.sold_on,
        month=month_of(identity.sold_on),
        currency=CURRENCY,
        quantity=identity.quantity,
        net=amount,
        rating=value,
    )


def _dates(history: Sequence[Observation]) -> Iterator[date]:
    for seen in history:
        yield from (known for known in (seen.signup, seen.last_login, seen.last_purchase) if known)


def _customer(history: Sequence[Observation], sale_days: Sequence[date], limit: date) -> Customer:
    def known(name: str) -> list[date]:
        days = (getattr(seen, name) for seen in history)
        return [found for found in days if found and found <= limit]

    return Customer(
        now=history[-1],
        signup=min(known("signup"), default=None),
        last_login=max(known("last_login"), default=None),
        last_purchase=max(known("last_purchase"), default=None),
        sale_days=tuple(sorted(set(sale_days))),
    )


def open_shop(files: Iterable[RawFile], loaded_on: date, as_of: date | None) -> Shop:
    """Everything the marts are computed from; what is later than `as_of` is not known yet."""
    limit = as_of or date.max
    deliveries = [_Delivery(file, read_records(file.path)) for file in files]
    histories = _histories(deliveries)
    lines = [
        _line(identity, value, histories.get(identity.customer_id, ()))
        for identity, value in _all_sales(deliveries, loaded_on)
        if identity.sold_on <= limit
    ]
    sale_days: dict[str, list[date]] = defaultdict(list)
    for line in lines:
        sale_days[line.customer_id].append(line.sold_on)
    customers = [
        _customer(history, sale_days[customer_id], limit)
        for customer_id, history in histories.items()
        if sale_days[customer_id] or min(_dates(history), default=date.min) <= limit
    ]
    known_days = [line.sold_on for line in lines]
    for customer in customers:
        known_days += [d for d in (customer.signup, customer.last_login, customer.last_purchase) if d]
    return Shop(customers, lines, max(known_days, default=None))
