"""Loading one delivery: from its files to staging, in one transaction, every record accounted for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.database.locks import lock_arrivals, lock_delivery, lock_ingestion
from warehouse_assets.database.month_partitions import ensure_partitions_apart
from warehouse_assets.ingestion.contract.customers import CustomersReader
from warehouse_assets.ingestion.contract.dimension_members import DimensionMembers
from warehouse_assets.ingestion.contract.places import require_default_country
from warehouse_assets.ingestion.contract.rejects import Rejects
from warehouse_assets.ingestion.contract.reviews import ReviewsReader
from warehouse_assets.ingestion.contract.sales import SalesReader
from warehouse_assets.ingestion.contract.vault_retention import Vaulting, vaulting
from warehouse_assets.ingestion.readers.line_numbers import Lines
from warehouse_assets.ingestion.readers.relations import Landed, land
from warehouse_assets.ingestion.readers.workspace import masked_errors, open_workspace, scalar
from warehouse_assets.ingestion.sources import watermarks
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.ingestion.sources.delivery import Delivery
from warehouse_assets.ingestion.sources.fingerprint import is_up_to_date, reading_fingerprint
from warehouse_assets.ingestion.staging import ledger
from warehouse_assets.ingestion.staging.copying import Copies, CopyThread
from warehouse_assets.ingestion.staging.file_deletions import refuse_deleted
from warehouse_assets.ingestion.staging.files_of_erased import request_originals
from warehouse_assets.ingestion.staging.former_spellings import cover_spellings
from warehouse_assets.ingestion.staging.keys import (
    create_temporary,
    queue_people,
    register_orders,
    register_people,
    store_identities,
    store_keys,
    store_order_ids,
)
from warehouse_assets.ingestion.staging.ledger import Counts, LedgerEntry, LoadResult
from warehouse_assets.ingestion.staging.records import are_traced, note_records, note_suppressed, read_frames
from warehouse_assets.ingestion.staging.removal import drop_unused_keys, remove_delivery
from warehouse_assets.ingestion.staging.sample import (
    is_sample,
    refuse_sample,
    remove_sample,
    sample_files,
    sample_keys,
)
from warehouse_assets.ingestion.staging.warnings import Warnings
from warehouse_assets.pseudonyms.hashing import natural_key
from warehouse_assets.pseudonyms.secret import Secret, require_current
from warehouse_assets.pseudonyms.tombstones import Tombstones, read_tombstones
from warehouse_assets.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many records are done, and how many there are."""
Reader = CustomersReader | SalesReader | ReviewsReader


@dataclass
class Load:
    """One delivery under way."""

    settings: Settings
    delivery: Delivery
    secret: Secret
    tombstones: Tombstones
    result: LoadResult
    exported_on: date
    declared: date | None
    today: date
    progress: Progress
    is_traced: bool = False
    """Whether frames need the keys of the secret's first generation beside the present ones."""

    @property
    def vaulting(self) -> Vaulting:
        return vaulting(self.today, self.settings.vault_retention_days)

    def reader(self, relation: Relation, members: DimensionMembers) -> Reader:
        source, key, first, kept = self.delivery.source, self.result.file_key, self.settings.first_month, self.vaulting
        if relation == "customers":
            return CustomersReader(source, key, first, self.exported_on, self.declared, members)
        if relation == "sales":
            return SalesReader(source, key, first, self.exported_on, self.secret, kept, members, self.tombstones)
        return ReviewsReader(source, key, first, self.exported_on, self.secret, members, self.tombstones)


