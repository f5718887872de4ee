"""The records of a relation that count, with keys for ids, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pandas as pd

from warehouse_assets.ingestion.canonical import Relation
from warehouse_assets.ingestion.relations import Landed
from warehouse_assets.ingestion.workspace import scalar

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
    content = ", ".join(f"coalesce({name}, chr(30))" for name in fields)
    workspace.execute(
        f"create temp table kept_seen as select record, md5_number(concat_ws(chr(31), {content})) as content{ids}"
        f" from canonical_{relation}"
    )
    workspace.execute("create temp table kept_firsts as select min(record) as record from kept_seen group by content")
    workspace.execute(
        f"create table kept_{relation} as select record{ids} from kept_seen semi join kept_firsts using (record)"
    )
    workspace.execute("drop table kept_seen")
    workspace.execute("drop table kept_firsts")


def read_frames(
    workspace: duckdb.DuckDBPyConnection, landed: Landed, relation: Relation, rows: int
) -> Iterator[pd.DataFrame]:
    """The kept records as exported, with customer_key and, where there are order numbers, order_id_key."""
    fields = landed.relations[relation]
    keys = _note_keys(workspace, relation, fields)
    picked = [f"c.{name}" for name in ("source_line", *fields) if name not in _NEVER_IN_FRAMES]
    query = (
        f"select {', '.join([*picked, *(f'k.{name}' for name in keys)])} from canonical_{relation} as c"
        f" inner join keyed_{relation} as k on k.record = c.record"
    )
    # The join as it is written: the narrow table is held, the wide records stream past it, in one thread
    # because each has buffers of its own and the server is the slower side.
    workspace.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    workspace.execute("set threads = 1")
    for batch in workspace.cursor().execute(query).to_arrow_reader(rows):
        if batch.num_rows:
            # Arrow's own types: a key of 63 bits beside a missing one would lose bits as float64.
            yield batch.to_pandas(types_mapper=pd.ArrowDtype)


def _note_keys(workspace: duckdb.DuckDBPyConnection, relation: Relation, fields: Sequence[str]) -> tuple[str, ...]:
    """Creates `keyed_<relation>` (record and keys) from the kept records; returns the names of the keys."""
    joins, picked = "", ["k.record"]
    if "customer_id" in fields:
        joins += " left join keyed_people as p on p.customer_id = k.customer_id"
    picked.append("p.customer_key" if "customer_id" in fields else "null::bigint as customer_key")
    if "order_id" in fields:
        joins += " left join keyed_orders as o on o.order_id = k.order_id"
        picked.append("o.order_id_key")
    workspace.execute(f"create table keyed_{relation} as select {', '.join(picked)} from kept_{relation} as k{joins}")
    workspace.execute(f"drop table kept_{relation}")
    return ("customer_key", "order_id_key") if "order_id" in fields else ("customer_key",)
