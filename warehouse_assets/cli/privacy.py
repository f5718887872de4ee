"""`warehouse privacy …`: the rights of persons, rotation and retention, from the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from warehouse_assets.cli.console import quiet, reported
from warehouse_assets.settings import read_settings

app = typer.Typer(help="Rights of persons, retention, rotation of the secret, breaches.", no_args_is_help=True)

CustomerId = Annotated[str, typer.Argument(help="The shop's number of the customer, as in its exports.")]
SourceName = Annotated[str, typer.Option("--source", help="The source that the number comes from.")]
_DEFAULT = "ecommerce_export"


@app.command()
def access(customer_id: CustomerId, source: SourceName = _DEFAULT) -> None:
    """Write all that is held of a person as JSON and CSV (art. 15 and 20)."""
    from warehouse_assets.cli import rights

    with reported():
        rights.access(read_settings(), source, customer_id)


@app.command()
def erase(
    customer_id: CustomerId,
    source: SourceName = _DEFAULT,
    prove: Annotated[bool, typer.Option("--prove", help="Search everything afterwards and certify it.")] = False,
) -> None:
    """Erase a person for good (art. 17); the sales stay, under Anonymous."""
    quiet()
    from warehouse_assets.cli import rights

    with reported():
        if not rights.erase(read_settings(), source, customer_id, prove=prove):
            raise typer.Exit(1)


@app.command()
def rectify(
    customer_id: CustomerId,
    changes: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="e.g. city=Lyon 'full_name=A B'")],
    source: SourceName = _DEFAULT,
) -> None:
    """Correct what is held of a person (art. 16)."""
    quiet()
    from warehouse_assets.cli import rights

    with reported():
        rights.rectify(read_settings(), source, customer_id, changes)


@app.command()
def restrict(
    customer_id: CustomerId,
    source: SourceName = _DEFAULT,
    lift: Annotated[bool, typer.Option("--lift", help="End it, an objection too.")] = False,
) -> None:
    """Take a person out of the customer marts until it is lifted (art. 18)."""
    quiet()
    from warehouse_assets.cli import rights

    with reported():
        rights.restrict(read_settings(), source, customer_id, "restriction", lift=lift)


@app.command("object")
def object_to(
    customer_id: CustomerId,
    source: SourceName = _DEFAULT,
    lift: Annotated[bool, typer.Option("--lift", help="End it, a restriction too.")] = False,
) -> None:
    """Note a person's objection: out of the customer marts until it is lifted (art. 21)."""
    quiet()
    from warehouse_assets.cli import rights

    with reported():
        rights.restrict(read_settings(), source, customer_id, "objection", lift=lift)


@app.command()
def requests(
    only_open: Annotated[bool, typer.Option("--open", help="Only those without an answer.")] = False,
) -> None:
    """List the requests of persons with their deadlines; it does not say who asked."""
    from warehouse_assets.cli import duties

    with reported():
        duties.print_requests(read_settings(), only_open=only_open)


@app.command()
def retain() -> None:
    """Delete what is over its time, as the daily schedule does."""
    quiet()
    from warehouse_assets.cli import duties

    with reported():
        duties.run_retention(read_settings())


@app.command()
def rotate(
    secret_lost: Annotated[
        bool, typer.Option("--secret-lost", help="The file is gone for good: start with a new one.")
    ] = False,
) -> None:
    """Replace the secret behind the pseudonyms; every mart stays the same."""
    quiet()
    from warehouse_assets.cli import duties

    with reported():
        duties.rotate(read_settings(), secret_lost=secret_lost)


@app.command()
def recover() -> None:
    """Bring a restored backup up to date: rotations, and people who were erased since."""
    quiet()
    from warehouse_assets.cli import duties

    with reported():
        duties.recover(read_settings())
