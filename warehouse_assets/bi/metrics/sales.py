"""Metrics of sales by month, quarter and year."""

from __future__ import annotations

from warehouse_assets.bi.metrics.metric import Expressions, Format, Metric, metric
from warehouse_assets.bi.metrics.shops import of_one_shop_row, of_shops, shop_total, shop_total_of_one

MONTHS = "mart_sales.sales_by_month"
PERIODS = (MONTHS, "mart_sales.sales_by_quarter", "mart_sales.sales_by_year")
DAYS = "mart_sales.sales_by_day"
DAILY = {
    "net_revenue",
    "gross_revenue",
    "returned_amount",
    "orders",
    "sale_lines",
    "units_sold",
    "average_order_value",
    "return_rate",
}
"""Metrics that hold on days too: nothing of customers, and no growth."""


def _of_periods(
    name: str, title: tuple[str, str], definition: tuple[str, str], shown: Format, expressions: Expressions
) -> Metric:
    places = (*PERIODS, DAYS) if name in DAILY else PERIODS
    return metric(name, title, definition, shown, "sales", places, expressions)


AMOUNTS = (
    _of_periods(
        "net_revenue",
        ("Net revenue", "Chiffre d'affaires net"),
        (
            "What customers paid after discounts, less returns. One currency at a time",
            "Ce que les clients ont payé après remises, moins les retours. Une devise à la fois",
        ),
        "money",
        shop_total_of_one(MONTHS, "net_revenue_amount", "currency_code"),
    ),
    _of_periods(
        "gross_revenue",
        ("Gross revenue", "Chiffre d'affaires brut"),
        (
            "Sales before discounts, without returns. One currency at a time",
            "Ventes avant remises, hors retours. Une devise à la fois",
        ),
        "money",
        shop_total_of_one(MONTHS, "gross_revenue_amount", "currency_code"),
    ),
    _of_periods(
        "returned_amount",
        ("Returns", "Retours"),
        ("Net value of returned goods. One currency at a time", "Valeur nette des retours. Une devise à la fois"),
        "money",
        shop_total_of_one(MONTHS, "returned_amount", "currency_code"),
    ),
    _of_periods(
        "new_customer_revenue",
        ("Revenue from new customers", "Chiffre d'affaires des nouveaux clients"),
        (
            "Net revenue from customers whose first purchase is in the period. One currency at a time",
            "Chiffre d'affaires net des clients dont le premier achat est dans la période. Une devise à la fois",
        ),
        "money",
        shop_total_of_one(MONTHS, "new_customer_revenue_amount", "currency_code"),
    ),
    _of_periods(
        "returning_customer_revenue",
        ("Revenue from returning customers", "Chiffre d'affaires des clients fidèles"),
        (
            "Net revenue from customers who bought before the period. One currency at a time",
            "Chiffre d'affaires net des clients qui avaient déjà acheté. Une devise à la fois",
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
            "Orders placed in the period. An order with lines in two periods counts in both",
            "Commandes passées dans la période. Une commande à cheval sur deux périodes compte dans chacune",
        ),
        "count",
        shop_total(MONTHS, "order_count"),
    ),
    _of_periods(
        "sale_lines",
        ("Sale lines", "Lignes de vente"),
        ("Lines of orders, returns included", "Lignes de commande, retours compris"),
        "count",
        shop_total(MONTHS, "line_count"),
    ),
    _of_periods(
        "units_sold",
        ("Units sold", "Unités vendues"),
        ("Pieces sold, without returns", "Pièces vendues, hors retours"),
        "count",
        shop_total(MONTHS, "units_sold"),
    ),
    _of_periods(
        "cancelled_orders",
        ("Cancelled orders", "Commandes annulées"),
        (
            "Orders with a cancelled line. An order counts in each period that has one",
            "Commandes ayant une ligne annulée. Une commande compte dans chaque période qui en contient une",
        ),
        "count",
        shop_total(MONTHS, "cancelled_order_count"),
    ),
    _of_periods(
        "buying_customers",
        ("Buying customers", "Clients acheteurs"),
        (
            "Customers who bought in this period. One period and currency at a time: they cannot be added up",
            "Clients ayant acheté dans la période. Une période et une devise à la fois : ils ne s'additionnent pas",
        ),
        "count",
        of_one_shop_row(MONTHS, "customer_count"),
    ),
)

RATIOS = (
    _of_periods(
        "average_order_value",
        ("Average order value", "Panier moyen"),
        ("Net revenue before returns, per order", "Chiffre d'affaires net avant retours, par commande"),
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
            "Share of the net revenue before returns that came back",
            "Part du chiffre d'affaires net avant retours qui a été retournée",
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
            "Net revenue compared with the period before. Shown if both periods are complete",
            "Chiffre d'affaires net par rapport à la période précédente, si les deux périodes sont complètes",
        ),
        "percent",
        of_one_shop_row(MONTHS, "growth_vs_previous"),
    ),
    _of_periods(
        "growth_vs_last_year",
        ("Growth on last year", "Évolution sur un an"),
        (
            "Net revenue compared with the same periods a year before, where both are complete",
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
            "Orders compared with the period before. Shown if both periods are complete",
            "Commandes par rapport à la période précédente, si les deux périodes sont complètes",
        ),
        "percent",
        of_one_shop_row(MONTHS, "order_growth_vs_previous"),
    ),
    _of_periods(
        "order_growth_vs_last_year",
        ("Order growth on last year", "Évolution des commandes sur un an"),
        (
            "Orders compared with the same period a year before. Shown if both periods are complete",
            "Commandes par rapport à la même période un an avant, si les deux périodes sont complètes",
        ),
        "percent",
        of_one_shop_row(MONTHS, "order_growth_vs_last_year"),
    ),
)

SALES_METRICS = (*AMOUNTS, *COUNTS, *RATIOS)
