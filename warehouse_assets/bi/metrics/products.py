"""Metrics of products, categories and countries."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions, Format, Metric, metric, of_one_row, total, total_of_one

PRODUCTS = "mart_sales.product_sales"
CATEGORIES = "mart_sales.category_sales"
COUNTRIES = "mart_sales.sales_by_country"


def _product(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions
) -> Metric:
    return metric(name, title, definition, shown, "products", PRODUCTS, forms)


def _category(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions
) -> Metric:
    return metric(name, title, definition, shown, "products", CATEGORIES, forms)


def _country(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions
) -> Metric:
    return metric(name, title, definition, shown, "countries", COUNTRIES, forms)


PRODUCT_METRICS = (
    _product(
        "product_revenue",
        ("Product revenue", "Chiffre d'affaires des produits"),
        (
            "Net revenue of product lines; one currency and one kind of period",
            "Chiffre d'affaires net des lignes de produit ; une devise et un type de période",
        ),
        "money",
        Expressions(
            sql="case when count(distinct currency_code) = 1 and count(distinct period_kind) = 1"
            " then sum(net_revenue_amount) end",
            dax="IF ( HASONEVALUE ( product_sales[currency_code] ) && HASONEVALUE ( product_sales[period_kind] ),"
            " SUM ( product_sales[net_revenue_amount] ) )",
            tableau="IF MIN([currency_code]) = MAX([currency_code]) AND MIN([period_kind]) = MAX([period_kind])"
            " THEN SUM([net_revenue_amount]) END",
        ),
    ),
    _product(
        "product_units",
        ("Product units", "Unités par produit"),
        (
            "Units that are not returns; one kind of period",
            "Unités hors retours ; un type de période",
        ),
        "count",
        total_of_one(PRODUCTS, "units_sold", "period_kind"),
    ),
    _product(
        "product_orders",
        ("Product orders", "Commandes du produit"),
        (
            "Distinct orders with the product; one product, period and currency, as an order may hold several",
            (
                "Commandes distinctes contenant le produit ; un produit, une période et une devise, "
                "car une commande peut en contenir plusieurs"
            ),
        ),
        "count",
        of_one_row(PRODUCTS, "order_count", "period_kind"),
    ),
    _product(
        "product_rating",
        ("Product rating", "Note du produit"),
        (
            "Mean of ratings 1 to 5; one product, period and currency",
            "Moyenne des notes de 1 à 5 ; un produit, une période et une devise",
        ),
        "number",
        of_one_row(PRODUCTS, "average_rating", "period_kind"),
    ),
    _product(
        "product_rank",
        ("Product rank", "Rang du produit"),
        (
            "Rank by net revenue in its period and currency, 1 is the best",
            "Rang par chiffre d'affaires net dans sa période et sa devise, 1 est le meilleur",
        ),
        "count",
        of_one_row(PRODUCTS, "revenue_rank", "period_kind"),
    ),
    _product(
        "product_share",
        ("Product share", "Part du produit"),
        (
            "Share of the currency's net revenue in the period; one period and currency, products may be added",
            (
                "Part du chiffre d'affaires net de la devise dans la période ; une période et une devise, "
                "les produits s'additionnent"
            ),
        ),
        "percent",
        Expressions(
            sql="case when count(distinct currency_code) = 1 and count(distinct period_kind) = 1"
            " and count(distinct period_start) = 1 then sum(revenue_share) end",
            dax="IF ( HASONEVALUE ( product_sales[currency_code] ) && HASONEVALUE ( product_sales[period_kind] )"
            " && HASONEVALUE ( product_sales[period_start] ), SUM ( product_sales[revenue_share] ) )",
            tableau="IF MIN([currency_code]) = MAX([currency_code]) AND MIN([period_kind]) = MAX([period_kind])"
            " AND MIN([period_start]) = MAX([period_start]) THEN SUM([revenue_share]) END",
        ),
    ),
)

CATEGORY_METRICS = (
    _category(
        "category_revenue",
        ("Category revenue", "Chiffre d'affaires des catégories"),
        (
            "Net revenue of the subcategories; one currency and one kind of period",
            "Chiffre d'affaires net des sous-catégories ; une devise et un type de période",
        ),
        "money",
        Expressions(
            sql="case when count(distinct currency_code) = 1 and count(distinct period_kind) = 1"
            " then sum(net_revenue_amount) filter (where not is_total) end",
            dax="IF ( HASONEVALUE ( category_sales[currency_code] ) && HASONEVALUE ( category_sales[period_kind] ),"
            " SUMX ( FILTER ( category_sales, NOT ( category_sales[is_total] ) ),"
            " category_sales[net_revenue_amount] ) )",
            tableau="IF MIN([currency_code]) = MAX([currency_code]) AND MIN([period_kind]) = MAX([period_kind])"
            " THEN SUM(IF NOT [is_total] THEN [net_revenue_amount] END) END",
        ),
    ),
    _category(
        "category_units",
        ("Category units", "Unités par catégorie"),
        (
            "Units of the subcategories that are not returns; one kind of period",
            "Unités des sous-catégories, hors retours ; un type de période",
        ),
        "count",
        Expressions(
            sql="case when count(distinct period_kind) = 1 then sum(units_sold) filter (where not is_total) end",
            dax="IF ( HASONEVALUE ( category_sales[period_kind] ),"
            " SUMX ( FILTER ( category_sales, NOT ( category_sales[is_total] ) ), category_sales[units_sold] ) )",
            tableau="IF MIN([period_kind]) = MAX([period_kind]) THEN SUM(IF NOT [is_total] THEN [units_sold] END) END",
        ),
    ),
    _category(
        "category_orders",
        ("Category orders", "Commandes de la catégorie"),
        (
            "Distinct orders with the category or, where subcategory is not All, the subcategory; one row",
            "Commandes distinctes contenant la catégorie ou, si la sous-catégorie n'est pas All, celle-ci ; une ligne",
        ),
        "count",
        of_one_row(CATEGORIES, "order_count", "period_kind"),
    ),
    _category(
        "category_rating",
        ("Category rating", "Note de la catégorie"),
        ("Mean of ratings 1 to 5; one row", "Moyenne des notes de 1 à 5 ; une ligne"),
        "number",
        of_one_row(CATEGORIES, "average_rating", "period_kind"),
    ),
    _category(
        "category_rank",
        ("Category rank", "Rang de la catégorie"),
        (
            "Rank by net revenue in its period and currency, among categories where subcategory is All; one row",
            (
                "Rang par chiffre d'affaires net dans sa période et sa devise, parmi les catégories "
                "si sous-catégorie est All ; une ligne"
            ),
        ),
        "count",
        of_one_row(CATEGORIES, "revenue_rank", "period_kind"),
    ),
    _category(
        "category_growth",
        ("Category growth", "Évolution de la catégorie"),
        (
            "Net revenue against the period before; one row, if its period is complete",
            "Chiffre d'affaires net par rapport à la période précédente ; une ligne, si sa période est complète",
        ),
        "percent",
        of_one_row(CATEGORIES, "growth_vs_previous", "period_kind"),
    ),
)

COUNTRY_METRICS = (
    _country(
        "country_revenue",
        ("Country revenue", "Chiffre d'affaires par pays"),
        (
            "Sum of net amounts, returns included, of one currency",
            "Somme des montants nets, retours compris, d'une seule devise",
        ),
        "money",
        total_of_one(COUNTRIES, "net_revenue_amount", "currency_code"),
    ),
    _country(
        "country_orders",
        ("Country orders", "Commandes par pays"),
        (
            "Orders with a line that is not a return; an order counts in each month and country that has a line of it",
            (
                "Commandes ayant une ligne autre qu'un retour ; une commande compte dans chaque mois et pays "
                "qui en contient une ligne"
            ),
        ),
        "count",
        total(COUNTRIES, "order_count"),
    ),
    _country(
        "country_units",
        ("Country units", "Unités par pays"),
        ("Units of product lines that are not returns", "Unités des lignes de produit, hors retours"),
        "count",
        total(COUNTRIES, "units_sold"),
    ),
    _country(
        "country_customers",
        ("Country customers", "Clients acheteurs du pays"),
        (
            "Distinct known customers who bought; one month, country and currency, and not under the smallest group",
            "Clients connus distincts ayant acheté ; un mois, un pays et une devise, et pas sous le plus petit groupe",
        ),
        "count",
        of_one_row(COUNTRIES, "customer_count", "currency_code"),
    ),
)

PRODUCT_PAGE_METRICS = (*PRODUCT_METRICS, *CATEGORY_METRICS)
