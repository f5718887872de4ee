"""What speaks for a column being a field: its name, its values, and its relations to other columns."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.names import (
    is_never_read,
    is_person,
    is_share,
    likeness,
    says_amount,
    speaks_against,
    words_of,
)
from warehouse_assets.drafting.weighing.vocabulary import SETS
from warehouse_assets.ingestion.contract.words.status_words import are_statuses
from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation

BAR = 0.5
"""A field whose best column scores less stays out of the draft."""
_WEIGHTS = (0.5, 0.3, 0.2)
NEUTRAL = 0.5
_FEW_VALUES = (
    "category",
    "subcategory",
    "status",
    "order_status",
    "segment",
    "acquisition_channel",
    "purchase_frequency",
)


@dataclass(frozen=True)
class Evidence:
    """A column weighed as a canonical field. Each part is 0 to 1; `against` rules the column out."""

    field: str
    column: Column
    name: float
    values: float
    relations: float = NEUTRAL
    against: str = ""
    doubt: str = ""
    """What a person should look at."""
    proof: str = ""
    """The relation that holds, as a person reads it."""

    @property
    def score(self) -> float:
        """0 to 1; nothing where something rules the column out."""
        parts = (self.name, self.values, self.relations)
        return 0.0 if self.against else sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True))

    @property
    def is_enough(self) -> bool:
        return round(self.score, 4) >= BAR

    def summary(self) -> str:
        """The score and its parts."""
        parts = f"{self.score:.2f}: name {self.name:.1f}, values {self.values:.1f}, relations {self.relations:.1f}"
        return f"{parts} ({self.proof})" if self.proof else parts


def weigh(relation: Relation, field: str, column: Column) -> Evidence | None:
    """Name and values of a column as a field; None where neither says anything."""
    if not column.present or is_never_read(column.name):
        return None
    name, values, against = named(field, column), *_values(relation, field, column)
    if field != "full_name" and _is_identifier(field, column):
        against = against or "it holds names or addresses of persons"
    is_other = field != "order_id" and speaks_against(column.label, field)
    if not name and (against or values < 1 or is_other):
        return None
    return Evidence(field, column, name, values, against=against)


def named(field: str, column: Column) -> float:
    """What the column's own name says, or together with its table's."""
    with_table = likeness(f"{column.table} {column.label}", field)
    # What the table's name says alone, it says of each of its columns.
    if field in _PRICES:
        other = likeness(column.label, _PRICES[1 - _PRICES.index(field)])
        return max(likeness(column.label, field), 0.6 * other)
    is_bare = set(words_of(column.label)) <= _BARE and not is_person(f"{column.table} {column.label}")
    added = 0.95 * with_table if is_bare and with_table > likeness(column.table, field) else 0
    return max(likeness(column.label, field), added)


_PRICES = ("unit_price", "line_amount")
"""A column that is called the one may be the other; the rows tell."""
_BARE = frozenset(f"{SETS['$id']} {SETS['$name']} {SETS['$date']} {SETS['$price']}".split())
"""Words that say what a column is only together with the name of its table."""


def _is_identifier(field: str, column: Column) -> bool:
    """Whether a field that is published would show a person."""
    if field in ("customer_id", "email", "phone", "address", "comment", "birth_date", "order_id"):
        return False
    return is_person(column.label) or column.is_emails or (column.is_phones and not column.is_dates)


def _values(relation: Relation, field: str, column: Column) -> tuple[float, str]:
    """How well values fit a field, and what rules them out."""
    kind = FIELDS[relation][field].kind
    if kind == "date":
        return (column.dates.share, "") if column.is_dates else (0, "values are no dates")
    if kind == "money":
        return _money(field, column)
    if kind == "id":
        return _id(field, column)
    if field == "quantity":
        return _quantity(column)
    fits: dict[str, tuple[bool, float]] = {
        "age": (column.is_ages, 1),
        "rating": (column.is_ratings, 0.9),
        "email": (column.is_emails, 1),
        "number": (bool(column.numbers), 0.5),
        "gender": (column.is_genders, 0.9),
        "currency": (column.is_currencies, 1),
    }
    if field in fits or kind in fits:
        does, values = fits.get(field) or fits[kind]
        if kind == "currency" and not does and column.are_mostly_currencies:
            return 0.9, ""
        return (values, "") if does else (0, f"values are no {field.replace('_', ' ')}")
    if kind == "country":
        return _country(column)
    return _text(field, column)


def _country(column: Column) -> tuple[float, str]:
    if column.is_countries:
        return 1, ""
    wordless = bool(column.numbers) or column.is_dates or column.is_emails or column.distinct > 300
    return (0, "values are no countries") if wordless else (0.2, "")


def _money(field: str, column: Column) -> tuple[float, str]:
    if not column.amounts or (column.is_dates and column.dates.share == 1 and not column.has_fraction):
        return 0, "values are no amounts"
    if is_percentage(column):
        return 0, "it is a percentage"
    if field == "tax_amount" and column.numbers and column.distinct <= 5 and set(column.numbers) <= _TAX_RATES:
        return 0, "it looks like a tax rate"
    return (1, "") if column.has_fraction else (0.5, "")


def is_percentage(column: Column) -> bool:
    """Whether its name or its values speak of shares or percentages."""
    return is_share(column.name) or any("%" in text for text in column.sample)


def may_be_share(column: Column) -> bool:
    """Whether numbers may be shares or percentages although neither its name nor a sign says so."""
    if has_currency(column) or not column.numbers or says_amount(column.label):
        return False
    sizes = [abs(number) for number in column.numbers]
    return any(sizes) and (max(sizes) <= 1 or (max(sizes) <= 100 and column.is_whole))


_TAX_RATES = {0, 2.1, 2.5, 3.7, 4, 5, 5.5, 6, 7, 7.7, 8, 8.1, 9, 10, 12, 13, 14, 16, 17, 19, 20, 21, 22, 23, 24, 25, 27}
_TAX_RATES |= {rate / 100 for rate in _TAX_RATES}


def _quantity(column: Column) -> tuple[float, str]:
    if not column.numbers:
        # Signs behind the digits, brackets and parted thousands are no plain numbers.
        return (0.6, "") if column.amounts and not has_currency(column) else (0, "values are no numbers")
    if column.is_dates and column.is_whole and min(column.numbers) > 1000:
        return 0, "values are dates"
    if column.has_fraction:
        return 0.6, ""
    if max(map(abs, column.numbers)) > 100_000 or (column.is_unique and column.rows >= 10):
        return 0, "values are too large or all different"
    small = column.is_whole and statistics_median(column) <= 100
    return (1 if small else 0.6), ""


def has_currency(column: Column) -> bool:
    """Whether a sign of money stands beside some of the digits."""
    return any(match["lead"] or match["sign"] or match["trail"] for match in column.amounts)


def statistics_median(column: Column) -> float:
    """The middle of the sample's absolute numbers."""
    found = sorted(map(abs, column.numbers))
    return found[len(found) // 2] if found else 0.0


def _id(field: str, column: Column) -> tuple[float, str]:
    if against := _no_id(column) or _not_this_id(field, column):
        return 0, against
    if field == "customer_id" and column.are_words and any(" " in text for text in column.sample):
        return 0.4, ""
    return (1, "") if column.present == column.rows else (0.8, "")


def _no_id(column: Column) -> str:
    """Why the column is no id of anything."""
    if column.has_fraction and not column.are_whole_with_point:
        return "values are amounts of money"
    if column.is_prose or (column.is_dates and not column.is_whole):
        return "values are dates or long texts"
    if column.is_currencies or column.is_countries or column.is_genders:
        return "values are currencies, countries or the like"
    return "values are yes and no" if {text.lower() for text in column.sample} <= _FLAGS else ""


def _not_this_id(field: str, column: Column) -> str:
    """Why the column is no id of this kind."""
    if column.is_constant and field in ("order_id", "customer_id"):
        return "it has one value throughout"
    if field != "line_number" and set(column.sample) <= {"0", "1"}:
        return "values are yes and no"
    if field == "customer_id":
        return "values are telephone numbers" if column.is_phones else _too_empty(field, column)
    if column.is_emails:
        return "values are e-mail addresses"
    if sum(" " in text.strip() for text in column.sample) > len(column.sample) / 2:
        return "values are texts of several words"
    return _too_empty(field, column)


def _too_empty(field: str, column: Column) -> str:
    missing = column.rows - column.present
    return (
        f"it is empty on {missing:,} of {column.rows:,} rows" if column.present < _FILLED[field] * column.rows else ""
    )


_FLAGS = {"true", "false", "yes", "no", "y", "n", "t", "f", "oui", "non", "ja", "nein", "si"}
_FILLED = {"order_id": 0.995, "line_number": 0.995, "customer_id": 0.05, "product_id": 0.4}
"""The share of rows on which an id is filled: guests have no customer, shipping lines no product."""


def _text(field: str, column: Column) -> tuple[float, str]:
    coded = field in ("status", "segment", "order_status", "address", "phone", "comment")
    if column.is_dates and not column.are_words:
        return 0, "values are dates"
    if column.is_emails and field not in ("address", "comment"):
        return 0, "values are e-mail addresses"
    if column.numbers and not coded:
        return 0, "values are numbers"
    if column.has_fraction and not coded:
        return 0, "values are amounts"
    if field == "full_name" and (column.is_countries or not any(c.isalpha() for text in column.sample for c in text)):
        return 0, "values are no names"
    if field in ("city", "region") and are_statuses(column.sample):
        return 0, "values are no places"
    if field in ("full_name", "city", "region") and any(c.isdigit() for text in column.sample[:50] for c in text):
        return (0, "values have digits") if field == "full_name" else (0.3, "")
    if field in _FEW_VALUES:
        few = column.distinct <= max(50, column.rows // 5)
        return (0.8, "") if few else (0, "it has too many different values")
    return 0.7, ""
