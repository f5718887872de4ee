"""Metrics of products, categories and countries."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions, Format, Metric, metric
from warehouse_assets.bi.metrics.shops import of_one_shop_row, of_shops, shop_total, shop_total_of_one

PRODUCTS = "mart_sales.product_sales"
CATEGORIES = "mart_sales.category_sales"
PLACES = "mart_sales.product_countries"
COUNTRIES = "mart_sales.sales_by_country"


def _product(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions
) -> Metric:
    return metric(name, title, definition, shown, "products", PRODUCTS, forms)


def _place(name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, forms: Expressions) -> Metric:
    return metric(name, title, definition, shown, "products", PLACES, forms)


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
        ("Product revenue", "Chiffre d'affaires du produit"),
        (
            "Net revenue from this product. One currency and one kind of period at a time",
            "Chiffre d'affaires net du produit. Une devise et un type de période à la fois",
        ),
        "money",
        shop_total_of_one(PRODUCTS, "net_revenue_amount", "currency_code", "period_kind"),
    ),
    _product(
        "product_units",
        ("Product units", "Unités du produit"),
        (
            "Pieces sold, without returns. One kind of period at a time",
            "Pièces vendues, hors retours. Un type de période à la fois",
        ),
        "count",
        shop_total_of_one(PRODUCTS, "units_sold", "period_kind"),
    ),
    _product(
        "product_orders",
        ("Product orders", "Commandes du produit"),
        (
            "Orders with this product. One product at a time: an order may hold several",
            "Commandes contenant ce produit. Un produit à la fois : une commande peut en contenir plusieurs",
        ),
        "count",
        of_one_shop_row(PRODUCTS, "order_count"),
    ),
    _product(
        "product_rating",
        ("Product rating", "Note du produit"),
        (
            "Average rating, 1 to 5, rounded; blank where too few people rated. One product at a time",
            "Note moyenne, de 1 à 5, arrondie ; vide si trop peu de personnes ont noté. Un produit à la fois",
        ),
        "number",
        of_one_shop_row(PRODUCTS, "average_rating"),
    ),
    _product(
        "product_rank",
        ("Product rank", "Rang du produit"),
        (
            "Rank by net revenue in the period and currency; 1 is the best",
            "Rang par chiffre d'affaires net dans sa période et sa devise, 1 est le meilleur",
        ),
        "count",
        of_one_shop_row(PRODUCTS, "revenue_rank"),
    ),
    _product(
        "product_growth",
        ("Product growth", "Évolution du produit"),
        (
            "Net revenue compared with the period before. Shown if both periods are complete",
            "Chiffre d'affaires net par rapport à la période précédente, si les deux périodes sont complètes",
        ),
        "percent",
        of_one_shop_row(PRODUCTS, "growth_vs_previous"),
    ),
    _product(
        "product_returns",
        ("Product returns", "Retours du produit"),
        (
            "Net value of returned goods. One currency and one kind of period at a time",
            "Valeur nette des retours. Une devise et un type de période à la fois",
        ),
        "money",
        shop_total_of_one(PRODUCTS, "returned_amount", "currency_code", "period_kind"),
    ),
    _product(
        "product_share",
        ("Product share", "Part du produit"),
        (
            "Share of the period's net revenue. Shares of several products can be added",
            "Part du chiffre d'affaires net de la période. Les parts de plusieurs produits s'additionnent",
        ),
        "percent",
        shop_total_of_one(PRODUCTS, "revenue_share", "currency_code", "period_kind", "period_start"),
    ),
)

PLACE_METRICS = (
    _place(
        "product_country_revenue",
        ("Revenue of the product by country", "Chiffre d'affaires du produit par pays"),
        (
            "Net revenue from the product over all months. One currency at a time",
            "Chiffre d'affaires net du produit, tous mois. Une devise à la fois",
        ),
        "money",
        shop_total_of_one(PLACES, "net_revenue_amount", "currency_code"),
    ),
    _place(
        "product_country_units",
        ("Units of the product by country", "Unités du produit par pays"),
        ("Pieces sold over all months, without returns", "Pièces vendues, tous mois, hors retours"),
        "count",
        shop_total(PLACES, "units_sold"),
    ),
    _place(
        "product_country_returns",
        ("Returns of the product by country", "Retours du produit par pays"),
        (
            "Net value of returned goods over all months. One currency at a time",
            "Valeur nette des retours, tous mois. Une devise à la fois",
        ),
        "money",
        shop_total_of_one(PLACES, "returned_amount", "currency_code"),
    ),
)

CATEGORY_METRICS = (
    _category(
        "category_revenue",
        ("Category revenue", "Chiffre d'affaires de la catégorie"),
        (
            "Net revenue from the category. One currency and one kind of period at a time",
            "Chiffre d'affaires net de la catégorie. Une devise et un type de période à la fois",
        ),
        "money",
        _of_subcategories("net_revenue_amount", "currency_code", "period_kind"),
    ),
    _category(
        "category_units",
        ("Category units", "Unités de la catégorie"),
        (
            "Pieces sold, without returns. One kind of period at a time",
            "Pièces vendues, hors retours. Un type de période à la fois",
        ),
        "count",
        _of_subcategories("units_sold", "period_kind"),
    ),
    _category(
        "category_orders",
        ("Category orders", "Commandes de la catégorie"),
        (
            "Orders with the category or subcategory. One at a time: an order may hold several",
            "Commandes contenant la catégorie. Une à la fois : une commande peut en contenir plusieurs",
        ),
        "count",
        of_one_shop_row(CATEGORIES, "order_count"),
    ),
    _category(
        "category_rating",
        ("Category rating", "Note de la catégorie"),
        (
            "Average rating, 1 to 5, rounded; blank where too few people rated each product. One category at a time",
            "Note moyenne, de 1 à 5, arrondie ; vide si trop peu ont noté chaque produit. Une catégorie à la fois",
        ),
        "number",
        of_one_shop_row(CATEGORIES, "average_rating"),
    ),
    _category(
        "category_rank",
        ("Category rank", "Rang de la catégorie"),
        (
            "Rank by net revenue in the period and currency, among categories or among subcategories",
            "Rang par chiffre d'affaires net dans la période et la devise, parmi les catégories ou les sous-catégories",
        ),
        "count",
        of_one_shop_row(CATEGORIES, "revenue_rank"),
    ),
    _category(
        "category_share",
        ("Category share", "Part de la catégorie"),
        (
            "Share of the period's net revenue. One category or subcategory at a time",
            "Part du chiffre d'affaires net de la période. Une catégorie ou sous-catégorie à la fois",
        ),
        "percent",
        of_one_shop_row(CATEGORIES, "revenue_share"),
    ),
    _category(
        "category_growth",
        ("Category growth", "Évolution de la catégorie"),
        (
            "Net revenue compared with the period before. Shown if both periods are complete",
            "Chiffre d'affaires net par rapport à la période précédente, si les deux périodes sont complètes",
        ),
        "percent",
        of_one_shop_row(CATEGORIES, "growth_vs_previous"),
    ),
)

COUNTRY_METRICS = (
    _country(
        "country_revenue",
        ("Country revenue", "Chiffre d'affaires des pays"),
        (
            "What customers paid after discounts, less returns. One currency at a time",
            "Ce que les clients ont payé après remises, moins les retours. Une devise à la fois",
        ),
        "money",
        shop_total_of_one(COUNTRIES, "net_revenue_amount", "currency_code"),
    ),
    _country(
        "country_orders",
        ("Country orders", "Commandes des pays"),
        (
            "Orders placed. An order with lines in two months or countries counts in both",
            "Commandes passées. Une commande à cheval sur deux mois ou pays compte dans chacun",
        ),
        "count",
        shop_total(COUNTRIES, "order_count"),
    ),
    _country(
        "country_units",
        ("Country units", "Unités des pays"),
        ("Pieces sold, without returns", "Pièces vendues, hors retours"),
        "count",
        shop_total(COUNTRIES, "units_sold"),
    ),
    _country(
        "country_customers",
        ("Country customers", "Clients acheteurs du pays"),
        (
            "Customers who bought. One month, country and currency at a time; small groups are hidden",
            "Clients ayant acheté. Un mois, un pays et une devise à la fois ; les petits groupes sont masqués",
        ),
        "count",
        of_one_shop_row(COUNTRIES, "customer_count"),
    ),
)

PRODUCT_PAGE_METRICS = (*PRODUCT_METRICS, *PLACE_METRICS, *CATEGORY_METRICS)