def load_delivery(
    connection: psycopg.Connection,
    settings: Settings,
    delivery: Delivery,
    secret: Secret,
    today: date,
    progress: Progress = lambda what, done, total: None,
) -> LoadResult:
    """Brings a delivery to staging; the same content again changes nothing, other content replaces.

    `today` serves retention and the default day of export only. Raises IngestionError (or a SplitError of
    an unreadable file) with nothing written. The first delivery of a shop removes the example data. Its files, and
    those of a delivery that holds erased people, are recorded for deletion; the caller completes it after its commit,
    or else the next start does.
    """
    started = time.monotonic()
    checksum, size = delivery.checksum(), delivery.size_bytes
    file_key = delivery.key(checksum)
    result = LoadResult(delivery.source.name, delivery.name, file_key, "loaded")
    replaces = delivery.source.settings.same_name == "replace"
    with connection.transaction():
        lock_delivery(connection, natural_key("delivery name", delivery.source.name, delivery.name))
        # Only a load under this name's lock makes one of its deliveries current.
        former = ledger.current_keys(connection, delivery.source.name, delivery.name)
        replaces_sample = not is_sample(delivery) and bool(sample_keys(connection) or sample_files(settings))
        takes_out = replaces_sample or (former if replaces else file_key in former)
        lock_ingestion(connection, shared=not takes_out)
        require_current(connection, secret)
        refuse_sample(connection, delivery)
        refuse_deleted(connection, settings, delivery.name, delivery.paths)
        entry = ledger.find_entry(connection, file_key)
        if entry is not None and entry.is_current and is_up_to_date(delivery, entry.fingerprint, settings.first_month):
            result.outcome = "unchanged"
            return result
        _remove_former(connection, result, entry, replaces=replaces)
        if replaces_sample:
            remove_sample(connection, settings, sample_keys(connection))
            result.replaced_sample = True
        declared = delivery.declared_export_day()
        exported_on = declared or (entry.exported_on if entry else today)
        tombstones = read_tombstones(settings.secrets_path).known_to(secret)
        load = Load(settings, delivery, secret, tombstones, result, exported_on, declared, today, progress)
        encoding = _fill_staging(connection, load)
        lock_arrivals(connection)
        store_keys(connection)
        queue_people(connection)
        _queue_months(connection, result)
        if result.outcome != "loaded" or replaces_sample:
            drop_unused_keys(connection)
        fingerprint = reading_fingerprint(delivery, settings.first_month)
        facts = {"checksum": checksum, "mapping_fingerprint": fingerprint, "size_bytes": size, "encoding": encoding}
        ledger.write_entry(connection, result, facts, exported_on, declared is not None)
        ledger.write_quality(connection, result)
        watermarks.store(connection, file_key, result.source_name, delivery.folder / delivery.name)
        if result.erased_people:
            request_originals(connection, settings, result.source_name, result.file_name)
    result.seconds = time.monotonic() - started
    return result


def _remove_former(
    connection: psycopg.Connection, result: LoadResult, entry: LedgerEntry | None, *, replaces: bool
) -> None:
    """Takes out what the delivery replaces: itself as another mapping read it, or other content of its name."""
    if entry is not None and entry.is_current:
        result.outcome = "reread"
        remove_delivery(connection, entry.file_key, "replaced")
    if not replaces:
        return
    for key in ledger.current_keys(connection, result.source_name, result.file_name):
        result.outcome = "corrected"
        remove_delivery(connection, key, "replaced")


def _fill_staging(connection: psycopg.Connection, load: Load) -> str:
    """Runs the delivery's SELECTs and copies what they give; returns the encoding read."""
    create_temporary(connection)
    scratch = load.settings.home / "tmp"
    with (
        masked_errors(load.delivery.name, scratch),
        open_workspace(scratch) as workspace,
        CopyThread(connection) as copies,
    ):
        landed = read_into(workspace, copies, load)
    store_order_ids(connection, load.result.file_key)
    store_identities(connection, load.result.file_key)
    return landed.encoding


def read_into(workspace: duckdb.DuckDBPyConnection, copies: Copies, load: Load) -> Landed:
    """Reads the delivery, checks every record, and puts what comes of it where `copies` takes it."""
    source, result = load.delivery.source, load.result
    require_default_country(source)
    load.progress("reading", 0, 0)
    landed = land(workspace, load.delivery)
    members = DimensionMembers(source.name)
    result.rows_read = landed.rows_read + len(landed.malformed)
    rejects = Rejects(result.file_key, source.name, load.delivery.name, Lines(landed.files))
    rejects.add_malformed(landed.malformed)
    _count_records(workspace, load, landed)
    load.tombstones = cover_spellings(
        workspace, landed, source, load.secret, load.tombstones, load.settings.secrets_path
    )
    register_people(workspace, copies, landed, source, load.secret, load.tombstones)
    register_orders(workspace, copies, landed, source, load.secret, load.tombstones)
    _suppress(workspace, load, landed)
    warnings = Warnings(workspace)
    for relation in landed.relations:
        _copy_relation(workspace, copies, load, landed, relation, members, rejects, warnings)
    copies.put("staging.rejected_records", rejects.take())
    member_tables = members.tables(result.file_key)
    for table, rows in member_tables.items():
        copies.put(table, rows)
    warnings.note_places(member_tables["staging.geographies"])
    warnings.count(result.quality)
    _note_file_quality(result, landed, members)
    return landed


