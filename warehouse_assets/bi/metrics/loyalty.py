"""Metrics of who stays, and of what customers are worth."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions, Format, Metric, metric, of_one_row

RETENTION = "mart_customers.retention_cohorts"
VALUE = "mart_customers.customer_value"


def _cohort(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions
) -> Metric:
    return metric(name, title, definition, shown, "retention", RETENTION, forms)


def _value(name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions) -> Metric:
    return metric(name, title, definition, shown, "value", VALUE, forms)


def _of_one_age(column: str) -> Expressions:
    """Cohorts may be added at one distance in months from their start, on one basis."""
    return Expressions(
        sql=f"case when count(distinct basis) = 1 and count(distinct months_since) = 1 then sum({column}) end",
        dax="IF ( HASONEVALUE ( retention_cohorts[basis] ) && HASONEVALUE ( retention_cohorts[months_since] ),"
        f" SUM ( retention_cohorts[{column}] ) )",
        tableau="IF MIN([basis]) = MAX([basis]) AND MIN([months_since]) = MAX([months_since])"
        f" THEN SUM([{column}]) END",
    )


def _of_one_grouping(column: str) -> Expressions:
    """Groups of customers may be added within one currency and one grouping."""
    return Expressions(
        sql=f"case when count(distinct currency_code) = 1 and count(distinct grouping) = 1 then sum({column}) end",
        dax="IF ( HASONEVALUE ( customer_value[currency_code] ) && HASONEVALUE ( customer_value[grouping] ),"
        f" SUM ( customer_value[{column}] ) )",
        tableau="IF MIN([currency_code]) = MAX([currency_code]) AND MIN([grouping]) = MAX([grouping])"
        f" THEN SUM([{column}]) END",
    )


RETENTION_METRICS = (
    _cohort(
        "cohort_size",
        ("Cohort size", "Taille de la cohorte"),
        (
            "Customers of the cohort. Select one basis and one number of months",
            "Clients de la cohorte. Choisir une base et un nombre de mois",
        ),
        "count",
        _of_one_age("cohort_size"),
    ),
    _cohort(
        "retained_customers",
        ("Retained customers", "Clients encore présents"),
        (
            "Customers of the cohort who are still there. Select one basis and one number of months",
            "Clients de la cohorte encore présents. Choisir une base et un nombre de mois",
        ),
        "count",
        _of_one_age("retained_count"),
    ),
    _cohort(
        "retention_rate",
        ("Retention rate", "Taux de rétention"),
        (
            "Share of each cohort that is still there. Select one basis and one number of months",
            "Part de chaque cohorte encore présente. Choisir une base et un nombre de mois",
        ),
        "percent",
        Expressions(
            sql="case when count(distinct basis) = 1 and count(distinct months_since) = 1 then sum(retained_count)"
            " / nullif(sum(cohort_size) filter (where retained_count is not null), 0) end",
            dax="VAR known = FILTER ( retention_cohorts, NOT ( ISBLANK ( retention_cohorts[retained_count] ) ) )"
            " RETURN IF ( HASONEVALUE ( retention_cohorts[basis] ) && HASONEVALUE ( retention_cohorts[months_since] ),"
            " DIVIDE ( SUMX ( known, retention_cohorts[retained_count] ),"
            " SUMX ( known, retention_cohorts[cohort_size] ) ) )",
            tableau="IF MIN([basis]) = MAX([basis]) AND MIN([months_since]) = MAX([months_since])"
            " AND SUM(IF NOT ISNULL([retained_count]) THEN [cohort_size] END) <> 0"
            " THEN SUM([retained_count]) / SUM(IF NOT ISNULL([retained_count]) THEN [cohort_size] END) END",
        ),
    ),
)

VALUE_METRICS = (
    _value(
        "valued_customers",
        ("Buyers", "Acheteurs"),
        (
            "Known customers who bought. Select one currency and one grouping",
            "Clients connus ayant acheté. Choisir une devise et un regroupement",
        ),
        "count",
        _of_one_grouping("customer_count"),
    ),
    _value(
        "customer_revenue",
        ("Revenue to date", "Chiffre d'affaires à ce jour"),
        (
            "Net revenue of known buyers up to the as-of date. Sales without a customer are excluded",
            "Chiffre d'affaires net des acheteurs connus à la date de référence. Hors ventes sans client",
        ),
        "money",
        _of_one_grouping("net_revenue_amount"),
    ),
    _value(
        "average_lifetime_value",
        ("Value per buyer", "Valeur par acheteur"),
        (
            "Net revenue to date per known buyer. Not a forecast; select one currency and one grouping",
            "Chiffre d'affaires net à ce jour par acheteur connu. Choisir une devise et un regroupement",
        ),
        "money",
        Expressions(
            sql="case when count(distinct currency_code) = 1 and count(distinct grouping) = 1"
            " then sum(net_revenue_amount) / nullif(sum(customer_count), 0) end",
            dax="IF ( HASONEVALUE ( customer_value[currency_code] ) && HASONEVALUE ( customer_value[grouping] ),"
            " DIVIDE ( SUM ( customer_value[net_revenue_amount] ), SUM ( customer_value[customer_count] ) ) )",
            tableau="IF MIN([currency_code]) = MAX([currency_code]) AND MIN([grouping]) = MAX([grouping])"
            " AND SUM([customer_count]) <> 0 THEN SUM([net_revenue_amount]) / SUM([customer_count]) END",
        ),
    ),
    _value(
        "orders_per_customer",
        ("Orders per buyer", "Commandes par acheteur"),
        ("Mean orders per buyer. Select one group", "Commandes moyennes par acheteur. Choisir un groupe"),
        "number",
        of_one_row(VALUE, "orders_per_customer", "currency_code"),
    ),
    _value(
        "recency",
        ("Days since last purchase", "Jours depuis le dernier achat"),
        (
            "Mean days from the last purchase to the as-of date. Select one group",
            "Jours moyens entre le dernier achat et la date de référence. Choisir un groupe",
        ),
        "days",
        of_one_row(VALUE, "average_recency_days", "currency_code"),
    ),
)

LOYALTY_METRICS = (*RETENTION_METRICS, *VALUE_METRICS)
