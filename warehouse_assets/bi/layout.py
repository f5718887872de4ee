"""What stands on each page of the generated reports: charts of metrics, made for Power BI and for Tableau alike."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse_assets.bi.charts import ALL, MONTHLY, YEARLY, Chart, Choice, as_of, card, card_as_of, chart
from warehouse_assets.bi.metrics import Page

CHARTS: Mapping[Page, tuple[Chart, ...]] = {
    "sales": (
        card("net_revenue"),
        card("orders"),
        card("average_order_value"),
        card("growth_vs_last_year"),
        chart(
            "revenue_by_month",
            ("Net revenue by month", "Chiffre d'affaires net par mois"),
            "column",
            "net_revenue",
            by=("month",),
        ),
        chart(
            "revenue_trend",
            ("Rolling means of revenue", "Moyennes mobiles du chiffre d'affaires"),
            "line",
            "rolling_3m_revenue",
            "rolling_12m_revenue",
            by=("month",),
        ),
        chart(
            "revenue_of_customers",
            (
                "Revenue from new and returning customers",
                "Chiffre d'affaires des nouveaux clients et des clients fidèles",
            ),
            "stacked",
            "new_customer_revenue",
            "returning_customer_revenue",
            by=("month",),
        ),
        chart(
            "forecast",
            ("The next three months", "Les trois prochains mois"),
            "table",
            "forecast_revenue",
            "forecast_low",
            "forecast_high",
            "forecast_error",
            "forecast_error_reduction",
            by=("month",),
        ),
        chart(
            "years",
            ("Years", "Années"),
            "table",
            "net_revenue",
            "orders",
            "buying_customers",
            "growth_vs_previous",
            by=("year",),
            table="mart_sales.sales_by_year",
        ),
    ),
    "products": (
        chart(
            "product_drill",
            ("Revenue by category, subcategory, product", "Chiffre d'affaires par catégorie, sous-catégorie, produit"),
            "bar",
            "product_revenue",
            by=("category", "subcategory", "product_name"),
            only=MONTHLY,
            order="largest first",
        ),
        chart(
            "category_by_month",
            ("Revenue of categories by month", "Chiffre d'affaires des catégories par mois"),
            "stacked",
            "category_revenue",
            by=("period_start",),
            series="category",
            only=MONTHLY,
        ),
        chart(
            "product_figures",
            ("Products over the chosen time", "Produits sur la période choisie"),
            "table",
            "product_revenue",
            "product_units",
            by=("product_name",),
            only=MONTHLY,
            order="largest first",
        ),
        chart(
            "product_years",
            ("Products by year", "Produits par an"),
            "table",
            "product_rank",
            "product_orders",
            "product_rating",
            by=("period_start", "product_name"),
            only=YEARLY,
            order="smallest first",
        ),
    ),
    "countries": (
        chart(
            "revenue_by_country",
            ("Revenue by country", "Chiffre d'affaires par pays"),
            "bar",
            "country_revenue",
            by=("country",),
            order="largest first",
        ),
        chart(
            "country_by_month",
            ("Revenue by month and country", "Chiffre d'affaires par mois et pays"),
            "line",
            "country_revenue",
            by=("month",),
            series="country",
        ),
        chart(
            "country_table",
            ("Figures of countries", "Chiffres des pays"),
            "table",
            "country_revenue",
            "country_orders",
            "country_units",
            by=("country",),
            order="largest first",
        ),
    ),
    "customers": (
        card_as_of("customers", only=ALL),
        card_as_of("active_customers", only=ALL),
        card_as_of("churned_customers", only=ALL),
        card_as_of("churned_share", only=ALL),
        card("customers_entered", only=ALL),
        card("customers_lapsed", only=ALL),
        chart(
            "ages",
            as_of(("Customers by age", "Clients par âge")),
            "column",
            "customers",
            by=("member",),
            only={"attribute": ("age_band",)},
        ),
        chart(
            "channels",
            as_of(("Customers by channel", "Clients par canal")),
            "bar",
            "customers",
            by=("member",),
            only={"attribute": ("channel",)},
            order="largest first",
        ),
        chart(
            "signups_by_channel",
            ("Sign-ups by month and channel", "Inscriptions par mois et canal"),
            "stacked",
            "signups",
            by=("month",),
            series="acquisition_channel",
            never={"acquisition_channel": ("All",)},
        ),
        chart(
            "churn_by_month",
            ("Monthly churn rate", "Taux d'attrition mensuel"),
            "line",
            "monthly_churn_rate",
            by=("month",),
            only=ALL,
        ),
    ),
    "retention": (
        chart(
            "retention_matrix",
            ("Retention by cohort and months since", "Rétention par cohorte et mois écoulés"),
            "matrix",
            "retention_rate",
            by=("cohort_month",),
            series="months_since",
        ),
        chart(
            "retention_curve",
            ("Mean retention by months since", "Rétention moyenne par mois écoulés"),
            "line",
            "retention_rate",
            by=("months_since",),
        ),
    ),
    "value": (
        chart(
            "value_by_segment",
            ("Value per buyer by RFM segment", "Valeur par acheteur par segment RFM"),
            "bar",
            "average_lifetime_value",
            by=("member",),
            only={"grouping": ("rfm_segment",)},
            order="largest first",
        ),
        chart(
            "value_by_cohort",
            ("Value per buyer by cohort", "Valeur par acheteur par cohorte"),
            "column",
            "average_lifetime_value",
            by=("member",),
            only={"grouping": ("cohort_month",)},
        ),
        chart(
            "segment_table",
            ("RFM segments", "Segments RFM"),
            "table",
            "valued_customers",
            "customer_revenue",
            "orders_per_customer",
            "recency",
            by=("member",),
            only={"grouping": ("rfm_segment",)},
            order="largest first",
        ),
    ),
}
"""Page -> charts in reading order."""


def _choices(table: str) -> tuple[Choice, ...]:
    """Shop, currency and year."""
    return tuple(Choice(table, column) for column in ("source_name", "currency_code", "year"))


CHOICES: Mapping[Page, tuple[Choice, ...]] = {
    "sales": _choices("mart_sales.sales_by_month"),
    "products": _choices("mart_sales.product_sales"),
    "countries": _choices("mart_sales.sales_by_country"),
    "customers": (
        Choice("mart_customers.signup_trends", "source_name"),
        Choice("mart_customers.signup_trends", "year"),
    ),
    "retention": (
        Choice("mart_customers.retention_cohorts", "source_name"),
        Choice("mart_customers.retention_cohorts", "basis", "last_seen"),
    ),
    "value": (
        Choice("mart_customers.customer_value", "source_name"),
        Choice("mart_customers.customer_value", "currency_code"),
    ),
}
"""Page -> what the reader chooses; `year` is of the calendar."""
