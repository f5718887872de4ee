"""`warehouse privacy …`: the rights of persons, rotation and retention, from the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from warehouse_assets.cli.console import quiet, reported
from warehouse_assets.settings import read_settings

app = typer.Typer(help="Rights of persons, retention, rotation of the secret, breaches.", no_args_is_help=True)

CustomerId = Annotated[str, typer.Argument(help="The shop's number of the customer, as in its exports.")]
Later = Annotated[bool, typer.Option("--later", help="Only log it: the daily job answers.")]
SourceName = Annotated[str, typer.Option("--source", help="The source that the number comes from.")]
As = Annotated[
    str | None, typer.Option("--as", metavar="LOGIN", help="Enter it with this login of a DPO; a job answers.")
]
Number = Annotated[int, typer.Argument(help="The request, as `requests` lists it.")]
OwnLogin = Annotated[str, typer.Option("--as", metavar="LOGIN", help="Your login, with the role dpo.")]
_DEFAULT = "ecommerce_export"


@app.command()
def access(customer_id: CustomerId, source: SourceName = _DEFAULT, later: Later = False, login: As = None) -> None:
    """Write all that is held of a person as JSON and CSV (article 15 and 20)."""
    from warehouse_assets.cli.privacy import officer, rights

    with reported():
        if login:
            officer.enter(read_settings(), login, "access", source, customer_id)
        elif later:
            rights.log(read_settings(), source, customer_id, "access")
        else:
            rights.access(read_settings(), source, customer_id)


@app.command()
def erase(
    customer_id: CustomerId,
    source: SourceName = _DEFAULT,
    prove: Annotated[bool, typer.Option("--prove", help="Search everything afterwards and certify it.")] = False,
    later: Later = False,
    login: As = None,
) -> None:
    """Erase a person for good (article 17); the sales stay, under Anonymous."""
    quiet()
    from warehouse_assets.cli.privacy import officer, rights

    with reported():
        if login:
            officer.enter(read_settings(), login, "erasure", source, customer_id)
        elif later:
            rights.log(read_settings(), source, customer_id, "erasure")
        elif not rights.erase(read_settings(), source, customer_id, prove=prove):
            raise typer.Exit(1)


@app.command()
def rectify(
    customer_id: CustomerId,
    changes: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="e.g. city=Lyon 'full_name=A B'")],
    source: SourceName = _DEFAULT,
    login: As = None,
) -> None:
    """Correct what is held of a person (article 16)."""
    quiet()
    from warehouse_assets.cli.privacy import officer, rights

    with reported():
        if login:
            corrected = rights.corrections(changes)
            officer.enter(read_settings(), login, "rectification", source, customer_id, corrected)
        else:
            rights.rectify(read_settings(), source, customer_id, changes)


@app.command()
def restrict(
    customer_id: CustomerId,
    source: SourceName = _DEFAULT,
    lift: Annotated[bool, typer.Option("--lift", help="End it, an objection too.")] = False,
    login: As = None,
) -> None:
    """Take a person out of the customer marts until it is lifted (article 18)."""
    quiet()
    from warehouse_assets.cli.privacy import officer, rights

    with reported():
        if login:
            officer.enter(read_settings(), login, "lifting" if lift else "restriction", source, customer_id)
        else:
            rights.restrict(read_settings(), source, customer_id, "restriction", lift=lift)


@app.command("object")
def object_to(
    customer_id: CustomerId,
    source: SourceName = _DEFAULT,
    lift: Annotated[bool, typer.Option("--lift", help="End it, a restriction too.")] = False,
    login: As = None,
) -> None:
    """Note a person's objection: out of the customer marts until it is lifted (article 21)."""
    quiet()
    from warehouse_assets.cli.privacy import officer, rights

    with reported():
        if login:
            officer.enter(read_settings(), login, "lifting" if lift else "objection", source, customer_id)
        else:
            rights.restrict(read_settings(), source, customer_id, "objection", lift=lift)


@app.command()
def withdraw(number: Number, login: OwnLogin) -> None:
    """Take back a request that is still open."""
    from warehouse_assets.cli.privacy import officer

    with reported():
        officer.withdraw(read_settings(), login, number)


@app.command()
def answer(number: Number, login: OwnLogin) -> None:
    """Print the answer to a request for access that was entered with --as, once: it is deleted then."""
    from warehouse_assets.cli.privacy import officer

    with reported():
        officer.take_answer(read_settings(), login, number)


@app.command()
def requests(
    only_open: Annotated[bool, typer.Option("--open", help="Only those without an answer.")] = False,
) -> None:
    """List the requests of persons with their deadlines; it does not say who asked."""
    from warehouse_assets.cli.privacy import duties

    with reported():
        duties.print_requests(read_settings(), only_open=only_open)


@app.command()
def retain() -> None:
    """Delete what is over its time, as the daily schedule does."""
    quiet()
    from warehouse_assets.cli.privacy import duties

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
    from warehouse_assets.cli.privacy import duties

    with reported():
        duties.rotate(read_settings(), secret_lost=secret_lost)


@app.command()
def recover() -> None:
    """Bring a restored backup up to date: rotations, and people who were erased since."""
    quiet()
    from warehouse_assets.cli.privacy import duties

    with reported():
        duties.recover(read_settings())


_Moment = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="In UTC; by default now.")]


@app.command()
def breach(
    description: Annotated[str, typer.Argument(help="What happened, without names.")],
    discovered: _Moment = None,
    persons: Annotated[int | None, typer.Option(min=0, help="Persons concerned, as far as known.")] = None,
) -> None:
    """Register a personal data breach: 72 hours start (article 33)."""
    from warehouse_assets.cli.privacy import breaches

    with reported():
        breaches.register(read_settings(), description, discovered, persons)


@app.command("breach-note")
def breach_note(
    number: Annotated[int, typer.Argument(help="The breach, as `breaches` lists it.")],
    authority: Annotated[bool, typer.Option("--authority", help="The authority was told.")] = False,
    persons: Annotated[bool, typer.Option("--persons", help="The persons were told.")] = False,
    at: _Moment = None,
    measures: Annotated[str | None, typer.Option(help="What was done about it.")] = None,
) -> None:
    """Note who was told of a breach, and what was done."""
    from warehouse_assets.cli.privacy import breaches

    with reported():
        breaches.note(read_settings(), number, authority=authority, persons=persons, at=at, measures=measures)


@app.command("breaches")
def list_breaches() -> None:
    """List the register of breaches with what is left of the 72 hours."""
    from warehouse_assets.cli.privacy import breaches

    with reported():
        breaches.print_breaches(read_settings())


@app.command("blast-radius")
def blast_radius(login: Annotated[str, typer.Argument(help="A login of the database.")]) -> None:
    """Say what a stolen login could read, by class and number of persons."""
    from warehouse_assets.cli.privacy import breaches

    with reported():
        breaches.print_blast_radius(read_settings(), login)
