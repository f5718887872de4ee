"""Texts of what readers explore with: spans of time, comparisons, the page of a product."""

from __future__ import annotations

from warehouse_assets.bi.text import Text

EXPLORE_TEXTS: dict[str, Text] = {
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
    "compare_last_year": Text("Last year", "An dernier"),
    "before_previous": Text("{}, period before", "{}, période précédente"),
    "before_last_year": Text("{}, a year before", "{}, un an avant"),
    "versus_previous": Text("vs the period before", "vs la période précédente"),
    "versus_last_year": Text("vs the same days 52 weeks before", "vs les mêmes jours 52 semaines avant"),
    "compare_empty": Text(
        "The data do not reach back to what is compared.", "Les données ne remontent pas jusqu'à la comparaison."
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
        "Pale bars: weeks that the chosen span cuts.", "Barres claires : semaines que la période choisie coupe."
    ),
}
