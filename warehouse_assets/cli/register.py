"""What `warehouse register` does: the register of processing from the live database."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse_assets.cli.console import console
from warehouse_assets.documentation.register import PAGES, register
from warehouse_assets.documentation.register_words import Language
from warehouse_assets.privacy.recipients import read_recipients
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets.startup.preparation import connect_as, prepare_warehouse


def live_recipients(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """Who may read each table, as the database itself says."""
    prepare_warehouse(settings)
    with connect_as(settings, "transform", bulk=False) as connection:
        return read_recipients(connection, sorted({table.schema_name for table in TABLES.values()}))


def print_register(settings: Settings, language: Language) -> None:
    """The register to standard output."""
    console.print(register(live_recipients(settings), language), markup=False, highlight=False, soft_wrap=True)


def write_registers(settings: Settings) -> None:
    """Both pages of the documentation."""
    recipients = live_recipients(settings)
    for language, page in PAGES.items():
        (PROJECT_ROOT / page).write_text(register(recipients, language), encoding="utf-8", newline="\n")
        console.print(page)
