"""`warehouse source check`: deliveries read as loading reads them, told to a person, nothing loaded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table as RichTable

from warehouse_assets.cli.console import console, errors
from warehouse_assets.ingestion.contract.quality import Severity
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.readers.refund_files import refunds_among
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.sources.delivery import Delivery, find_deliveries
from warehouse_assets.ingestion.sources.landing import copy_shared_files, plan_landings
from warehouse_assets.ingestion.sources.source import Source, read_source
from warehouse_assets.ingestion.staging.dry_run import DryRun, Sample, try_delivery
from warehouse_assets.lineage.deliveries import refuse_misuse
from warehouse_assets.settings import Settings
from warehouse_assets.splitting import SplitError, split_file
from warehouse_assets.splitting.staged import private_directory

_WORST_FIRST: tuple[Severity, ...] = ("reject", "blank", "warn")


def check(settings: Settings, name: str, files: Sequence[Path]) -> bool:
    """Tries each delivery; False when one would be refused, as `warehouse run` would refuse it."""
    source = read_source(settings.sources_path, name)
    refuse_misuse(source)
    if source.settings.database and not files:
        console.print("The source reads a database: `warehouse run` reads it; give landed folders to try the SELECTs.")
    with _laid_out(settings, source, files) as incoming:
        found = find_deliveries(source, incoming)
        if not files:
            _tell_strangers(_strangers(source, incoming, found))
        outcomes = [_try(settings, delivery) for delivery in found]
    if not outcomes:
        patterns = ", ".join(pattern for table in source.settings.tables.values() for pattern in table.files)
        raise IngestionError(
            f"No file fits source {name}: its patterns are {patterns or '{delivery}/<table>.csv'} "
            f"(in {source.folder / 'source.toml'}). Give files, or put some into {settings.incoming_path / name}."
        )
    console.print("\nNothing was loaded.")
    return all(outcomes)


@contextmanager
def _laid_out(settings: Settings, source: Source, files: Sequence[Path]) -> Iterator[Path]:
    """An incoming directory with the given files as `warehouse run` would lay them there, else the real one."""
    if not files:
        yield settings.incoming_path
        return
    scratch = settings.home / "tmp"
    private_directory(scratch)
    with tempfile.TemporaryDirectory(prefix="check-", dir=scratch) as folder:
        incoming = Path(folder) / source.name
        for landing in plan_landings(source, files):
            if landing.is_split:
                split_file(landing.path, incoming, key_columns=source.settings.split_key)
            else:
                list(landing.copy(incoming))
            _tell_strangers(landing.strangers)
        copy_shared_files(source, settings.incoming_path / source.name, incoming)
        yield Path(folder)


def _strangers(source: Source, incoming: Path, found: Sequence[Delivery]) -> list[str]:
    """Files of the incoming directory that no pattern names."""
    folder = incoming / source.name
    known = {path for delivery in found for path in delivery.paths}
    files = (path for path in sorted(folder.rglob("[!.]*")) if path.is_file() and path not in known)
    return [path.relative_to(folder).as_posix() for path in files]


def _tell_strangers(names: Sequence[str]) -> None:
    if names:
        shown = ", ".join(names[:8]) + (" ..." if len(names) > 8 else "")
        console.print(f"Not read: no pattern names {shown}", markup=False)


def _try(settings: Settings, delivery: Delivery) -> bool:
    console.print(f"\n[bold]Delivery {delivery.name}[/bold]", markup=True)
    try:
        dry = try_delivery(settings, delivery, datetime.now(UTC).date())
    except (IngestionError, SplitError) as error:
        errors.print(f"  Refused: {error}", markup=False)
        return False
    _print_counts(dry)
    if refunds := refunds_among(delivery, "sales"):
        console.print(f"  refunds      all lines of {', '.join(refunds.values())}", markup=False)
    for relation, samples in dry.samples.items():
        _print_samples(relation, samples)
    _print_findings(dry)
    if not any(counts.loaded for counts in dry.result.counts.values()):
        console.print("  [red]It would bring nothing.[/red]")
    return True


def _print_counts(dry: DryRun) -> None:
    files = f"{dry.result.rows_read:,} records, {dry.landed.encoding}"
    console.print(f"  read         {files}", markup=False)
    for relation, counts in dry.result.counts.items():
        console.print(
            f"  {relation:<12} {counts.read:,} read: {counts.loaded:,} would be loaded, {counts.rejected:,} rejected,"
            f" {counts.duplicate:,} exact repeats"
        )
    if dry.result.months:
        console.print(f"  months       {dry.result.months[0]:%Y-%m} to {dry.result.months[-1]:%Y-%m}")
    if dry.landed.missing_columns:
        console.print(f"  [red]in no file[/red]   {', '.join(dry.landed.missing_columns)}: taken for empty")
    if dry.landed.unused_settings:
        console.print(
            f"  no effect    {', '.join(dry.landed.unused_settings)}: no SELECT or file has what they speak of",
            markup=False,
        )
    if dry.landed.unmapped_columns:
        console.print(f"  not read     {', '.join(dry.landed.unmapped_columns)}", markup=False)


def _print_samples(relation: Relation, samples: Sequence[Sample]) -> None:
    for sample in samples:
        console.print(f"  {relation}, line {sample.line}")
        table = RichTable(box=None, pad_edge=False, show_header=False)
        for name, value in sample.exported.items():
            table.add_row(f"    {name}", "-" if value is None else value.replace("[", r"\["), _understood(name, sample))
        console.print(table)


_AS = {
    "sold_at": ("sale_date", "sold_at"),
    "unit_price": ("unit_price", "currency_code"),
    "line_amount": ("line_amount", "currency_code"),
    "signup_at": ("signup_date",),
    "last_login_at": ("last_login_date",),
    "last_purchase_at": ("last_purchase_date",),
    "reviewed_at": ("reviewed_date",),
    "birth_date": ("age",),
}


def _understood(name: str, sample: Sample) -> str:
    """How the value was read, where it is not just text."""
    parsed = [sample.parsed[column] for column in _AS.get(name, (name,)) if column in sample.parsed]
    lead = "age " if name == "birth_date" else ""
    return f"-> {lead}{' '.join(parsed)}" if parsed else ""


def _print_findings(dry: DryRun) -> None:
    totals: dict[tuple[Severity, str], int] = {}
    for (rule, severity, _), number in dry.result.quality.counts.items():
        totals[severity, rule] = totals.get((severity, rule), 0) + number
    for (severity, rule), number in sorted(totals.items(), key=lambda one: (_WORST_FIRST.index(one[0][0]), -one[1])):
        console.print(f"  {severity:<7} {number:>9,}  {rule}")
        examples = dry.rejects.get(rule) or [dry.result.quality.examples.get(rule, "")]
        for example in filter(None, examples):
            console.print(f"                     {example}", markup=False)
