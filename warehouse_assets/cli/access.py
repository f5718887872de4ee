"""`warehouse access`: compares the policy with the database, applies it, and shows who may read what."""

from __future__ import annotations

import csv as csv_module
import sys
from typing import Annotated

import typer

from warehouse_assets.cli.console import console, reported
from warehouse_assets.settings import read_settings

app = typer.Typer(help="Manage roles, grants and logins: compare, apply, review.", no_args_is_help=True)


@app.command()
def plan(
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL statements for an administrator to run.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit with status 1 if there is a difference.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what is compared, and what is done about each difference.")
    ] = False,
) -> None:
    """Show how the server differs from the access policy: + missing, - undeclared, ! for a person. Changes nothing."""
    from warehouse_assets.access.explanation import explained
    from warehouse_assets.access.plan import as_script
    from warehouse_assets.startup.preparation import plan_access

    with reported():
        changes = plan_access(read_settings())
        for line in (
            as_script(changes) if sql else explained(read_settings(), changes) if explain else map(str, changes)
        ):
            typer.echo(line)
        if not sql:
            console.print(f"{len(changes)} differences" if changes else "The database matches the policy.")
        raise typer.Exit(1 if check and changes else 0)


@app.command()
def apply(
    renew: Annotated[list[str] | None, typer.Option(help="Give this login a new password.")] = None,
) -> None:
    """Apply the access policy to the server. A second time changes nothing. Exit with status 1 if something is left."""
    from warehouse_assets.startup.preparation import apply_access

    with reported():
        outcome = apply_access(read_settings(), renew or [])
        for change in outcome.done:
            typer.echo(str(change))
        made = f"{len(outcome.done)} changes made" if outcome.done else "Nothing was changed."
        console.print(made if outcome.done or outcome.left else f"The database matches the policy. {made}")
        if outcome.left:
            console.print(f"{len(outcome.left)} differences are left:")
            for change in outcome.left:
                typer.echo(change.explained())
            raise typer.Exit(1)


@app.command()
def review(
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one line per relation.")] = False,
) -> None:
    """Show who can read what, how, since when, and when they last logged in."""
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
    domain: Annotated[str, typer.Argument(help="The part after the @ in the user names of Power BI.")],
) -> None:
    """Print which login sees which country, as rows for Power BI's table country_access."""
    from warehouse_assets.access.review import country_pairs
    from warehouse_assets.bi.powerbi.shared import country_rows

    with reported():
        typer.echo(country_rows(country_pairs(read_settings()), domain))


@app.command()
def whoami(
    login: Annotated[str | None, typer.Option(help="Log in as this login, with its stored password.")] = None,
) -> None:
    """Show which login is used, and what it may read and write."""
    from warehouse_assets.access.identity import identity_lines

    with reported():
        for line in identity_lines(read_settings(), login):
            typer.echo(line)


@app.command()
def password(login: Annotated[str, typer.Argument(help="A login from your list of logins.")]) -> None:
    """Print a login's password, to give it to its owner."""
    from warehouse_assets.access.identity import kept_password

    with reported():
        typer.echo(kept_password(read_settings(), login).text)


def _print_table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table(*headings, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)
