"""Who is still there, cohort by cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from warehouse_assets.bi.query import Filter
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.pages.common import nothing_loaded, of_shop, shop_controls
from warehouse_assets.dashboard.view import Control, Page, Section, View

COHORTS = "mart_customers.retention_cohorts"
SHOWN = ("cohort_size", "retained_customers", "retention_rate")
BASES = ("last_seen", "purchase", "repeat_purchase")
MOST_COHORTS, MOST_MONTHS = 36, 24


def controls(view: View) -> Iterator[Control]:
    """What counts as being there: those that the mart has."""
    yield from shop_controls(view, COHORTS)
    found = {
        row["basis"]
        for row in view.reader.rows(
            f"select distinct basis from {COHORTS} where is_observed and cohort_size is not null"
        )
    }
    options = [(basis, view.say(basis)) for basis in BASES if basis in found]
    yield Control("basis", view.say("basis"), options, options[0][0] if options else "")


def cohorts(view: View) -> Iterator[Block]:
    """The heatmap, and the mean of all cohorts."""
    basis = view.one("basis")
    where: dict[str, Filter] = {"basis": [basis], "is_observed": [True], **of_shop(view)}
    rows = view.reader.metrics(SHOWN, ["cohort_month", "months_since"], where)
    rows = [row for row in rows if row["cohort_size"] is not None]
    if not rows:
        yield nothing_loaded(view)
        return
    yield _curve(view, where)
    yield _heat(view, rows)


def _curve(view: View, where: dict[str, Filter]) -> Chart:
    rows = view.reader.metrics(SHOWN, ["months_since"], where)
    rows = [row for row in rows if row["retention_rate"] is not None]
    return Chart(
        "curve",
        view.say("curve"),
        view.definition("retention_rate"),
        view.table([view.column("months_since", "since", "count")], SHOWN, rows),
        charts.over_time(
            [str(row["months_since"]) for row in rows],
            view.say("since"),
            [Series(view.title("retention_rate"), [row["retention_rate"] for row in rows], "line")],
            view.axis("retention_rate"),
            view.language,
        ),
        is_wide=True,
    )


def _heat(view: View, rows: list[dict[str, Any]]) -> Chart:
    """The newest cohorts, a line each; the table and the CSV hold all."""
    rates: dict[date, dict[int, Decimal | None]] = defaultdict(dict)
    for row in rows:
        rates[row["cohort_month"]][row["months_since"]] = row["retention_rate"]
    shown = sorted(rates)[-MOST_COHORTS:]
    width = min(max(max(rates[cohort]) for cohort in shown), MOST_MONTHS) + 1
    places = [view.column("cohort_month", "cohort", "month"), view.column("months_since", "since", "count")]
    return Chart(
        "cohorts",
        view.say("heat"),
        view.definition("retention_rate"),
        view.table(places, SHOWN, rows),
        charts.heatmap(
            [view.show(cohort, "month") for cohort in shown],
            [[rates[cohort].get(number) for number in range(width)] for cohort in shown],
            view.say("cohort"),
            view.say("since"),
            view.language,
        ),
        is_wide=True,
        least_width=130 + 34 * width,
    )


PAGE = Page(
    "retention",
    Text("Retention", "Rétention"),
    Text("Who is still there, cohort by cohort.", "Qui est encore là, cohorte par cohorte."),
    (COHORTS,),
    controls,
    (Section((COHORTS,), cohorts),),
    "mart_customers",
)
