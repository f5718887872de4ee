"""Metrics of products, categories and countries."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions, Format, Metric, metric
from warehouse_assets.bi.metrics.shops import of_one_shop_row, of_shops, shop_total, shop_total_of_one

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


def _of_subcategories(column: str, *common: str) -> Expressions:
    """The sum over subcategories, without the rows of whole categories; of one value of each of `common`."""
    in_sql = " and ".join(f"count(distinct {name}) = 1" for name in common)
    in_dax = " && ".join(f"HASONEVALUE ( category_sales[{name}] )" for name in common)
    in_tableau = " AND ".join(f"MIN([{name}]) = MAX([{name}])" for name in common)
    return of_shops(
        CATEGORIES,
        sql=f"case when {in_sql} then sum({column}) filter (where <rows> and subcategory <> 'All') end",
        dax=f'IF ( {in_dax}, SUMX ( FILTER ( <rows>, NOT ( category_sales[subcategory] = "All" ) ),'
        f" category_sales[{column}] ) )",
        tableau=f"IF {in_tableau} THEN SUM(IF <rows> AND [subcategory] <> 'All' THEN [{column}] END) END",
    )


PRODUCT_METRICS = (
    _product(
        "product_revenue",
        ("Product revenue", "Chiffre d'affaires des produits"),
        (
            "Net revenue of product lines; one currency and one kind of period",
            "Chiffre d'affaires net des lignes de produit ; une devise et un type de période",
        ),
        "money",
        shop_total_of_one(PRODUCTS, "net_revenue_amount", "currency_code", "period_kind"),
    ),
    _product(
        "product_units",
        ("Product units", "Unités par produit"),
        (
            "Units that are not returns; one kind of period",
            "Unités hors retours ; un type de période",
        ),
        "count",
        shop_total_of_one(PRODUCTS, "units_sold", "period_kind"),
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
        of_one_shop_row(PRODUCTS, "order_count"),
    ),
    _product(
        "product_rating",
        ("Product rating", "Note du produit"),
        (
            "Mean of ratings 1 to 5; one product, period and currency",
            "Moyenne des notes de 1 à 5 ; un produit, une période et une devise",
        ),
        "number",
        of_one_shop_row(PRODUCTS, "average_rating"),
    ),
    _product(
        "product_rank",
        ("Product rank", "Rang du produit"),
        (
            "Rank by net revenue in its period and currency, 1 is the best",
            "Rang par chiffre d'affaires net dans sa période et sa devise, 1 est le meilleur",
        ),
        "count",
        of_one_shop_row(PRODUCTS, "revenue_rank"),
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
        shop_total_of_one(PRODUCTS, "revenue_share", "currency_code", "period_kind", "period_start"),
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
        _of_subcategories("net_revenue_amount", "currency_code", "period_kind"),
    ),
    _category(
        "category_units",
        ("Category units", "Unités par catégorie"),
        (
            "Units of the subcategories that are not returns; one kind of period",
            "Unités des sous-catégories, hors retours ; un type de période",
        ),
        "count",
        _of_subcategories("units_sold", "period_kind"),
    ),
    _category(
        "category_orders",
        ("Category orders", "Commandes de la catégorie"),
        (
            "Distinct orders with the category or, where subcategory is not All, the subcategory; one row",
            "Commandes distinctes contenant la catégorie ou, si la sous-catégorie n'est pas All, celle-ci ; une ligne",
        ),
        "count",
        of_one_shop_row(CATEGORIES, "order_count"),
    ),
    _category(
        "category_rating",
        ("Category rating", "Note de la catégorie"),
        ("Mean of ratings 1 to 5; one row", "Moyenne des notes de 1 à 5 ; une ligne"),
        "number",
        of_one_shop_row(CATEGORIES, "average_rating"),
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
        of_one_shop_row(CATEGORIES, "revenue_rank"),
    ),
    _category(
        "category_growth",
        ("Category growth", "Évolution de la catégorie"),
        (
            "Net revenue against the period before; one row, if its period is complete",
            "Chiffre d'affaires net par rapport à la période précédente ; une ligne, si sa période est complète",
        ),
        "percent",
        of_one_shop_row(CATEGORIES, "growth_vs_previous"),
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
        shop_total_of_one(COUNTRIES, "net_revenue_amount", "currency_code"),
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
        shop_total(COUNTRIES, "order_count"),
    ),
    _country(
        "country_units",
        ("Country units", "Unités par pays"),
        ("Units of product lines that are not returns", "Unités des lignes de produit, hors retours"),
        "count",
        shop_total(COUNTRIES, "units_sold"),
    ),
    _country(
        "country_customers",
        ("Country customers", "Clients acheteurs du pays"),
        (
            "Distinct known customers who bought; one month, country and currency, and not under the smallest group",
            "Clients connus distincts ayant acheté ; un mois, un pays et une devise, et pas sous le plus petit groupe",
        ),
        "count",
        of_one_shop_row(COUNTRIES, "customer_count"),
    ),
)

PRODUCT_PAGE_METRICS = (*PRODUCT_METRICS, *CATEGORY_METRICS)
