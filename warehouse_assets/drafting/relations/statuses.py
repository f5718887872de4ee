"""Which statuses of orders a draft takes for cancelled and returned."""

from __future__ import annotations

from warehouse_assets.drafting.relations.plan import RelationPlan
from warehouse_assets.drafting.weighing.names import words_of
from warehouse_assets.drafting.weighing.vocabulary import INVOICES
from warehouse_assets.ingestion.contract.words.status_words import is_like_cancelled, is_like_returned, is_like_unpaid


def statuses(sales: RelationPlan | None) -> list[str]:
    """The values of the status, sorted."""
    found = sales.fields.get("order_status") if sales else None
    return sorted(found.column.sample) if found else []


def cancelled(sales: RelationPlan | None) -> list[str]:
    """Statuses of orders of which nothing is sold. A shop that sells on invoice has sold what is not yet paid."""
    on_invoice = sales is not None and sells_on_invoice(sales)
    return [text for text in statuses(sales) if is_like_cancelled(text) and not (on_invoice and is_like_unpaid(text))]


def returned(sales: RelationPlan | None) -> list[str]:
    """Statuses of orders whose goods came back."""
    return [text for text in statuses(sales) if is_like_returned(text)]


def sells_on_invoice(sales: RelationPlan) -> bool:
    """Whether the names of the columns speak of invoices, terms of payment or days when they are due."""
    own = [column.label for column in sales.driving.columns]
    joined = [one.column.label for one in sales.fields.values()]
    return any(set(words_of(name)) & INVOICES for name in (*own, *joined))
