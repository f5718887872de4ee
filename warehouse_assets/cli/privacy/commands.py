"""`warehouse privacy ...`: rights of persons, retention, rotation of the secret and breaches."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import typer

from warehouse_assets.cli.console import quiet, reported
from warehouse_assets.settings import read_settings

app = typer.Typer(help="Rights of persons, retention, rotation of the secret, breaches.", no_args_is_help=True)

CustomerId = Annotated[str, typer.Argument(help="The customer's number, as in the shop's exports.")]
Later = Annotated[bool, typer.Option("--later", help="Only log the request. The daily job answers it.")]
SourceName = Annotated[str, typer.Option("--source", help="The source of the number.")]
As = Annotated[
    str | None, typer.Option("--as", metavar="LOGIN", help="Enter the request with this DPO's login. A job answers it.")
]
Number = Annotated[int, typer.Argument(help="The number of the request, from `requests`.")]
OwnLogin = Annotated[str, typer.Option("--as", metavar="LOGIN", help="Your login, with the role dpo.")]
Unknown = Annotated[bool, typer.Option("--unknown", help="Go on although nothing is held under this number.")]
_DEFAULT = "ecommerce_export"


@app.command()
def access(customer_id: CustomerId, source: SourceName = _DEFAULT, later: Later = False, login: As = None) -> None:
    """Write all data about a person as JSON and CSV (articles 15 and 20)."""
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
    prove: Annotated[
        bool, typer.Option("--prove", help="Search everything afterwards and write a certificate.")
    ] = False,
    unknown: Unknown = False,
    later: Later = False,
    login: As = None,
) -> None:
    """Erase a person for good (article 17). The sales stay, as Anonymous."""
    quiet()
    from warehouse_assets.cli.privacy import officer, rights

    with reported():
        if login:
            officer.enter(read_settings(), login, "erasure", source, customer_id)
        elif later:
            rights.log(read_settings(), source, customer_id, "erasure", unknown=unknown)
        elif not rights.erase(read_settings(), source, customer_id, prove=prove, unknown=unknown):
            raise typer.Exit(1)


@app.command()
def rectify(
    customer_id: CustomerId,
    changes: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="e.g. city=Lyon 'full_name=A B'")],
    source: SourceName = _DEFAULT,
    login: As = None,
) -> None:
    """Correct data about a person (article 16)."""
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
    lift: Annotated[bool, typer.Option("--lift", help="Lift the restriction, and any objection.")] = False,
    unknown: Unknown = False,
    login: As = None,
) -> None:
    """Take a person out of the customer marts until lifted (article 18)."""
    _keep_out("restriction", customer_id, source, lift, unknown, login)


@app.command("object")
def object_to(
    customer_id: CustomerId,
    source: SourceName = _DEFAULT,
    lift: Annotated[bool, typer.Option("--lift", help="Lift the objection, and any restriction.")] = False,
    unknown: Unknown = False,
    login: As = None,
) -> None:
    """Register a person's objection: out of the customer marts until lifted (article 21)."""
    _keep_out("objection", customer_id, source, lift, unknown, login)


def _keep_out(
    reason: Literal["restriction", "objection"],
    customer_id: str,
    source: str,
    lift: bool,
    unknown: bool,
    login: str | None,
) -> None:
    quiet()
    from warehouse_assets.cli.privacy import officer, rights

    with reported():
        if login:
            officer.enter(read_settings(), login, "lifting" if lift else reason, source, customer_id)
        else:
            rights.restrict(read_settings(), source, customer_id, reason, lift=lift, unknown=unknown)


@app.command()
def withdraw(number: Number, login: OwnLogin) -> None:
    """Withdraw an open request."""
    from warehouse_assets.cli.privacy import officer

    with reported():
        officer.withdraw(read_settings(), login, number)


@app.command()
def answer(number: Number, login: OwnLogin) -> None:
    """Print the answer to a request for access that was entered with --as. Deletes the answer."""
    from warehouse_assets.cli.privacy import officer

    with reported():
        officer.take_answer(read_settings(), login, number)


@app.command()
def requests(
    only_open: Annotated[bool, typer.Option("--open", help="Only open requests.")] = False,
) -> None:
    """List requests with their deadlines. The list does not say who asked."""
    from warehouse_assets.cli.privacy import duties

    with reported():
        duties.print_requests(read_settings(), only_open=only_open)


@app.command()
def retain() -> None:
    """Delete expired data, as the daily schedule does."""
    quiet()
    from warehouse_assets.cli.privacy import duties

    with reported():
        duties.run_retention(read_settings())


@app.command()
def rotate(
    secret_lost: Annotated[
        bool, typer.Option("--secret-lost", help="The secret is lost for good: start with a new one.")
    ] = False,
) -> None:
    """Replace the secret behind the pseudonyms. The marts stay the same."""
    quiet()
    from warehouse_assets.cli.privacy import duties

    with reported():
        duties.rotate(read_settings(), secret_lost=secret_lost)


@app.command()
def recover() -> None:
    """Apply later rotations and erasures to a restored backup."""
    quiet()
    from warehouse_assets.cli.privacy import duties

    with reported():
        duties.recover(read_settings())


_Moment = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="In UTC. Default: now.")]


@app.command()
def breach(
    description: Annotated[str, typer.Argument(help="What happened, without names.")],
    discovered: _Moment = None,
    persons: Annotated[int | None, typer.Option(min=0, help="Number of persons concerned, as far as known.")] = None,
) -> None:
    """Register a personal data breach. The 72 hours start (article 33)."""
    from warehouse_assets.cli.privacy import breaches

    with reported():
        breaches.register(read_settings(), description, discovered, persons)


@app.command("breach-note")
def breach_note(
    number: Annotated[int, typer.Argument(help="The number of the breach, from `breaches`.")],
    authority: Annotated[bool, typer.Option("--authority", help="The authority was notified.")] = False,
    persons: Annotated[bool, typer.Option("--persons", help="The persons were informed.")] = False,
    at: _Moment = None,
    measures: Annotated[str | None, typer.Option(help="What was done about it.")] = None,
) -> None:
    """Record who was informed of a breach, and what was done."""
    from warehouse_assets.cli.privacy import breaches

    with reported():
        breaches.note(read_settings(), number, authority=authority, persons=persons, at=at, measures=measures)


@app.command("breaches")
def list_breaches() -> None:
    """List breaches with the time left of the 72 hours."""
    from warehouse_assets.cli.privacy import breaches

    with reported():
        breaches.print_breaches(read_settings())


@app.command("hidden-cells")
def hidden_cells(
    smallest_group: Annotated[
        list[int] | None, typer.Option("-k", "--smallest-group", min=1, help="Instead of the setting. Repeat it.")
    ] = None,
) -> None:
    """Count what the smallest group hides of each mart table: cells before and after, blank and folded ones."""
    quiet()
    from warehouse_assets.cli.privacy import duties

    with reported():
        duties.print_hidden_cells(read_settings(), smallest_group or [])


@app.command("blast-radius")
def blast_radius(login: Annotated[str, typer.Argument(help="A login of the database.")]) -> None:
    """Show what a stolen login could read, by class of data and number of persons."""
    from warehouse_assets.cli.privacy import breaches

    with reported():
        breaches.print_blast_radius(read_settings(), login)
