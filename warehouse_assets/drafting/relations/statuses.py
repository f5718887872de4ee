"""Which statuses of orders a draft takes for cancelled and returned."""

from __future__ import annotations

import re
from collections.abc import Iterable

from warehouse_assets.drafting.relations.plan import RelationPlan
from warehouse_assets.drafting.weighing.known_words import is_known
from warehouse_assets.drafting.weighing.names import words_of
from warehouse_assets.drafting.weighing.vocabulary import INVOICES
from warehouse_assets.ingestion.contract.words.status_words import is_like_cancelled, is_like_returned, is_like_unpaid

_CHURNED = re.compile(r"churn|inactive|inactif|inaktiv|lapsed|inactivo|inattivo", re.IGNORECASE)


def statuses(sales: RelationPlan | None) -> list[str]:
    """The values of the status, sorted."""
    found = sales.fields.get("order_status") if sales else None
    return sorted(found.column.sample) if found else []


def cancelled(sales: RelationPlan | None) -> list[str]:
    """Statuses of orders of which nothing is sold. A shop that sells on invoice has sold what is not yet paid."""
    on_invoice = sales is not None and sells_on_invoice(sales)
    found = [text for text in statuses(sales) if is_known(text) and is_like_cancelled(text)]
    return [text for text in found if not (on_invoice and is_like_unpaid(text))]


def returned(sales: RelationPlan | None) -> list[str]:
    """Statuses of orders whose goods came back."""
    return [text for text in statuses(sales) if is_known(text) and is_like_returned(text)]


def churned(texts: Iterable[str]) -> list[str]:
    """Statuses of customers that read as lost."""
    return [text for text in texts if _CHURNED.search(text)]


def reads_as_no_sale(text: str) -> bool:
    """Whether a word of it says that a sale was cancelled or came back."""
    return is_like_cancelled(text) or is_like_returned(text)


def sells_on_invoice(sales: RelationPlan) -> bool:
    """Whether the names of the columns speak of invoices, terms of payment or days when they are due."""
    own = [column.label for column in sales.driving.columns]
    joined = [one.column.label for one in sales.fields.values()]
    return any(set(words_of(name)) & INVOICES for name in (*own, *joined))
