"""Texts of the overview, of the data quality page and of the banner that leads to it, in both languages."""

from __future__ import annotations

from warehouse_assets.bi.text import Text

OVERVIEW_TEXTS: dict[str, Text] = {
    "in_month": Text("In {month}: {value}", "En {month} : {value}"),
    "above": Text("{amount} above {month}", "{amount} de plus qu'en {month}"),
    "below": Text("{amount} below {month}", "{amount} de moins qu'en {month}"),
    "same_as": Text("the same as in {month}", "comme en {month}"),
    "no_last_year_month": Text("no complete {month} to compare with", "pas de {month} complet à comparer"),
    "course": Text("The last 13 months", "Les 13 derniers mois"),
    "change": Text("Change", "Variation"),
    "revenue_now": Text("Revenue", "Chiffre d'affaires"),
    "revenue_before": Text("Month before", "Mois précédent"),
    "moving_products": Text("Products that moved most", "Produits qui bougent le plus"),
    "moving_categories": Text("Categories that moved most", "Catégories qui bougent le plus"),
    "moving_countries": Text("Countries that moved most", "Pays qui bougent le plus"),
    "movers_definition": Text(
        "Net revenue in {month} less that in {before}: the largest gains and losses.",
        "Chiffre d'affaires net en {month} moins celui de {before} : plus fortes hausses et baisses.",
    ),
}

QUALITY_TEXTS: dict[str, Text] = {
    "banner_title": Text("Before you compare", "Avant de comparer"),
    "banner_link": Text("See data quality", "Voir la qualité"),
    "banner_rejected": Text(
        "{share} of the sale lines of {shop} were rejected and are not in these figures.",
        "{share} des lignes de vente de {shop} ont été rejetées et ne sont pas dans ces chiffres.",
    ),
    "banner_currency": Text(
        "Some amounts have no known currency. They are shown under “Unknown currency” only.",
        "Certains montants n'ont pas de devise connue. Ils figurent seulement sous « Devise inconnue ».",
    ),
    "banner_no_currency": Text(
        "No amount has a known currency: they are added as if all were in the same one.",
        "Aucun montant n'a de devise connue : ils s'additionnent comme s'ils étaient tous dans la même.",
    ),
    "banner_apart": Text(
        "The data of {shop} end on {day}: months after that are without this shop, and are not compared.",
        "Les données de {shop} s'arrêtent le {day} : les mois suivants sont sans cette boutique et ne se comparent"
        " pas.",
    ),
    "banner_unfinished": Text(
        "The data end on {day}: {month} is unfinished.",
        "Les données s'arrêtent le {day} : {month} n'est pas terminé.",
    ),
    "banner_unread": Text(
        "{file}: these lines are not a date (YYYY-MM-DD) and a text of at most 80 signs: {lines}.",
        "{file} : ces lignes ne sont pas une date (AAAA-MM-JJ) et un texte d'au plus 80 signes : {lines}.",
    ),
    "banner_stale": Text(
        "No data newer than {day} have been loaded.", "Aucune donnée plus récente que le {day} n'est chargée."
    ),
    "deliveries": Text("Deliveries", "Livraisons"),
    "deliveries_definition": Text(
        "Each current delivery, with its loaded, rejected and repeated rows.",
        "Chaque livraison actuelle, avec ses lignes chargées, rejetées et répétées.",
    ),
    "books": Text("Loaded records in the facts", "Enregistrements chargés dans les faits"),
    "books_definition": Text(
        "Each loaded sale line or review is in a fact table, replaced by a newer version, or in another delivery.",
        "Chaque ligne de vente ou avis chargé est dans une table de faits, remplacé par une version plus récente, ou"
        " présent aussi dans une autre livraison.",
    ),
    "record_kind": Text("Records", "Enregistrements"),
    "kind_sales": Text("Sale lines", "Lignes de vente"),
    "kind_reviews": Text("Reviews", "Avis"),
    "records_loaded": Text("Loaded", "Chargés"),
    "records_in_fact": Text("In the fact", "Dans les faits"),
    "records_superseded": Text("Replaced by a newer version", "Remplacés par une version plus récente"),
    "records_repeated": Text("Also in another delivery", "Aussi dans une autre livraison"),
    "records_contradicted": Text("Told otherwise by another delivery", "Contredits par une autre livraison"),
    "rows_read": Text("Rows read", "Lignes lues"),
    "sales_loaded": Text("Sales loaded", "Ventes chargées"),
    "sales_rejected": Text("Sales rejected", "Ventes rejetées"),
    "sales_repeated": Text("Sales repeated", "Ventes répétées"),
    "customers_loaded": Text("Customers loaded", "Clients chargés"),
    "customers_rejected": Text("Customers rejected", "Clients rejetés"),
    "rejected_share": Text("Share rejected", "Part rejetée"),
    "rejected_share_definition": Text(
        "Rejected sale lines as a share of those read, over all deliveries",
        "Part des lignes de vente lues qui ont été rejetées, toutes livraisons",
    ),
    "rows_read_definition": Text("Rows of all current deliveries", "Lignes de toutes les livraisons actuelles"),
    "loaded_definition": Text("Sale lines accepted", "Lignes de vente acceptées"),
    "rejected_definition": Text("Sale lines that broke a rule", "Lignes de vente contraires à une règle"),
    "last_load": Text("Last delivery loaded", "Dernière livraison chargée"),
    "last_load_definition": Text("Time of the newest load, UTC", "Heure du dernier chargement, UTC"),
    "source": Text("Source", "Source"),
    "file": Text("File", "Fichier"),
    "loaded_at": Text("Loaded (UTC)", "Chargé (UTC)"),
    "rules": Text("Broken rules", "Règles enfreintes"),
    "rules_definition": Text(
        "Records that broke a rule: rejected (not loaded), blanked (a value was emptied) or only counted.",
        "Enregistrements contraires à une règle : rejetés, valeur effacée, ou seulement comptés.",
    ),
    "rule": Text("Rule", "Règle"),
    "severity": Text("Consequence", "Conséquence"),
    "records": Text("Records", "Enregistrements"),
    "quality_months": Text("Rejected records by month", "Enregistrements rejetés par mois"),
    "quality_months_definition": Text(
        "By month of sale, if the date was readable.",
        "Par mois de vente, si la date était lisible.",
    ),
    "quality_months_beyond": Text(
        "Records dated before the first or after the last accepted sale are in the table only: {records}.",
        "Enregistrements datés d'avant la première vente acceptée ou d'après la dernière, seulement dans le tableau :"
        " {records}.",
    ),
    "freshness": Text("Freshness", "Fraîcheur"),
    "freshness_definition": Text(
        "Time of each table's last build, its as-of date and its number of months.",
        "Heure de la dernière construction de chaque table, date de référence et nombre de mois.",
    ),
    "table": Text("Table", "Table"),
    "built_at": Text("Built (UTC)", "Construite (UTC)"),
    "months": Text("Months", "Mois"),
    "rows": Text("Rows", "Lignes"),
}
