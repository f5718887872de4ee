"""Erasure (art. 17): deletes a person's records and makes their sales anonymous, under random keys.

A sale keeps what describes the shop: day, product, amounts and country.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from warehouse_assets.database.locks import lock_ingestion
from warehouse_assets.ingestion.staging.removal import drop_unused_keys
from warehouse_assets.privacy import rekeying, request_queue
from warehouse_assets.pseudonyms.hashing import ANONYMOUS_KEY, UNKNOWN_KEY, natural_key
from warehouse_assets.pseudonyms.tombstones import Tombstones
from warehouse_assets.schemas import TABLES

Connection = psycopg.Connection[Any]
_LINES = (
    "t.customer_key in (select customer_key from erased)"
    " or (t.has_order_id and t.order_key in (select order_key from erased_orders))"
)
_PERSONS = "t.customer_key in (select customer_key from erased)"
_REJECTS = "(t.record ->> 'customer_key')::bigint in (select customer_key from erased)"
_ORDERS = "(select order_key from erased_orders)"
_OF_ORDERS = {
    "vault.order_keys": f"t.order_key in {_ORDERS}",
    "vault.orders": f"t.order_key in {_ORDERS}",
    "staging.rejected_records": f"(t.record ->> 'order_key')::bigint in {_ORDERS}",
}
"""Rows of other customers in an order shared with an erased person: the whole order gets a new key."""
_FILES = """
create temp table erased_files on commit drop as
select t.file_key from staging.customers as t where {persons}
union select t.file_key from staging.sales as t where {persons}
union select t.file_key from staging.reviews as t where {persons}
union select t.file_key from vault.identities as t where {persons}
union select t.file_key from vault.orders as t where {persons}
union select t.file_key from staging.rejected_records as t where {rejects}
"""
_MONTHS = f"""
insert into staging.pending_months (month)
select distinct date_trunc('month', t.sale_date::timestamp)::date from staging.sales as t where {_LINES}
on conflict do nothing
"""
# An order's number is stored once, under one of its customers.
_SHARED_ORDERS = f"""
create temp table shared_orders on commit drop as
select o.file_key, o.order_key, max(s.customer_key) as customer_key, o.order_id, max(s.sale_date) as last_seen_date
from vault.orders as o
inner join staging.sales as s on o.file_key = s.file_key and o.order_key = s.order_key
where s.has_order_id and s.customer_key >= 0 and o.order_key in {_ORDERS}
    and o.customer_key in (select customer_key from erased)
    and s.customer_key not in (select customer_key from erased)
group by o.file_key, o.order_key, o.order_id
"""
_KEYS = f"""
select t.order_key from staging.sales as t where {_LINES}
union select t.line_key from staging.sales as t where {_LINES}
union select t.review_key from staging.reviews as t where {_PERSONS}
"""
# As in the customer history: the newest observation up to the sale, else the first one.
_COUNTRY = """
case
    when t.geography_key is null and t.customer_key in (select customer_key from erased) then (
        select nullif(p.country_key, -1) from staging.customers as c
        inner join erased_places as p on c.geography_key = p.geography_key
        where c.customer_key = t.customer_key
        order by
            case when c.observed_at <= t.sold_at then c.observed_at end desc nulls last,
            c.observed_at,
            row(
                c.age, c.gender, c.geography_key, c.channel_key, c.segment, c.status, c.purchase_frequency,
                c.is_declared_churned, c.birth_month
            )::text collate "C" desc
        limit 1
    )
    else t.geography_key
end as geography_key
"""
_PLACES_OF_SALES = """
insert into staging.geographies (
    file_key, geography_key, country, region, city, country_iso2, country_iso3, continent
)
select distinct s.file_key, p.country_key, p.country, '', '', p.country_iso2, p.country_iso3, p.continent
from staging.sales as s inner join erased_places as p on s.geography_key = p.country_key
where s.customer_key = -2 and s.file_key in (select file_key from erased_files)
on conflict do nothing
"""
_PLACES_OF_NOBODY = """
delete from staging.geographies as g
where g.file_key in (select file_key from erased_files)
    and g.geography_key not in (
        select c.geography_key from staging.customers as c where c.file_key in (select file_key from erased_files)
        union select s.geography_key from staging.sales as s
        where s.file_key in (select file_key from erased_files) and s.geography_key is not null
        union select s.fallback_geography_key from staging.sales as s
        where s.file_key in (select file_key from erased_files) and s.fallback_geography_key is not null
    )
