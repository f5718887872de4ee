"""Names that an article has where the line is no article: shipping, fees, discounts, gift cards, in seven languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal

Charge = Literal["shipping", "fee", "adjustment", "gift card"]
"""A line type, or the sale of a gift card, which counts when it is spent."""


def _phrases(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(phrase.split()) for phrase in text.split(", "))


def _all_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CHARGES: Mapping[Charge, tuple[frozenset[str], ...]] = {
    "gift card": _phrases(
        "gift card, giftcard, gift certificate, gift voucher, geschenkgutschein, geschenkkarte, carte cadeau,"
        " cheque cadeau, bon cadeau, tarjeta regalo, carta regalo, buono regalo, cadeaubon, cadeaukaart, vale presente,"
        " cartao presente"
    ),
    "adjustment": _phrases(
        "discount, coupon, rebate, rabatt, nachlass, remise, reduction, descuento, sconto, desconto, korting, refund,"
        " erstattung, remboursement, reembolso, rimborso, terugbetaling, adjustment, rounding, rundung, arrondi,"
        " redondeo, arrotondamento, afronding"
    ),
    "fee": _phrases(
        "gift wrap, gift wrapping, giftwrap, wrapping, geschenkverpackung, emballage cadeau, papier cadeau,"
        " envoltorio regalo, confezione regalo, embrulho presente, cadeauverpakking, tip, tips, gratuity, trinkgeld,"
        " pourboire, propina, mancia, gorjeta, fooi, surcharge, bearbeitungsgebuhr, nachnahmegebuhr, nachnahme,"
        " zahlungsgebuhr, mindermengenzuschlag, frais dossier, frais gestion, service fee, booking fee, handling fee,"
        " payment fee, cod fee"
    ),
    "shipping": _phrases(
        "shipping, shipment, freight, postage, delivery, carriage, versand, versandkosten, porto, fracht, lieferung,"
        " lieferkosten, livraison, frais port, envio, gastos transporte, spedizione, trasporto, frete, portes,"
        " verzending, verzendkosten, bezorging, bezorgkosten"
    ),
}
"""Kind -> the words of its names. The first kind that fits counts."""
_BESIDE = _all_words(
    "a and & the of for to by per via on de du des d del della di do da e et y und von fur der die das la le les los il"
    " cost costs charge charges fee fees kosten pauschale frais gastos coste costo spese custo custos taxa order item"
    " amount line total service standard express priority economy flat rate free gratis normal regular international"
    " domestic national worldwide eu europe europa home next same day tracked track signed parcel packet paket colis"
    " colissimo chronopost mondial relais relay pickup point dhl ups fedex dpd gls tnt hermes evri usps royal mail"
    " correos poste postnl bpost post ground air insurance insured handling voucher code promo promotion"
    " sale summer winter spring autumn st nd class"
)
"""Words that may stand beside: a name with any other word is an article's (`Shipping container, toy`)."""


@lru_cache(maxsize=65_536)
def charge_of(name: str) -> Charge | None:
    """What a name says that the line is; None for an article."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    if any(letter.isalpha() and not letter.isascii() for letter in plain):
        return None  # words of another alphabet may name an article
    words = frozenset(_words(plain))
    for kind, phrases in _CHARGES.items():
        if any(phrase <= words and words - phrase <= _BESIDE | phrase_words(kind) for phrase in phrases):
            return kind
    return None


def phrase_words(kind: Charge) -> frozenset[str]:
    """All words of the names of a kind."""
    return frozenset().union(*_CHARGES[kind])


def _words(decomposed: str) -> Iterator[str]:
    """Words in lower case, without accents, numbers and signs of money."""
    plain = decomposed.encode("ascii", "ignore").decode()
    return (word for word in re.findall(r"[a-z&]+", plain) if word not in ("eur", "usd", "gbp", "chf"))
