"""The summary at the end of a run: files, rejects, months, both marts, and where to look next."""

from __future__ import annotations

from typing import Any

import psycopg
from rich.table import Table as RichTable

from warehouse_assets import database
from warehouse_assets.cli.console import console
from warehouse_assets.reporting.figures import Headline, read_headline
from warehouse_assets.settings import Settings

_TOTALS = """
select count(*), coalesce(sum(rows_read), 0), coalesce(sum(sales_loaded), 0), coalesce(sum(sales_rejected), 0),
    coalesce(sum(sales_duplicate), 0), coalesce(sum(customers_read), 0), coalesce(sum(customers_rejected), 0)
from ops.ingested_files where delivery_status = 'current'
"""
_RULES = """
select severity, rule_name, sum(record_count)::bigint from ops.data_quality
group by severity, rule_name
order by array_position(array['reject', 'blank', 'warn'], severity), 3 desc, rule_name collate "C"
"""
_MONTHS = "select count(*), min(month), max(month) from mart_sales.sales_by_month"


def print_summary(settings: Settings, seconds: float) -> None:
    """Reads the ledger and the marts and prints what a person wants to know."""
    with database.connect(database.ensure_running(settings).warehouse, autocommit=True) as connection:
        console.print()
        _print_records(connection)
        _print_marts(read_headline(connection), connection)
    _print_places(settings, seconds)


def _print_records(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(_TOTALS).fetchone() or (0,) * 7
    deliveries, rows, sales, rejected, repeats, customers, bad_customers = (int(value) for value in row)
    console.print(f"[bold]Records[/bold]      {rows:,} rows in {deliveries} deliveries")
    console.print(f"  sales      {sales:,} loaded, {rejected:,} rejected, {repeats:,} exact repeats")
    console.print(f"  customers  {customers:,} observations, {bad_customers:,} rejected")
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
    console.print('Look         warehouse sql "select * from mart_sales.sales_by_month order by month"')
    console.print("             warehouse up        Dagster's pages: lineage, checks, runs")
    console.print("             warehouse status    deliveries and what is pending")
    console.print('Rejects      warehouse sql "select file_name, source_line, reasons from staging.rejected_records"')
    console.print(f"Done in {seconds:.1f} s")
