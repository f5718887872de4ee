"""Metrics of where sales are heading: rolling means, year to date, trend, season, unusual months."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Format, Metric, metric
from warehouse_assets.bi.metrics.shops import of_one_shop_row

TRENDS = "mart_sales.sales_trends"


def _trend(name: str, column: str, title: tuple[str, str], definition: tuple[str, str], shown: Format) -> Metric:
    return metric(name, title, definition, shown, "sales", TRENDS, of_one_shop_row(TRENDS, column))


TREND_METRICS = (
    _trend(
        "rolling_3m_revenue",
        "rolling_3m_amount",
        ("Rolling 3-month mean", "Moyenne mobile sur 3 mois"),
        (
            "Mean net revenue of 3 months including this one; one month and currency",
            "Chiffre d'affaires net moyen de 3 mois dont celui-ci ; un mois et une devise",
        ),
        "money",
    ),
    _trend(
        "rolling_12m_revenue",
        "rolling_12m_amount",
        ("Rolling 12-month mean", "Moyenne mobile sur 12 mois"),
        (
            "Mean net revenue of 12 months including this one; one month and currency",
            "Chiffre d'affaires net moyen de 12 mois dont celui-ci ; un mois et une devise",
        ),
        "money",
    ),
    _trend(
        "year_to_date_revenue",
        "year_to_date_amount",
        ("Revenue, year to date", "Chiffre d'affaires depuis janvier"),
        (
            "Net revenue from 1 January to the end of the month; one month and currency",
            "Chiffre d'affaires net du 1er janvier à la fin du mois ; un mois et une devise",
        ),
        "money",
    ),
    _trend(
        "last_year_to_date_revenue",
        "last_year_to_date_amount",
        ("Revenue, same days of last year", "Chiffre d'affaires, mêmes jours de l'an dernier"),
        (
            "Net revenue of last year from 1 January to the same day; one month and currency",
            "Chiffre d'affaires net de l'an dernier du 1er janvier au même jour ; un mois et une devise",
        ),
        "money",
    ),
    _trend(
        "year_to_date_growth",
        "year_to_date_growth",
        ("Growth, year to date", "Évolution depuis janvier"),
        (
            "Year to date against the same days of last year, if the data reach back so far; one month and currency",
            "Depuis janvier, par rapport aux mêmes jours de l'an dernier s'ils sont connus ; un mois et une devise",
        ),
        "percent",
    ),
    _trend(
        "trend_slope",
        "trend_slope",
        ("Trend per month", "Tendance par mois"),
        (
            "Slope of net revenue over the last 12 complete months, money per month; one month and currency",
            (
                "Pente du chiffre d'affaires net sur les 12 derniers mois complets, en devise par mois ; "
                "un mois et une devise"
            ),
        ),
        "money",
    ),
    _trend(
        "seasonal_index",
        "seasonal_index",
        ("Seasonal index", "Indice saisonnier"),
        (
            "This calendar month against the mean month, over complete years; 1 is an ordinary month",
            "Ce mois du calendrier par rapport au mois moyen, sur les années complètes ; 1 est un mois ordinaire",
        ),
        "number",
    ),
    _trend(
        "anomaly_score",
        "anomaly_score",
        ("Anomaly score", "Score d'anomalie"),
        (
            "Distance from the median of the 12 complete months before, in robust standard deviations",
            "Écart à la médiane des 12 mois complets précédents, en écarts types robustes",
        ),
        "number",
    ),
)
