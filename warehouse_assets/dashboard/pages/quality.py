"""What was read, loaded and rejected, and how fresh everything is; for those who may read `ops`."""

from __future__ import annotations

from collections.abc import Iterator

from warehouse_assets.bi.palette import ALERT, COLOURS, GREY
from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard import charts
from warehouse_assets.dashboard.blocks import Block, Chart, Column, Headline, Headlines, Sheet, Table
from warehouse_assets.dashboard.charts import Axis, Series
from warehouse_assets.dashboard.members import member_name
from warehouse_assets.dashboard.pages.common import every_month, nothing_loaded, shown_months
from warehouse_assets.dashboard.rules import rule_name
from warehouse_assets.dashboard.view import Control, Page, Section, View

LEDGER, QUALITY, BUILDS = "ops.ingested_files", "ops.data_quality", "ops.table_builds"
OUTCOMES = "ops.record_outcomes"
_TOTALS = f"""
select
    sum(rows_read)::bigint as rows_read, sum(sales_loaded)::bigint as sales_loaded,
    sum(sales_rejected)::bigint as sales_rejected, max(loaded_at) as loaded_at,
    sum(sales_rejected) / nullif(sum(sales_read), 0) as share
from {LEDGER} where delivery_status = 'current'
"""
_DELIVERIES = f"""
select
    source_name, file_name, loaded_at, rows_read, sales_loaded, sales_rejected, sales_duplicate,
    customers_loaded, customers_rejected
from {LEDGER} where delivery_status = 'current'
order by loaded_at desc, source_name collate "C", file_name collate "C"
"""
_BOOKS = f"""
select
    outcomes.record_kind,
    sum(outcomes.fact_count + outcomes.superseded_count + outcomes.repeated_count)::bigint as loaded,
    sum(outcomes.fact_count)::bigint as in_fact,
    sum(outcomes.superseded_count)::bigint as superseded,
    sum(outcomes.repeated_count)::bigint as repeated,
    sum(outcomes.contradicted_count)::bigint as contradicted
from {OUTCOMES} as outcomes
inner join {LEDGER} as files on outcomes.file_key = files.file_key
where files.delivery_status = 'current'
group by outcomes.record_kind order by outcomes.record_kind collate "C" desc
"""
_RULES = f"""
select severity, rule_name, sum(record_count)::bigint as records from {QUALITY}
group by severity, rule_name
order by array_position(array['reject', 'blank', 'warn'], severity), 3 desc, rule_name collate "C"
"""
_OF_SALES = "partition_name <> 'all' and table_name not in ('mart_sales.product_sales', 'mart_sales.category_sales')"
"""Builds of months of sales. Marts that keep months note those without sales too."""
_MONTHS = f"""
select
    month, sum(record_count)::bigint as records,
    to_char(month, 'YYYY-MM') between
        (select min(left(partition_name, 7)) from {BUILDS} where {_OF_SALES})
        and (select max(left(partition_name, 7)) from {BUILDS} where {_OF_SALES}) as is_within
from {QUALITY}
where severity = 'reject' and month is not null
group by month order by month
"""
"""A date that is rejected may be of any year: within are the months of the accepted sales."""
_BUILDS = f"""
select
    table_name, max(built_at) as built_at, max(as_of_date) as as_of_date,
    nullif(count(*) filter (where partition_name <> 'all'), 0) as months, sum(row_count)::bigint as rows
from {BUILDS}
group by table_name order by table_name collate "C"
"""


def controls(view: View) -> Iterator[Control]:
    """None: the page is of everything."""
    yield from ()


def deliveries(view: View) -> Iterator[Block]:
    """Totals and the current deliveries."""
    total = view.reader.rows(_TOTALS)[0]
    if total["rows_read"] is None:
        yield nothing_loaded(view)
        return
    figures = [
        ("rows_read", "count", "rows_read", "rows_read_definition"),
        ("sales_loaded", "count", "sales_loaded", "loaded_definition"),
        ("sales_rejected", "count", "sales_rejected", "rejected_definition"),
        ("rejected_share", "percent", "share", "rejected_share_definition"),
        ("last_load", "time", "loaded_at", "last_load_definition"),
    ]
    items = []
    for title, kind, name, definition in figures:
        shown = view.show(total[name], kind)  # type: ignore[arg-type]  # a kind of the tuple above
        items.append(Headline(view.say(title), shown, shown, view.means(definition)))
    yield Headlines("headlines", items)
    columns = [
        view.column("source_name", "source"),
        view.column("file_name", "file"),
        view.column("loaded_at", "loaded_at", "time"),
        view.column("rows_read", "rows_read", "count"),
        view.column("sales_loaded", "sales_loaded", "count"),
        view.column("sales_rejected", "sales_rejected", "count"),
        view.column("sales_duplicate", "sales_repeated", "count"),
        view.column("customers_loaded", "customers_loaded", "count"),
        view.column("customers_rejected", "customers_rejected", "count"),
    ]
    table = Table(columns, view.reader.rows(_DELIVERIES))
    yield Sheet("deliveries", view.say("deliveries"), view.means("deliveries_definition"), table)


