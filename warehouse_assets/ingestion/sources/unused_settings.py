"""Settings of a source that can have no effect, because no SELECT gives what they speak of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.sources.settings import SourceSettings

_AMOUNTS = ("unit_price", "line_amount", "discount_amount", "order_discount_amount", "tax_amount")
_SALES = ("sold_at",)
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "default_currency": _SALES,
    "default_country": ("sold_at", "customer_id"),
    "territories": ("country",),
    "cancelled_statuses": ("order_status",),
    "churned_statuses": ("status",),
    "returned_statuses": ("order_status",),
    "line_types": ("line_type",),
    "discount": ("discount_amount",),
    "negative_quantity": _SALES,
    "zero_quantity": _SALES,
    "nonpositive_price": _SALES,
    "money": _AMOUNTS,
    "whole_orders": ("order_id",),
}
"""Setting -> the canonical fields of which it needs one."""


def unused_settings(settings: SourceSettings, relations: Mapping[Relation, Collection[str]]) -> Iterator[str]:
    """Names of settings that the source sets and whose fields none of its relations has."""
    fields = {name for names in relations.values() for name in names}
    for setting in sorted(settings.model_fields_set & _NEEDS.keys()):
        if not fields & set(_NEEDS[setting]):
            yield setting
    for setting in ("date_formats", "normalise"):
        yield from (f"{setting}.{name}" for name in sorted(getattr(settings, setting)) if name not in fields)
