"""What the names of columns suggest."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from warehouse_assets.drafting.weighing.vocabulary import NEVER, PERSONS, PHRASES, SETS, SHARES, SPEAKS_AGAINST

_COMPOUND = re.compile(r"(.{3,}?)(nr|nummer|datum|preis|betrag|name|gruppe|prijs|totaal|bedrag|omschrijving)")
"""German and Dutch write two words as one: Bestellnr, Rechnungsdatum."""
_PLACE_PREFIX = re.compile(r"\b(ship(?:ping)?(?:[ _.-]?to)?|bill(?:ing)?(?:[ _.-]?to)?|delivery|invoice|liv|fact)\b")
_WITH_TAX = re.compile(
    r"\b(ex|excl|excluding|exc|inc|incl|including|without) (tax|taxes|vat|gst|mwst|ust|tva|iva|btw)\b"
)
"""`Subtotal (ex tax)` is no tax: these words say how an amount is meant."""
_LINES = {"item", "line", "lineitem", "row", "position", "ligne", "zeile", "riga", "linea"}
_DATE_WORDS = frozenset(f"{SETS['$date']} when created updated modified placed ordered sold".split()) - {
    "on", "day", "am", "le", "tag", "dia", "jour",
}  # fmt: skip
_NAME_WORDS = frozenset(SETS["$name"].split())
_ORDERS = {"order", "cart", "basket", "invoice", "commande", "bestellung", "auftrag", "pedido", "ordine", "bestelling"}
_AMOUNTS = ("amount", "total", "value", "betrag", "montant", "importe", "importo", "bedrag", "valor")
_SINGULAR = re.compile(r"(?<=..)s$")


@cache
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case and without accents: `OrderDate`, `order-date`, `Order Date` are the same."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    apart = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3 \2\4", plain)
    words = tuple(re.findall(r"[a-z]+|\d+", apart.lower()))
    return tuple(re.findall(r"[a-z]+|\d+", _WITH_TAX.sub(" ", " ".join(words)))) or words


@cache
def likeness(name: str, field: str) -> float:
    """How much a column's name suggests a field: 0 not at all, 1 as much as it can."""
    words = words_of(name)
    parts = [part for word in words if (found := _COMPOUND.fullmatch(word)) for part in found.groups()]
    forms = {*words, "".join(words), *(_SINGULAR.sub("", word) for word in (*words, *parts)), *parts}
    if forms & _against(field):
        return 0.0
    for place, phrase in enumerate(_phrases(field)):
        if all(forms & part for part in phrase):
            return max(1 - 0.2 * place - 0.1 * max(len(words) - len(phrase), 0), 0.2)
    return 0.0


def speaks_against(name: str, field: str) -> bool:
    """Whether a word of the name says that the column is something else."""
    words = words_of(name)
    return bool({*words, *(_SINGULAR.sub("", word) for word in words)} & _against(field))


def is_other_measure(name: str) -> bool:
    """Whether the name says that an amount is no price at all; a list price is one, before discounts."""
    words = {word for text in words_of(name) for word in (text, _SINGULAR.sub("", text))}
    return bool(words & (_against("unit_price") - {"list", "old"})) or bool(words & {"cost", "costs"})


def is_of_line(name: str) -> bool:
    """Whether the name says that the column belongs to a line, not to the whole order."""
    return bool(
        set(words_of(name)) & {"item", "line", "lineitem", "row", "position", "ligne", "zeile", "riga", "linea"}
    )


def is_said_of_order(name: str) -> bool:
    """Whether the name says that the column belongs to the whole order: `Order Discount`."""
    return bool(set(words_of(name)) & _ORDERS)


def says_amount(name: str) -> bool:
    """Whether the name says that the column holds amounts of money: `Discount amount`, `Rabattbetrag`."""
    return any(word.endswith(_AMOUNTS) for word in words_of(name))


@cache
def says_date(name: str) -> bool:
    """Whether the name says that the column holds dates: `Order Date`, `created_at`, `Rechnungsdatum`."""
    parts = [part for word in words_of(name) if (found := _COMPOUND.fullmatch(word)) for part in found.groups()]
    return bool({*words_of(name), *parts} & _DATE_WORDS)


def says_with_tax(name: str) -> bool:
    """Whether the name says that tax is in the amount: `Einzelpreis brutto`, `price incl. VAT`, `Prix TTC`."""
    plain = set(re.findall(r"[a-z]+", name.lower()))
    return bool(plain & {"brutto", "bruto", "lordo", "ttc", "incl", "inclusive", "including"})


@cache
def _against(field: str) -> frozenset[str]:
    return frozenset(SPEAKS_AGAINST.get(field, "").split())


@cache
def _phrases(field: str) -> list[list[set[str]]]:
    return [
        [{word for text in part.split() for word in SETS.get(text, text).split()} for part in phrase.split("+")]
        for phrase in PHRASES[field].split(";")
    ]


def is_never_read(name: str) -> bool:
    """Whether the name speaks of cards, accounts or passwords."""
    words = words_of(name)
    return bool({*words, "".join(words)} & NEVER) and "gift" not in words


def is_share(name: str) -> bool:
    """Whether the name speaks of a percentage, which is no amount."""
    return "%" in name or bool(set(words_of(name)) & SHARES)


def is_person(name: str) -> bool:
    """Whether the name says that the column holds names of persons."""
    words = set(words_of(name))
    whose = {"first", "last", "given", "family", "middle", "billing", "shipping", "bill", "ship"} | _customers()
    return bool(words & PERSONS) or (bool(words & _NAME_WORDS) and bool(words & whose))


@cache
def _customers() -> frozenset[str]:
    return frozenset(SETS["$customer"].split()) - {"account"}


def address_prefix(name: str) -> str:
    """Which address a column belongs to: `ship`, `bill`, or none."""
    found = _PLACE_PREFIX.search(" ".join(words_of(name)))
    kind = found[1][:4] if found else ""
    return {"ship": "ship", "deli": "ship", "liv": "ship", "bill": "bill", "invo": "bill", "fact": "bill"}.get(kind, "")


def kinship(one: str, other: str) -> float:
    """How much two names have in common, as a foreign key and the key or table that it points to: 0 to 1."""
    left, right = _kin(one), _kin(other)
    return len(left & right) / max(len(left | right), 1)


def _kin(name: str) -> set[str]:
    words = {word.removesuffix("s") for word in words_of(name) if len(word) > 1 and not word.isdecimal()}
    return words - set(SETS["$id"].split())
