"""What a page ought to show, asked of the marts in plain SQL by another login.

The rules here are a reader's: a filter holds for every table that has its column, a line is of what stands at its
beginning. They are written apart from the pages, so that a page that filters wrongly is found out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import psycopg

from warehouse_assets.bi.metrics import METRICS, Metric
from warehouse_assets.bi.text import Language
from warehouse_assets.dashboard.formats import Kind, show
from warehouse_assets.dashboard.members import member_name
from warehouse_assets.dashboard.texts import say
from warehouse_assets.schemas import TABLES, Table

Conditions = list[tuple[str, Any]]
"""SQL conditions with one placeholder each, and the value for it."""
DATES: Mapping[str, Kind] = {
    "day": "day",
    "week": "day",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "cohort_month": "month",
}
HEADINGS: Mapping[str, Sequence[str]] = {
    "day": ("day",),
    "week": ("week",),
    "month": ("month", "period_start"),
    "quarter": ("quarter",),
    "year": ("year",),
    "country": ("country",),
    "group": ("member",),
    "channel": ("acquisition_channel",),
    "cohort": ("cohort_month", "member"),
    "since": ("months_since",),
    "category": ("category",),
    "subcategory": ("subcategory",),
    "name": ("product_name",),
    "calendar_month": ("month",),
}
"""Words at the head of a line -> the column that they stand for, where a table has it."""
FILTERS = {
    "shop": "source_name",
    "currency": "currency_code",
    "country": "country",
    "basis": "basis",
    "category": "category",
    "product": "product_key",
}
GROUPED_BY = {"customer_demographics": "attribute", "churn_rates": "churn"}
"""Tables of several groupings -> the filter that chooses one; cards are of everybody."""


class Oracle:
    """Asks for one metric at a time, for one page as it stands."""

    def __init__(
        self, connection: psycopg.Connection[Any], page: str, chosen: Mapping[str, list[str]], language: Language
    ) -> None:
        self.connection, self.page, self.chosen, self.language = connection, page, chosen, language

    @property
    def currency(self) -> str | None:
        """Of the page's amounts."""
        return (self.chosen.get("currency") or [None])[0]

    def of_line(
        self, block: str, metric: Metric, places: Mapping[str, str], span: tuple[date, date] | None = None
    ) -> Any:
        """The metric for a line of a table: heading -> what stands under it in the CSV; of another span, if given."""
        table = self._table(metric, places)
        if span is not None:
            chosen = {**self.chosen, "from": [span[0].isoformat()], "to": [span[1].isoformat()]}
            return Oracle(self.connection, self.page, chosen, self.language).of_line(block, metric, places)
        conditions = self._filters(table, block) + self._implied(table, block, metric, places)
        for heading, text in places.items():
            conditions += self._place(table, heading, text)
        return self._value(metric, table, conditions)

    def of_card(self, metric: Metric, note: str) -> Any:
        """The metric for a headline; a note that is a period's name says of which."""
        table = self._table(metric)
        kind = (self.chosen.get("period") or [""])[0]
        kind = kind if kind in table.column_names else "month"
        starts = self._values(table, kind) if self.page == "sales" else []
        named = [start for start in starts if show(start, DATES[kind], self.language) == note]
        if not named and self.page == "sales":
            table = TABLES[metric.table]
        conditions = self._filters(table, "") + self._implied(table, "", metric, {})
        return self._value(metric, table, conditions + [(f"{kind} = %s", start) for start in named])

    def cohorts(self, months_since: str) -> int:
        """How many cohorts have a rate so many months after their start."""
        table = TABLES["mart_customers.retention_cohorts"]
        conditions: Conditions = [("is_observed = %s", True), ("months_since = %s::int", months_since)]
        return int(
            self._asked("count(retained_count / nullif(cohort_size, 0))", table, self._filters(table, "") + conditions)
        )

    def _table(self, metric: Metric, places: Mapping[str, str] | None = None) -> Table:
        """That of the line's kind of period, else of the chosen one, where the metric has several."""
        said = (
            kind for kind in ("day", "week", "month", "quarter", "year") if say(kind, self.language) in (places or {})
        )
        kind = next(said, (self.chosen.get("period") or ["month"])[0])
        ends = f"_by_{'day' if kind == 'week' else kind}"
        return TABLES[next((name for name in metric.tables if name.endswith(ends)), metric.table)]

    def _filters(self, table: Table, block: str) -> Conditions:
        found: Conditions = [
            (f"{column}::text = any(%s)", self.chosen[name])
            for name, column in FILTERS.items()
            if column in table.column_names and self.chosen.get(name) and self.chosen[name] != ["*"]
        ]
        if "period_kind" in table.column_names and "period" in self.chosen:
            found.append(("period_kind = %s", self.chosen["period"][0]))
            found += [("period_start = %s::date", value) for value in self.chosen.get("when", [])]
        return found + ([] if block in ("season", "forecast") else self._span(table))

    def _span(self, table: Table) -> Conditions:
        """Periods that begin in the span or hold its first month."""
        time = next((name for name in ("day", "month", "quarter", "year") if name in table.column_names), None)
        if time is None:
            return []
        first = [(f"{time} >= date_trunc('{time}', %s::date)", value) for value in self.chosen.get("from", [])]
        return first + [(f"{time} <= %s::date", value) for value in self.chosen.get("to", [])]

    def _implied(self, table: Table, block: str, metric: Metric, places: Mapping[str, str]) -> Conditions:
        """What a page means without saying it."""
        name = table.short_name
        if self.page == "product" and name == "product_sales":
            return [("period_kind = %s", "month" if say("month", self.language) in places else "all")]
        if name in GROUPED_BY:
            is_of_group = say("group", self.language) in places
            chosen = self.chosen[GROUPED_BY[name]] if is_of_group else ["All"]
            return [("attribute = any(%s)", chosen + (["All"] if name == "churn_rates" else []))]
        if name == "customer_value":
            return [("grouping = %s", "cohort_month" if block == "cohort_value" else "rfm_segment")]
        if name == "retention_cohorts":
            return [("is_observed = %s", True)]
        adds_up = metric.name in ("category_revenue", "category_units")
        if name == "category_sales" and not adds_up and say("subcategory", self.language) not in places:
            return [("subcategory = %s", "All")]
        return []

    def _place(self, table: Table, heading: str, text: str) -> Conditions:
        key = next(key for key in HEADINGS if say(key, self.language) == heading)
        column = next(name for name in HEADINGS[key] if name in table.column_names)
        if key == "calendar_month":
            return [("month = %s::date", text)]
        if column in DATES or column == "period_start":
            return [(f"{column} = %s::date", text)]
        if key == "cohort":
            return [("member = %s", text)]
        if column == "months_since":
            return [(f"{column} = %s::int", text)]
        meant = [value for value in self._values(table, column) if member_name(value, self.language) == text]
        assert len(meant) == 1, (table.name, column, text, meant)
        return [(f"{column} = %s", meant[0])]

    def _values(self, table: Table, column: str) -> list[date | str]:
        return [row[0] for row in self.connection.execute(f"select distinct {column} from {table.name}".encode())]

    def _value(self, metric: Metric, table: Table, conditions: Conditions) -> Any:
        return self._asked(metric.sql, table, conditions)

    def _asked(self, expression: str, table: Table, conditions: Conditions) -> Any:
        where = " and ".join(condition for condition, _ in conditions) or "true"
        statement = f"select {expression} from {table.name} where {where}"
        row = self.connection.execute(statement.encode(), [value for _, value in conditions]).fetchone()
        assert row is not None
        return row[0]


def metrics_by_title(language: Language) -> dict[str, Metric]:
    """The registry by what a reader sees."""
    return {metric.title.in_language(language): metric for metric in METRICS.values()}
