"""`warehouse rejects`: exports rejected records to a spreadsheet and loads the corrected ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from warehouse_assets.cli.console import console, quiet, reported
from warehouse_assets.settings import read_settings

app = typer.Typer(help="Correct rejected records in a spreadsheet.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The CSV to write.")] = Path("rejects.csv"),
    source: Annotated[str | None, typer.Option(help="Rejects of this source only.")] = None,
) -> None:
    """Write rejected records to a CSV file, with their reasons."""
    from warehouse_assets.ingestion.staging.reject_sheets import export_rejects
    from warehouse_assets.startup.preparation import connect_as

    with reported(), connect_as(read_settings(), "ingest") as connection:
        written, others = export_rejects(connection, file, source)
        console.print(f"{written:,} rejects written to {file}. Correct their values, then run", markup=False)
        console.print(f"  warehouse rejects reload {file}", markup=False)
        if others:
            console.print(
                f"{others:,} more cannot be corrected here (malformed lines,"
                " customers without a number): correct their files."
            )


@app.command()
def reload(
    file: Annotated[Path, typer.Argument(help="The corrected CSV file.")] = Path("rejects.csv"),
    build: Annotated[bool, typer.Option(help="Rebuild the months and marts that the records affect.")] = True,
) -> None:
    """Check corrected records again, load the accepted ones and rebuild what they affect."""
    quiet()
    from warehouse_assets.cli import run_command
    from warehouse_assets.ingestion.staging.corrected_rejects import reload_rejects
    from warehouse_assets.pseudonyms.secret import open_secret
    from warehouse_assets.startup.preparation import connect_as

    settings = read_settings()
    with reported():
        with connect_as(settings, "ingest") as connection:
            secret = open_secret(settings.secrets_path, connection)
            done = reload_rejects(connection, settings, file, secret, datetime.now(UTC).date())
        console.print(
            f"{done.loaded:,} accepted, {done.rejected:,} still rejected, {done.duplicate:,} exact repeats,"
            f" {done.unchanged:,} unchanged"
        )
        for reason in done.reasons:
            console.print(f"  {reason}", markup=False)
        if build and done.loaded and not run_command.run_warehouse(settings, [], None):
            raise typer.Exit(1)
