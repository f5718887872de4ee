"""Metrics of sales by month, quarter and year."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions, Format, Metric, metric
from warehouse_assets.bi.metrics.shops import of_one_shop_row, of_shops, shop_total, shop_total_of_one

MONTHS = "mart_sales.sales_by_month"
PERIODS = (MONTHS, "mart_sales.sales_by_quarter", "mart_sales.sales_by_year")


def _of_periods(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, expressions: Expressions
) -> Metric:
    return metric(name, title, definition, shown, "sales", PERIODS, expressions)


AMOUNTS = (
    _of_periods(
        "net_revenue",
        ("Net revenue", "Chiffre d'affaires net"),
        (
            "Sum of net amounts, returns included, of one currency",
            "Somme des montants nets, retours compris, d'une seule devise",
        ),
        "money",
        shop_total_of_one(MONTHS, "net_revenue_amount", "currency_code"),
    ),
    _of_periods(
        "gross_revenue",
        ("Gross revenue", "Chiffre d'affaires brut"),
        (
            "Amounts before discounts and without returns, of one currency",
            "Montants avant remises et hors retours, d'une seule devise",
        ),
        "money",
        shop_total_of_one(MONTHS, "gross_revenue_amount", "currency_code"),
    ),
    _of_periods(
        "returned_amount",
        ("Returns", "Retours"),
        ("Net amounts of returns, of one currency", "Montants nets des retours, d'une seule devise"),
        "money",
        shop_total_of_one(MONTHS, "returned_amount", "currency_code"),
    ),
    _of_periods(
        "new_customer_revenue",
        ("Revenue from new customers", "Chiffre d'affaires des nouveaux clients"),
        (
            "Net revenue of known customers whose first purchase is in the period, of one currency",
            "Chiffre d'affaires net des clients connus dont le premier achat est dans la période, d'une seule devise",
        ),
        "money",
        shop_total_of_one(MONTHS, "new_customer_revenue_amount", "currency_code"),
    ),
    _of_periods(
        "returning_customer_revenue",
        ("Revenue from returning customers", "Chiffre d'affaires des clients fidèles"),
        (
            "Net revenue of all other known customers, of one currency",
            "Chiffre d'affaires net de tous les autres clients connus, d'une seule devise",
        ),
        "money",
        shop_total_of_one(MONTHS, "returning_customer_revenue_amount", "currency_code"),
    ),
)

COUNTS = (
    _of_periods(
        "orders",
        ("Orders", "Commandes"),
        (
            "Distinct orders with a line that is not a return; an order counts in each period that has a line of it",
            (
                "Commandes distinctes ayant une ligne autre qu'un retour ; une commande compte dans chaque période "
                "qui en contient une ligne"
            ),
        ),
        "count",
        shop_total(MONTHS, "order_count"),
    ),
    _of_periods(
        "sale_lines",
        ("Sale lines", "Lignes de vente"),
        ("Sale lines, returns included", "Lignes de vente, retours compris"),
        "count",
        shop_total(MONTHS, "line_count"),
    ),
    _of_periods(
        "units_sold",
        ("Units sold", "Unités vendues"),
        ("Units of product lines that are not returns", "Unités des lignes de produit, hors retours"),
        "count",
        shop_total(MONTHS, "units_sold"),
    ),
    _of_periods(
        "cancelled_orders",
        ("Cancelled orders", "Commandes annulées"),
        (
            "Orders with a cancelled line; an order counts in each period that has one",
            "Commandes ayant une ligne annulée ; une commande compte dans chaque période qui en contient une",
        ),
        "count",
        shop_total(MONTHS, "cancelled_order_count"),
    ),
    _of_periods(
        "buying_customers",
        ("Buying customers", "Clients acheteurs"),
        (
            (
                "Distinct known customers with a line that is not a return; of one period and currency, "
                "as customers of several cannot be added"
            ),
            (
                "Clients connus distincts ayant une ligne autre qu'un retour ; d'une seule période et devise, "
                "car ceux de plusieurs ne s'additionnent pas"
            ),
        ),
        "count",
        of_one_shop_row(MONTHS, "customer_count"),
    ),
)

RATIOS = (
    _of_periods(
        "average_order_value",
        ("Average order value", "Panier moyen"),
        ("Net of lines that are not returns, per order", "Montant net hors retours, par commande"),
        "money",
        of_shops(
            MONTHS,
            sql="case when count(distinct currency_code) = 1 then"
            " (sum(net_revenue_amount) filter (where <rows>) + sum(returned_amount) filter (where <rows>))"
            " / nullif(sum(order_count) filter (where <rows>), 0) end",
            dax="IF ( HASONEVALUE ( sales_by_month[currency_code] ), DIVIDE ("
            " SUMX ( <rows>, sales_by_month[net_revenue_amount] ) + SUMX ( <rows>, sales_by_month[returned_amount] ),"
            " SUMX ( <rows>, sales_by_month[order_count] ) ) )",
            tableau="IF MIN([currency_code]) = MAX([currency_code]) AND SUM(IF <rows> THEN [order_count] END) <> 0"
            " THEN (SUM(IF <rows> THEN [net_revenue_amount] END) + SUM(IF <rows> THEN [returned_amount] END))"
            " / SUM(IF <rows> THEN [order_count] END) END",
        ),
    ),
    _of_periods(
        "return_rate",
        ("Return rate", "Taux de retour"),
        (
            "Returned amount per net amount sold before returns",
            "Montant retourné rapporté au montant net vendu avant retours",
        ),
        "percent",
        of_shops(
            MONTHS,
            sql="case when count(distinct currency_code) = 1 then"
            " sum(returned_amount) filter (where <rows>) / nullif("
            "sum(net_revenue_amount) filter (where <rows>) + sum(returned_amount) filter (where <rows>), 0) end",
            dax="IF ( HASONEVALUE ( sales_by_month[currency_code] ), DIVIDE ("
            " SUMX ( <rows>, sales_by_month[returned_amount] ),"
            " SUMX ( <rows>, sales_by_month[net_revenue_amount] )"
            " + SUMX ( <rows>, sales_by_month[returned_amount] ) ) )",
            tableau="IF MIN([currency_code]) = MAX([currency_code])"
            " AND SUM(IF <rows> THEN [net_revenue_amount] END) + SUM(IF <rows> THEN [returned_amount] END) <> 0"
            " THEN SUM(IF <rows> THEN [returned_amount] END) / (SUM(IF <rows> THEN [net_revenue_amount] END)"
            " + SUM(IF <rows> THEN [returned_amount] END)) END",
        ),
    ),
    _of_periods(
        "growth_vs_previous",
        ("Growth on previous period", "Évolution sur la période précédente"),
        (
            "Net revenue against the period before; for one period, if both are complete",
            "Chiffre d'affaires net par rapport à la période précédente ; pour une période, si les deux sont complètes",
        ),
        "percent",
        of_one_shop_row(MONTHS, "growth_vs_previous"),
    ),
    _of_periods(
        "growth_vs_last_year",
        ("Growth on last year", "Évolution sur un an"),
        (
            "Net revenue of the periods against the same ones a year before, where both are complete",
            "Chiffre d'affaires net des périodes par rapport aux mêmes un an avant, là où les deux sont complètes",
        ),
        "percent",
        of_shops(
            MONTHS,
            sql="case when count(distinct currency_code) = 1"
            " and sum(last_year_net_revenue_amount) filter (where <rows> and has_complete_last_year) > 0 then"
            " sum(net_revenue_amount) filter (where <rows> and has_complete_last_year)"
            " / sum(last_year_net_revenue_amount) filter (where <rows> and has_complete_last_year) - 1 end",
            dax="IF ( HASONEVALUE ( sales_by_month[currency_code] ) && SUMX ("
            " FILTER ( <rows>, sales_by_month[has_complete_last_year] ),"
            " sales_by_month[last_year_net_revenue_amount] ) > 0, DIVIDE ("
            " SUMX ( FILTER ( <rows>, sales_by_month[has_complete_last_year] ), sales_by_month[net_revenue_amount] ),"
            " SUMX ( FILTER ( <rows>, sales_by_month[has_complete_last_year] ),"
            " sales_by_month[last_year_net_revenue_amount] ) ) - 1 )",
            tableau="IF MIN([currency_code]) = MAX([currency_code])"
            " AND SUM(IF <rows> AND [has_complete_last_year] THEN [last_year_net_revenue_amount] END) > 0"
            " THEN SUM(IF <rows> AND [has_complete_last_year] THEN [net_revenue_amount] END)"
            " / SUM(IF <rows> AND [has_complete_last_year] THEN [last_year_net_revenue_amount] END) - 1 END",
        ),
    ),
    _of_periods(
        "order_growth_vs_previous",
        ("Order growth on previous period", "Évolution des commandes sur la période précédente"),
        (
            "Orders against the period before; for one period, if both are complete",
            "Commandes par rapport à la période précédente ; pour une période, si les deux sont complètes",
        ),
        "percent",
        of_one_shop_row(MONTHS, "order_growth_vs_previous"),
    ),
    _of_periods(
        "order_growth_vs_last_year",
        ("Order growth on last year", "Évolution des commandes sur un an"),
        (
            "Orders against the same period a year before; for one period, if both are complete",
            "Commandes par rapport à la même période un an avant ; pour une période, si les deux sont complètes",
        ),
        "percent",
        of_one_shop_row(MONTHS, "order_growth_vs_last_year"),
    ),
)

SALES_METRICS = (*AMOUNTS, *COUNTS, *RATIOS)
