"""What stands on each page of the generated reports: charts of metrics, made for Power BI and for Tableau alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from warehouse_assets.bi.metrics import METRICS, Metric, Page
from warehouse_assets.bi.text import Text

Kind = Literal["card", "line", "column", "stacked", "bar", "table", "matrix"]
Order = Literal["largest first", "smallest first"]


@dataclass(frozen=True)
class Chart:
    """Metrics of one mart table along its columns.

    `only` are the values of a column that the chart keeps, `never` those that it leaves out: a figure of one
    grouping, currency or basis needs them, as the registry adds nothing that may not be added.
    """

    name: str
    """Unique, snake case."""
    title: Text
    kind: Kind
    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    """Columns along the axis, the coarsest first: one drills from one to the next. A table's leading columns."""
    series: str | None = None
    """Column whose values are lines, stacks, or the columns of a matrix."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: str = ""
    """The mart table where it is not the first metric's own."""
    order: Order | None = None
    """Whether the first metric orders the rows, the largest or the smallest first; else the axis does."""

    @property
    def place(self) -> str:
        """The mart table that it is drawn from, schema.table."""
        return self.table or METRICS[self.metrics[0]].table

    @property
    def drawn(self) -> tuple[Metric, ...]:
        """Its metrics."""
        return tuple(METRICS[name] for name in self.metrics)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the mart table that it names."""
        series = (self.series,) if self.series else ()
        return tuple(dict.fromkeys((*self.by, *series, *self.only, *self.never)))


@dataclass(frozen=True)
class Choice:
    """A column that the reader chooses a value of; the chosen value is the one at opening."""

    table: str
    column: str
    chosen: str | None = None


def _chart(name: str, title: tuple[str, str], kind: Kind, *metrics: str, **options: object) -> Chart:
    return Chart(name, Text(*title), kind, metrics, **options)  # type: ignore[arg-type]


def _card(metric: str, **options: object) -> Chart:
    title = METRICS[metric].title
    return _chart(f"{metric}_card", (title.en, title.fr), "card", metric, **options)


def _as_of(title: tuple[str, str]) -> tuple[str, str]:
    """The title of what has no time: no choice of a year changes it."""
    return f"{title[0]}{AS_OF.en}", f"{title[1]}{AS_OF.fr}"


def _card_as_of(metric: str, **options: object) -> Chart:
    title = METRICS[metric].title
    return _chart(f"{metric}_card", _as_of((title.en, title.fr)), "card", metric, **options)


AS_OF = Text(", as of the newest data", ", aux dernières données")
"""Ends the titles of charts whose table has no time."""
MONTHLY = {"period_kind": ("month",)}
YEARLY = {"period_kind": ("year",)}
ALL = {"attribute": ("All",)}

CHARTS: Mapping[Page, tuple[Chart, ...]] = {
    "sales": (
        _card("net_revenue"),
        _card("orders"),
        _card("average_order_value"),
        _card("growth_vs_last_year"),
        _chart(
            "revenue_by_month",
            ("Net revenue by month", "Chiffre d'affaires net par mois"),
            "column",
            "net_revenue",
            by=("month",),
        ),
        _chart(
            "revenue_trend",
            ("Rolling means of revenue", "Moyennes mobiles du chiffre d'affaires"),
            "line",
            "rolling_3m_revenue",
            "rolling_12m_revenue",
            by=("month",),
        ),
        _chart(
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
        _chart(
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
        _chart(
            "product_drill",
            ("Revenue by category, subcategory, product", "Chiffre d'affaires par catégorie, sous-catégorie, produit"),
            "bar",
            "product_revenue",
            by=("category", "subcategory", "product_name"),
            only=MONTHLY,
            order="largest first",
        ),
        _chart(
            "category_by_month",
            ("Revenue of categories by month", "Chiffre d'affaires des catégories par mois"),
            "stacked",
            "category_revenue",
            by=("period_start",),
            series="category",
            only=MONTHLY,
        ),
        _chart(
            "product_figures",
            ("Products over the chosen time", "Produits sur la période choisie"),
            "table",
            "product_revenue",
            "product_units",
            by=("product_name",),
            only=MONTHLY,
            order="largest first",
        ),
        _chart(
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
        _chart(
            "revenue_by_country",
            ("Revenue by country", "Chiffre d'affaires par pays"),
            "bar",
            "country_revenue",
            by=("country",),
            order="largest first",
        ),
        _chart(
            "country_by_month",
            ("Revenue by month and country", "Chiffre d'affaires par mois et pays"),
            "line",
            "country_revenue",
            by=("month",),
            series="country",
        ),
        _chart(
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
        _card_as_of("customers", only=ALL),
        _card_as_of("active_customers", only=ALL),
        _card_as_of("churned_customers", only=ALL),
        _card_as_of("churned_share", only=ALL),
        _card("customers_entered", only=ALL),
        _card("customers_lapsed", only=ALL),
        _chart(
            "ages",
            _as_of(("Customers by age", "Clients par âge")),
            "column",
            "customers",
            by=("member",),
            only={"attribute": ("age_band",)},
        ),
        _chart(
            "channels",
            _as_of(("Customers by channel", "Clients par canal")),
            "bar",
            "customers",
            by=("member",),
            only={"attribute": ("channel",)},
            order="largest first",
        ),
        _chart(
            "signups_by_channel",
            ("Sign-ups by month and channel", "Inscriptions par mois et canal"),
            "stacked",
            "signups",
            by=("month",),
            series="acquisition_channel",
            never={"acquisition_channel": ("All",)},
        ),
        _chart(
            "churn_by_month",
            ("Monthly churn rate", "Taux d'attrition mensuel"),
            "line",
            "monthly_churn_rate",
            by=("month",),
            only=ALL,
        ),
    ),
    "retention": (
        _chart(
            "retention_matrix",
            ("Retention by cohort and months since", "Rétention par cohorte et mois écoulés"),
            "matrix",
            "retention_rate",
            by=("cohort_month",),
            series="months_since",
        ),
        _chart(
            "retention_curve",
            ("Mean retention by months since", "Rétention moyenne par mois écoulés"),
            "line",
            "retention_rate",
            by=("months_since",),
        ),
    ),
    "value": (
        _chart(
            "value_by_segment",
            ("Value per buyer by RFM segment", "Valeur par acheteur par segment RFM"),
            "bar",
            "average_lifetime_value",
            by=("member",),
            only={"grouping": ("rfm_segment",)},
            order="largest first",
        ),
        _chart(
            "value_by_cohort",
            ("Value per buyer by cohort", "Valeur par acheteur par cohorte"),
            "column",
            "average_lifetime_value",
            by=("member",),
            only={"grouping": ("cohort_month",)},
        ),
        _chart(
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
