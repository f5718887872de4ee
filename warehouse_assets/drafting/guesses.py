"""Which column is which canonical field: by its name where that fits its values, else by its values alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from warehouse_assets.drafting.names import OF_RELATION, is_never_read, is_share, likeness
from warehouse_assets.drafting.profiles import Column
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation

_LEAST = 0.15
_BY_VALUES = 0.3
"""What a guess counts that only the values speak for."""


@dataclass(frozen=True)
class Guess:
    """A column taken for a canonical field."""

    field: str
    column: Column
    score: float
    doubt: str = ""
    """What a person should look at; empty when name and values agree."""


def guess(relation: Relation, columns: Sequence[Column], pointers: Collection[Column] = ()) -> dict[str, Guess]:
    """Canonical field -> the column that fits best; each column serves one field.

    Columns that point to other tables are ids and nothing else.
    """
    found = [
        one
        for column in columns
        if column.present and not is_never_read(column.name)
        for field in OF_RELATION[relation]
        if column not in pointers or FIELDS[relation][field].kind == "id"
        if (one := _rate(relation, field, column)) is not None
    ]
    chosen: dict[str, Guess] = {}
    taken: set[tuple[str, str]] = set()
    for one in sorted(found, key=lambda one: (-one.score, OF_RELATION[relation].index(one.field), one.column.name)):
        place = (one.column.table, one.column.name)
        if one.field not in chosen and place not in taken and not (_is_price(one.field) and _prices(chosen)):
            chosen[one.field] = one
            taken.add(place)
    return _by_the_piece(chosen, found)


def _by_the_piece(chosen: dict[str, Guess], found: Sequence[Guess]) -> dict[str, Guess]:
    """Where both are there, the price of one piece rather than the amount of the line: it is before discounts."""
    pieces = [one for one in found if one.field == "unit_price" and one.score >= 1.2]
    if "line_amount" not in chosen or "quantity" not in chosen or not pieces:
        return chosen
    kept = {name: one for name, one in chosen.items() if name != "line_amount"}
    taken = {one.column for one in kept.values()}
    best = max(pieces, key=lambda one: one.score)
    return chosen if best.column in taken else kept | {"unit_price": best}


def _is_price(field: str) -> bool:
    return field in ("unit_price", "line_amount")


def _prices(chosen: Iterable[str]) -> bool:
    return any(map(_is_price, chosen))


def _rate(relation: Relation, field: str, column: Column) -> Guess | None:
    with_table = likeness(f"{column.table} {column.label}", field)
    # What the table's name says alone, it says of each of its columns.
    named = max(likeness(column.label, field), 0.95 * with_table if with_table > likeness(column.table, field) else 0)
    fits, told = _fit(relation, field, column)
    if named and fits >= 0:
        score = named + fits
        return Guess(field, column, score, "" if named >= 0.5 or fits >= 0.5 else "only its name suggests it")
    if told and fits > 0:
        return Guess(field, column, _BY_VALUES * fits, f"guessed by its values ({told})")
    return None


def _fit(relation: Relation, field: str, column: Column) -> tuple[float, str]:
    """How well values fit a field (-1 not at all, 1 much), and what speaks for it without any name."""
    kind = FIELDS[relation][field].kind
    if kind == "date":
        score = (0.7 if field == "sold_at" else 0.6) if column.is_dates else -1
        return score, "dates" if field in ("sold_at", "reviewed_at") else ""
    if field == "quantity":
        small = column.is_whole and max(map(abs, column.numbers)) <= 100_000 and not column.is_unique
        return (0.6, "whole numbers") if small and not column.is_dates else (-1, "")
    if kind == "money":
        return _fit_money(field, column)
    fits = {
        "age": (column.is_ages, 0.6, ""),
        "rating": (column.is_ratings, 0.6, ""),
        "email": (column.is_emails, 1.0, "addresses with @"),
        "number": (bool(column.numbers), 0.2, ""),
        "gender": (column.is_genders, 0.8, "values like f and m"),
        "country": (column.is_countries, 0.8, "names or codes of countries"),
        "currency": (column.is_currencies, 0.6, ""),
    }
    if field not in fits and kind not in fits:
        return _fit_text(field, column)
    does, score, told = fits.get(field) or fits[kind]
    return (score, told) if does else (-1, "")


def _fit_money(field: str, column: Column) -> tuple[float, str]:
    is_rate = is_share(column.name) or (field == "tax_amount" and column.distinct <= 5)
    if not column.amounts or is_rate or (column.is_dates and column.dates.share == 1):
        return -1, ""
    fraction = any("." in text or "," in text for text in column.sample)
    return (0.7 if fraction else 0.3), "amounts" if fraction and _is_price(field) else ""


def _fit_text(field: str, column: Column) -> tuple[float, str]:
    is_id = field.endswith("_id") or field == "line_number"
    if is_id:
        repeats = column.present / max(column.distinct, 1)
        return (-1, "") if _is_prose(column) or _is_name(field, column) else (0.2 if repeats >= 1 else 0, "")
    if column.is_dates or column.is_emails or (column.numbers and field not in ("status", "segment", "order_status")):
        return -1, ""
    if field in ("category", "subcategory", "status", "order_status", "segment", "acquisition_channel"):
        few = column.distinct <= max(50, column.rows // 5)
        return (0.3 if few else -1), ""
    return 0.2, ""


def _is_name(field: str, column: Column) -> bool:
    """Products' ids are codes: most names of products have a space."""
    return field == "product_id" and sum(" " in text.strip() for text in column.sample) > len(column.sample) / 2


def _is_prose(column: Column) -> bool:
    return (
        max(map(len, column.sample), default=0) > 120
        or (bool(column.is_dates) and not column.is_whole)
        or (bool(column.numbers) and not column.is_whole)
    )


def least(found: dict[str, Guess], *fields: str) -> float:
    """The sum of what is known of some fields."""
    return sum(found[field].score for field in fields if field in found and found[field].score > _LEAST)
