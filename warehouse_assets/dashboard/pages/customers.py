"""Who the customers are, how they came, and how many leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from warehouse_assets.bi.palette import COLOURS, GREY
from warehouse_assets.bi.query import Between
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart, Headlines, Notice, Row
from warehouse_assets.dashboard.charts import Series
from warehouse_assets.dashboard.members import attribute_name, member_name
from warehouse_assets.dashboard.pages.common import (
    Lines,
    chosen_months,
    headline,
    lines_by_month,
    marks,
    nothing_loaded,
    of_shop,
    partly,
    shop_controls,
    shown_months,
)
from warehouse_assets.dashboard.pages.coverage import of_choice, shop_values, unfinished_months
from warehouse_assets.dashboard.pages.spans import span_controls
from warehouse_assets.dashboard.view import Control, Page, Section, View

DEMOGRAPHICS, SIGNUPS = "mart_customers.customer_demographics", "mart_customers.signup_trends"
CHURN = "mart_customers.churn_rates"
HEADLINES = (
    "customers",
    "active_customers",
    "churned_customers",
    "never_active_customers",
    "churned_share",
    "average_age",
)
SHOWN = (HEADLINES[0], "customer_share", *HEADLINES[1:])
SIGNUP_SHOWN = ("signups", "signup_rolling_mean", "cumulative_signups", "signup_growth", "signup_growth_vs_last_year")
CHURN_SHOWN = (
    "customers_at_start",
    "customers_entered",
    "customers_reactivated",
    "customers_lapsed",
    "monthly_churn_rate",
)
LEAST_ACTIVE = 11
"""Of fewer customers one more or less is a rate that says nothing."""
STATES = ("active_customers", "churned_customers", "never_active_customers")
FIRST = ("age_band", "gender", "country")
IN_ORDER = ("age_band", "age_band×gender")
"""Attributes whose members have an order of their own; others go by size."""


def controls(view: View) -> Iterator[Control]:
    """What customers are grouped by, what churn is, and the span of the charts over time."""
    yield from shop_controls(view, DEMOGRAPHICS)
    yield _attribute_control(view, "attribute", "attribute", DEMOGRAPHICS)
    yield _attribute_control(view, "churn", "churn_by", CHURN)
    yield from span_controls(view, CHURN)


def _attribute_control(view: View, name: str, key: str, table: str) -> Control:
    """The attributes of a table, age first; chosen is the first one that tells customers apart."""
    rows = view.reader.rows(
        f"select attribute, count(distinct member) as members from {table}"
        f" where attribute <> 'All' and {of_choice(view)}"
        ' group by attribute order by array_position(%(first)s::text[], attribute), attribute collate "C"',
        {"first": list(FIRST), **shop_values(view)},
    )
    options = [(row["attribute"], attribute_name(row["attribute"], view.language)) for row in rows]
    telling = [row["attribute"] for row in rows if row["members"] > 1] or [value for value, _ in options]
    return Control(name, view.say(key), options, telling[0] if telling else "")


def who(view: View) -> Iterator[Block]:
    """Headlines of all customers, and the groups of one attribute."""
    everybody = view.reader.metrics(HEADLINES, (), {"attribute": ["All"], **of_shop(view)})[0]
    if everybody["customers"] is None:
        yield nothing_loaded(view)
        return
    notes = dict.fromkeys(("churned_customers", "churned_share"), _rule(view, "churned_rule"))
    if everybody["average_age"] is None:
        notes["average_age"] = view.say("no_ages")
    cards = [headline(view, name, everybody[name], note=notes.get(name, "")) for name in HEADLINES]
    yield Headlines("headlines", cards)
    attribute = view.one("attribute")
    rows = view.reader.metrics(SHOWN, ["member"], {"attribute": [attribute], **of_shop(view)})
    if attribute not in IN_ORDER:
        rows = sorted(rows, key=lambda row: (-row["customers"], row["member"]))
    if rows:
        yield _groups(view, attribute, rows)


def _rule(view: View, key: str) -> str:
    """A rule of churn in words, with the warehouse's number of months."""
    return view.say(key).format(months=view.context.inactivity_months)


def _groups(view: View, attribute: str, rows: list[dict[str, Any]]) -> Chart:
    names = [member_name(row["member"], view.language) for row in rows]
    is_split = all(row["active_customers"] is not None for row in rows)
    metrics = STATES if is_split else ("customers",)
    series = [Series(view.title(name), [row[name] for row in rows]) for name in metrics]
    shown = [row | {"member": name} for row, name in zip(rows, names, strict=True)]
    return Chart(
        "demographics",
        view.titled("demographics", attribute_name(attribute, view.language)),
        view.definition("customers"),
        view.table([view.column("member", "group")], SHOWN, shown),
        charts.ranking(names, series, view.axis("customers"), view.language),
        is_wide=True,
        note=view.say("small_groups"),
    )


