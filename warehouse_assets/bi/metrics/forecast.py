"""Metrics of the forecast, and of what it was worth in the past."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions, Format, Metric, metric
from warehouse_assets.bi.metrics.shops import of_one_shop_row, of_shops

FORECAST = "mart_sales.sales_forecast"
_TRUSTED = "is_better_than_naive"


def _of_one_trusted_row(column: str) -> Expressions:
    """The value of the only row, where the forecasts of the past beat the naive ones: else nobody should see it.

    Each shop has a row of a month of which another has a forecast, so that one row is of all that was chosen.
    """
    short = FORECAST.split(".")[1]
    return of_shops(
        FORECAST,
        sql=f"case when count(*) filter (where <rows>) = 1 then max({column}) filter (where <rows> and {_TRUSTED}) end",
        dax=f"IF ( COUNTROWS ( <rows> ) = 1, MAXX ( FILTER ( <rows>, {short}[{_TRUSTED}] ), {short}[{column}] ) )",
        tableau=f"IF SUM(IF <rows> THEN 1 END) = 1 THEN MAX(IF <rows> AND [{_TRUSTED}] THEN [{column}] END) END",
    )


def _error_reduction() -> Expressions:
    """Both errors are scaled alike, so that the scale does not matter to their ratio."""
    return of_shops(
        FORECAST,
        sql="case when count(*) filter (where <rows>) = 1"
        " then 1 - max(mase) filter (where <rows>) / nullif(max(naive_mase) filter (where <rows>), 0) end",
        dax="IF ( COUNTROWS ( <rows> ) = 1, MAXX ( FILTER ( <rows>, sales_forecast[naive_mase] > 0"
        " && NOT ( ISBLANK ( sales_forecast[mase] ) ) ),"
        " 1 - DIVIDE ( sales_forecast[mase], sales_forecast[naive_mase] ) ) )",
        tableau="IF SUM(IF <rows> THEN 1 END) = 1 AND MAX(IF <rows> THEN [naive_mase] END) > 0"
        " THEN 1 - MAX(IF <rows> THEN [mase] END) / MAX(IF <rows> THEN [naive_mase] END) END",
    )


def _trusted(name: str, column: str, title: tuple[str, str], definition: tuple[str, str]) -> Metric:
    return metric(name, title, definition, "money", "sales", FORECAST, _of_one_trusted_row(column))


def _tested(name: str, column: str, title: tuple[str, str], definition: tuple[str, str], shown: Format) -> Metric:
    return metric(name, title, definition, shown, "sales", FORECAST, of_one_shop_row(FORECAST, column))


FORECAST_METRICS = (
    _trusted(
        "forecast_revenue",
        "forecast_amount",
        ("Revenue forecast", "Chiffre d'affaires prévu"),
        (
            "Expected net revenue of a month ahead, if past forecasts beat last year's month; one month and currency",
            (
                "Chiffre d'affaires net attendu d'un mois à venir, si les prévisions passées ont été meilleures que le"
                " mois de l'an dernier ; un mois et une devise"
            ),
        ),
    ),
    _trusted(
        "forecast_low",
        "lower_amount",
        ("Forecast, lower bound", "Prévision, borne basse"),
        (
            "Four of five months should come between the bounds; one month and currency",
            "Quatre mois sur cinq devraient se situer entre les bornes ; un mois et une devise",
        ),
    ),
    _trusted(
        "forecast_high",
        "upper_amount",
        ("Forecast, upper bound", "Prévision, borne haute"),
        (
            "Four of five months should come between the two bounds; one month and currency",
            "Quatre mois sur cinq devraient se situer entre les deux bornes ; un mois et une devise",
        ),
    ),
    _tested(
        "forecast_error",
        "mean_absolute_error_amount",
        ("Forecast error", "Erreur de prévision"),
        (
            "Mean distance of forecasts of the past, made of what was known then, from what came; one currency",
            "Écart moyen entre les prévisions passées, faites de ce qui était connu alors, et le réalisé ; une devise",
        ),
        "money",
    ),
    metric(
        "forecast_error_reduction",
        ("Error reduction on last year's month", "Réduction d'erreur face au mois de l'an dernier"),
        (
            "By how much the error was below that of taking last year's month; negative if above; one currency",
            (
                "De combien l'erreur a été inférieure à celle d'une reprise du mois de l'an dernier ; négatif si elle a"
                " été supérieure ; une devise"
            ),
        ),
        "percent",
        "sales",
        FORECAST,
        _error_reduction(),
    ),
    _tested(
        "forecast_hits",
        "interval_hit_rate",
        ("Months within the bounds", "Mois entre les bornes"),
        (
            "Share of the tested months that came between their bounds; four of five are meant to",
            "Part des mois testés qui se sont situés entre leurs bornes ; quatre sur cinq sont visés",
        ),
        "percent",
    ),
    _tested(
        "forecast_tests",
        "tested_count",
        ("Forecasts tested", "Prévisions testées"),
        (
            "Forecasts of the past that the errors are of: three months from each of up to 12 origins",
            "Prévisions passées dont viennent les erreurs : trois mois depuis chacune de 12 origines au plus",
        ),
        "count",
    ),
)
