"""Metrics of customers: who they are, where they came from, and how many leave."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions, Format, Metric, metric, of_one_row, total_of_one

DEMOGRAPHICS = "mart_customers.customer_demographics"
SIGNUPS = "mart_customers.signup_trends"
CHURN = "mart_customers.churn_rates"


def _person(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions
) -> Metric:
    return metric(name, title, definition, shown, "customers", DEMOGRAPHICS, forms)


def _signup(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions
) -> Metric:
    return metric(name, title, definition, shown, "customers", SIGNUPS, forms)


def _churn(name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions) -> Metric:
    return metric(name, title, definition, shown, "customers", CHURN, forms)


PEOPLE = (
    _person(
        "customers",
        ("Customers", "Clients"),
        (
            "Known customers. Select one attribute; its members can be added",
            "Clients connus. Choisir un seul attribut ; ses membres s'additionnent",
        ),
        "count",
        total_of_one(DEMOGRAPHICS, "customer_count", "attribute"),
    ),
    _person(
        "customer_share",
        ("Share of customers", "Part des clients"),
        (
            "Share of the shop's known customers. Select one attribute",
            "Part des clients connus de la boutique. Choisir un seul attribut",
        ),
        "percent",
        Expressions(
            sql="case when count(distinct attribute) = 1 and count(distinct source_name) = 1"
            " then sum(share_of_customers) end",
            dax="IF ( HASONEVALUE ( customer_demographics[attribute] )"
            " && HASONEVALUE ( customer_demographics[source_name] ),"
            " SUM ( customer_demographics[share_of_customers] ) )",
            tableau="IF MIN([attribute]) = MAX([attribute]) AND MIN([source_name]) = MAX([source_name])"
            " THEN SUM([share_of_customers]) END",
        ),
    ),
    _person(
        "active_customers",
        ("Active customers", "Clients actifs"),
        (
            "Customers who are still active. By their status, or else by recent activity; select one attribute",
            "Clients encore actifs. Selon leur statut, à défaut leur activité récente ; choisir un seul attribut",
        ),
        "count",
        total_of_one(DEMOGRAPHICS, "active_count", "attribute"),
    ),
    _person(
        "churned_customers",
        ("Churned customers", "Clients perdus"),
        (
            "Customers who have left. By their status, or else by inactivity; select one attribute",
            "Clients partis. Selon leur statut, à défaut leur inactivité ; choisir un seul attribut",
        ),
        "count",
        total_of_one(DEMOGRAPHICS, "churned_count", "attribute"),
    ),
    _person(
        "never_active_customers",
        ("Never active customers", "Clients jamais actifs"),
        (
            "Customers without any known activity. No status, sign-up, login or purchase; select one attribute",
            "Clients sans activité connue. Ni statut, inscription, connexion ou achat ; choisir un seul attribut",
        ),
        "count",
        total_of_one(DEMOGRAPHICS, "never_active_count", "attribute"),
    ),
    _person(
        "churned_share",
        ("Share churned", "Part de clients perdus"),
        (
            "Share of customers who have left. Counts members with a published churned count; select one attribute",
            "Part des clients partis. Pour les membres dont le nombre est publié ; choisir un seul attribut",
        ),
        "percent",
        Expressions(
            sql="case when count(distinct attribute) = 1 then sum(churned_count)"
            " / nullif(sum(customer_count) filter (where churned_count is not null), 0) end",
            dax="VAR published = FILTER ( customer_demographics,"
            " NOT ( ISBLANK ( customer_demographics[churned_count] ) ) )"
            " RETURN IF ( HASONEVALUE ( customer_demographics[attribute] ),"
            " DIVIDE ( SUMX ( published, customer_demographics[churned_count] ),"
            " SUMX ( published, customer_demographics[customer_count] ) ) )",
            tableau="IF MIN([attribute]) = MAX([attribute])"
            " AND SUM(IF NOT ISNULL([churned_count]) THEN [customer_count] END) <> 0"
            " THEN SUM([churned_count]) / SUM(IF NOT ISNULL([churned_count]) THEN [customer_count] END) END",
        ),
    ),
    _person(
        "average_age",
        ("Average age", "Âge moyen"),
        (
            "Mean age of the customers. Select one group; empty for age bands, pairs and few known ages",
            "Âge moyen des clients. Choisir un groupe ; vide par tranche, par paire et si peu d'âges sont connus",
        ),
        "years",
        of_one_row(DEMOGRAPHICS, "average_age", "attribute"),
    ),
)

ARRIVALS = (
    _signup(
        "signups",
        ("Sign-ups", "Inscriptions"),
        (
            "Customers who signed up. Select one channel, or All",
            "Clients inscrits. Choisir un seul canal, ou All pour tous",
        ),
        "count",
        total_of_one(SIGNUPS, "signup_count", "acquisition_channel"),
    ),
    _signup(
        "cumulative_signups",
        ("Sign-ups so far", "Inscriptions cumulées"),
        (
            "Sign-ups up to the month. Select one month and channel",
            "Inscriptions jusqu'au mois. Choisir un mois et un canal",
        ),
        "count",
        of_one_row(SIGNUPS, "cumulative_signups", "acquisition_channel"),
    ),
    _signup(
        "signup_rolling_mean",
        ("Sign-ups, rolling 3-month mean", "Inscriptions, moyenne mobile sur 3 mois"),
        (
            "Mean sign-ups over 3 months, including this one. Select one month and channel",
            "Inscriptions moyennes sur 3 mois, dont celui-ci. Choisir un mois et un canal",
        ),
        "number",
        of_one_row(SIGNUPS, "rolling_3m_average", "acquisition_channel"),
    ),
    _signup(
        "signup_growth",
        ("Sign-up growth", "Évolution des inscriptions"),
        (
            "Change of sign-ups on the previous month. Select one complete month and channel",
            "Variation des inscriptions sur le mois précédent. Choisir un mois complet et un canal",
        ),
        "percent",
        of_one_row(SIGNUPS, "growth_vs_previous", "acquisition_channel"),
    ),
    _signup(
        "signup_growth_vs_last_year",
        ("Sign-up growth on last year", "Évolution des inscriptions sur un an"),
        (
            "Change of sign-ups on the same month last year. Select one complete month and channel",
            "Variation des inscriptions sur le même mois de l'an dernier. Choisir un mois complet et un canal",
        ),
        "percent",
        of_one_row(SIGNUPS, "growth_vs_last_year", "acquisition_channel"),
    ),
)

DEPARTURES = (
    _churn(
        "customers_at_start",
        ("Customers at the start", "Clients au début"),
        (
            "Customers active at the start of the month. Select one month and attribute",
            "Clients actifs au début du mois. Choisir un mois et un attribut",
        ),
        "count",
        Expressions(
            sql="case when count(distinct attribute) = 1 and count(distinct month) = 1"
            " then sum(customers_at_start) end",
            dax="IF ( HASONEVALUE ( churn_rates[attribute] ) && HASONEVALUE ( churn_rates[month] ),"
            " SUM ( churn_rates[customers_at_start] ) )",
            tableau="IF MIN([attribute]) = MAX([attribute]) AND MIN([month]) = MAX([month])"
            " THEN SUM([customers_at_start]) END",
        ),
    ),
    _churn(
        "customers_entered",
        ("New customers", "Nouveaux clients"),
        (
            "Customers with a first activity in the month. Select one attribute",
            "Clients dont la première activité est dans le mois. Choisir un seul attribut",
        ),
        "count",
        total_of_one(CHURN, "new_count", "attribute"),
    ),
    _churn(
        "customers_reactivated",
        ("Returning customers", "Clients revenus"),
        (
            "Lost customers who became active again. Select one attribute",
            "Clients perdus redevenus actifs. Choisir un seul attribut",
        ),
        "count",
        total_of_one(CHURN, "reactivated_count", "attribute"),
    ),
    _churn(
        "customers_lapsed",
        ("Lost customers", "Clients devenus inactifs"),
        (
            "Customers who became inactive in the month. Select one attribute",
            "Clients devenus inactifs dans le mois. Choisir un seul attribut",
        ),
        "count",
        total_of_one(CHURN, "churned_count", "attribute"),
    ),
    _churn(
        "monthly_churn_rate",
        ("Monthly churn rate", "Taux d'attrition mensuel"),
        (
            "Share of active customers lost in the month. Lost / active at the start; select one attribute",
            "Part des clients actifs perdus dans le mois. Perdus / actifs au début ; choisir un seul attribut",
        ),
        "percent",
        Expressions(
            sql="case when count(distinct attribute) = 1"
            " then sum(churned_count) / nullif(sum(customers_at_start), 0) end",
            dax="IF ( HASONEVALUE ( churn_rates[attribute] ),"
            " DIVIDE ( SUM ( churn_rates[churned_count] ), SUM ( churn_rates[customers_at_start] ) ) )",
            tableau="IF MIN([attribute]) = MAX([attribute]) AND SUM([customers_at_start]) <> 0"
            " THEN SUM([churned_count]) / SUM([customers_at_start]) END",
        ),
    ),
)

CUSTOMER_METRICS = (*PEOPLE, *ARRIVALS, *DEPARTURES)