def came(view: View) -> Iterator[Block]:
    """Sign-ups by month, stacked by channel, with the rolling mean of all."""
    where = {"month": Between(view.day("from"), view.day("to")), **of_shop(view)}
    found = view.reader.metrics(SIGNUP_SHOWN, ["month", "acquisition_channel"], where)
    if not view.controls["attribute"].options:
        return  # nothing is loaded, as the page says already
    if not found:
        yield Notice(view.say("signups_over_time"), view.say("no_signups"))
        return
    months, unfinished = chosen_months(view, (row["month"] for row in found)), unfinished_months(view, SIGNUPS)
    values = {(row["acquisition_channel"], row["month"]): row for row in found}
    channels = sorted({row["acquisition_channel"] for row in found} - {"All"})
    series = [
        Series(member_name(name, view.language), _of(values, name, "signups", months)) for name in channels or ["All"]
    ]
    means = _of(values, "All", "signup_rolling_mean", months)
    series.append(Series(view.title("signup_rolling_mean"), means, "line", GREY))
    rows = [row | {"acquisition_channel": member_name(row["acquisition_channel"], view.language)} for row in found]
    places = [view.column("month", "month", "month"), view.column("acquisition_channel", "channel")]
    yield Chart(
        "signups",
        view.say("signups_over_time"),
        view.definition("signups"),
        view.table(places, SIGNUP_SHOWN, rows),
        charts.over_time(
            shown_months(view, months),
            view.say("month"),
            series,
            view.axis("signups"),
            view.language,
            stacked=True,
            unfinished=shown_months(view, unfinished),
            marks=marks(view, months, "month"),
        ),
        is_wide=True,
        note=partly(view, unfinished, months),
    )


def _of(values: dict[tuple[str, date], dict[str, Any]], member: str, metric: str, months: list[date]) -> list[Any]:
    """A member's values month by month; None where it has no row."""
    return [values.get((member, month), {}).get(metric) for month in months]


def left(view: View) -> Iterator[Block]:
    """The monthly churn rate of all and by attribute, and who came and went."""
    span = Between(view.day("from"), view.day("to"))
    rows = view.reader.metrics(CHURN_SHOWN, ["month"], {"attribute": ["All"], "month": span, **of_shop(view)})
    if not rows:
        return
    months, unfinished = [row["month"] for row in rows], unfinished_months(view, CHURN)
    place = view.column("month", "month", "month")
    yield _churn_by(view, span, unfinished)
    flow = [
        Series(view.title("customers_entered"), [row["customers_entered"] for row in rows]),
        Series(
            view.title("customers_reactivated"),
            [row["customers_reactivated"] for row in rows],
            colours=COLOURS[2],
        ),
        Series(view.title("customers_lapsed"), [-row["customers_lapsed"] for row in rows], colours=COLOURS[1]),
    ]
    axis = view.axis("customers")
    yield Chart(
        "churn_flow",
        view.say("churn_flow"),
        view.means("churn_flow_definition"),
        view.table([place], CHURN_SHOWN, rows),
        charts.over_time(
            shown_months(view, months),
            view.say("month"),
            flow,
            axis,
            view.language,
            stacked=True,
            unfinished=shown_months(view, unfinished),
            marks=marks(view, months, "month"),
        ),
        is_wide=True,
        note=partly(view, unfinished, months),
    )


def _churn_by(view: View, span: Between, unfinished: list[date]) -> Chart | Notice:
    attribute = view.one("churn")
    chosen = ["All", attribute] if attribute else ["All"]
    where = {"attribute": chosen, "month": span, **of_shop(view)}
    found = view.reader.metrics(CHURN_SHOWN, ["month", "attribute", "member"], where)
    members = ["All", *sorted({row["member"] for row in found} - {"All"})]
    grouped = attribute_name(attribute, view.language) if attribute else member_name("All", view.language)
    title = view.titled("churn_over_time", grouped)
    if not any(_tells_a_rate(row) for row in found):
        return Notice(title, view.say("no_churn").format(least=LEAST_ACTIVE))
    rule = _rule(view, "churn_rule")
    if not all(_tells_a_rate(row) for row in found if row["customers_at_start"]):
        rule += " " + view.say("few_active").format(least=LEAST_ACTIVE)
    return lines_by_month(
        view,
        Lines(
            "churn",
            title,
            view.column("member", "group"),
            members,
            "monthly_churn_rate",
            CHURN_SHOWN,
            unfinished,
            is_drawn=_tells_a_rate,
            note=rule,
        ),
        found,
    )


def _tells_a_rate(row: Row) -> bool:
    return (row["customers_at_start"] or 0) >= LEAST_ACTIVE


PAGE = Page(
    "customers",
    Text("Customers", "Clients"),
    Text("Who they are, how they came, how many leave.", "Qui ils sont, comment ils viennent, combien partent."),
    (DEMOGRAPHICS, CHURN),
    controls,
    (Section((DEMOGRAPHICS,), who), Section((SIGNUPS,), came), Section((CHURN,), left)),
    "mart_customers",
)