"""


class NotErased(RuntimeError):
    """A table still holds the person because erasure does not cover it. Nothing was changed."""


@dataclass(frozen=True)
class Erased:
    """Counts of erased records; `file_keys` are the deliveries that held them."""

    customer_records: int
    identities: int
    rejects: int
    sale_lines: int
    reviews: int
    file_keys: tuple[int, ...]


def erase_keys(connection: Connection, tombstones: Tombstones, keys: Sequence[int]) -> Erased:
    """Erases people from vault, staging and governance in one transaction, and queues the rebuild.

    Running it again changes nothing. The caller writes the tombstones first.
    """
    with connection.transaction():
        lock_ingestion(connection)
        _note_people(connection, keys)
        files = connection.execute("select file_key from erased_files order by file_key").fetchall()
        _map(connection, tombstones)
        lines = _rekey_sales(connection)
        done = Erased(
            customer_records=_move(connection, "staging.customers", _PERSONS, "'customers'", "loaded"),
            identities=_delete(connection, "vault.identities"),
            rejects=_move(connection, "staging.rejected_records", _REJECTS, "t.record_kind", "rejected"),
            sale_lines=lines,
            reviews=rekeying.replace_rows(connection, TABLES["staging.reviews"], _PERSONS),
            file_keys=tuple(int(row[0]) for row in files),
        )
        _delete(connection, "vault.orders")
        connection.execute("insert into vault.orders select * from shared_orders")
        _delete(connection, "governance.restrictions")
        request_queue.forget(connection, [tombstones.subject(key) for key in keys])
        for name, of_orders in _OF_ORDERS.items():
            rekeying.replace_rows(connection, TABLES[name], of_orders)
        connection.execute(_PLACES_OF_NOBODY)
        drop_unused_keys(connection)
        _require_gone(connection)
        _drop_notes(connection)
    return done


def _note_people(connection: Connection, keys: Sequence[int]) -> None:
    connection.execute("create temp table erased (customer_key bigint) on commit drop")
    connection.execute("insert into erased select unnest(%s::bigint[])", [list(keys)])
    connection.execute(
        "create temp table erased_orders on commit drop as select distinct t.order_key from staging.sales as t"
        f" where t.has_order_id and {_PERSONS}".encode()
    )
    connection.execute(_SHARED_ORDERS.encode())
    connection.execute(_FILES.format(persons=_PERSONS, rejects=_REJECTS).encode())
    connection.execute(_MONTHS.encode())
    connection.execute("insert into staging.pending_customers select customer_key from erased on conflict do nothing")
    _note_places(connection)


def _note_places(connection: Connection) -> None:
    """Gives each of their places a substitute that holds the country only."""
    connection.execute(
        "create temp table erased_places on commit drop as"
        " select distinct g.geography_key, 0::bigint as country_key, g.country, g.country_iso2, g.country_iso3,"
        " g.continent from staging.customers as t"
        " inner join staging.geographies as g on t.file_key = g.file_key and t.geography_key = g.geography_key"
        f" where {_PERSONS}".encode()
    )
    names = [str(row[0]) for row in connection.execute("select distinct country from erased_places")]
    keys = [natural_key("place", name, "", "") if name != "Unknown" else UNKNOWN_KEY for name in names]
    connection.execute(
        "update erased_places as p set country_key = k.key"
        " from unnest(%s::text[], %s::bigint[]) as k (country, key) where p.country = k.country",
        [names, keys],
    )


def _map(connection: Connection, tombstones: Tombstones) -> None:
    rekeying.create_mappings(connection)
    rekeying.map_keys(connection, _KEYS, tombstones.rehashed)
    connection.execute("insert into rekeyed select customer_key, %s from erased", [ANONYMOUS_KEY])
    hashes = "select key_hash from vault.order_keys where order_key in (select order_key from erased_orders)"
    rekeying.map_hashes(connection, hashes, tombstones.rehashed_hashes)


def _rekey_sales(connection: Connection) -> int:
    row = connection.execute(f"select count(*) from staging.sales as t where {_PERSONS}".encode()).fetchone()
    rekeying.replace_rows(connection, TABLES["staging.sales"], _LINES, {"geography_key": _COUNTRY})
    connection.execute(_PLACES_OF_SALES)
    return int(row[0]) if row else 0


def _move(connection: Connection, table: str, where: str, kind: str, outcome: str) -> int:
    """Deletes records; the ledger then counts them as suppressed instead of under their outcome."""
    return move_to_suppressed(
        connection, f"delete from {table} as t where {where} returning t.file_key, {kind} as kind", outcome
    )


def move_to_suppressed(connection: Connection, deletion: str, outcome: str) -> int:
    """Runs a DELETE that returns file_key and kind; the ledger then counts those records as suppressed."""
    connection.execute("create temp table gone (file_key bigint, kind text)")
    rows = connection.execute(f"with deleted as ({deletion}) insert into gone select * from deleted".encode()).rowcount
    for kind in ("sales", "customers", "reviews"):
        connection.execute(
            f"update ops.ingested_files as f set {kind}_{outcome} = {kind}_{outcome} - g.number,"
            f" {kind}_suppressed = {kind}_suppressed + g.number"
            " from (select file_key, count(*) as number from gone where kind = %s group by file_key) as g"
            " where f.file_key = g.file_key".encode(),
            [kind],
        )
    connection.execute("drop table gone")
    return rows


def _delete(connection: Connection, table: str) -> int:
    return connection.execute(f"delete from {table} as t where {_PERSONS}".encode()).rowcount


def _require_gone(connection: Connection) -> None:
    """Raises NotErased if a table still holds their keys. The queue may: the next build empties it."""
    for table in rekeying.pseudonym_tables():
        if "customer_key" in table.column_names and table.name != "staging.pending_customers":
            found = connection.execute(f"select 1 from {table.name} as t where {_PERSONS} limit 1".encode()).fetchone()
            if found:
                raise NotErased(
                    f"{table.name} still holds the person. Nothing was changed: add the table to erasure.py."
                )


def _drop_notes(connection: Connection) -> None:
    connection.execute("drop table erased, erased_orders, erased_files, erased_places, shared_orders")
