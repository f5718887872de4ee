"""Settings of a source that can have no effect, because no SELECT or file has what they speak of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.canonical import RELATIONS, Relation
from warehouse_assets.ingestion.sources.column_usage import ColumnUsage
from warehouse_assets.ingestion.sources.settings import SourceSettings, TableSettings
from warehouse_assets.ingestion.sources.source import Source, near

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
    "total_of_rows": _SALES,
    "money": _AMOUNTS,
    "refund_files": _SALES,
    "whole_orders": ("order_id",),
}
"""Setting -> the canonical fields of which it needs one."""


_ALIKE = 0.8
"""How alike a mistyped name and the one that was meant are, 0 to 1."""
_OF_TEXT = frozenset({"delimiter", "encoding", "header", "columns", "collapse_spaces", "skip_lines"})
_OF_FILES: Mapping[str, frozenset[str]] = {
    "text": _OF_TEXT,
    "json": frozenset({"encoding", "inside"}),
    "sheet": frozenset({"header", "columns", "skip_lines", "inside"}),
    "sqlite": frozenset({"inside"}),
    "parquet": frozenset(),
}
"""Kind of file -> the settings of a table that its reader uses."""


def require_use(source: Source, mentions: ColumnUsage) -> None:
    """Raises SourceError where a setting names a column or a relation that no SELECT reads."""
    for where, problem in _without_use(source, mentions):
        raise SourceError(f"{source.folder / 'source.toml'}: {where} {problem}")


def _without_use(source: Source, mentions: ColumnUsage) -> Iterator[tuple[str, str]]:
    for relation in RELATIONS:
        if relation in source.settings.model_fields_set and relation not in source.selects:
            yield f"[{relation}]", f"is set, but there is no {relation}.sql beside it; remove one or add the other."
    for name in source.settings.columns:
        yield from _unread("[columns]", name, mentions.names)
    for table, settings in source.settings.tables.items():
        read = {one.column for one in mentions.columns if table.lower() in one.tables}
        for name in settings.optional:
            yield from _unread(f"tables.{table}.optional", name, read)


def _unread(where: str, name: str, read: Collection[str]) -> Iterator[tuple[str, str]]:
    if name.lower() not in read:
        yield where, f"names {name!r}, a column that no SELECT reads;{near(name.lower(), read)} remove or correct it."


def mistyped(settings: SourceSettings, present: Collection[str]) -> Iterator[str]:
    """Names of columns that are never to be read and that no file has, but nearly: others may come later."""
    never, known = {name.lower() for name in settings.never_read}, {name.lower() for name in present}
    for name in sorted(never - known):
        if close := get_close_matches(name, sorted(known - never), n=1, cutoff=_ALIKE):
            yield f"never_read: {name} (did you mean {close[0]!r}?)"


def idle_table_settings(table: str, settings: TableSettings, kinds: Collection[str]) -> Iterator[str]:
    """Names of settings of a table that the readers of its files do not use."""
    used = frozenset[str]().union(*(_OF_FILES[kind] for kind in kinds))
    idle = settings.model_fields_set & (_OF_TEXT | {"inside"}) - used
    yield from (f"tables.{table}.{name}" for name in sorted(idle))


def unused_settings(settings: SourceSettings, relations: Mapping[Relation, Collection[str]]) -> Iterator[str]:
    """Names of settings that the source sets and whose fields none of its relations has."""
    fields = {name for names in relations.values() for name in names}
    for setting in sorted(settings.model_fields_set & _NEEDS.keys()):
        if not fields & set(_NEEDS[setting]):
            yield setting
    for setting in ("date_formats", "normalise"):
        yield from (f"{setting}.{name}" for name in sorted(getattr(settings, setting)) if name not in fields)
