"""The commands of `warehouse` and their arguments."""

from __future__ import annotations

import gc
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse_assets.cli import access, rejects, sources
from warehouse_assets.cli.background import Background
from warehouse_assets.cli.console import collect_no_modules, console, quiet, reported
from warehouse_assets.cli.privacy import commands
from warehouse_assets.settings import Settings, read_settings

if TYPE_CHECKING:  # `warehouse --help` needs none of it
    from warehouse_assets.database import DatabaseUrls

app = typer.Typer(
    name="warehouse",
    help="An e-commerce data warehouse with two data marts, on PostgreSQL and Dagster.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(access.app, name="access")
app.add_typer(commands.app, name="privacy")
app.add_typer(sources.app, name="source")
app.add_typer(rejects.app, name="rejects")


@app.command()
def run(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Exports to load. Without files: new files in the home, or example data."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="The source of the files: a folder of sql/sources. Default: by their header.")
    ] = None,
    split: Annotated[bool, typer.Option(help="Split flat exports into three thirds first.")] = True,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Ignore later activity.")] = None,
) -> None:
    """Load new files and build the warehouse and both marts."""
    quiet()
    with reported():
        settings = read_settings()
        server = _starting_server(settings)
        gc.disable()
        from warehouse_assets.cli import run_command

        collect_no_modules()
        day: date | None = as_of.date() if as_of else None
        if not run_command.run_warehouse(settings, files or [], source, split=split, as_of=day, server=server):
            raise typer.Exit(1)


def _starting_server(settings: Settings) -> Background[DatabaseUrls]:
    """Starts the database now: what a run imports takes as long."""
    from warehouse_assets.database import ensure_running

    return Background(partial(ensure_running, settings))


@app.command()
def up(
    port: Annotated[
        list[str] | None, typer.Option(help="Port of Dagster's pages (default 3000), or SERVICE=PORT. Can be repeated.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the dashboard and Dagster's pages, and load files as they arrive, until Ctrl-C."""
    quiet()
    from warehouse_assets.cli.services import supervisor

    with reported():
        supervisor.serve(read_settings(), host, port or [])


@app.command()
def service(
    name: Annotated[str, typer.Argument(help="code, dagster, daemon or dashboard.")],
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: the service's own port.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Run one process of `up` in the foreground, as a container does."""
    from warehouse_assets.cli.services import supervisor

    with reported():
        supervisor.serve_one(read_settings(), name, host, port)


@app.command()
def stop() -> None:
    """Stop the embedded database."""
    from warehouse_assets import database

    with reported():
        console.print("Stopped." if database.stop(read_settings()) else "The database was not running.")


@app.command()
def url() -> None:
    """Print the database URL, password included. Starts the database if necessary."""
    from warehouse_assets import database

    with reported():
        typer.echo(database.ensure_running(read_settings()).warehouse)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SELECT.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Run a query in a read-only transaction and print its rows."""
    from warehouse_assets.cli import querying

    with reported():
        querying.print_query(read_settings(), query, as_csv=csv)


@app.command()
def status() -> None:
    """Show the database, the deliveries, pending work and the as-of date."""
    from warehouse_assets.cli import querying

    with reported():
        querying.print_status(read_settings())


@app.command()
def split(
    file: Annotated[Path, typer.Argument(help="A flat CSV.")],
    key: Annotated[list[str] | None, typer.Option(help="Key columns. Default: the source's split_key.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the three thirds.")] = Path("split"),
    source: Annotated[str, typer.Option(help="The source whose split_key to use.")] = "ecommerce_export",
    database_url: Annotated[str | None, typer.Option(help="SQLAlchemy URL for the table, instead of SQLite.")] = None,
) -> None:
    """Split a flat CSV into a CSV file, a JSON Lines file and a database table."""
    from warehouse_assets.cli import files

    with reported():
        files.split(read_settings(), file, key or [], out, source, database_url)


@app.command()
def generate(
    rows: Annotated[int, typer.Option(min=1, help="Number of rows.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    out: Annotated[Path, typer.Option(help="The CSV file to write. With --months, a folder.")] = Path("export.csv"),
    months: Annotated[int | None, typer.Option(min=1, help="Write one file per month, for this many months.")] = None,
) -> None:
    """Write made-up data in the brief's 25 columns, with typical errors."""
    from warehouse_assets.cli import files

    with reported():
        files.generate(rows, seed, out, months)


@app.command()
def forget(
    file: Annotated[str, typer.Argument(help="Name of the delivery, as `warehouse status` shows it.")],
    source: Annotated[str, typer.Option(help="Its source.")] = "ecommerce_export",
) -> None:
    """Remove a delivery from the warehouse and delete its file from the incoming folder."""
    quiet()
    from warehouse_assets.cli import run_command

    with reported():
        run_command.forget(read_settings(), source, file)


@app.command()
def register(
    english: Annotated[bool, typer.Option("--english", help="Print it in English instead of French.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write both pages of docs/rgpd instead of printing.")] = False,
) -> None:
    """Print the register of processing (art. 30), with the recipients that the database grants access to."""
    from warehouse_assets.cli import register as pages

    with reported():
        if write:
            pages.write_registers(read_settings())
        else:
            pages.print_register(read_settings(), "en" if english else "fr")


def main() -> None:
    """Entry point."""
    gc.disable()  # until a command has imported what it needs, which leaves nothing to collect
    app()
