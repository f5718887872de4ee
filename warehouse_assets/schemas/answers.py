"""The question that each dimension, fact and mart answers, in one sentence for a person who looks for it."""

from __future__ import annotations

from collections.abc import Mapping

_DIMENSIONS = {
    "dw.dim_date": "The month, quarter, year and weekday of each day.",
    "dw.dim_geography": "The places of sales and customers: country, region, city and continent.",
    "dw.dim_channel": "Through which channel a customer came to the shop.",
    "dw.dim_product": "What a product is called and which category it belongs to, as last exported.",
    "dw.dim_customer": "Who a customer is today, without a name: age band, gender, place, segment and status.",
    "dw.dim_customer_history": "What a customer's attributes were at any time, as when a sale was made.",
}
_FACTS = {
    "dw.fct_sales": "What was sold, when, where, to whom and for how much, line by line.",
    "dw.fct_reviews": "How customers rated products in reviews outside of a sale.",
    "dw.fct_customer_lifecycle": "When each customer signed up, first and last bought, and was last seen.",
    "dw.agg_sales_day": "What each shop sold on each day, to compare complete periods and equal days.",
    "dw.agg_sales_month": "What was sold of each product in each country and month.",
    "dw.agg_country_month": "What was sold, by how many orders and to how many buyers, in each country and month.",
    "dw.agg_product_month": "What was sold of each product, and by how many orders, in each month.",
    "dw.agg_customer_month": "What each customer bought in each month.",
    "dw.agg_order_month": "Which orders fell into each month, so that none is counted twice in a longer period.",
    "dw.agg_rating_month": "How each customer rated a product in each month, so that raters are counted once.",
}
_PERIOD = "How much the shop sold in each {}, and how that compares with the one before and a year ago."
_SALES_MART = {
    "mart_sales.sales_by_day": "How sales go from day to day and from week to week.",
    **{f"mart_sales.sales_by_{period}": _PERIOD.format(period) for period in ("month", "quarter", "year")},
    "mart_sales.product_sales": "Which products sell best in each month, quarter, year and overall.",
    "mart_sales.product_countries": "In which countries each product sells, over all months.",
    "mart_sales.category_sales": "Which categories sell best in each month, quarter, year and overall, and which grow.",
    "mart_sales.sales_trends": "Where sales are heading: year to date, rolling means, trend, season, unusual months.",
    "mart_sales.sales_forecast": "What the next three months may bring, within which bounds, and how far to trust it.",
    "mart_sales.sales_by_country": "Where sales come from, month by month.",
}
_CUSTOMER_MART = {
    "mart_customers.customer_demographics": "Who the customers are, and how many in each group are active or lost.",
    "mart_customers.signup_trends": "How many customers sign up each month, and through which channel.",
    "mart_customers.retention_cohorts": "How many customers of each starting month are still there months later.",
    "mart_customers.churn_rates": "How many customers the shop wins, wins back and loses each month.",
    "mart_customers.customer_value": "What buyers are worth, by how recently and often they buy and by starting month.",
}

ANSWERS: Mapping[str, str] = {**_DIMENSIONS, **_FACTS, **_SALES_MART, **_CUSTOMER_MART}
"""Table -> one sentence; the pages of Dagster, the data dictionary and the database's comments begin with it."""
