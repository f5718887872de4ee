"""The records of a relation that count, with keys for ids, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd

from warehouse_assets.ingestion.canonical import Relation
from warehouse_assets.ingestion.relations import Landed
from warehouse_assets.ingestion.workspace import scalar

_IDS = ("customer_id", "order_id")
_NEVER_IN_FRAMES = ("comment",)


def note_records(workspace: duckdb.DuckDBPyConnection, landed: Landed, relation: Relation, keep_repeats: bool) -> int:
    """Creates `kept_<relation>` (record, ids): of exact repeats the first record only. Returns how many."""
    fields = landed.relations[relation]
    table = f"canonical_{relation}"
    ids = [name for name in _IDS if name in fields]
    if keep_repeats:
        query = f"select {', '.join(['record', *ids])} from {table}"
    else:
        content = ", ".join(f"coalesce({name}, chr(30))" for name in fields)
        chosen = ", ".join(["min(record) as record", *(f"any_value({name}) as {name}" for name in ids)])
        query = f"select {chosen} from {table} group by md5_number(concat_ws(chr(31), {content}))"
    workspace.execute(f"create table kept_{relation} as {query}")
    return scalar(workspace, f"select count(*) from kept_{relation}")


def read_frames(
    workspace: duckdb.DuckDBPyConnection, landed: Landed, relation: Relation, rows: int
) -> Iterator[pd.DataFrame]:
    """The kept records as exported, with customer_key and, where there are order numbers, order_id_key."""
    fields = landed.relations[relation]
    picked = [f"c.{name}" for name in ("source_line", *fields) if name not in _NEVER_IN_FRAMES]
    joins = f" inner join kept_{relation} as k on k.record = c.record"
    if "customer_id" in fields:
        joins += " left join people as p on p.customer_id = k.customer_id"
    picked.append("p.customer_key" if "customer_id" in fields else "null::bigint as customer_key")
    if "order_id" in fields:
        joins += " left join orders as o on o.order_id = k.order_id"
        picked.append("o.order_id_key")
    query = f"select {', '.join(picked)} from canonical_{relation} as c{joins}"
    # The joins as they are written: the narrow tables are held, the wide records stream past them.
    workspace.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    for batch in workspace.cursor().execute(query).to_arrow_reader(rows):
        if batch.num_rows:
            # Arrow's own types: a key of 63 bits beside a missing one would lose bits as float64.
            yield batch.to_pandas(types_mapper=pd.ArrowDtype)
