"""The two data marts."""

from warehouse_assets.schemas.table import Table

_PERIOD_MEASURES = (
    "order_count line_count units_sold gross_revenue_amount returned_amount net_revenue_amount customer_count"
    " new_customer_revenue_amount returning_customer_revenue_amount average_order_value? cancelled_order_count"
    " previous_net_revenue_amount? last_year_net_revenue_amount? growth_vs_previous? growth_vs_last_year?"
    " order_growth_vs_previous? order_growth_vs_last_year? is_complete has_complete_last_year is_total as_of_date"
)
_RANKED = "units_sold net_revenue_amount order_count average_rating? revenue_rank units_rank revenue_share?"


def _sales_by(period: str) -> Table:
    return Table(
        f"mart_sales.sales_by_{period}",
        f"one row per shop (All shops too), {period} and currency, dense over the currency's span",
        f"source_name {period} currency_code {_PERIOD_MEASURES}",
        ("source_name", period, "currency_code"),
    )


SALES_MART = (
    Table(
        "mart_sales.sales_by_day",
        "one row per shop (All shops too), day and currency, dense from the currency's first day to the as-of date",
        "source_name day week currency_code order_count line_count units_sold gross_revenue_amount returned_amount"
        " net_revenue_amount is_total as_of_date",
        ("source_name", "day", "currency_code"),
    ),
    _sales_by("month"),
    _sales_by("quarter"),
    _sales_by("year"),
    Table(
        "mart_sales.product_sales",
        "one row per shop (All shops too), period (month, quarter, year, all), currency and product",
        f"source_name period_kind period_start currency_code product_key product_name category subcategory {_RANKED}"
        " growth_vs_previous? returned_amount is_total as_of_date",
        ("source_name", "period_kind", "period_start", "currency_code", "product_key"),
    ),
    Table(
        "mart_sales.product_countries",
        "one row per shop (All shops too), currency, product and country with sales, over all months",
        "source_name currency_code product_key product_name category subcategory country units_sold"
        " net_revenue_amount returned_amount is_total as_of_date",
        ("source_name", "currency_code", "product_key", "country"),
    ),
    Table(
        "mart_sales.category_sales",
        "one row per shop (All shops too), period (month, quarter, year, all), currency, category and subcategory"
        " (All = the category)",
        f"source_name period_kind period_start currency_code category subcategory {_RANKED} growth_vs_previous?"
        " is_total as_of_date",
        ("source_name", "period_kind", "period_start", "currency_code", "category", "subcategory"),
    ),
    Table(
        "mart_sales.sales_trends",
        "one row per shop (All shops too), month and currency, dense over the currency's span",
        "source_name month currency_code net_revenue_amount rolling_3m_amount? rolling_12m_amount? year_to_date_amount"
        " last_year_to_date_amount? year_to_date_growth? trend_slope? seasonal_index? anomaly_score? is_total"
        " as_of_date",
        ("source_name", "month", "currency_code"),
    ),
    Table(
        "mart_sales.sales_forecast",
        "one row per shop (All shops too), month and currency: the three months after the last complete one, where two"
        " years are known; without amounts where only another shop has a forecast of the month",
        "source_name month currency_code forecast_amount? lower_amount? upper_amount? forecast_method?"
        " known_month_count? tested_count? mean_absolute_error_amount? mase? naive_mase? interval_hit_rate?"
        " is_better_than_naive is_total as_of_date",
        ("source_name", "month", "currency_code"),
    ),
    Table(
        "mart_sales.sales_by_country",
        "one row per shop (All shops too), month, currency and country with sales",
        "source_name month currency_code country order_count units_sold net_revenue_amount customer_count? is_total"
        " as_of_date",
        ("source_name", "month", "currency_code", "country"),
    ),
)

CUSTOMER_MART = (
    Table(
        "mart_customers.customer_demographics",
        "one row per shop, attribute and member, small groups folded",
        "source_name attribute member customer_count share_of_customers active_count? churned_count?"
        " never_active_count? churn_rate? average_age? is_total as_of_date",
        ("source_name", "attribute", "member"),
    ),
    Table(
        "mart_customers.signup_trends",
        "one row per shop, month and acquisition channel (All too), dense",
        "source_name month acquisition_channel signup_count cumulative_signups growth_vs_previous?"
        " growth_vs_last_year? rolling_3m_average? is_total as_of_date",
        ("source_name", "month", "acquisition_channel"),
    ),
    Table(
        "mart_customers.retention_cohorts",
        "one row per shop, basis, cohort month and months since, the full rectangle",
        "source_name cohort_month months_since basis cohort_size? retained_count? retention_rate? is_observed"
        " as_of_date",
        ("source_name", "basis", "cohort_month", "months_since"),
    ),
    Table(
        "mart_customers.churn_rates",
        "one row per shop, month, attribute (All, segment, channel) and member, small groups folded",
        "source_name month attribute member customers_at_start new_count reactivated_count churned_count churn_rate?"
        " is_total as_of_date",
        ("source_name", "month", "attribute", "member"),
    ),
    Table(
        "mart_customers.customer_value",
        "one row per shop, currency, grouping (rfm_segment, cohort_month) and member of its buyers,"
        " small groups folded or blank",
        "source_name currency_code grouping member customer_count? net_revenue_amount? average_lifetime_value?"
        " orders_per_customer? average_recency_days? as_of_date",
        ("source_name", "currency_code", "grouping", "member"),
    ),
)
