"""The canonical relations that every source is mapped to, and what each of their fields is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from warehouse_assets.schemas.classification import (
    BEHAVIOUR,
    DIRECT_IDENTIFIER,
    FREE_TEXT,
    NOT_PERSONAL,
    PAYMENT,
    PSEUDONYM,
    QUASI_IDENTIFIER,
    Classification,
)

Relation = Literal["customers", "sales", "reviews"]
RELATIONS: tuple[Relation, ...] = ("customers", "sales", "reviews")
FieldKind = Literal["text", "id", "date", "number", "money", "gender", "country", "currency"]


@dataclass(frozen=True)
class Field:
    """One canonical field: how its text is read and how personal it is."""

    kind: FieldKind
    classification: Classification
    is_required: bool = False

    @property
    def is_kept_in_rejects(self) -> bool:
        """Vault and never-stored values stand in no rejected record."""
        return self.classification.treatment not in ("vault", "drop", "pseudonymise")


def _id(classification: Classification, *, required: bool = False) -> Field:
    return Field("id", classification, required)


def _text(classification: Classification) -> Field:
    return Field("text", classification)


_ID_OF_PERSON = PSEUDONYM

CUSTOMERS: Mapping[str, Field] = {
    "customer_id": _id(_ID_OF_PERSON, required=True),
    "full_name": _text(DIRECT_IDENTIFIER),
    "email": _text(DIRECT_IDENTIFIER),
    "phone": _text(DIRECT_IDENTIFIER),
    "address": _text(DIRECT_IDENTIFIER),
    "payment_card": _text(PAYMENT),
    "birth_date": Field("date", QUASI_IDENTIFIER),
    "age": Field("number", QUASI_IDENTIFIER),
    "gender": Field("gender", QUASI_IDENTIFIER),
    "city": _text(QUASI_IDENTIFIER),
    "region": _text(QUASI_IDENTIFIER),
    "country": Field("country", QUASI_IDENTIFIER),
    "signup_at": Field("date", QUASI_IDENTIFIER),
    "last_login_at": Field("date", QUASI_IDENTIFIER),
    "last_purchase_at": Field("date", QUASI_IDENTIFIER),
    "status": _text(BEHAVIOUR),
    "segment": _text(BEHAVIOUR),
    "acquisition_channel": _text(BEHAVIOUR),
    "purchase_frequency": _text(BEHAVIOUR),
    "declared_purchase_count": Field("number", BEHAVIOUR),
    "observed_at": Field("date", QUASI_IDENTIFIER),
}
SALES: Mapping[str, Field] = {
    "order_id": _id(PSEUDONYM),
    "line_number": _id(NOT_PERSONAL),
    "customer_id": _id(_ID_OF_PERSON),
    "product_id": _id(NOT_PERSONAL),
    "product_name": _text(NOT_PERSONAL),
    "category": _text(NOT_PERSONAL),
    "subcategory": _text(NOT_PERSONAL),
    "line_type": _text(NOT_PERSONAL),
    "sold_at": Field("date", BEHAVIOUR, is_required=True),
    "quantity": Field("number", BEHAVIOUR, is_required=True),
    "unit_price": Field("money", BEHAVIOUR),
    "line_amount": Field("money", BEHAVIOUR),
    "discount_amount": Field("money", BEHAVIOUR),
    "order_discount_amount": Field("money", BEHAVIOUR),
    "tax_amount": Field("money", BEHAVIOUR),
    "currency_code": Field("currency", BEHAVIOUR),
    "order_status": _text(BEHAVIOUR),
    "country": Field("country", QUASI_IDENTIFIER),
    "region": _text(QUASI_IDENTIFIER),
    "city": _text(QUASI_IDENTIFIER),
    "rating": Field("number", BEHAVIOUR),
    "comment": _text(FREE_TEXT),
    "updated_at": Field("date", BEHAVIOUR),
}
REVIEWS: Mapping[str, Field] = {
    "review_id": _id(PSEUDONYM),
    "product_id": _id(NOT_PERSONAL, required=True),
    "customer_id": _id(_ID_OF_PERSON),
    "rating": Field("number", BEHAVIOUR, is_required=True),
    "reviewed_at": Field("date", BEHAVIOUR),
}
FIELDS: Mapping[Relation, Mapping[str, Field]] = {"customers": CUSTOMERS, "sales": SALES, "reviews": REVIEWS}
