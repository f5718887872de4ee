"""The summary at the end of a run: files, rejects, months, both marts, and where to look next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from rich.table import Table as RichTable

from warehouse_assets.cli.console import console, program_name
from warehouse_assets.dashboard.report_roles import REPORT_ROLES, report_path
from warehouse_assets.ingestion.sources.unread_files import told
from warehouse_assets.reporting.figures import Headline, missing_parts, read_headline
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import connect_as

_TOTALS = """
select count(*), coalesce(sum(rows_read), 0),
    (select coalesce(sum(record_count), 0) from ops.data_quality where rule_name = 'malformed_record')
from ops.ingested_files where delivery_status = 'current'
"""
_KINDS = """
with kinds as (
    select f.file_key, kind.*
    from ops.ingested_files as f
    cross join lateral (values
        (1, 'sales', sales_read, sales_loaded, sales_rejected, sales_duplicate, sales_suppressed),
        (2, 'customers', customers_read, customers_loaded, customers_rejected, customers_duplicate,
            customers_suppressed),
        (3, 'reviews', reviews_read, reviews_loaded, reviews_rejected, reviews_duplicate, reviews_suppressed)
    ) as kind (place, record_kind, read, loaded, rejected, duplicate, suppressed)
    where f.delivery_status = 'current'
),
outcomes as (
    select file_key, record_kind, sum(fact_count) as in_fact, sum(superseded_count) as superseded,
        sum(repeated_count) as repeated, sum(contradicted_count) as contradicted
    from ops.record_outcomes group by file_key, record_kind
)
select record_kind, sum(loaded)::bigint, sum(rejected)::bigint, sum(duplicate)::bigint, sum(suppressed)::bigint,
    sum(in_fact)::bigint, sum(superseded)::bigint, sum(repeated)::bigint, sum(contradicted)::bigint
from kinds left join outcomes using (file_key, record_kind)
group by place, record_kind having sum(read) > 0 or record_kind <> 'reviews' order by place
"""
_RULES = """
select severity, rule_name, sum(record_count)::bigint from ops.data_quality
group by severity, rule_name
order by array_position(array['reject', 'blank', 'warn'], severity), 3 desc, rule_name collate "C"
"""
_MONTHS = "select count(distinct month), min(month), max(month) from mart_sales.sales_by_month"


def print_summary(settings: Settings) -> None:
    """Prints the counts of the ledger, the headline figures of the marts, and where to look next."""
    with connect_as(settings, "transform", bulk=False) as connection:
        console.print()
        _print_records(connection)
        _print_marts(read_headline(connection), connection)
        for sentence in missing_parts(connection):
            console.print(f"Empty        {sentence}")
    _print_places(settings)


def print_unread(settings: Settings) -> None:
    """Prints which files of the home have no effect, and why."""
    for number, sentence in enumerate(told(settings, settings.datasets_path, settings.incoming_path)):
        console.print(f"{'' if number else 'Not read':<11}{sentence}", markup=False)


def _print_records(connection: psycopg.Connection[Any]) -> None:
    deliveries, rows, unreadable = connection.execute(_TOTALS).fetchone() or (0, 0, 0)
    told = f", {unreadable:,} of them unreadable" if unreadable else ""
    console.print(f"[bold]Records[/bold]      {rows:,} rows in {deliveries} deliveries{told}")
    for kind, loaded, rejected, repeats, suppressed, *outcomes in connection.execute(_KINDS):
        erased = f", {suppressed:,} of erased people" if suppressed else ""
        console.print(
            f"  {kind:<10} {loaded or 0:,} loaded, {_rejected(rejected or 0, loaded or 0)},"
            f" {repeats or 0:,} exact repeats{erased}"
        )
        if outcomes[0] is not None:
            console.print(f"             {_outcomes(*outcomes)}")
    table = RichTable(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    for severity, rule, number in connection.execute(_RULES):
        table.add_row(f"  {number:,}", str(severity), str(rule))
    if table.row_count:
        console.print(table)


def _rejected(rejected: int, loaded: int) -> str:
    """With the share of the records that a person may miss in the marts."""
    share = f" ({rejected / (rejected + loaded):.0%})" if rejected else ""
    return f"{rejected:,} rejected{share}"


def _outcomes(in_fact: int, superseded: int, repeated: int, contradicted: int) -> str:
    """What became of the loaded records of one kind."""
    doubt = (
        f"; {contradicted:,} lines may count twice or hide others: two files give different versions of their order"
        " (setting whole_orders?), or its number was used again"
    )
    return (
        f"of the loaded: {in_fact:,} rows of the fact, {superseded:,} replaced by a newer version,"
        f" {repeated:,} also in another delivery{doubt if contradicted else ''}"
    )


def _print_marts(headline: Headline, connection: psycopg.Connection[Any]) -> None:
    months, first, last = connection.execute(_MONTHS).fetchone() or (0, None, None)
    console.print()
    console.print(f"[bold]Sales[/bold]        {months} months" + (f", {first:%Y-%m} to {last:%Y-%m}" if months else ""))
    for currency in headline.currencies:
        console.print(
            f"  {currency.code}        {currency.net_revenue:,.2f} net in {currency.order_count:,} orders;"
            f" best product {currency.best_product or '-'}, best category {currency.best_category or '-'}"
        )
    if headline.customer_count is None:
        console.print("[bold]Customers[/bold]    fewer than the smallest group that may be shown")
        return
    churn = (
        f", {headline.churned_count:,} churned ({headline.churn_rate:.4f})" if headline.churn_rate is not None else ""
    )
    console.print(f"[bold]Customers[/bold]    {headline.customer_count:,} known{churn}")
    console.print(f"As of        {headline.as_of}")


def _print_places(settings: Settings) -> None:
    console.print()
    console.print(f"Picture      {settings.reports_path / 'marts.png'}")
    for line in _report_lines(settings):
        console.print(line)
    console.print(f"Power BI     {settings.reports_path / 'powerbi' / 'Warehouse.pbip'}, in French Entrepot.pbip")
    console.print(
        f"             {settings.reports_path / 'powerbi_star' / 'Star.pbip'}, facts and dimensions; Etoile.pbip"
    )
    console.print(f"Tableau      {settings.reports_path / 'tableau' / 'Warehouse.twb'}, in French Entrepot.twb")
    program = program_name()
    console.print(f'Look         {program} sql "select * from mart_sales.sales_by_month order by month"')
    console.print(f"             {program} up        the dashboard, and Dagster's pages: lineage, checks, runs")
    console.print(f"             {program} status    deliveries and what is pending")
    console.print(f"Rejects      {program} rejects export    with reasons, to correct in a spreadsheet and reload")


def _report_lines(settings: Settings) -> Iterator[str]:
    """The most telling report, and that there are others."""
    found = [path for path in (report_path(settings.reports_path, role) for role in REPORT_ROLES) if path.exists()]
    if found:
        yield f"Report       {found[0]}" + (f", and of {len(found) - 1} other roles" if len(found) > 1 else "")