def books(view: View) -> Iterator[Block]:
    """Loaded sales and reviews, and what became of each."""
    rows = view.reader.rows(_BOOKS)
    if rows:
        shown = [row | {"record_kind": view.say(f"kind_{row['record_kind']}")} for row in rows]
        columns = [
            view.column("record_kind", "record_kind"),
            view.column("loaded", "records_loaded", "count"),
            view.column("in_fact", "records_in_fact", "count"),
            view.column("superseded", "records_superseded", "count"),
            view.column("repeated", "records_repeated", "count"),
            view.column("contradicted", "records_contradicted", "count"),
        ]
        yield Sheet("books", view.say("books"), view.means("books_definition"), Table(columns, shown))


def rules(view: View) -> Iterator[Block]:
    """Broken rules."""
    found = view.reader.rows(_RULES)
    if not found:
        return
    rows = [
        row
        | {
            "severity": member_name(row["severity"], view.language),
            "rule_name": rule_name(row["rule_name"], view.language),
        }
        for row in found
    ]
    columns = [
        view.column("severity", "severity"),
        view.column("rule_name", "rule"),
        view.column("records", "records", "count"),
    ]
    colours = {"reject": ALERT, "blank": COLOURS[0], "warn": GREY}
    series = [
        Series(
            member_name(severity, view.language),
            [row["records"] if row["severity"] == severity else None for row in found],
            colours=colour,
        )
        for severity, colour in colours.items()
        if any(row["severity"] == severity for row in found)
    ]
    names = [row["rule_name"] for row in rows]
    figure = charts.ranking(names, series, Axis(view.say("records"), "count"), view.language)
    yield Chart("rules", view.say("rules"), view.means("rules_definition"), Table(columns, rows), figure, is_wide=True)


def rejects_by_month(view: View) -> Iterator[Block]:
    """Rejects by month of sale; the table has those of dates out of all bounds too."""
    rows = view.reader.rows(_MONTHS)
    counts = {row["month"]: row["records"] for row in rows if row["is_within"] is not False}
    beyond = sum(row["records"] for row in rows) - sum(counts.values())
    months = every_month(counts)
    if rows:
        yield Chart(
            "reject_months",
            view.say("quality_months"),
            view.means("quality_months_definition"),
            Table([view.column("month", "month", "month"), view.column("records", "records", "count")], rows),
            charts.over_time(
                shown_months(view, months),
                view.say("month"),
                [Series(view.say("records"), [counts.get(month, 0) for month in months], colours=ALERT)],
                Axis(view.say("records"), "count"),
                view.language,
            ),
            is_wide=True,
            note=view.say("quality_months_beyond").format(records=view.show(beyond, "count")) if beyond else "",
        )


def freshness(view: View) -> Iterator[Block]:
    """When each table was built."""
    rows = view.reader.rows(_BUILDS)
    if rows:
        columns: list[Column] = [
            view.column("table_name", "table"),
            view.column("built_at", "built_at", "time"),
            view.column("as_of_date", "as_of", "date"),
            view.column("months", "months", "count"),
            view.column("rows", "rows", "count"),
        ]
        yield Sheet("freshness", view.say("freshness"), view.means("freshness_definition"), Table(columns, rows))


PAGE = Page(
    "quality",
    Text("Data quality", "Qualité"),
    Text(
        "What was read, loaded and rejected, and how fresh it is.", "Ce qui a été lu, chargé, rejeté, et sa fraîcheur."
    ),
    (LEDGER,),
    controls,
    (
        Section((LEDGER,), deliveries),
        Section((LEDGER, OUTCOMES), books),
        Section((QUALITY,), rules),
        Section((QUALITY, BUILDS), rejects_by_month),
        Section((BUILDS,), freshness),
    ),
    "ops",
)
