"""The dashboard's texts in both languages; the texts of metrics come from the registry."""

from __future__ import annotations

from warehouse_assets.bi.text import Language, Text
from warehouse_assets.dashboard.customer_texts import CUSTOMER_TEXTS
from warehouse_assets.dashboard.explore_texts import EXPLORE_TEXTS
from warehouse_assets.dashboard.page_texts import OVERVIEW_TEXTS, QUALITY_TEXTS

TEXTS: dict[str, Text] = {
    **OVERVIEW_TEXTS,
    **QUALITY_TEXTS,
    **CUSTOMER_TEXTS,
    **EXPLORE_TEXTS,
    "product": Text("E-commerce warehouse", "Entrepôt e-commerce"),
    "skip": Text("Skip to content", "Aller au contenu"),
    "pages": Text("Pages", "Pages"),
    "filters": Text("Filters", "Filtres"),
    "log_in": Text("Log in", "Se connecter"),
    "log_out": Text("Log out", "Se déconnecter"),
    "user": Text("User", "Utilisateur"),
    "password": Text("Password", "Mot de passe"),
    "login_help": Text(
        "Use your login for the warehouse's database. You see the data that the database grants you.",
        "Utilisez votre identifiant de la base de l'entrepôt. Vous voyez les données que la base vous accorde.",
    ),
    "demo_login": Text(
        "This is a demonstration. The login {login} sees all pages; this command prints its password:",
        "Ceci est une démonstration. L'identifiant {login} voit toutes les pages ; cette commande affiche son mot"
        " de passe :",
    ),
    "login_refused": Text(
        "The user name or password is wrong, or this user has no access to the warehouse.",
        "Le nom ou le mot de passe est incorrect, ou cet utilisateur n'a pas accès à l'entrepôt.",
    ),
    "login_administrator": Text(
        "Database administrators cannot log in here, because access rules do not apply to them. "
        "Log in as a user with a role.",
        "Les administrateurs de la base ne se connectent pas ici : les règles d'accès ne s'appliquent pas à eux. "
        "Connectez-vous avec un utilisateur qui a un rôle.",
    ),
    "login_too_many": Text(
        "Too many failed attempts. Wait a minute, then try again.",
        "Trop d'échecs : attendez une minute avant de réessayer.",
    ),
    "login_stale": Text(
        "This form has expired. Please try again.",
        "Ce formulaire a expiré. Veuillez réessayer.",
    ),
    "expired": Text(
        "Your session has expired. Please log in again.",
        "Votre session a expiré. Reconnectez-vous.",
    ),
    "away_title": Text("The database is not available", "La base de données n'est pas disponible"),
    "away": Text(
        "No data is lost. Try again in a minute. If the problem persists, ask the warehouse's operator to start it.",
        "Rien n'est perdu. Réessayez dans une minute. Sinon, demandez à l'exploitant de démarrer la base.",
    ),
    "refused_title": Text("You don't have access to this page", "Vous n'avez pas accès à cette page"),
    "refused_page": Text(
        "Your user may not read this page's data. Ask the warehouse's administrator for access.",
        "Votre utilisateur n'a pas le droit de lire les données de cette page. "
        "Demandez l'accès à l'administrateur de l'entrepôt.",
    ),
    "nothing_title": Text("You don't have access to any page yet", "Vous n'avez encore accès à aucune page"),
    "nothing": Text(
        "You are logged in, but your user has no role with access to the marts. "
        "Ask the warehouse's administrator for one.",
        "Vous êtes connecté, mais votre utilisateur n'a aucun rôle donnant accès aux data marts. "
        "Demandez-en un à l'administrateur de l'entrepôt.",
    ),
    "unknown_title": Text("Page not found", "Page introuvable"),
    "unknown": Text("Choose one of the pages above.", "Choisissez une des pages ci-dessus."),
    "empty_title": Text("No data", "Aucune donnée"),
    "empty": Text(
        "There is no data for this selection.",
        "Aucune donnée pour cette sélection.",
    ),
    "not_loaded": Text(
        "No data has been loaded yet. Load an export to see figures here.",
        "Aucune donnée n'est encore chargée. Chargez un export pour voir des chiffres ici.",
    ),
    "failed_title": Text("This page could not be shown", "Cette page n'a pas pu être affichée"),
    "failed": Text(
        "The database refused a query or took too long. The dashboard's log has the error code.",
        "La base a refusé une requête ou a mis trop de temps. Le journal du tableau de bord contient le code d'erreur.",
    ),
    "as_of": Text("Data as of", "Données au"),
    "as_data": Text("Data", "Données"),
    "show_data": Text("Show the data", "Voir les données"),
    "download": Text("download as", "télécharger en"),
    "definition": Text("Definition", "Définition"),
    "theme": Text("Light or dark colours", "Couleurs claires ou sombres"),
    "language": Text("Français", "English"),
    "currency": Text("Currency", "Devise"),
    "no_currency": Text("Unknown currency", "Devise inconnue"),
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
    "in_all": Text("overall", "au total"),
    "before": Text("vs previous", "vs précédent"),
    "last_year": Text("vs last year", "vs an dernier"),
    "same_days": Text("vs the same days of last year", "vs mêmes jours de l'an dernier"),
    "not_comparable": Text("nothing complete to compare with", "rien de complet à comparer"),
    "no_last_year": Text(
        "The data begin after 1 January of the year before",
        "Les données commencent après le 1er janvier de l'année précédente",
    ),
    "address_keeps": Text(
        "The address of this page holds its filters: share it, or bookmark it.",
        "L'adresse de cette page contient ses filtres : partagez-la ou gardez-la en favori.",
    ),
    "shop": Text("Shop", "Boutique"),
    "incomplete": Text(
        "Faded bars and dotted lines: the data cover this period only partly.",
        "Barres estompées et lignes pointillées : les données ne couvrent cette période qu'en partie.",
    ),
    "revenue_over_time": Text("Net revenue", "Chiffre d'affaires net"),
    "orders_over_time": Text("Orders", "Commandes"),
    "new_returning": Text("Revenue: new and returning customers", "Chiffre d'affaires : nouveaux clients et fidèles"),
    "new_returning_definition": Text(
        "Net revenue from new and returning customers. New customers made their first purchase in the period.",
        "Chiffre d'affaires net des nouveaux clients (premier achat dans la période) et des clients fidèles.",
    ),
    "trend": Text("Trend by month", "Tendance par mois"),
    "trend_definition": Text(
        "Net revenue by month, with 3-month and 12-month averages. Marked months are unusual: their anomaly score, "
        "the distance from the median of the previous 12 months, is over 3.5.",
        "Chiffre d'affaires net par mois, avec moyennes sur 3 et 12 mois. Mois marqués, inhabituels : leur score "
        "d'anomalie, l'écart à la médiane des 12 mois précédents, dépasse 3,5.",
    ),
    "unusual": Text("Unusual month", "Mois inhabituel"),
    "season": Text("Seasonal pattern", "Saisonnalité"),
    "season_empty": Text(
        "A seasonal pattern needs two complete calendar years.",
        "La saisonnalité nécessite deux années civiles complètes.",
    ),
    "calendar_month": Text("Calendar month", "Mois du calendrier"),
    "ordinary": Text("1 = an average month", "1 = un mois moyen"),
    "category": Text("Category", "Catégorie"),
    "subcategory": Text("Subcategory", "Sous-catégorie"),
    "name": Text("Product", "Produit"),
    "all_countries": Text("All countries", "Tous les pays"),
    "every_category": Text("All categories", "Toutes les catégories"),
    "by_category": Text("Revenue by category", "Chiffre d'affaires par catégorie"),
    "by_subcategory": Text("Revenue by subcategory", "Chiffre d'affaires par sous-catégorie"),
    "drill_note": Text(
        "Click a bar or choose a category above to see its subcategories and products.",
        "Cliquez sur une barre, ou choisissez une catégorie ci-dessus, pour voir ses sous-catégories et produits.",
    ),
    "top_products": Text("Top products", "Meilleurs produits"),
    "all_products": Text("Products", "Produits"),
    "first_rows": Text(
        "The first rows by revenue. The CSV has all rows.", "Les premières lignes. Le CSV les contient toutes."
    ),
    "country": Text("Country", "Pays"),
    "countries": Text("Countries", "Pays"),
    "every_country": Text("All countries", "Tous les pays"),
    "by_country": Text("Revenue by country", "Chiffre d'affaires par pays"),
    "country_months": Text("Revenue by month, largest countries", "Chiffre d'affaires par mois, principaux pays"),
    "cohorts": Text("Cohorts", "Cohortes"),
    "few_raters": Text(
        "No rating (–): too few people rated the product to show an average.",
        "Sans note (–) : trop peu de personnes ont noté le produit pour montrer une moyenne.",
    ),
    "unfinished": Text("{} (unfinished)", "{} (en cours)"),
    "report_note": Text(
        "The current marts, as this role sees them. `warehouse up` serves the same pages with filters and CSV.",
        "Les data marts actuels, tels que ce rôle les voit. `warehouse up` sert ces pages avec filtres et CSV.",
    ),
    "role": Text("Role", "Rôle"),
    "first_of_report": Text(
        "The first rows. The dashboard has all rows.", "Les premières lignes. Le tableau de bord les a toutes."
    ),
}


def say(key: str, language: Language) -> str:
    """The text in the language."""
    return TEXTS[key].in_language(language)
