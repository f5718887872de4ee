"""The declarations: order, names, and the DDL and frame schemas that follow from them."""

from __future__ import annotations

import datetime
from collections import Counter
from decimal import Decimal
from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa
import pytest
import sqlglot
from sqlglot import exp

from warehouse_assets.schemas import COLUMNS, TABLES, Table
from warehouse_assets.schemas.answers import ANSWERS
from warehouse_assets.schemas.columns import _catalogue
from warehouse_assets.schemas.ddl import MAX_NAME, comments, create_indexes, create_table, month_partition, next_month
from warehouse_assets.schemas.predicates import Check

each_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


@each_table
def test_the_order_of_creation_satisfies_the_foreign_keys(table: Table) -> None:
    order = list(TABLES)
    for key in table.foreign_keys:
        assert order.index(key.target) < order.index(table.name)
        assert key.column in table.column_names
        assert TABLES[key.target].primary_key == (key.target_column,)
        assert COLUMNS[key.column].sql_type == COLUMNS[key.target_column].sql_type


@each_table
def test_keys_are_declared_columns_that_cannot_be_null(table: Table) -> None:
    assert set(table.primary_key) <= set(table.column_names) - table.nullable
    for columns in (*table.unique, *table.indexes, *table.partial_indexes):
        assert set(columns) <= set(table.column_names)


@each_table
def test_a_partitioned_table_has_the_partition_column_in_its_key(table: Table) -> None:
    if table.partitioned_by and table.primary_key:
        assert table.partitioned_by in table.primary_key


def test_facts_are_keyed_so_that_a_cluster_can_distribute_them() -> None:
    fact = TABLES["dw.fct_sales"]
    assert {"customer_key", "sale_date"} <= set(fact.primary_key)
    assert fact.unique == ()
    facts = [table for table in TABLES.values() if table.short_name.startswith("fct_")]
    assert {key.target for table in facts for key in table.foreign_keys} == {
        "dw.dim_date",
        "dw.dim_customer",
        "dw.dim_product",
        "dw.dim_geography",
    }


@each_table
def test_no_column_stands_twice(table: Table) -> None:
    assert [name for name, number in Counter(table.column_names).items() if number > 1] == []


def test_every_described_column_is_used() -> None:
    used = {name for table in TABLES.values() for name in table.column_names}
    assert set(COLUMNS) - used == set()


def _constraint_names(table: Table) -> list[str]:
    tree = sqlglot.parse_one(create_table(table), dialect="postgres")
    return [found.name for found in tree.find_all(exp.Constraint)]


def test_constraint_names_are_unique_in_a_schema_and_fit_postgres() -> None:
    names = Counter(
        (table.schema_name, name)
        for table in TABLES.values()
        for name in (*_constraint_names(table), *_index_names(table))
    )
    assert len(names) > len(TABLES)
    assert [name for name, number in names.items() if number > 1] == []
    assert [name for _, name in names if len(name.encode()) >= MAX_NAME] == [], "a name that was cut may clash"


def _index_names(table: Table) -> list[str]:
    return [statement.split()[5] for statement in create_indexes(table)]


@each_table
def test_every_constraint_has_a_name(table: Table) -> None:
    tree = sqlglot.parse_one(create_table(table), dialect="postgres")
    constrained = (exp.PrimaryKey, exp.ForeignKey, exp.CheckColumnConstraint, exp.UniqueColumnConstraint)
    unnamed = [found for found in tree.find_all(*constrained) if not found.find_ancestor(exp.Constraint)]
    assert unnamed == []


@each_table
def test_the_table_and_every_column_have_a_comment(table: Table) -> None:
    lines = comments(table)
    assert len(lines) == 1 + len(table.column_names)
    assert all(line.endswith("';") for line in lines)


def test_every_dimension_fact_and_mart_says_what_it_answers() -> None:
    wanted = {name for name in TABLES if name.startswith(("dw.", "mart_"))}
    assert set(ANSWERS) == wanted
    assert all(sentence.endswith(".") and len(sentence.split()) > 5 for sentence in ANSWERS.values())
    comment = comments(TABLES["dw.fct_sales"])[0]
    assert "is 'What was sold, when, where, to whom and for how much, line by line. Grain: one row per" in comment


def test_a_comment_names_the_privacy_class_of_personal_data() -> None:
    text = "\n".join(comments(TABLES["vault.identities"]))
    assert "comment on column vault.identities.email is 'E-mail address [direct_identifier]';" in text
    assert "file_key is 'Delivery: 63 bits of a hash of source, file name and checksum';" in text


