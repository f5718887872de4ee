"""Who is still there, cohort by cohort."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from warehouse_assets.bi.query import Filter
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart, Notice
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.pages.common import nothing_loaded, of_shop, shop_controls
from warehouse_assets.dashboard.pages.coverage import of_choice, shop_values
from warehouse_assets.dashboard.view import Control, Page, Section, View

COHORTS = "mart_customers.retention_cohorts"
SHOWN = ("cohort_size", "retained_customers", "retention_rate")
BASES = ("last_seen", "purchase", "repeat_purchase")
MOST_COHORTS, MOST_MONTHS = 36, 24
LEAST_COHORTS = 3
"""The average ends where fewer cohorts are old enough: of one or two it says nothing about the others."""


def controls(view: View) -> Iterator[Control]:
    """What counts as being there: those that the mart has."""
    yield from shop_controls(view, COHORTS)
    found = {
        row["basis"]
        for row in view.reader.rows(
            f"select distinct basis from {COHORTS} where is_observed and cohort_size is not null and {of_choice(view)}",
            shop_values(view),
        )
    }
    options = [(basis, view.say(basis)) for basis in BASES if basis in found]
    yield Control("basis", view.say("basis"), options, options[0][0] if options else "")
    cells = [(name, view.say(f"cells_{name}")) for name in ("share", "count")]
    yield Control("cells", view.say("cells"), cells, "share", "switch")


def cohorts(view: View) -> Iterator[Block]:
    """The average of the cohorts, and the heatmap."""
    basis = view.one("basis")
    where: dict[str, Filter] = {"basis": [basis], "is_observed": [True], **of_shop(view)}
    rows = view.reader.metrics(SHOWN, ["cohort_month", "months_since"], where)
    told = len(rows)
    rows = [row for row in rows if row["cohort_size"] is not None]
    if not rows:
        yield nothing_loaded(view)
        return
    number = Counter(row["months_since"] for row in rows if row["retention_rate"] is not None)
    averages = view.reader.metrics(SHOWN, ["months_since"], where)
    averages = [row | {"cohorts": number[row["months_since"]]} for row in averages if row["retention_rate"] is not None]
    averages = [row for row in averages if row["cohorts"] >= LEAST_COHORTS]
    if averages:
        yield _curve(view, averages)
    else:
        yield Notice(view.say("curve"), view.say("curve_empty"))
    yield _heat(view, rows, view.say("small_cohorts_left_out") if len(rows) < told else "")


def _rule(view: View) -> str:
    """What the chosen basis counts as retained."""
    return view.say(f"{view.one('basis')}_rule")


def _curve(view: View, rows: list[dict[str, Any]]) -> Chart:
    rates = {row["months_since"]: row["retention_rate"] for row in rows}
    places = range(max(rates) + 1)
    return Chart(
        "curve",
        view.say("curve"),
        view.means("curve_definition"),
        view.table(
            [view.column("months_since", "since", "count"), view.column("cohorts", "cohorts", "count")], SHOWN, rows
        ),
        charts.over_time(
            [str(place) for place in places],
            view.say("since"),
            [Series(view.title("retention_rate"), [rates.get(place) for place in places], "line")],
            view.axis("retention_rate"),
            view.language,
        ),
        is_wide=True,
        note=f"{_rule(view)} {view.say('curve_note')}",
    )


def _cell(view: View, row: dict[str, Any]) -> str:
    """What stands in a cell of the heatmap: customers, or per cent of the cohort."""
    if row["retention_rate"] is None:
        return ""
    return view.show(row["retained_customers"], "count") if view.one("cells") == "count" else _percent(row)


def _percent(row: dict[str, Any]) -> str:
    return f"{row['retention_rate'] * 100:.0f}"


def _heat(view: View, rows: list[dict[str, Any]], left_out: str) -> Chart:
    """The newest cohorts, a line each; the table and the CSV hold all."""
    rates: dict[date, dict[int, Decimal | None]] = defaultdict(dict)
    texts: dict[date, dict[int, str]] = defaultdict(dict)
    sizes: dict[date, Any] = {}
    for row in rows:
        cohort, since = row["cohort_month"], row["months_since"]
        rates[cohort][since] = row["retention_rate"]
        texts[cohort][since] = _cell(view, row)
        sizes[cohort] = row["cohort_size"]
    shown = sorted(rates)[-MOST_COHORTS:]
    width = min(max(max(rates[cohort]) for cohort in shown), MOST_MONTHS) + 1
    places = [view.column("cohort_month", "cohort", "month"), view.column("months_since", "since", "count")]
    return Chart(
        "cohorts",
        view.say("heat"),
        view.definition("retention_rate"),
        view.table(places, SHOWN, rows),
        charts.heatmap(
            {
                view.show(cohort, "month"): f"{view.show(cohort, 'month')} ({view.show(sizes[cohort], 'count')})"
                for cohort in shown
            },
            [[rates[cohort].get(number) for number in range(width)] for cohort in shown],
            [[texts[cohort].get(number, "") for number in range(width)] for cohort in shown],
            (view.say("cohort_and_size"), view.say("since")),
            view.language,
        ),
        is_wide=True,
        note=" ".join(filter(None, (_rule(view), left_out))),
        least_width=170 + 34 * width,
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
