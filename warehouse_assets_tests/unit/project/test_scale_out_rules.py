"""Rules of a warehouse on a cluster that need no cluster: where each table is, and what its keys allow."""

from __future__ import annotations

import re

import pytest

from warehouse_assets.building.facts import MONTHLY_TABLES
from warehouse_assets.building.facts import SELECTS as FACT_SELECTS
from warehouse_assets.building.select import insert_statement
from warehouse_assets.database.scale_out import DISTRIBUTE, SETTINGS
from warehouse_assets.schemas import TABLES

_PLACES = dict(re.findall(r"\('([\w.]+)', (null|'\w+')\)", DISTRIBUTE.read_text(encoding="utf-8")))
COPIED = [name for name, column in _PLACES.items() if column == "null"]
SPREAD = {name: column.strip("'") for name, column in _PLACES.items() if column != "null"}


def test_the_script_names_declared_tables_of_the_star() -> None:
    assert set(_PLACES) <= set(TABLES)
    assert all(name.startswith("dw.") for name in _PLACES)


def test_every_dimension_is_copied_before_what_refers_to_it() -> None:
    assert {name for name in TABLES if name.startswith("dw.dim_")} <= set(COPIED)
    order = list(_PLACES)
    for name in order:
        for key in TABLES[name].foreign_keys:
            assert key.target in COPIED
            assert order.index(key.target) < order.index(name)


def test_no_local_table_refers_to_one_that_is_not() -> None:
    local = [table for name, table in TABLES.items() if name not in _PLACES]
    assert [table.name for table in local if any(key.target in _PLACES for key in table.foreign_keys)] == []


@pytest.mark.parametrize("name", SPREAD)
def test_each_key_of_a_spread_table_holds_the_column_that_it_is_spread_by(name: str) -> None:
    table, column = TABLES[name], SPREAD[name]
    assert all(column in key for key in (table.primary_key, *table.unique))


def test_what_a_customer_did_is_on_the_node_of_the_customer() -> None:
    of_customers = [
        name for name, table in TABLES.items() if name.startswith("dw.") and "customer_key" in table.primary_key
    ]
    for name in set(of_customers) - set(COPIED):
        # an order may have two customers: it is counted by its own key
        assert SPREAD[name] == ("order_key" if "order_key" in TABLES[name].primary_key else "customer_key")


@pytest.mark.parametrize("name", MONTHLY_TABLES)
def test_what_nodes_compute_is_stored_in_the_declared_scale(name: str) -> None:
    table = TABLES[name]
    statement = insert_statement(table, FACT_SELECTS[name]).decode()
    for column in table.column_list:
        if "(" in column.sql_type:
            assert f"{column.name}::{column.sql_type}" in statement


def test_the_script_and_the_access_policy_agree_on_the_settings() -> None:
    named = dict(re.findall(r"set_config\('(citus\.\w+)', '(\w+)', true\)", DISTRIBUTE.read_text(encoding="utf-8")))
    assert named == SETTINGS
