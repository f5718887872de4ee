"""`warehouse source`: a new source drafted from its files, and a source tried without loading anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warehouse_assets.cli.console import quiet, reported
from warehouse_assets.settings import read_settings

app = typer.Typer(
    help="Map a shop's export: list the sources, draft one, try it.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_all() -> None:
    """List the sources: what each one reads, and the columns that it needs."""
    quiet()
    from warehouse_assets.cli import layouts

    with reported():
        layouts.print_sources(read_settings())


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Name of the source: small letters, digits and _.")],
    files: Annotated[list[Path], typer.Argument(help="The files of one export, or a folder of them.")],
) -> None:
    """Look at the files, and write the SELECTs and settings as far as they can be guessed."""
    quiet()
    from warehouse_assets.cli import source_drafts

    with reported():
        source_drafts.draft(read_settings(), name, files)


@app.command("check")
def check(
    name: Annotated[str, typer.Argument(help="The source: a folder of sql/sources.")],
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to try it on; none: those in incoming/<source>.")
    ] = None,
) -> None:
    """Show how records are read and what would be rejected, blanked and warned of; nothing is loaded."""
    quiet()
    from warehouse_assets.cli import source_checks

    with reported():
        if not source_checks.check(read_settings(), name, files or []):
            raise typer.Exit(1)
