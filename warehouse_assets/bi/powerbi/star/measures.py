"""Measures over the facts: the registry's metrics where it has them, at any grain that a reader chooses."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.powerbi.objects import Shown
from warehouse_assets.bi.text import Text

SALES, REVIEWS, SHOPS = "fct_sales", "fct_reviews", "shop"
_CODE = "fct_sales[currency_code]"
_SOLD = "fct_sales[is_return] = FALSE ()"
_SHOP_AND_CURRENCY = ", ".join(
    f"REMOVEFILTERS ( {table} )"
    for table in ("dim_date", "dim_product", "dim_customer", "dim_geography", "dim_channel")
)
"""Leaves the choice of shops and of the currency: what the data cover is theirs."""
_IN_CURRENCY = "KEEPFILTERS ( currency[currency_code] = code )"
_SPAN = (
    f"VAR code = COALESCE ( SELECTEDVALUE ( currency[currency_code] ), SELECTEDVALUE ( {_CODE} ) )"
    f" VAR firstday = CALCULATE ( [First day covered], {_IN_CURRENCY} )"
    f" VAR lastday = CALCULATE ( [Last day covered], {_IN_CURRENCY} )"
)


@dataclass(frozen=True)
class StarMeasure:
    """A measure of the star; `metric` is the registry's that has the same value where it has one."""

    name: str
    title: Text
    definition: Text
    format: Shown
    dax: str
    table: str = SALES
    is_hidden: bool = False


def _metric(name: str, dax: str, definition: tuple[str, str] | None = None) -> StarMeasure:
    """A metric of the registry, with its title and format; a definition of its own where it holds for more."""
    metric = METRICS[name]
    words = Text(*definition) if definition else metric.definition
    return StarMeasure(name, metric.title, words, metric.format, dax)


def _one_currency(expression: str) -> str:
    """The amount of rows that have one currency; nothing of two."""
    return f"IF ( HASONEVALUE ( {_CODE} ), {expression} )"


AMOUNTS = (
    _metric("net_revenue", _one_currency("SUM ( fct_sales[net_amount] )")),
    _metric("gross_revenue", _one_currency(f"CALCULATE ( SUM ( fct_sales[gross_amount] ), {_SOLD} )")),
    StarMeasure(
        "discount",
        Text("Discounts", "Remises"),
        Text(
            "Discounts on sales, without returns. One currency at a time",
            "Remises sur les ventes, hors retours. Une devise à la fois",
        ),
        "money",
        _one_currency(f"CALCULATE ( SUM ( fct_sales[discount_amount] ), {_SOLD} )"),
    ),
    _metric(
        "returned_amount",
        _one_currency("- CALCULATE ( SUM ( fct_sales[net_amount] ), fct_sales[is_return] = TRUE () )"),
    ),
    _metric(
        "product_revenue",
        _one_currency('CALCULATE ( SUM ( fct_sales[net_amount] ), fct_sales[line_type] = "product" )'),
        (
            "Net revenue from products, without shipping and fees. One currency at a time",
            "Chiffre d'affaires net des produits, hors port et frais. Une devise à la fois",
        ),
    ),
)

COUNTS = (
    _metric(
        "orders",
        f"CALCULATE ( DISTINCTCOUNT ( fct_sales[order_key] ), {_SOLD} )",
        (
            "Distinct orders with a line that is not a return, over all that is chosen",
            "Commandes distinctes ayant une ligne hors retours, sur l'ensemble choisi",
        ),
    ),
    _metric("sale_lines", "COUNTROWS ( fct_sales )"),
    _metric(
        "units_sold",
        f'CALCULATE ( SUM ( fct_sales[quantity] ), {_SOLD}, fct_sales[line_type] = "product" )',
    ),
    _metric(
        "buying_customers",
        f"CALCULATE ( DISTINCTCOUNT ( fct_sales[customer_key] ), {_SOLD}, fct_sales[customer_key] >= 0 )",
        (
            "Distinct known customers who bought, over all that is chosen",
            "Clients connus distincts ayant acheté, sur l'ensemble choisi",
        ),
    ),
)

RATIOS = (
    _metric("average_order_value", "DIVIDE ( [Net revenue] + [Returns], [Orders] )"),
    _metric("return_rate", "DIVIDE ( COALESCE ( [Returns], 0 ), [Net revenue] + [Returns] )"),
)