def _count_records(workspace: duckdb.DuckDBPyConnection, load: Load, landed: Landed) -> None:
    keep_repeats = load.delivery.source.settings.duplicates == "keep"
    for relation, read in landed.read.items():
        kept = note_records(workspace, landed, relation, keep_repeats)
        load.result.counts[relation] = Counts(read=read, duplicate=read - kept)


def _suppress(workspace: duckdb.DuckDBPyConnection, load: Load, landed: Landed) -> None:
    """Leaves out the observations of erased people, and counts them."""
    load.is_traced = are_traced(workspace, load.secret)
    load.result.erased_people = scalar(workspace, "select count(*) from _people where erased_at >= 0")
    if load.is_traced:
        suppressed = note_suppressed(workspace, landed, load.delivery.source.settings.default_country)
        if "customers" in load.result.counts:
            load.result.counts["customers"].suppressed = suppressed


def _copy_relation(
    workspace: duckdb.DuckDBPyConnection,
    copies: Copies,
    load: Load,
    landed: Landed,
    relation: Relation,
    members: DimensionMembers,
    rejects: Rejects,
    warnings: Warnings,
) -> None:
    reader = load.reader(relation, members)
    counts = load.result.counts[relation]
    months: set[date] = set(load.result.months)
    for frame in read_frames(workspace, landed, relation, load.settings.frame_rows, traced=load.is_traced):
        done = reader.read(frame, load.result.quality, rejects)
        counts.loaded += done.accepted
        counts.rejected += done.rejected
        counts.suppressed += done.suppressed
        if relation == "sales":
            new = _months_of(done.rows.column("sale_date")) - months
            months |= new
            copies.run(partial(ensure_partitions_apart, table_name="staging.sales", months=sorted(new)))
        copies.put(reader.table, done.rows)
        warnings.note(relation, done.rows)
        copies.put("staging.rejected_records", rejects.take())
        for table, rows in reader.take_vault():
            copies.put(table, rows)
        load.progress(relation, counts.loaded + counts.rejected, counts.read)
    load.result.months = sorted(months)


def _months_of(days: pa.ChunkedArray) -> set[date]:
    return {day.replace(day=1) for day in pc.unique(days).to_pylist()}


def _note_file_quality(result: LoadResult, landed: Landed, members: DimensionMembers) -> None:
    """Findings about the file as a whole."""
    result.quality.add_count("malformed_record", "reject", None, len(landed.malformed))
    result.quality.add_count("unmapped_column", "warn", None, len(landed.unmapped_columns))
    for rule, number in landed.left_out.items():
        result.quality.add_count(rule, "warn", None, number)
    result.quality.add_count("unused_setting", "warn", None, len(landed.unused_settings))
    result.quality.add_count("missing_column", "warn", None, len(landed.missing_columns))
    result.quality.add_count("product_in_two_categories", "warn", None, members.lines_in_two_categories())
    result.quality.add_count("product_renamed", "warn", None, members.lines_with_another_name())


def _queue_months(connection: psycopg.Connection, result: LoadResult) -> None:
    """Months that the delivery touches, and months of other versions of its orders."""
    connection.execute(
        "insert into staging.pending_months (month) select unnest(%s::date[]) on conflict do nothing",
        [result.months],
    )
    connection.execute(
        "insert into staging.pending_months (month)"
        " select distinct date_trunc('month', sale_date::timestamp)::date from staging.sales"
        " where has_order_id and order_key in (select order_key from known_orders) on conflict do nothing"
    )
