"""The register of processing against the live database: its recipients are those whom the catalog names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import psycopg
import pytest

from warehouse_assets.building.migrations import SCHEMAS
from warehouse_assets.cli.register import live_recipients
from warehouse_assets.documentation.register import PAGES, register
from warehouse_assets.privacy.recipients import read_recipients
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets.startup.preparation import prepare_warehouse


@pytest.fixture
def recipients(database: Settings) -> Mapping[str, tuple[str, ...]]:
    return live_recipients(database)


@pytest.fixture
def administrator(database: Settings) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    prepare_warehouse(database)
    with psycopg.connect(str(database.database_url), autocommit=True) as connection:
        yield connection


def test_the_registers_are_what_the_live_grants_say(recipients: Mapping[str, tuple[str, ...]]) -> None:
    stale = [
        page
        for language, page in PAGES.items()
        if (PROJECT_ROOT / page).read_text(encoding="utf-8") != register(recipients, language)
    ]
    assert stale == [], "run `warehouse register --write` and commit the result"


def test_recipients_follow_the_live_grants(
    database: Settings, administrator: psycopg.Connection[tuple[object, ...]]
) -> None:
    before = read_recipients(administrator, list(SCHEMAS))
    assert "auditor" not in before["mart_sales.sales_by_month"]
    administrator.execute("grant usage on schema mart_sales to auditor")
    administrator.execute("grant select (month) on mart_sales.sales_by_month to auditor")
    administrator.execute("revoke select on mart_sales.sales_by_month from sales_analyst")
    after = read_recipients(administrator, list(SCHEMAS))["mart_sales.sales_by_month"]
    assert "auditor" in after
    assert "sales_analyst" not in after


def test_only_ingestion_and_the_rights_of_persons_reach_the_vault(recipients: Mapping[str, tuple[str, ...]]) -> None:
    readers = {role for table, roles in recipients.items() if table.startswith("vault.") for role in roles}
    assert readers == {"ingest", "privacy"}


def test_analysts_read_their_mart_only(recipients: Mapping[str, tuple[str, ...]]) -> None:
    for role, schema in (("customer_analyst", "mart_customers"), ("sales_analyst", "mart_sales")):
        assert {table.split(".")[0] for table, roles in recipients.items() if role in roles} == {schema}


def test_the_database_holds_no_unclassified_column(administrator: psycopg.Connection[tuple[object, ...]]) -> None:
    """Not in any schema of ours, nor in one that nobody declared."""
    columns = administrator.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns"
        " inner join pg_class on oid = (quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass"
        " where table_schema not in ('pg_catalog', 'information_schema') and table_schema not like 'pg\\_%'"
        " and not relispartition"
    ).fetchall()
    declared = {(name, column) for name, table in TABLES.items() for column in table.column_names}
    unknown = {(str(table), str(column)) for table, column in columns} - declared
    assert unknown == set(), "declare and classify it: warehouse_assets/schemas"
