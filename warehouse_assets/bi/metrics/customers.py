"""Metrics of who the customers are, how they came, and how many leave."""

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
            "Known customers; of one attribute, whose members may be added",
            "Clients connus ; d'un seul attribut, dont les membres s'additionnent",
        ),
        "count",
        total_of_one(DEMOGRAPHICS, "customer_count", "attribute"),
    ),
    _person(
        "customer_share",
        ("Share of customers", "Part des clients"),
        (
            "Share of all known customers of the shop; of one attribute",
            "Part de tous les clients connus de la boutique ; d'un seul attribut",
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
            "Customers whose status says so or, without a status, who were active recently; of one attribute",
            "Clients dont le statut le dit ou, sans statut, actifs récemment ; d'un seul attribut",
        ),
        "count",
        total_of_one(DEMOGRAPHICS, "active_count", "attribute"),
    ),
    _person(
        "churned_customers",
        ("Churned customers", "Clients perdus"),
        (
            "Customers who have left: their status says so or, without one, they have been inactive; of one attribute",
            "Clients partis : leur statut le dit ou, à défaut, ils sont inactifs ; d'un seul attribut",
        ),
        "count",
        total_of_one(DEMOGRAPHICS, "churned_count", "attribute"),
    ),
    _person(
        "never_active_customers",
        ("Never active customers", "Clients jamais actifs"),
        (
            "Customers without a status, sign-up, login or purchase: neither active nor churned; of one attribute",
            "Clients sans statut, inscription, connexion ni achat : ni actifs ni perdus ; d'un seul attribut",
        ),
        "count",
        total_of_one(DEMOGRAPHICS, "never_active_count", "attribute"),
    ),
    _person(
        "churned_share",
        ("Share churned", "Part de clients perdus"),
        (
            "Churned per customer, of members whose number of churned is published; of one attribute",
            "Clients perdus par client, pour les membres dont le nombre est publié ; d'un seul attribut",
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
            "Mean age of one group, if enough ages are known",
            "Âge moyen d'un groupe, si assez d'âges sont connus",
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
            "Customers who signed up; of one channel, where All stands for all of them",
            "Clients inscrits ; d'un seul canal, All les réunissant tous",
        ),
        "count",
        total_of_one(SIGNUPS, "signup_count", "acquisition_channel"),
    ),
    _signup(
        "cumulative_signups",
        ("Sign-ups so far", "Inscriptions cumulées"),
        ("Sign-ups up to the month; one month and channel", "Inscriptions jusqu'au mois ; un mois et un canal"),
        "count",
        of_one_row(SIGNUPS, "cumulative_signups", "acquisition_channel"),
    ),
    _signup(
        "signup_rolling_mean",
        ("Sign-ups, rolling 3-month mean", "Inscriptions, moyenne mobile sur 3 mois"),
        (
            "Mean sign-ups of 3 months including this one; one month and channel",
            "Inscriptions moyennes de 3 mois dont celui-ci ; un mois et un canal",
        ),
        "number",
        of_one_row(SIGNUPS, "rolling_3m_average", "acquisition_channel"),
    ),
    _signup(
        "signup_growth",
        ("Sign-up growth", "Évolution des inscriptions"),
        (
            "Sign-ups against the month before; one complete month and channel",
            "Inscriptions par rapport au mois précédent ; un mois complet et un canal",
        ),
        "percent",
        of_one_row(SIGNUPS, "growth_vs_previous", "acquisition_channel"),
    ),
    _signup(
        "signup_growth_vs_last_year",
        ("Sign-up growth on last year", "Évolution des inscriptions sur un an"),
        (
            "Sign-ups against the same month a year before; one complete month and channel",
            "Inscriptions par rapport au même mois un an avant ; un mois complet et un canal",
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
            "Customers active at the start of the month; one month and attribute",
            "Clients actifs au début du mois ; un mois et un attribut",
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
        ("Customers entered", "Clients entrés"),
        ("Customers who entered; of one attribute", "Clients entrés ; d'un seul attribut"),
        "count",
        total_of_one(CHURN, "new_count", "attribute"),
    ),
    _churn(
        "customers_reactivated",
        ("Customers come back", "Clients revenus"),
        ("Lapsed customers who came back; of one attribute", "Clients inactifs revenus ; d'un seul attribut"),
        "count",
        total_of_one(CHURN, "reactivated_count", "attribute"),
    ),
    _churn(
        "customers_lapsed",
        ("Customers lapsed", "Clients devenus inactifs"),
        (
            "Customers who became inactive; of one attribute",
            "Clients devenus inactifs ; d'un seul attribut",
        ),
        "count",
        total_of_one(CHURN, "churned_count", "attribute"),
    ),
    _churn(
        "monthly_churn_rate",
        ("Monthly churn rate", "Taux d'attrition mensuel"),
        (
            "Customers who became inactive per customer active at the start of the month; of one attribute",
            "Clients devenus inactifs par client actif au début du mois ; d'un seul attribut",
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
