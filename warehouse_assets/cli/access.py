"""`warehouse access`: the policy against the live database, and who may read what."""

from __future__ import annotations

import csv as csv_module
import sys
from typing import Annotated

import typer

from warehouse_assets.cli.console import console, reported
from warehouse_assets.settings import read_settings

app = typer.Typer(help="Roles, grants and logins: declared in sql/access, applied, reviewed.", no_args_is_help=True)


@app.command()
def plan(
    sql: Annotated[bool, typer.Option("--sql", help="Print statements, for an administrator to run.")] = False,
    check: Annotated[bool, typer.Option("--check", help="End with status 1 when there is a difference.")] = False,
) -> None:
    """Show how the database differs from what is declared; changes nothing."""
    from warehouse_assets.access.plan import as_script
    from warehouse_assets.startup.preparation import plan_access

    with reported():
        changes = plan_access(read_settings())
        for line in as_script(changes) if sql else map(str, changes):
            typer.echo(line)
        if not sql:
            console.print(f"{len(changes)} differences" if changes else "As declared: nothing to do.")
        raise typer.Exit(1 if check and changes else 0)


@app.command()
def apply(
    renew: Annotated[list[str] | None, typer.Option(help="Give this login a new password.")] = None,
) -> None:
    """Make the database what is declared; a second time nothing is done."""
    from warehouse_assets.startup.preparation import apply_access

    with reported():
        changes = apply_access(read_settings(), renew or [])
        for change in changes:
            typer.echo(str(change))
        console.print(f"{len(changes)} changes made" if changes else "As declared: nothing was done.")


@app.command()
def review(
    csv: Annotated[bool, typer.Option("--csv", help="Every relation in a line of its own, as CSV.")] = False,
) -> None:
    """Show who can read what, through which path, since when, and their last login."""
    from warehouse_assets.access.review import HEADINGS, grouped, review_access

    with reported():
        lines = review_access(read_settings())
        if csv:
            writer = csv_module.writer(sys.stdout, lineterminator="\n")
            writer.writerow(HEADINGS)
            writer.writerows(lines)
        else:
            _print_table(HEADINGS, grouped(lines))


@app.command()
def power_bi(
    domain: Annotated[str, typer.Argument(help="Behind the @ of the users' names in Power BI.")],
) -> None:
    """Print who sees which country, as Power BI's table country_access takes it."""
    from warehouse_assets.access.review import country_pairs
    from warehouse_assets.bi.powerbi.shared import country_rows

    with reported():
        typer.echo(country_rows(country_pairs(read_settings()), domain))


@app.command()
def whoami(
    login: Annotated[str | None, typer.Option(help="Log in as this login, with its kept password.")] = None,
) -> None:
    """Show as whom one reaches the database, and what that login may read and write."""
    from warehouse_assets.access.identity import identity_lines

    with reported():
        for line in identity_lines(read_settings(), login):
            typer.echo(line)


@app.command()
def password(login: Annotated[str, typer.Argument(help="A login of the list of logins.")]) -> None:
    """Print a login's password, to hand it on."""
    from warehouse_assets.access.identity import kept_password

    with reported():
        typer.echo(kept_password(read_settings(), login).text)


def _print_table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table(*headings, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)
