"""The summary at the end of a run: files, rejects, months, both marts, and where to look next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from rich.table import Table as RichTable

from warehouse_assets.cli.console import console, program_name
from warehouse_assets.dashboard.report import REPORT_ROLES
from warehouse_assets.dashboard.report_files import report_path
from warehouse_assets.reporting.figures import Headline, read_headline
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import connect_as

_TOTALS = """
select count(*), coalesce(sum(rows_read), 0), coalesce(sum(sales_loaded), 0), coalesce(sum(sales_rejected), 0),
    coalesce(sum(sales_duplicate), 0), coalesce(sum(customers_loaded), 0),
    coalesce(sum(customers_rejected), 0), coalesce(sum(customers_duplicate), 0)
from ops.ingested_files where delivery_status = 'current'
"""
_RULES = """
select severity, rule_name, sum(record_count)::bigint from ops.data_quality
group by severity, rule_name
order by array_position(array['reject', 'blank', 'warn'], severity), 3 desc, rule_name collate "C"
"""
_MONTHS = "select count(distinct month), min(month), max(month) from mart_sales.sales_by_month"


def print_summary(settings: Settings, seconds: float) -> None:
    """Reads the ledger and the marts and prints what a person wants to know."""
    with connect_as(settings, "transform", bulk=False) as connection:
        console.print()
        _print_records(connection)
        _print_marts(read_headline(connection), connection)
    _print_places(settings, seconds)


def _print_records(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(_TOTALS).fetchone() or (0,) * 8
    deliveries, rows, *counts = (int(value) for value in row)
    console.print(f"[bold]Records[/bold]      {rows:,} rows in {deliveries} deliveries")
    for kind, (loaded, rejected, repeats) in (("sales", counts[:3]), ("customers", counts[3:])):
        console.print(f"  {kind:<10} {loaded:,} loaded, {rejected:,} rejected, {repeats:,} exact repeats")
    table = RichTable(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    for severity, rule, number in connection.execute(_RULES):
        table.add_row(f"  {number:,}", str(severity), str(rule))
    if table.row_count:
        console.print(table)


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


def _print_places(settings: Settings, seconds: float) -> None:
    console.print()
    console.print(f"Picture      {settings.reports_path / 'marts.png'}")
    for line in _report_lines(settings):
        console.print(line)
    console.print(f"Power BI     {settings.reports_path / 'powerbi' / 'Warehouse.pbip'}, in French Entrepot.pbip")
    console.print(f"Tableau      {settings.reports_path / 'tableau' / 'Warehouse.twb'}, in French Entrepot.twb")
    program = program_name()
    console.print(f'Look         {program} sql "select * from mart_sales.sales_by_month order by month"')
    console.print(f"             {program} up        the dashboard, and Dagster's pages: lineage, checks, runs")
    console.print(f"             {program} status    deliveries and what is pending")
    console.print(f"Rejects      {program} rejects export    with reasons, to mend in a spreadsheet and reload")
    console.print(f"Done in {seconds:.1f} s")


def _report_lines(settings: Settings) -> Iterator[str]:
    """The most telling report, and that there are others."""
    found = [path for path in (report_path(settings.reports_path, role) for role in REPORT_ROLES) if path.exists()]
    if found:
        yield f"Report       {found[0]}" + (f", and of {len(found) - 1} other roles" if len(found) > 1 else "")
