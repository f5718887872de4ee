"""One picture of both marts: net revenue by month, and the retention of each cohort."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
import psycopg
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_INK, _LINE, _FAINT = "#1f2933", "#1d6f8a", "#9fb3c0"
_MOST_COHORTS = 24
_SALES = """
select month, net_revenue_amount, is_complete from mart_sales.sales_by_month
where is_total = (select bool_or(is_total) from mart_sales.sales_by_month) and currency_code = (
    select currency_code from mart_sales.sales_by_month
    group by currency_code order by sum(net_revenue_amount) desc, currency_code limit 1
)
order by month
"""
_CURRENCY = """
select currency_code from mart_sales.sales_by_month
group by currency_code order by sum(net_revenue_amount) desc, currency_code limit 1
"""
_RETENTION = """
select cohort_month, months_since, retention_rate from mart_customers.retention_cohorts
where basis = %(basis)s and is_observed and retention_rate is not null and source_name = (
    select source_name from mart_customers.retention_cohorts
    group by source_name order by sum(cohort_size) desc nulls last, source_name limit 1
)
order by cohort_month, months_since
"""


def draw_picture(connection: psycopg.Connection[Any]) -> bytes:
    """A PNG of 1200 x 900 pixels; empty panels say that there is nothing to show."""
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 9, "text.color": _INK}):
        figure = Figure(figsize=(12, 9), dpi=100, layout="constrained")
        FigureCanvasAgg(figure)
        sales, retention = figure.subplots(2, 1, height_ratios=[2, 3])
        _draw_sales(sales, connection)
        _draw_retention(figure, retention, connection)
        buffer = BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _draw_sales(axes: Axes, connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(_SALES).fetchall()
    currency = connection.execute(_CURRENCY).fetchone()
    axes.set_title(
        f"Net revenue by month / Chiffre d'affaires net par mois{f' ({currency[0]})' if currency else ''}", loc="left"
    )
    if not rows:
        _say_empty(axes)
        return
    months = [row[0] for row in rows]
    colours = [_LINE if row[2] else _FAINT for row in rows]
    axes.bar(range(len(months)), [float(row[1]) for row in rows], color=colours, width=0.8)
    step = max(1, len(months) // 18)
    axes.set_xticks(range(0, len(months), step), [f"{month:%Y-%m}" for month in months[::step]], rotation=45)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_retention(figure: Figure, axes: Axes, connection: psycopg.Connection[Any]) -> None:
    basis, rows = _retention_rows(connection)
    axes.set_title(f"Retention by cohort / Rétention par cohorte ({basis})", loc="left")
    if not rows:
        _say_empty(axes)
        return
    cohorts = sorted({row[0] for row in rows})[-_MOST_COHORTS:]
    width = min(max(row[1] for row in rows if row[0] in set(cohorts)), _MOST_COHORTS) + 1
    grid = np.full((len(cohorts), width), np.nan)
    for cohort, since, rate in rows:
        if cohort in cohorts and since < width:
            grid[cohorts.index(cohort), since] = float(rate)
    image = axes.imshow(grid, cmap="YlGnBu", vmin=0, vmax=1, aspect="auto")
    axes.set_yticks(range(len(cohorts)), [f"{cohort:%Y-%m}" for cohort in cohorts])
    axes.set_xlabel("months since / mois écoulés")
    figure.colorbar(image, ax=axes, format=lambda value, _: f"{value:.0%}")


def _retention_rows(connection: psycopg.Connection[Any]) -> tuple[str, list[tuple[date, int, Any]]]:
    """Cohorts by sign-up if the source has sign-ups, else by first purchase."""
    for basis in ("last_seen", "repeat_purchase"):
        rows = connection.execute(_RETENTION, {"basis": basis}).fetchall()
        if rows:
            return basis, rows
    return "last_seen", []


def _say_empty(axes: Axes) -> None:
    axes.text(0.5, 0.5, "nothing to show / rien à montrer", ha="center", va="center", transform=axes.transAxes)
    axes.set_axis_off()
