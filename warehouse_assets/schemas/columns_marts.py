"""Columns that only the marts have."""

from __future__ import annotations

from warehouse_assets.schemas.classification import NOT_PERSONAL
from warehouse_assets.schemas.column import AMOUNT, NOT_NEGATIVE, RATE, SHARE, column
from warehouse_assets.schemas.predicates import Check

SALES_MARTS = [
    column("day", "date", "Day of the sales, in the shop's time zone", NOT_PERSONAL),
    column("week", "date", "First day of the week, a Monday", NOT_PERSONAL),
    column("order_count", "bigint", "Distinct orders with a line that is not a return", NOT_PERSONAL, NOT_NEGATIVE),
    column(
        "customer_count",
        "bigint",
        "Distinct known customers; by country NULL under the smallest group, and for All shops where it would give"
        " away a small group of one shop",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "new_customer_revenue_amount",
        AMOUNT,
        "Net of known customers whose first purchase is in the period",
        NOT_PERSONAL,
    ),
    column("returning_customer_revenue_amount", AMOUNT, "Net of all other known customers", NOT_PERSONAL),
    column("average_order_value", AMOUNT, "Net of non-returns per order", NOT_PERSONAL),
    column("cancelled_order_count", "bigint", "Orders with a cancelled line", NOT_PERSONAL, NOT_NEGATIVE),
    column(
        "previous_net_revenue_amount", AMOUNT, "Net revenue of the period before; NULL before the span", NOT_PERSONAL
    ),
    column(
        "last_year_net_revenue_amount",
        AMOUNT,
        "Net revenue of the period a year before; NULL before the span",
        NOT_PERSONAL,
    ),
    column(
        "growth_vs_previous",
        RATE,
        "(n - p) / p of net revenue (of sign-ups) against the period before; NULL if p <= 0 or either is not complete",
        NOT_PERSONAL,
    ),
    column(
        "growth_vs_last_year",
        RATE,
        "(n - p) / p of net revenue (of sign-ups) against a year before; NULL if p <= 0 or either is not complete",
        NOT_PERSONAL,
    ),
    column(
        "order_growth_vs_previous",
        RATE,
        "(n - p) / p of orders against the period before; NULL if p = 0 or either is not complete",
        NOT_PERSONAL,
    ),
    column(
        "order_growth_vs_last_year",
        RATE,
        "(n - p) / p of orders against a year before; NULL if p = 0 or either is not complete",
        NOT_PERSONAL,
    ),
    column(
        "is_complete",
        "boolean",
        "Whether the data cover the whole period: it begins on or after the currency's first sale and ends on or"
        " before the as-of date; for All shops, in every shop that sells in the currency",
        NOT_PERSONAL,
    ),
    column(
        "has_complete_last_year",
        "boolean",
        "Whether the period and the same one a year before are both complete, so that growth may be computed",
        NOT_PERSONAL,
    ),
    column(
        "average_rating",
        RATE,
        "Mean of line ratings and reviews, made of groups of k or more people (the smallest group); NULL without one;"
        " a group's mean of n ratings has 2n - 1 steps, so that it may be 2 / (2n - 1) off",
        NOT_PERSONAL,
        Check.in_range(1, 5),
    ),
    column("revenue_rank", "bigint", "Rank by net revenue, 1..n", NOT_PERSONAL, Check.ge(1)),
    column("units_rank", "bigint", "Rank by units, 1..n", NOT_PERSONAL, Check.ge(1)),
    column("revenue_share", RATE, "Share of the currency's total net revenue in the period", NOT_PERSONAL),
    column("rolling_3m_amount", AMOUNT, "Mean of 3 complete months up to this one, NULL until full", NOT_PERSONAL),
    column(
        "rolling_12m_amount", AMOUNT, "Mean of 12 complete months including this one, NULL until full", NOT_PERSONAL
    ),
    column(
        "year_to_date_amount",
        AMOUNT,
        "Net revenue from 1 January to the end of the month; in the as-of month, to the as-of date",
        NOT_PERSONAL,
    ),
    column(
        "last_year_to_date_amount",
        AMOUNT,
        "Net revenue of the same days a year before, of each shop up to its own as-of date; NULL unless the data of"
        " each shop begin on or before that 1 January",
        NOT_PERSONAL,
    ),
    column(
        "year_to_date_growth",
        RATE,
        "Year to date against the same days of last year; NULL if those are unknown or not above 0",
        NOT_PERSONAL,
    ),
    column(
        "trend_slope",
        AMOUNT,
        "Least squares over the last 12 complete months, money per month, NULL under 6",
        NOT_PERSONAL,
    ),
    column(
        "forecast_amount",
        AMOUNT,
        "Expected net revenue of the month, to four significant digits; NULL if only another shop has a forecast of it",
        NOT_PERSONAL,
    ),
    column("lower_amount", AMOUNT, "Lower bound of the interval that should hold four of five months", NOT_PERSONAL),
    column("upper_amount", AMOUNT, "Upper bound of the interval that should hold four of five months", NOT_PERSONAL),
    column("forecast_method", "text", "The model that the forecast is of", NOT_PERSONAL),
    column(
        "known_month_count",
        "bigint",
        "Complete months that the forecast is made of: 24 to 60, those without sales included",
        NOT_PERSONAL,
        Check.in_range(24, 60),
    ),
    column(
        "tested_count",
        "bigint",
        "Forecasts of the past that the errors are of: three months from each of up to 12 origins, made of what was"
        " known then",
        NOT_PERSONAL,
        Check.ge(1),
    ),
    column(
        "mean_absolute_error_amount",
        AMOUNT,
        "Mean distance of the tested forecasts from what came",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "mase",
        RATE,
        "Mean absolute scaled error: mean_absolute_error_amount / mean change from a year before in the months before"
        " the tested ones; NULL if those did not change",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "naive_mase",
        RATE,
        "The same error of the naive forecast, which is the same month of last year",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column("interval_hit_rate", RATE, "Share of the tested months within their interval", NOT_PERSONAL, SHARE),
    column(
        "is_better_than_naive",
        "boolean",
        "Whether the tested forecasts were nearer to what came than the naive ones; false without a forecast",
        NOT_PERSONAL,
    ),
    column("seasonal_index", RATE, "Mean over complete years of month / (year / 12), NULL under 2 years", NOT_PERSONAL),
    column(
        "anomaly_score",
        RATE,
        "(net - median of the 12 complete months before) / (1.4826 x MAD), NULL under 6 or MAD 0",
        NOT_PERSONAL,
    ),
]

CUSTOMER_MARTS = [
    column("attribute", "text", "What the customers are grouped by", NOT_PERSONAL),
    column("member", "text", "The group", NOT_PERSONAL),
    column("share_of_customers", RATE, "Share of all customers", NOT_PERSONAL, SHARE),
    column(
        "active_count",
        "bigint",
        "Customers whose status says so or who, without a status, were active within the months of inactivity;"
        " NULL where the group is too small",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "churned_count",
        "bigint",
        "Customers whose status says so or who, without a status, have been inactive for too long; for months,"
        " customers who became inactive in the month; NULL where the group is too small",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "never_active_count",
        "bigint",
        "Customers without a status, sign-up, login or purchase (as those who only ever cancelled): neither active"
        " nor churned; NULL where the group is too small",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "churn_rate",
        RATE,
        "Churned per customer of the group; for months, per customer at the start of the month",
        NOT_PERSONAL,
        SHARE,
    ),
    column(
        "is_total",
        "boolean",
        "Whether the row is a total of other rows of the table, as of All shops; leave these out before adding rows up",
        NOT_PERSONAL,
    ),
    column(
        "average_age",
        RATE,
        "Mean age at the as-of date where the month of birth is known, else at the observation; in whole years under 20"
        " known ages, with one decimal under 200; NULL for age bands and pairs, and where ages of a small group would"
        " follow",
        NOT_PERSONAL,
    ),
    column("signup_count", "bigint", "Sign-ups of the month", NOT_PERSONAL, NOT_NEGATIVE),
    column("cumulative_signups", "bigint", "Sign-ups up to the month", NOT_PERSONAL, NOT_NEGATIVE),
    column("rolling_3m_average", RATE, "Mean of 3 months including this one, NULL until full", NOT_PERSONAL),
    column("cohort_month", "date", "Month of sign-up, or of the first purchase", NOT_PERSONAL),
    column("months_since", "integer", "Months since the cohort month", NOT_PERSONAL, NOT_NEGATIVE),
    column(
        "basis",
        "text",
        "last_seen, purchase or repeat_purchase",
        NOT_PERSONAL,
        Check.isin(["last_seen", "purchase", "repeat_purchase"]),
    ),
    column(
        "cohort_size", "bigint", "Customers of the cohort, NULL under the smallest group", NOT_PERSONAL, NOT_NEGATIVE
    ),
    column("retained_count", "bigint", "Customers of the cohort still there", NOT_PERSONAL, NOT_NEGATIVE),
    column("retention_rate", RATE, "retained_count / cohort_size", NOT_PERSONAL, SHARE),
    column("is_observed", "boolean", "Whether the month is over and its data can be known", NOT_PERSONAL),
    column("customers_at_start", "bigint", "Customers active at the start of the month", NOT_PERSONAL, NOT_NEGATIVE),
    column("new_count", "bigint", "Customers who entered in the month", NOT_PERSONAL, NOT_NEGATIVE),
    column("reactivated_count", "bigint", "Lapsed customers who came back in the month", NOT_PERSONAL, NOT_NEGATIVE),
    column(
        "grouping", "text", "rfm_segment or cohort_month", NOT_PERSONAL, Check.isin(["rfm_segment", "cohort_month"])
    ),
    column("average_lifetime_value", AMOUNT, "Net to the as-of date per buyer of the group", NOT_PERSONAL),
    column("orders_per_customer", RATE, "Orders per buyer of the group, rounded as average_age", NOT_PERSONAL),
    column(
        "average_recency_days",
        RATE,
        "Mean days from the last purchase to the as-of date, rounded as average_age",
        NOT_PERSONAL,
    ),
]