COMPARISONS = (
    _metric(
        "year_to_date_revenue",
        "CALCULATE ( [Net revenue], DATESYTD ( dim_date[date_key] ) )",
        (
            "Net revenue from 1 January to the last chosen day. One currency at a time",
            "Chiffre d'affaires net du 1er janvier au dernier jour choisi. Une devise à la fois",
        ),
    ),
    StarMeasure(
        "last_year_revenue",
        Text("Revenue, same period last year", "Chiffre d'affaires, même période un an avant"),
        Text(
            "Net revenue of the chosen days a year before. One currency at a time",
            "Chiffre d'affaires net des jours choisis un an avant. Une devise à la fois",
        ),
        "money",
        "VAR days = SAMEPERIODLASTYEAR ( dim_date[date_key] )"
        " RETURN IF ( COUNTROWS ( days ) > 0, CALCULATE ( [Net revenue], days ) )",
    ),
    _metric(
        "growth_vs_last_year",
        f"{_SPAN} VAR months = FILTER ( VALUES ( dim_date[month_start] ),"
        " EDATE ( dim_date[month_start], -12 ) >= firstday && EOMONTH ( dim_date[month_start], 0 ) <= lastday )"
        " VAR days = CALCULATETABLE ( SAMEPERIODLASTYEAR ( dim_date[date_key] ), months )"
        " VAR before = CALCULATE ( [Net revenue], REMOVEFILTERS ( dim_date ), days,"
        f" {_IN_CURRENCY} )"
        " VAR thisyear = CALCULATE ( [Net revenue], months )"
        " RETURN IF ( COUNTROWS ( days ) > 0 && before > 0, DIVIDE ( thisyear, before ) - 1 )",
        (
            "Net revenue compared with a year before, over the chosen months that both years cover whole",
            "Chiffre d'affaires net par rapport à un an avant, sur les mois choisis complets dans les deux années",
        ),
    ),
    _metric(
        "last_year_to_date_revenue",
        f"{_SPAN} VAR days = SAMEPERIODLASTYEAR ( DATESYTD ( dim_date[date_key] ) )"
        " VAR january = MINX ( days, dim_date[date_key] )"
        " RETURN IF ( NOT ( ISBLANK ( january ) ) && firstday <= january, SUMX ( VALUES ( shop[source_name] ),"
        " VAR newest = CALCULATE ( MAX ( shop[as_of_date] ) )"
        " VAR limit = MAX ( EDATE ( newest, -12 ) + 1, EDATE ( newest + 1, -12 ) )"
        " RETURN CALCULATE ( [Net revenue], REMOVEFILTERS ( dim_date ),"
        f" FILTER ( days, dim_date[date_key] < limit ), {_IN_CURRENCY} ) ) )",
        (
            "Net revenue of last year from 1 January to the same day, as far as this year's data reach",
            "Chiffre d'affaires net de l'an dernier du 1er janvier au même jour, jusqu'où vont les données de l'année",
        ),
    ),
    _metric(
        "year_to_date_growth",
        "VAR thisyear = [Revenue, year to date] VAR before = [Revenue, same days of last year]"
        " RETURN IF ( before > 0, DIVIDE ( thisyear, before ) - 1 )",
        (
            "Year to date against the same days of last year, if the data reach back so far",
            "Depuis janvier, par rapport aux mêmes jours de l'an dernier s'ils sont connus",
        ),
    ),
)

COVER = (
    StarMeasure(
        "as_of",
        Text("Data up to", "Données jusqu'au"),
        Text(
            "Newest known day of activity of the chosen shops", "Dernier jour d'activité connu des boutiques choisies"
        ),
        "date",
        "MAX ( shop[as_of_date] )",
        SHOPS,
    ),
    StarMeasure(
        "first_day_covered",
        Text("First day covered", "Premier jour couvert"),
        Text(
            "First day from which every chosen shop that sells has sold",
            "Premier jour à partir duquel chaque boutique choisie qui vend a vendu",
        ),
        "date",
        "CALCULATE ( MAXX ( VALUES ( shop[source_name] ), CALCULATE ( MIN ( fct_sales[sale_date] ) ) ),"
        f" {_SHOP_AND_CURRENCY} )",
        SHOPS,
        is_hidden=True,
    ),
    StarMeasure(
        "last_day_covered",
        Text("Last day covered", "Dernier jour couvert"),
        Text(
            "Last day up to which the data of every chosen shop that sells reach",
            "Dernier jour couvert par les données de chaque boutique choisie qui vend",
        ),
        "date",
        "CALCULATE ( MINX ( FILTER ( VALUES ( shop[source_name] ),"
        " NOT ( ISBLANK ( CALCULATE ( MIN ( fct_sales[sale_date] ) ) ) ) ), CALCULATE ( MAX ( shop[as_of_date] ) ) ),"
        f" {_SHOP_AND_CURRENCY} )",
        SHOPS,
        is_hidden=True,
    ),
)


def _rating(smallest_group: int) -> StarMeasure:
    return StarMeasure(
        "average_rating",
        Text("Average rating", "Note moyenne"),
        Text(
            f"Mean of line ratings and reviews, 1 to 5; blank if fewer than {smallest_group} known customers rated",
            f"Moyenne des notes et des avis, de 1 à 5 ; vide si moins de {smallest_group} clients connus ont noté",
        ),
        "number",
        "VAR raters = COUNTROWS ( DISTINCT ( UNION ("
        " CALCULATETABLE ( VALUES ( fct_sales[customer_key] ), fct_sales[customer_key] >= 0,"
        " NOT ( ISBLANK ( fct_sales[rating] ) ) ),"
        " CALCULATETABLE ( VALUES ( fct_reviews[customer_key] ), fct_reviews[customer_key] >= 0 ) ) ) )"
        f" RETURN IF ( raters >= {smallest_group}, DIVIDE ( SUM ( fct_sales[rating] ) + SUM ( fct_reviews[rating] ),"
        " COUNT ( fct_sales[rating] ) + COUNT ( fct_reviews[rating] ) ) )",
        REVIEWS,
    )


def star_measures(smallest_group: int) -> tuple[StarMeasure, ...]:
    """All of them; a mean is exact, and blank for fewer known customers than `smallest_group`."""
    return (*AMOUNTS, *COUNTS, *RATIOS, *COMPARISONS, _rating(smallest_group), *COVER)
