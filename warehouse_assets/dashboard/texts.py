"""The dashboard's own words, in both languages; metrics bring theirs from the registry."""

from __future__ import annotations

from warehouse_assets.bi.text import Language, Text

TEXTS: dict[str, Text] = {
    "product": Text("E-commerce warehouse", "Entrepôt e-commerce"),
    "skip": Text("Skip to content", "Aller au contenu"),
    "pages": Text("Pages", "Pages"),
    "filters": Text("Filters", "Filtres"),
    "log_in": Text("Log in", "Se connecter"),
    "log_out": Text("Log out", "Se déconnecter"),
    "user": Text("User", "Utilisateur"),
    "password": Text("Password", "Mot de passe"),
    "login_help": Text(
        "With your login of the warehouse's database. You see what the database grants you.",
        "Avec votre identifiant de la base de l'entrepôt. Vous voyez ce que la base vous accorde.",
    ),
    "login_refused": Text(
        "The name or the password is not right, or this user may not use the warehouse.",
        "Le nom ou le mot de passe est inexact, ou cet utilisateur n'a pas accès à l'entrepôt.",
    ),
    "login_administrator": Text(
        "Administrators of the database have no access here, as its access rules do not bind them: "
        "log in as a user with a role.",
        "Les administrateurs de la base n'ont pas accès ici, car ses règles d'accès ne les lient pas : "
        "connectez-vous avec un utilisateur qui a un rôle.",
    ),
    "login_too_many": Text(
        "Too many failed attempts: wait a minute, then try again.",
        "Trop d'échecs : attendez une minute avant de réessayer.",
    ),
    "login_stale": Text(
        "This form had expired: please try again.",
        "Ce formulaire avait expiré : veuillez réessayer.",
    ),
    "expired": Text(
        "Your session has ended: log in again.",
        "Votre session est terminée : reconnectez-vous.",
    ),
    "away_title": Text("The database does not answer", "La base de données ne répond pas"),
    "away": Text(
        "Nothing is lost. Try again in a minute; if it stays so, ask whoever runs the warehouse to start it.",
        "Rien n'est perdu. Réessayez dans une minute ; sinon, demandez à l'exploitant de démarrer l'entrepôt.",
    ),
    "refused_title": Text("Not part of your access", "Hors de votre accès"),
    "refused_page": Text(
        "Your user may not read the data of this page. Whoever administers the warehouse can grant it.",
        "Votre utilisateur n'a pas le droit de lire les données de cette page. "
        "L'administrateur de l'entrepôt peut l'accorder.",
    ),
    "nothing_title": Text("No page is granted to you yet", "Aucune page ne vous est encore accordée"),
    "nothing": Text(
        "You are logged in, but your user has no role that reads the marts. "
        "Ask whoever administers the warehouse for one.",
        "Vous êtes connecté, mais votre utilisateur n'a aucun rôle qui lise les data marts. "
        "Demandez-en un à l'administrateur de l'entrepôt.",
    ),
    "unknown_title": Text("There is no such page", "Cette page n'existe pas"),
    "unknown": Text("Choose one of the pages above.", "Choisissez une des pages ci-dessus."),
    "empty_title": Text("No data", "Aucune donnée"),
    "empty": Text(
        "There is nothing to show for this choice.",
        "Il n'y a rien à montrer pour ce choix.",
    ),
    "not_loaded": Text(
        "Nothing has been loaded yet: load an export, and figures appear here.",
        "Rien n'a encore été chargé : chargez un export, et les chiffres apparaîtront ici.",
    ),
    "failed_title": Text("This page could not be shown", "Cette page n'a pas pu être affichée"),
    "failed": Text(
        "The database refused a query or took too long; the log of the dashboard has its code.",
        "La base a refusé une requête ou a mis trop de temps ; le journal du tableau de bord en donne le code.",
    ),
    "as_of": Text("Data as of", "Données au"),
    "as_data": Text("Data", "Données"),
    "show_data": Text("Show the data", "Voir les données"),
    "csv": Text("CSV", "CSV"),
    "download": Text("Download as CSV:", "Télécharger en CSV :"),
    "definition": Text("Definition", "Définition"),
    "theme": Text("Light or dark colours", "Couleurs claires ou sombres"),
    "language": Text("Français", "English"),
    "currency": Text("Currency", "Devise"),
    "no_currency": Text("No currency given", "Devise non indiquée"),
    "period": Text("Period", "Période"),
    "by_month": Text("Monthly", "Par mois"),
    "by_quarter": Text("Quarterly", "Par trimestre"),
    "by_year": Text("Yearly", "Par an"),
    "month": Text("Month", "Mois"),
    "quarter": Text("Quarter", "Trimestre"),
    "year": Text("Year", "Année"),
    "whole": Text("All time", "Tout"),
    "from": Text("From", "De"),
    "to": Text("To", "À"),
    "when": Text("Which", "Laquelle"),
    "in_all": Text("in all", "au total"),
    "before": Text("vs previous", "vs précédent"),
    "last_year": Text("vs last year", "vs an dernier"),
    "same_days": Text("vs the same days of last year", "vs mêmes jours de l'an dernier"),
    "shop": Text("Shop", "Boutique"),
    "incomplete": Text(
        "A lighter bar is a period that the data cover only in part.",
        "Une barre claire est une période que les données ne couvrent qu'en partie.",
    ),
    "revenue_over_time": Text("Net revenue", "Chiffre d'affaires net"),
    "orders_over_time": Text("Orders", "Commandes"),
    "new_returning": Text("Revenue: new and returning customers", "Chiffre d'affaires : nouveaux clients et fidèles"),
    "new_returning_definition": Text(
        "Net revenue of known customers: those whose first purchase is in the period, and all others.",
        "Chiffre d'affaires net des clients connus : premier achat dans la période, et tous les autres.",
    ),
    "trend": Text("Trend by month", "Tendance par mois"),
    "trend_definition": Text(
        "Net revenue of each month, with its means over 3 and 12 months. Marked: months whose anomaly score, "
        "the distance from the median of the 12 months before, is over 3.5.",
        "Chiffre d'affaires net de chaque mois et moyennes sur 3 et 12 mois. Marqués : les mois dont le score "
        "d'anomalie, l'écart à la médiane des 12 mois précédents, dépasse 3,5.",
    ),
    "unusual": Text("Unusual month", "Mois inhabituel"),
    "season": Text("Seasonal pattern", "Saisonnalité"),
    "season_empty": Text(
        "A seasonal pattern needs two complete calendar years.",
        "La saisonnalité demande deux années civiles complètes.",
    ),
    "calendar_month": Text("Calendar month", "Mois du calendrier"),
    "ordinary": Text("An ordinary month is 1", "Un mois ordinaire vaut 1"),
    "category": Text("Category", "Catégorie"),
    "subcategory": Text("Subcategory", "Sous-catégorie"),
    "name": Text("Product", "Produit"),
    "all_countries": Text("All countries", "Tous les pays"),
    "every_category": Text("All categories", "Toutes les catégories"),
    "by_category": Text("Revenue by category", "Chiffre d'affaires par catégorie"),
    "by_subcategory": Text("Revenue by subcategory", "Chiffre d'affaires par sous-catégorie"),
    "drill_note": Text(
        "Click a bar, or choose a category above, to see its subcategories and products.",
        "Cliquez sur une barre, ou choisissez une catégorie ci-dessus, pour voir ses sous-catégories et produits.",
    ),
    "top_products": Text("Top products", "Meilleurs produits"),
    "all_products": Text("Products", "Produits"),
    "first_rows": Text(
        "The first rows by revenue; the CSV holds them all.", "Premières lignes ; le CSV les contient toutes."
    ),
    "country": Text("Country", "Pays"),
    "countries": Text("Countries", "Pays"),
    "every_country": Text("All countries", "Tous les pays"),
    "by_country": Text("Revenue by country", "Chiffre d'affaires par pays"),
    "country_months": Text("Revenue by month, largest countries", "Chiffre d'affaires par mois, principaux pays"),
    "attribute": Text("Grouped by", "Regroupés par"),
    "group": Text("Group", "Groupe"),
    "demographics": Text("Who the customers are", "Qui sont les clients"),
    "small_groups": Text(
        "Groups that are too small to be shown are part of Other.",
        "Les groupes trop petits pour être montrés sont dans Autre.",
    ),
    "signups_over_time": Text("Sign-ups by channel", "Inscriptions par canal"),
    "no_signups": Text(
        "The export has no sign-up dates, or too few in these months to show.",
        "L'export n'a pas de dates d'inscription, ou trop peu dans ces mois pour être montrées.",
    ),
    "channel": Text("Channel", "Canal"),
    "churn_over_time": Text("Churn over time", "Attrition au fil du temps"),
    "churn_flow": Text("Customers come and gone", "Clients arrivés et partis"),
    "churn_flow_definition": Text(
        "Per month: customers who entered, who came back, and (below the line) who became inactive.",
        "Par mois : clients entrés, revenus et (sous la ligne) devenus inactifs.",
    ),
    "churn_by": Text("Churn by", "Attrition par"),
    "basis": Text("Counted as there", "Comptés présents"),
    "last_seen": Text("Seen since (login or purchase)", "Vus depuis (connexion ou achat)"),
    "purchase": Text("Bought in the month, by sign-up", "Achat dans le mois, selon l'inscription"),
    "repeat_purchase": Text("Bought in the month, by first purchase", "Achat dans le mois, selon le 1er achat"),
    "heat": Text("Retention by cohort", "Rétention par cohorte"),
    "cohort": Text("Cohort", "Cohorte"),
    "since": Text("Months since the start", "Mois depuis le début"),
    "curve": Text("Mean retention", "Rétention moyenne"),
    "segments": Text("Value by segment", "Valeur par segment"),
    "segments_note": Text(
        "Segments by recency and frequency of purchases (RFM).",
        "Segments selon la récence et la fréquence des achats (RFM).",
    ),
    "cohort_value": Text("Value by cohort", "Valeur par cohorte"),
    "segment_customers": Text("Customers by segment", "Clients par segment"),
    "deliveries": Text("Deliveries", "Livraisons"),
    "deliveries_definition": Text(
        "Each file that is part of the warehouse now, and what became of its rows.",
        "Chaque fichier présent dans l'entrepôt, et ce que sont devenues ses lignes.",
    ),
    "books": Text("Loaded records in the facts", "Enregistrements chargés dans les faits"),
    "books_definition": Text(
        "Each loaded sale line or review is a row of a fact, replaced by a newer version, or also in another delivery.",
        "Chaque ligne de vente ou avis chargé est une ligne d'un fait, remplacé par une version plus récente, ou"
        " présent aussi dans une autre livraison.",
    ),
    "record_kind": Text("Records", "Enregistrements"),
    "kind_sales": Text("Sale lines", "Lignes de vente"),
    "kind_reviews": Text("Reviews", "Avis"),
    "records_loaded": Text("Loaded", "Chargés"),
    "records_in_fact": Text("In the fact", "Dans les faits"),
    "records_superseded": Text("Replaced by a newer version", "Remplacés par une version plus récente"),
    "records_repeated": Text("Also in another delivery", "Aussi dans une autre livraison"),
    "rows_read": Text("Rows read", "Lignes lues"),
    "sales_loaded": Text("Sales loaded", "Ventes chargées"),
    "sales_rejected": Text("Sales rejected", "Ventes rejetées"),
    "sales_repeated": Text("Sales repeated", "Ventes répétées"),
    "customers_loaded": Text("Customers loaded", "Clients chargés"),
    "customers_rejected": Text("Customers rejected", "Clients rejetés"),
    "rejected_share": Text("Share rejected", "Part rejetée"),
    "rejected_share_definition": Text(
        "Sales rejected per sale read, over all deliveries",
        "Ventes rejetées par vente lue, toutes livraisons",
    ),
    "rows_read_definition": Text("Rows of all current deliveries", "Lignes de toutes les livraisons actuelles"),
    "loaded_definition": Text("Sale lines accepted", "Lignes de vente acceptées"),
    "rejected_definition": Text("Sale lines that broke a rule", "Lignes de vente contraires à une règle"),
    "last_load": Text("Last delivery loaded", "Dernière livraison chargée"),
    "last_load_definition": Text(
        "When the newest delivery was loaded, UTC", "Quand la dernière livraison a été chargée, UTC"
    ),
    "source": Text("Source", "Source"),
    "file": Text("File", "Fichier"),
    "loaded_at": Text("Loaded (UTC)", "Chargé (UTC)"),
    "rules": Text("What was found, by rule", "Ce qui a été trouvé, par règle"),
    "rules_definition": Text(
        "Records that broke a rule: rejected (not loaded), blanked (a value left out) or only counted.",
        "Enregistrements contraires à une règle : rejetés, valeur effacée, ou seulement comptés.",
    ),
    "rule": Text("Rule", "Règle"),
    "severity": Text("Consequence", "Conséquence"),
    "records": Text("Records", "Enregistrements"),
    "quality_months": Text("Rejected records by month", "Enregistrements rejetés par mois"),
    "quality_months_definition": Text(
        "By the month of the sale, where it could be read.",
        "Selon le mois de la vente, quand il a pu être lu.",
    ),
    "freshness": Text("Freshness", "Fraîcheur"),
    "freshness_definition": Text(
        "When each table was last built, as of which day, and how many months it holds.",
        "Quand chaque table a été construite, à quelle date de référence, et ses mois.",
    ),
    "table": Text("Table", "Table"),
    "built_at": Text("Built (UTC)", "Construite (UTC)"),
    "months": Text("Months", "Mois"),
    "rows": Text("Rows", "Lignes"),
    "report_note": Text(
        "As the marts stand, for this role. `warehouse up` serves the same pages with filters and CSV.",
        "Tels que sont les data marts, pour ce rôle. `warehouse up` sert ces pages avec filtres et CSV.",
    ),
    "role": Text("Role", "Rôle"),
    "first_of_report": Text(
        "The first rows; the dashboard has them all.", "Premières lignes ; le tableau de bord les a toutes."
    ),
}


def say(key: str, language: Language) -> str:
    """The text in the language."""
    return TEXTS[key].in_language(language)
