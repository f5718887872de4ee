"""Texts of what readers explore with: spans of time, comparisons, the page of a product."""

from __future__ import annotations

from warehouse_assets.bi.text import Text

EXPLORE_TEXTS: dict[str, Text] = {
    "pdf": Text(
        "Print the page, or save it as PDF: choose so in the dialog that opens",
        "Imprimer la page, ou l'enregistrer en PDF : à choisir dans la fenêtre qui s'ouvre",
    ),
    "shortcuts": Text("Usual spans", "Périodes usuelles"),
    "last_12_months": Text("Last 12 months", "12 derniers mois"),
    "last_month": Text("Last month", "Dernier mois"),
    "year_to_date": Text("Year to date", "Depuis janvier"),
    "all_time": Text("All time", "Tout"),
    "last_30_days": Text("Last 30 days", "30 derniers jours"),
    "last_90_days": Text("Last 90 days", "90 derniers jours"),
    "last_365_days": Text("Last 365 days", "365 derniers jours"),
    "compare": Text("Compare with", "Comparer à"),
    "compare_none": Text("Nothing", "Rien"),
    "compare_previous": Text("Period before", "Période précédente"),
    "compare_last_year": Text("Last year", "L'an dernier"),
    "before_previous": Text("{}, period before", "{}, période précédente"),
    "before_last_year": Text("{}, a year before", "{}, un an avant"),
    "versus_previous": Text("vs the period before", "vs la période précédente"),
    "versus_last_year": Text("vs the same days 52 weeks before", "vs les mêmes jours 52 semaines avant"),
    "compare_empty": Text(
        "The data do not reach back to what is compared.", "Les données ne remontent pas jusqu'à la comparaison."
    ),
    "forecast": Text("The next three months", "Les trois prochains mois"),
    "forecast_definition": Text(
        "Expected net revenue of the three months after the last complete one, from up to 60 complete months. It adds"
        " to the usual level of the last months what each calendar month has brought more or less. Four of five months"
        " should come within the band. It is shown only if its forecasts of the past beat those that take last year's"
        " month.",
        "Chiffre d'affaires net attendu des trois mois après le dernier mois complet, d'après 60 mois complets au plus."
        " On part du niveau habituel des derniers mois et on ajoute ce que chaque mois de l'année apporte en plus ou en"
        " moins. Quatre mois sur cinq devraient se situer dans la bande. Elle n'est montrée que si les prévisions"
        " passées ont été meilleures que le mois de l'an dernier.",
    ),
    "forecast_note": Text(
        "For {month}, {forecast_revenue} expected, between {forecast_low} and {forecast_high} four times out of five."
        " In {tests} tests on the past, the mean error was {error}{compared}; {hits} of the months came within the"
        " band.",
        "Pour {month}, {forecast_revenue} attendus, entre {forecast_low} et {forecast_high} quatre fois sur cinq. Sur"
        " {tests} tests du passé, l'erreur moyenne a été de {error}{compared} ; {hits} des mois étaient dans la bande.",
    ),
    "forecast_compared": Text(
        ", {less} less than with last year's month", ", {less} de moins qu'avec le mois de l'an dernier"
    ),
    "forecast_naive": Text(
        "No forecast is shown: on {tests} forecasts of the past its mean error was {error}, no less than with last"
        " year's month.",
        "Aucune prévision n'est montrée : sur {tests} prévisions passées, l'erreur moyenne a été de {error}, pas moins"
        " qu'avec le mois de l'an dernier.",
    ),
    "forecast_short": Text(
        "A forecast needs {needed} complete months; the data have {known}.",
        "Une prévision nécessite {needed} mois complets ; les données en ont {known}.",
    ),
    "forecast_apart": Text(
        "The data of some shops end in an earlier month than those of others: the months after the last one that all"
        " cover are past already. Choose one shop.",
        "Les données de certaines boutiques s'arrêtent un mois avant les autres ou plus tôt : les mois après le dernier"
        " que toutes couvrent sont déjà passés. Choisissez une boutique.",
    ),
    "forecast_past": Text(
        "This shop's data end with {month}, and those of other shops go on: the months after it are past already.",
        "Les données de cette boutique s'arrêtent en {month}, celles d'autres boutiques continuent : les mois suivants"
        " sont déjà passés.",
    ),
    "forecast_stopped": Text(
        "Nothing was sold in the last three complete months, but something was in the same months of the year before.",
        "Rien n'a été vendu pendant les trois derniers mois complets, contrairement aux mêmes mois de l'année"
        " précédente.",
    ),
    "forecast_same": Text(
        "Each month equals that of the year before, so that there is nothing to estimate.",
        "Chaque mois est égal à celui de l'année précédente : il n'y a rien à estimer.",
    ),
    "by_day": Text("Daily", "Par jour"),
    "by_week": Text("Weekly", "Par semaine"),
    "day": Text("Day", "Jour"),
    "week": Text("Week", "Semaine"),
    "course_of": Text("Revenue by month", "Chiffre d'affaires par mois"),
    "share": Text("Share", "Part"),
    "growth_on_last_year": Text("Growth on last year", "Évolution sur un an"),
    "scale": Text("Bars", "Barres"),
    "scale_all": Text("All", "Toutes"),
    "scale_smaller": Text("Without the largest", "Sans la plus grande"),
    "scale_log": Text("Log scale", "Échelle log"),
    "scale_smaller_note": Text(
        "The largest country is left out of the bars, not of the table.",
        "Le plus grand pays manque dans les barres, pas dans le tableau.",
    ),
    "scale_log_note": Text(
        "On a log scale, equal distances are equal factors; amounts of 0 or less have no bar.",
        "En échelle log, des écarts égaux sont des facteurs égaux ; les montants nuls ou négatifs n'ont pas de barre.",
    ),
    "cells": Text("Cells", "Cases"),
    "cells_share": Text("Per cent", "Pour cent"),
    "cells_count": Text("Customers", "Clients"),
    "cohort_and_size": Text("Cohort (customers)", "Cohorte (clients)"),
    "partial_weeks": Text(
        "Faded bars: weeks that the chosen span cuts.", "Barres estompées : semaines que la période choisie coupe."
    ),
}