def test_an_undescribed_column_is_refused_with_the_place_to_mend() -> None:
    table = Table("dw.dim_weather", "one row per day", "date_key temperature", ("date_key",))
    with pytest.raises(ValueError, match=r"dw\.dim_weather: temperature .*warehouse_assets/schemas/columns\.py"):
        _ = table.column_list


def test_a_column_described_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="country is described twice"):
        _catalogue([COLUMNS["country"], COLUMNS["country"]])


@pytest.mark.parametrize(
    ("check", "name", "predicate"),
    [
        (Check.ge(0), "minimum", "size >= 0"),
        (Check.in_range(1, 5), "range", "size between 1 and 5"),
        (Check.isin(["it's", "b"]), "values", "size in ('it''s', 'b')"),
        (Check.str_matches("^[A-Z]{2}$"), "pattern", "size ~ '^[A-Z]{2}$'"),
    ],
)
def test_a_check_has_the_predicate_of_the_same_meaning(check: Check, name: str, predicate: str) -> None:
    assert check.predicate("size") == (name, predicate)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (Check.ge(0), [0, 7, None], -1),
        (Check.in_range(1, 5), [1, 5, None], 6),
        (Check.isin(["it's", "b"]), ["it's", "b", None], "c"),
        (Check.str_matches("^[A-Z]{2}$"), ["FR", None], "fr"),
    ],
)
def test_a_check_judges_frames_alike(check: Check, good: list[object], bad: object) -> None:
    column = pa.Column(checks=[check.on_frames()], nullable=True)
    frame = pa.DataFrameSchema({"size": column})
    frame.validate(pd.DataFrame({"size": pd.Series(good, dtype="object")}))
    with pytest.raises(pandera.errors.SchemaError):
        frame.validate(pd.DataFrame({"size": pd.Series([*good, bad], dtype="object")}))


def test_every_declared_check_has_a_predicate() -> None:
    for column in COLUMNS.values():
        names = [check.predicate(column.name)[0] for check in column.checks]
        assert len(names) == len(set(names))


DEMOGRAPHICS: dict[str, Any] = {
    "source_name": ["shop", "shop"],
    "attribute": ["gender", "gender"],
    "member": ["F", "M"],
    "customer_count": pd.array([60, 40], dtype="Int64"),
    "share_of_customers": [Decimal("0.600000"), Decimal("0.400000")],
    "active_count": pd.array([30, None], dtype="Int64"),
    "churned_count": pd.array([30, None], dtype="Int64"),
    "never_active_count": pd.array([0, None], dtype="Int64"),
    "churn_rate": [Decimal("0.500000"), None],
    "average_age": [Decimal("41.250000"), None],
    "is_total": pd.array([False, False], dtype="boolean"),
    "as_of_date": [datetime.date(2023, 8, 25)] * 2,
}
WRONG: dict[str, dict[str, Any]] = {
    "a count below 0": {"customer_count": pd.array([-1, 40], dtype="Int64")},
    "a share over 1": {"share_of_customers": [Decimal("1.500000"), Decimal("0.400000")]},
    "a member that is missing": {"member": ["F", None]},
    "a key that stands twice": {"member": ["F", "F"]},
    "a text for a count": {"customer_count": ["many", "few"]},
    "a column too many": {"email": ["a", "b"]},
}


def test_a_right_frame_is_accepted() -> None:
    frame = pd.DataFrame(DEMOGRAPHICS)
    validated = TABLES["mart_customers.customer_demographics"].frame_schema.validate(frame, lazy=True)
    assert list(validated.columns) == list(frame.columns)


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_frame_is_refused(case: str) -> None:
    frame = pd.DataFrame({**DEMOGRAPHICS, **WRONG[case]})
    with pytest.raises(pandera.errors.SchemaErrors):
        TABLES["mart_customers.customer_demographics"].frame_schema.validate(frame, lazy=True)


def test_a_frame_that_lacks_a_column_is_refused() -> None:
    frame = pd.DataFrame(DEMOGRAPHICS).drop(columns="as_of_date")
    with pytest.raises(pandera.errors.SchemaErrors, match="as_of_date"):
        TABLES["mart_customers.customer_demographics"].frame_schema.validate(frame, lazy=True)


def test_months_follow_each_other_and_name_their_partition() -> None:
    assert next_month(datetime.date(2023, 11, 1)) == datetime.date(2023, 12, 1)
    assert next_month(datetime.date(2023, 12, 1)) == datetime.date(2024, 1, 1)
    assert month_partition(TABLES["dw.fct_sales"], datetime.date(2023, 1, 1)) == "dw.fct_sales_2023_01"
