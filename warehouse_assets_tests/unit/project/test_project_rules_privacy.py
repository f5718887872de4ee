"""Rules of the project about personal data: everything is classed, and stays where its class may be."""

from __future__ import annotations

import pytest

from warehouse_assets.ingestion.sources.canonical import FIELDS, Relation
from warehouse_assets.schemas import COLUMNS, TABLES, Column, Table, classification
from warehouse_assets.schemas.classification import Classification

DECLARED = {value for value in vars(classification).values() if isinstance(value, Classification)}
IDENTIFYING = {"direct_identifier", "free_text", "payment"}
PERSONAL = [name for name in TABLES if name.startswith("vault.") or name == "staging.customers"]
OF_THE_DELIVERY = {"file_key", "source_line", "source_name"}
OF_THINGS = {"channel_key"}

each_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def _classes(columns: tuple[Column, ...]) -> dict[str, str]:
    return {column.name: column.classification.privacy_class for column in columns}


@each_table
def test_every_column_is_described_and_classed(table: Table) -> None:
    assert [column.name for column in table.column_list if column.classification not in DECLARED] == []
    assert [column.name for column in table.column_list if not column.description.strip()] == []


@pytest.mark.parametrize("relation", FIELDS)
def test_every_canonical_field_is_classed(relation: Relation) -> None:
    assert [name for name, field in FIELDS[relation].items() if field.classification not in DECLARED] == []


@pytest.mark.parametrize("found", sorted(DECLARED, key=str), ids=lambda found: found.privacy_class)
def test_a_classification_says_everything(found: Classification) -> None:
    assert all((found.purpose, found.legal_basis, found.retention, found.treatment))


@each_table
def test_direct_identifiers_stay_in_the_vault(table: Table) -> None:
    held = {name for name, klass in _classes(table.column_list).items() if klass in IDENTIFYING}
    assert table.schema_name == "vault" or not held


@each_table
def test_cards_and_free_text_are_stored_nowhere(table: Table) -> None:
    assert not set(table.column_names) & {"payment_card", "comment"}


@each_table
def test_marts_hold_no_pseudonym(table: Table) -> None:
    held = {name for name, klass in _classes(table.column_list).items() if klass == "pseudonym"}
    assert not table.schema_name.startswith("mart_") or not held


@pytest.mark.parametrize("name", PERSONAL)
def test_what_stands_beside_a_person_is_personal(name: str) -> None:
    plain = {column for column, klass in _classes(TABLES[name].column_list).items() if klass == "none"}
    assert plain <= OF_THE_DELIVERY | OF_THINGS


def test_what_identifies_a_person_is_in_no_reject() -> None:
    kept = {
        name: field.classification.privacy_class
        for fields in FIELDS.values()
        for name, field in fields.items()
        if field.is_kept_in_rejects
    }
    assert not set(kept.values()) & (IDENTIFYING | {"pseudonym"})


def test_a_column_with_the_name_of_a_canonical_field_is_not_less_personal() -> None:
    wrong = [
        name
        for fields in FIELDS.values()
        for name, field in fields.items()
        if field.classification.privacy_class in IDENTIFYING
        and name in COLUMNS
        and COLUMNS[name].classification.privacy_class not in IDENTIFYING
    ]
    assert wrong == []
