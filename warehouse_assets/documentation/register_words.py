"""What the register says in French and English; its facts come from the declarations and the live grants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["fr", "en"]

TITLES: Mapping[str, tuple[str, str]] = {
    "statistics of sales and customers": (
        "Statistiques des ventes et des clients",
        "Statistics of sales and customers",
    ),
    "answering the rights of persons": (
        "Coffre des identités, pour répondre aux droits des personnes",
        "Vault of identities, to answer the rights of persons",
    ),
    "mending rejected records": ("Correction des enregistrements rejetés", "Mending rejected records"),
    "answering the rights of persons and showing that it was done": (
        "Journal des demandes des personnes",
        "Log of the requests of persons",
    ),
    "accounting for who may read what": (
        "Traçabilité des accès du personnel",
        "Accounting for the access of staff",
    ),
    "none: it is not kept": ("Données lues et jamais conservées", "Data that is read and never kept"),
}
"""Purpose as it is declared -> the processing's name; what is not named here cannot be put in the register."""

STAFF_PURPOSES = frozenset({"accounting for who may read what"})
"""Purposes whose data subjects are the staff and not the customers."""

PHRASES: Mapping[str, str] = {
    "legitimate interest (art. 6.1.f)": "intérêt légitime (art. 6.1.f)",
    "legitimate interest: security of processing (art. 6.1.f, 32)": (
        "intérêt légitime : sécurité du traitement (art. 6.1.f, 32)"
    ),
    "as long as the warehouse accounts for access": "aussi longtemps que l'entrepôt rend compte des accès",
    "legal obligation (art. 6.1.c)": "obligation légale (art. 6.1.c)",
    "none": "aucune",
    "3 years after the person was last seen": "3 ans après la dernière activité connue de la personne",
    "as long as the warehouse keeps the sale, pseudonymous": (
        "aussi longtemps que l'entrepôt garde la vente, sous pseudonyme"
    ),
    "until the answer; an answer until it is handed over, 30 days at most": (
        "jusqu'à la réponse ; une réponse jusqu'à sa remise, 30 jours au plus"
    ),
    "90 days": "90 jours après le chargement",
    "5 years after the answer": "5 ans après la réponse",
    "not stored": "jamais enregistrées",
    "direct_identifier": "identifiants directs",
    "pseudonym": "pseudonymes",
    "quasi_identifier": "quasi-identifiants (vie personnelle, localisation)",
    "behaviour": "comportement d'achat (vie économique, connexion)",
    "free_text": "texte libre",
    "payment": "moyens de paiement",
}
"""French of what the classification says in English."""

ENGLISH_CLASSES: Mapping[str, str] = {
    "direct_identifier": "direct identifiers",
    "pseudonym": "pseudonyms",
    "quasi_identifier": "quasi-identifiers (personal life, location)",
    "behaviour": "purchasing behaviour (economic life, connection)",
    "free_text": "free text",
    "payment": "means of payment",
}

FIELDS: Mapping[str, tuple[str, str]] = {
    "title": (
        "Registre des activités de traitement",
        "Register of processing activities",
    ),
    "generated": (
        (
            "Produit par `warehouse register --write` à partir de la classification des colonnes et des"
            " droits réels de la base ; ne pas modifier."
        ),
        (
            "Made by `warehouse register --write` from the classification of the columns and the live "
            "grants of the database; do not edit."
        ),
    ),
    "introduction": (
        (
            "Article 30 du RGPD, champs du modèle de la CNIL. Une fiche par finalité déclarée. Les "
            "destinataires sont lus dans le catalogue de la base, jamais dans une déclaration."
        ),
        (
            "Article 30 GDPR, the fields of the CNIL's model. One sheet per declared purpose. "
            "Recipients are read from the catalog of the database, never from a declaration."
        ),
    ),
    "actors": (
        "Acteurs",
        "Actors",
    ),
    "controller": (
        "Responsable du traitement",
        "Controller",
    ),
    "officer": (
        "Délégué à la protection des données",
        "Data protection officer",
    ),
    "unnamed": (
        "à nommer par le responsable du traitement",
        "to be named by the controller",
    ),
    "basis": (
        "Base légale",
        "Legal basis",
    ),
    "people": (
        "Personnes concernées",
        "Data subjects",
    ),
    "customers": (
        "clients de la boutique",
        "customers of the shop",
    ),
    "staff": (
        "personnes et services qui ont un compte",
        "people and services that have a login",
    ),
    "categories": (
        "Catégories de données",
        "Categories of data",
    ),
    "category": (
        "catégorie",
        "category",
    ),
    "columns": (
        "colonnes",
        "columns",
    ),
    "tables": (
        "tables",
        "tables",
    ),
    "sensitive": (
        "Données sensibles (art. 9, 10)",
        "Special categories (art. 9, 10)",
    ),
    "no_sensitive": (
        "aucune n'est prévue ; le texte libre, qui pourrait en contenir, n'est pas conservé",
        "none is provided for; free text, which could hold some, is not kept",
    ),
    "retention": (
        "Durée de conservation",
        "Retention",
    ),
    "recipients": (
        "Destinataires (droits réels)",
        "Recipients (live grants)",
    ),
    "role": (
        "groupe",
        "group",
    ),
    "reads": (
        "peut lire",
        "may read",
    ),
    "nobody": (
        "personne",
        "nobody",
    ),
    "processors": (
        "Sous-traitants",
        "Processors",
    ),
    "no_processors": (
        "aucun : les outils tournent sur les machines du responsable (à revoir en cas d'hébergement)",
        "none: the tools run on the controller's machines (to be reviewed when hosted)",
    ),
    "transfers": (
        "Transferts hors de l'UE",
        "Transfers outside the EU",
    ),
    "no_transfers": (
        "aucun par le système",
        "none by the system",
    ),
    "security": (
        "Mesures de sécurité",
        "Security measures",
    ),
    "measures": (
        (
            "mots de passe SCRAM, groupes sans connexion, droits refusés par défaut ; pseudonymes à clé"
            " secrète hors de la base (fichier en mode 0600) ; groupes de moins de 11 personnes jamais "
            "publiés ; messages et journaux sans valeur personnelle ; suppression quotidienne de ce qui"
            " a dépassé sa durée ([plan de conformité](plan_de_conformite.md))"
        ),
        (
            "SCRAM passwords, groups without login, rights refused by default; keyed pseudonyms whose "
            "secret is outside the database (a file of mode 0600); groups of fewer than 11 people never"
            " published; messages and logs without personal values; daily deletion of what is over its "
            "time ([plan](plan_de_conformite.md))"
        ),
    ),
}
"""Label or sentence -> French, English."""


def phrase(text: str, language: Language) -> str:
    """A declared phrase in the language. Raises KeyError that says where to translate it."""
    if language == "en":
        return ENGLISH_CLASSES.get(text, text)
    if text not in PHRASES:
        raise KeyError(f"{text!r} has no French: add it to PHRASES in {__name__}")
    return PHRASES[text]


def label(name: str, language: Language) -> str:
    """A label of the register."""
    return FIELDS[name][0 if language == "fr" else 1]


def title(purpose: str, language: Language) -> str:
    """The name of a processing by its purpose. Raises KeyError that says where to name it."""
    if purpose not in TITLES:
        raise KeyError(f"the purpose {purpose!r} has no title: add it to TITLES in {__name__}")
    return TITLES[purpose][0 if language == "fr" else 1]
