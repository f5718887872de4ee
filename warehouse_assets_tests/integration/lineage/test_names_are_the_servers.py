"""The server resolves each statement as the proof does: the same tables, columns and names of results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import psycopg
import pytest

from warehouse_assets.building.forecasting import Forecast
from warehouse_assets.lineage import Model, project_models
from warehouse_assets.lineage.models import check_models, scratch_models
from warehouse_assets.lineage.proof import prove_one, read_model
from warehouse_assets.lineage.relations import VERSIONS
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.integration.deliveries import Connection
from warehouse_assets_tests.unit.lineage.corpus import attacks_by_class, attacks_on_rows, attacks_on_values
from warehouse_assets_tests.unit.lineage.corpus.clean import CLEAN

PARAMETERS: Mapping[str, str] = {
    **dict.fromkeys(("as_of", "first_month", "month_start", "month_end", "orders_start", "orders_end"), "'2023-05-01'"),
    **dict.fromkeys(("is_plain", "are_several_shops"), "true"),
    "minimum_group_size": "11",
    "inactivity_months": "3",
    "period": "'month'",
    "periods_per_year": "12",
    **{f"forecast_{field.name}": "null" for field in fields(Forecast)},
    "shop_names": "array['shop']",
    "shop_dates": "array['2023-05-01']",
    "changed_months": "array['2023-05-01']",
}
SCRATCH: Mapping[str, Model] = {
    **{model.name: model for model in scratch_models()},
    **{name: Model(name, "", "select * from dw.dim_customer_history") for name in VERSIONS},
}
"""The temporary results that later statements read, in the order in which they read each other."""
STATEMENTS = [*project_models(), *check_models()]
_MOST_REFUSED = 3
"""Of a schema, a partition and a sequence that this database does not have."""
ATTACKS = {
    name: text
    for module in (attacks_on_values, attacks_on_rows, attacks_by_class)
    for kind, corpus in vars(module).items()
    if isinstance(corpus, dict) and "__name__" not in corpus and kind != "BESIDE"
    for name, text in corpus.items()
}


def temporary(model: Model) -> dict[str, Model]:
    """The temporary results that the model reads, directly or not."""
    found = {name: scratch for name, scratch in SCRATCH.items() if name in model.reads and name != model.name}
    return {**{name: of for scratch in found.values() for name, of in temporary(scratch).items()}, **found}


def whole(model: Model) -> str:
    """The statement with what it reads by name, and values for the parameters."""
    text = model.text
    relations = {**{name: scratch.text for name, scratch in temporary(model).items()}, **model.relations}
    if relations:
        named = ",\n".join(f"{name} as (\n{part.strip().rstrip(';')}\n)" for name, part in relations.items())
        text = f"with {named}\nselect * from (\n{text}\n) as built"
    filled = re.sub(r"%\((\w+)\)s", lambda found: PARAMETERS[found[1]], text)
    return filled.replace("%%", "%")


def resolved(connection: psycopg.Connection[Any], text: str) -> tuple[list[str], set[str]]:
    """The names of the results, and the stored columns that the server finds in the statement."""
    connection.execute(f"create view public.probe as\n{text}".encode())
    names = connection.execute(
        "select attname from pg_attribute where attrelid = 'public.probe'::regclass and attnum > 0 order by attnum"
    ).fetchall()
    columns = connection.execute(
        "select distinct depends.refobjid::regclass::text || '.' || columns.attname from pg_rewrite as rules"
        " inner join pg_depend as depends on depends.objid = rules.oid and depends.refobjsubid > 0"
        " inner join pg_attribute as columns on columns.attrelid = depends.refobjid"
        " and columns.attnum = depends.refobjsubid where rules.ev_class = 'public.probe'::regclass"
    ).fetchall()
    connection.execute("drop view public.probe")
    return [name for (name,) in names], {column for (column,) in columns} - {f"public.probe.{n}" for (n,) in names}


def compare(connection: psycopg.Connection[Any], model: Model) -> None:
    found = read_model(model)
    names, columns = resolved(connection, whole(model))
    if model.name not in TABLES:
        assert [name for name, _ in found.columns if name != "?column?"] == [
            name for name, (own, _) in zip(names, found.columns, strict=True) if own != "?column?"
        ]
    assert len(names) == len(found.columns)
    assert found.all_sources <= columns
    tables = {column.rpartition(".")[0] for column in columns}
    read = model.reads.union(*(scratch.reads for scratch in temporary(model).values()))
    assert tables <= {name for name in read if "." in name}


@pytest.mark.parametrize("model", STATEMENTS, ids=lambda model: model.name)
def test_the_server_reads_the_projects_statements_alike(shop: Connection, model: Model) -> None:
    compare(shop, model)


def test_temporary_results_are_read_and_compared() -> None:
    read = {name for model in STATEMENTS for name in temporary(model)}
    assert read == set(SCRATCH)


def test_the_server_reads_clean_statements_alike(shop: Connection) -> None:
    for text in {**CLEAN, **attacks_by_class.BESIDE}.values():
        compare(shop, Model("mart_customers.probe", "probe.sql", text))


def test_most_attacks_are_sql_that_the_server_runs(shop: Connection) -> None:
    """An attack that the server refuses would prove nothing."""
    refused = []
    for name, text in ATTACKS.items():
        assert prove_one(Model("mart_customers.probe", "probe.sql", text))
        try:
            with shop.transaction(force_rollback=True):
                shop.execute(f"explain {whole(Model('probe', 'probe.sql', text))}".encode())
        except psycopg.Error as error:
            refused.append(f"{name}: {error.diag.message_primary}")
    assert len(refused) <= _MOST_REFUSED, "\n".join(refused)
