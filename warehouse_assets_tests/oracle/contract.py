"""The contract applied to one record: which sales and customers are accepted, which values are blanked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from warehouse_assets_tests.oracle.countries import UNKNOWN, place_of
from warehouse_assets_tests.oracle.raw import Record

FIRST_DAY = date(1990, 1, 1)
CHURNED_STATUSES = frozenset({"Churned"})
CURRENCY = "XXX"
SHOP = "ecommerce_export"
"""The name of the only source."""

_GENDERS = {
    "f": "F", "female": "F", "woman": "F", "m": "M", "male": "M", "man": "M", "other": "Other",
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Product = tuple[str, str, str]
"""Name, category, subcategory."""


@dataclass(frozen=True)
class Observation:
    """What one record says of its customer."""

    customer_id: str
    observed_on: date
    age: int | None
    gender: str
    city: str
    country: str
    continent: str
    signup: date | None
    last_login: date | None
    last_purchase: date | None
    status: str
    segment: str
    channel: str
    purchase_frequency: str
    declared_purchases: str

    @property
    def content(self) -> tuple[str, ...]:
        values = (
            self.age, self.gender, self.city, self.country, self.signup, self.last_login, self.last_purchase,
            self.status, self.segment, self.channel, self.purchase_frequency, self.declared_purchases,
        )  # fmt: skip
        return tuple("" if value is None else str(value) for value in values)


@dataclass(frozen=True)
class SaleIdentity:
    """What makes a sale the same sale in another delivery."""

    customer_id: str
    product: Product
    sold_on: date
    quantity: Decimal
    unit_price: Decimal


def number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def day(text: str) -> date | None:
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _whole(text: str) -> int | None:
    value = number(text)
    return int(value) if value is not None and value == value.to_integral_value() else None


def rating(text: str) -> Decimal | None:
    value = number(text)
    if value is None or not 1 <= value <= 5:
        return None
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def observation(record: Record, declared_export: date | None) -> Observation | None:
    """The customer of a record; None without an id."""
    if not record["ID"]:
        return None
    age = _whole(record["Age"])
    country, continent = place_of(record["Country"])
    signup, last_login, last_purchase = (
        day(record[name]) for name in ("UserSignUpDate", "UserLastLoginDate", "UserLastPurchaseDate")
    )
    newest = max((known for known in (signup, last_login, last_purchase) if known), default=date.min)
    return Observation(
        customer_id=record["ID"],
        observed_on=declared_export or newest,
        age=age if age is not None and 13 <= age <= 120 else None,
        gender=_GENDERS.get(record["Gender"].lower(), UNKNOWN),
        city=record["City"],
        country=country,
        continent=continent,
        signup=signup,
        last_login=last_login,
        last_purchase=last_purchase,
        status=record["UserStatus"],
        segment=record["UserSegment"] or UNKNOWN,
        channel=record["UserSourceType"] or UNKNOWN,
        purchase_frequency=record["UserPurchaseFrequency"] or UNKNOWN,
        declared_purchases=record["UserTotalPurchases"],
    )


def accepted_sale(record: Record, exported_on: date) -> SaleIdentity | None:
    """The sale of a record; None where a rule of severity reject is broken."""
    sold_on = day(record["Date_Purchase"])
    quantity, price = number(record["Quantity"]), number(record["Price"])
    if sold_on is None or not FIRST_DAY <= sold_on <= exported_on:
        return None
    if quantity is None or quantity <= 0 or price is None or price <= 0:
        return None
    product = tuple(record[name] or UNKNOWN for name in ("Product Name", "Category", "Subcategory"))
    return SaleIdentity(record["ID"], (product[0], product[1], product[2]), sold_on, quantity, price)


def sales_content(record: Record) -> tuple[str, ...]:
    """The canonical sales record as exported, by which exact repeats are known."""
    names = "ID,Product Name,Category,Subcategory,Date_Purchase,Quantity,Price,Rating,Comment"
    return tuple(record[name] for name in names.split(","))
