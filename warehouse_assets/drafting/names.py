"""What the names of columns suggest, in English, French and German."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from warehouse_assets.ingestion.sources.canonical import Relation

_SETS: Mapping[str, str] = {
    "$id": "id no nr num number code key ref numero nummer uid guid",
    "$customer": "customer client buyer user kunde kunden cust acheteur member shopper person people persons personne"
    " account contact kd usr cli",
    "$order": "order invoice commande bestellung receipt basket cde facture rechnung transaction auftrag sale ord"
    " bestell ticket purchase",
    "$product": "product item article artikel produit sku stock prod art lineitem isbn ean",
    "$name": "name title titre libelle description bezeichnung titel label designation nom desc",
    "$date": "date at on day time datum jour le ts timestamp am tag zeit dt created",
}
_PHRASES: Mapping[str, str] = {
    "order_id": "$order + $id; invoiceno orderid orderno ordernumber; $order",
    "line_number": "line ligne position zeile pos item + $id seq pos; line pos position",
    "customer_id": "$customer + $id; customerid userid clientid custid; $customer",
    "product_id": "$product + $id; sku stockcode ean isbn productid itemid asin gtin; $product",
    "product_name": "$product + $name; productname description title titre bezeichnung libelle designation; $product;"
    " $name",
    "category": "category categorie kategorie department dept rayon genre cat family famille warengruppe range",
    "subcategory": "subcategory subcat souscategorie unterkategorie; sub sous unter + category categorie kategorie cat",
    "sold_at": "$order + $date; sold ordered bought purchased placed bestelldatum invoicedate orderdate achat kaufdatum"
    " vente gekauft vendu; date datum day jour time when timestamp; paid created",
    "quantity": "quantity qty quantite menge anzahl units pieces qte pcs copies count nb stueck quant; amount",
    "unit_price": "unit unitaire einzel item lineitem + price prix preis cost; unitprice price prix preis einzelpreis"
    " pu tarif cost; montant",
    "line_amount": "line ligne row item + amount total montant betrag value; amount montant betrag revenue sales total"
    " extprice extendedprice summe turnover value dollars umsatz",
    "discount_amount": "discount rabatt remise reduction rebate voucher nachlass gutschein coupon promo",
    "tax_amount": "tax vat tva mwst ust taxes taxe steuer",
    "currency_code": "currency devise waehrung wahrung curr ccy",
    "order_status": "$order + status state statut etat; status state statut etat stand",
    "rating": "rating stars note score bewertung sterne etoiles",
    "comment": "comment review commentaire kommentar feedback text avis",
    "updated_at": "updated modified changed maj geaendert aktualisiert modifie",
    "full_name": "full billing customer client + name nom; name nom fullname username surname lastname nachname",
    "email": "e email mail courriel + email mail courriel; email mail courriel",
    "phone": "phone tel telephone telefon mobile handy portable",
    "address": "address adresse street rue strasse anschrift",
    "birth_date": "birth born naissance geburtsdatum gebdat dob birthday birthdate geburtstag ne",
    "age": "age alter",
    "gender": "gender sex sexe geschlecht civilite; genre",
    "city": "city ville stadt town ort",
    "region": "region province bundesland departement county",
    "country": "country pays land nation countrycode",
    "signup_at": "signup joined registered registration inscription inscrit angemeldet angelegt anmeldung registriert"
    " member sign since depuis seit; created creation",
    "last_login_at": "login connexion logged seen visit",
    "last_purchase_at": "last derniere letzte letzter + purchase order achat commande bestellung kauf",
    "status": "status statut state",
    "segment": "segment tier group groupe gruppe class level",
    "acquisition_channel": "channel source canal medium kanal campaign utm",
    "purchase_frequency": "frequency frequence",
    "reviewed_at": "reviewed written date at created datum posted on",
}
"""Canonical field -> phrases that its column's name may hold, the surest first: a word of each set (`+`)."""
_SPEAKS_AGAINST: Mapping[str, str] = {
    "sold_at": "updated modified changed maj shipped delivered delivery due cancelled canceled refunded birth login"
    " last expiry expires returned",
    "quantity": "price prix preis total stock tax discount",
    "unit_price": "discount tax vat shipping old list ext extended",
    "line_amount": "discount tax vat shipping count",
    "product_name": "customer client user person first last file company",
    "full_name": "product item article file company city country",
    "rating": "count number id",
}
OF_RELATION: Mapping[Relation, tuple[str, ...]] = {
    "sales": (
        "order_id", "line_number", "customer_id", "product_id", "product_name", "category", "subcategory", "sold_at",
        "quantity", "unit_price", "line_amount", "discount_amount", "tax_amount", "currency_code", "order_status",
        "country", "region", "city", "rating", "comment", "updated_at",
    ),
    "customers": (
        "customer_id", "email", "full_name", "phone", "address", "birth_date", "age", "gender", "city", "region",
        "country", "signup_at", "last_login_at", "last_purchase_at", "status", "segment", "acquisition_channel",
        "purchase_frequency",
    ),
    "reviews": ("product_id", "customer_id", "rating", "reviewed_at"),
}  # fmt: skip
_NEVER = {
    "card", "carte", "kreditkarte", "creditcard", "pan", "cvv", "cvc", "iban", "password", "passwd", "passwort",
    "motdepasse", "ssn", "token",
}  # fmt: skip
"""Names of what should not even be read."""
_COMPOUND = re.compile(r"(.{3,}?)(nr|nummer|datum|preis|betrag|name|gruppe)")
"""German writes two words as one: Bestellnr, Rechnungsdatum."""
_SHARES = {"percent", "percentage", "pct", "perc", "prozent", "pourcent", "pourcentage"}


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, small and without accents: `OrderDate`, `order-date` and `Order Date` are the same."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    apart = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3 \2\4", plain)
    return tuple(re.findall(r"[a-z]+|\d+", apart.lower()))


@cache
def likeness(name: str, field: str) -> float:
    """How much a column's name suggests a field: 0 not at all, 1 as much as can be."""
    words = words_of(name)
    parts = [part for word in words if (found := _COMPOUND.fullmatch(word)) for part in found.groups()]
    forms = {*words, "".join(words), *(word.removesuffix("s") for word in (*words, *parts)), *parts}
    if forms & set(_SPEAKS_AGAINST.get(field, "").split()):
        return 0.0
    for place, phrase in enumerate(_phrases(field)):
        if all(forms & part for part in phrase):
            return max(1 - 0.2 * place - 0.1 * max(len(words) - len(phrase), 0), 0.2)
    return 0.0


@cache
def _phrases(field: str) -> list[list[set[str]]]:
    return [
        [{word for text in part.split() for word in _SETS.get(text, text).split()} for part in phrase.split("+")]
        for phrase in _PHRASES[field].split(";")
    ]


def is_never_read(name: str) -> bool:
    """Whether the name speaks of cards, accounts or passwords."""
    words = words_of(name)
    return bool({*words, "".join(words)} & _NEVER)


def is_share(name: str) -> bool:
    """Whether the name speaks of a share in percent, which is no amount."""
    return "%" in name or bool(set(words_of(name)) & _SHARES)


def kinship(one: str, other: str) -> float:
    """How much two names have in common, as a foreign key and the key or table that it points to: 0 to 1."""
    left, right = _kin(one), _kin(other)
    return len(left & right) / max(len(left | right), 1)


def _kin(name: str) -> set[str]:
    words = {word.removesuffix("s") for word in words_of(name) if len(word) > 1 and not word.isdecimal()}
    return words - set(_SETS["$id"].split())
