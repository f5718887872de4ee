"""The records of a relation that count, with keys for ids, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.readers.relations import Landed
from warehouse_assets.ingestion.readers.workspace import scalar
from warehouse_assets.ingestion.sources.canonical import Relation
from warehouse_assets.pseudonyms.secret import Secret

_IDS = ("customer_id", "order_id")
_NEVER_IN_FRAMES = ("comment",)


def note_records(workspace: duckdb.DuckDBPyConnection, landed: Landed, relation: Relation, keep_repeats: bool) -> int:
    """Creates `kept_<relation>` (record, ids): of exact repeats the first record only. Returns how many."""
    ids = "".join(f", {name}" for name in _IDS if name in landed.relations[relation])
    if keep_repeats:
        workspace.execute(f"create table kept_{relation} as select record{ids} from canonical_{relation}")
    else:
        _note_first_records(workspace, relation, landed.relations[relation], ids)
    return scalar(workspace, f"select count(*) from kept_{relation}")


def _note_first_records(
    workspace: duckdb.DuckDBPyConnection, relation: Relation, fields: Sequence[str], ids: str
) -> None:
    """In steps whose memory DuckDB can spill: texts gathered by an aggregate would all be held."""
    texts = ", ".join(f"coalesce({name}, chr(30))" for name in fields)
    content = f"md5_number(concat_ws(chr(31), {texts}))"
    if relation == "reviews":
        content = f"case when {_is_anonymous(fields)} then record::uhugeint else {content} end"
    workspace.execute(
        f"create temp table kept_seen as select record, {content} as content{ids} from canonical_{relation}"
    )
    workspace.execute("create temp table kept_firsts as select min(record) as record from kept_seen group by content")
    workspace.execute(
        f"create table kept_{relation} as select record{ids} from kept_seen semi join kept_firsts using (record)"
    )
    workspace.execute("drop table kept_seen")
    workspace.execute("drop table kept_firsts")


def _is_anonymous(fields: Sequence[str]) -> str:
    """Reviews that no id, author or time of day tells apart: equal ones are several, as far as anybody knows."""
    known = [name for name in ("review_id", "customer_id") if name in fields]
    unknown = f"coalesce({', '.join(known)}) is null" if known else "true"
    return f"{unknown} and coalesce(reviewed_at, '') not like '%:%'" if "reviewed_at" in fields else unknown


def are_traced(workspace: duckdb.DuckDBPyConnection, secret: Secret) -> bool:
    """Whether frames need each key's first generation too: the secret was rotated, or somebody was erased."""
    query = "select count(*) from _people where erased_at >= 0"
    return secret.generation > 0 or scalar(workspace, query) > 0


def note_suppressed(workspace: duckdb.DuckDBPyConnection, landed: Landed, default_country: str | None) -> int:
    """Takes the observations of erased people out of `kept_customers`; returns how many.

    Of their places the country alone is left, for sales that take their place from the customer.
    """
    workspace.execute("alter table _people add column country varchar")
    if "customer_id" not in landed.relations.get("customers", ()):
        return 0
    if "country" in landed.relations["customers"]:
        workspace.execute(
            "update _people set country = (select coalesce(max(c.country), ?) from canonical_customers as c"
            " where c.customer_id = _people.customer_id) where erased_at >= 0",
            [default_country],
        )
    gone = "customer_id in (select customer_id from _people where erased_at >= 0)"
    suppressed = scalar(workspace, f"select count(*) from kept_customers where {gone}")
    workspace.execute(f"delete from kept_customers where {gone}")
    return suppressed


def read_frames(
    workspace: duckdb.DuckDBPyConnection, landed: Landed, relation: Relation, rows: int, *, traced: bool = False
) -> Iterator[pd.DataFrame]:
    """The kept records as exported, with customer_key and, where there are order numbers, order_id_key.

    Traced ones have `customer_first_key`, `order_first_key` and `erased_at` (-1 for most) beside them.
    """
    fields = landed.relations[relation]
    keys = _note_keys(workspace, relation, fields, traced=traced)
    takes_country = traced and relation == "sales" and "customer_id" in fields
    own = [name for name in ("source_line", *fields) if name not in _NEVER_IN_FRAMES]
    picked = [f"c.{name}" for name in own if name != "country" or not takes_country]
    if takes_country:
        picked.append(_country(fields))
    query = (
        f"select {', '.join([*picked, *(f'k.{name}' for name in keys)])} from canonical_{relation} as c"
        f" inner join keyed_{relation} as k on k.record = c.record"
    )
    # The join as it is written: the narrow table is held, the wide records stream past it, in one thread
    # because each has buffers of its own and the server is the slower side.
    workspace.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    workspace.execute("set threads = 1")
    for batch in _ahead(workspace.cursor().execute(query).to_arrow_reader(rows)):
        if batch.num_rows:
            # Arrow's own types: a key of 63 bits beside a missing one would lose bits as float64.
            yield batch.to_pandas(types_mapper=pd.ArrowDtype)


def _ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches; the next one is read while the caller works on one."""
    with ThreadPoolExecutor(1, "frames") as thread:
        following = thread.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = thread.submit(next, batches, None)
            yield batch


def _country(fields: Sequence[str]) -> str:
    """The sale's country; where it names no place, that of an erased customer, whose record is not kept."""
    places = [f"c.{name}" for name in ("country", "region", "city") if name in fields]
    if not places:
        return "k.country as country"
    return f"case when coalesce({', '.join(places)}) is null then k.country else c.country end as country"


def _note_keys(
    workspace: duckdb.DuckDBPyConnection, relation: Relation, fields: Sequence[str], *, traced: bool
) -> tuple[str, ...]:
    """Creates `keyed_<relation>` (record and keys) from the kept records; returns the names of the keys."""
    joins, picked, erased = "", {"customer_key": "null::bigint"}, ["-1"]
    if "customer_id" in fields:
        joins += " left join _people as p on p.customer_id = k.customer_id"
        picked["customer_key"] = "p.key"
        traces = {"customer_first_key": "p.first_key", "country": "p.country"}
        picked |= traces if traced else {}
        erased.append("p.erased_at")
    if "order_id" in fields:
        joins += " left join _orders as o on o.order_id = k.order_id"
        picked["order_id_key"] = "o.key"
        picked |= {"order_first_key": "o.first_key"} if traced else {}
        erased.append("o.erased_at")
    if traced:
        picked["erased_at"] = f"greatest({', '.join(erased)})"
    columns = ", ".join(f"{text} as {name}" for name, text in picked.items())
    workspace.execute(f"create table keyed_{relation} as select k.record, {columns} from kept_{relation} as k{joins}")
    workspace.execute(f"drop table kept_{relation}")
    return tuple(name for name in picked if name != "country")
