"""Deliveries in a real database: what each record becomes, and what a second load does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.staging.overdue_identities import drop_overdue_identities
from warehouse_assets.ingestion.staging.removal import forget_delivery
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion.loading import (
    CARD,
    SOURCE,
    STAGED,
    Loading,
    export,
    export_source,
    loading,
    own_source,
    record,
)

MIXED = export(
    record(),
    record(ID="2", Name="Bob Sample", Quantity="0", Price="free"),
    record(ID="3", Age="7", Rating="9", Country="Atlantis"),
    record(ID="3", Age="7", Rating="9", Country="Atlantis"),
    record(ID="", Date_Purchase="2023-06-01"),
    record(ID="4", Date_Purchase="2022-12-24", UserSignUpDate="2023-01-01", Product_Name="Vase"),
)


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    with loading(database) as found:
        yield found


def counts(warehouse: Loading, relation: str) -> tuple[int, ...]:
    """(read, loaded, rejected, duplicate, suppressed) over all current deliveries."""
    outcomes = ("read", "loaded", "rejected", "duplicate", "suppressed")
    sums = ", ".join(f"coalesce(sum({relation}_{outcome}), 0)::int" for outcome in outcomes)
    return warehouse.rows("ops.ingested_files", sums, "delivery_status = 'current'")[0]


def test_every_record_is_accounted_for(warehouse: Loading) -> None:
    warehouse.put("a.csv", MIXED)
    [result] = warehouse.load()
    assert (result.outcome, result.rows_read) == ("loaded", 6)
    assert counts(warehouse, "sales") == (6, 4, 1, 1, 0)
    assert counts(warehouse, "customers") == (6, 4, 1, 1, 0)
    assert warehouse.one("select count(*) from staging.sales") == 4
    assert warehouse.one("select count(*) from staging.customers") == 4
    assert result.months == [date(2022, 12, 1), date(2023, 5, 1), date(2023, 6, 1)]
    assert warehouse.rows("staging.pending_months", "month") == [(month,) for month in result.months]


def test_a_bad_sale_keeps_its_customer_and_says_why(warehouse: Loading) -> None:
    warehouse.put("a.csv", MIXED)
    warehouse.load()
    rejects = warehouse.rows("staging.rejected_records", "source_line, record_kind, rules, reasons, record")
    assert [row[:4] for row in rejects] == [
        (
            3,
            "sales",
            ["unparsable_unit_price", "nonpositive_quantity"],
            ["unit_price is no readable amount: aaaa", "quantity must be greater than 0: 0"],
        ),
        (6, "customers", ["missing_customer_id"], ["customer_id is missing"]),
    ]
    for row in rejects:
        assert not {"full_name", "address", "comment", "customer_id", "payment_card"} & set(row[4])


def test_quality_is_counted_by_rule_and_month(warehouse: Loading) -> None:
    warehouse.put("a.csv", MIXED)
    warehouse.load()
    may, june, december = date(2023, 5, 1), date(2023, 6, 1), date(2022, 12, 1)
    found = warehouse.rows("ops.data_quality", "rule_name, severity, month, record_count")
    assert set(found) == {
        ("age_out_of_range", "blank", None, 1),
        ("missing_customer_id", "reject", None, 1),
        ("nonpositive_quantity", "reject", may, 1),
        ("not_a_country", "blank", None, 1),
        ("purchase_before_signup", "warn", december, 1),
        ("rating_out_of_range", "blank", may, 1),
        ("unparsable_unit_price", "reject", may, 1),
    }
    assert june not in {row[2] for row in found}


def test_split_or_not_the_same_rows_arrive(warehouse: Loading) -> None:
    warehouse.put("a.csv", MIXED)
    warehouse.load()
    whole = _records(warehouse)
    forget_delivery(warehouse.connection, SOURCE, "a.csv")
    (warehouse.folder / "a.csv").unlink()
    warehouse.split("a.csv", MIXED)
    assert len(warehouse.load()) == 3
    assert _records(warehouse) == whole
    assert counts(warehouse, "sales") == (6, 4, 1, 1, 0)


def _records(warehouse: Loading) -> dict[str, list[str]]:
    found = warehouse.contents(leaving=frozenset({"file_key", "file_name", "last_sold_at"}))
    return {
        name: sorted(set(rows)) if name in ("staging.geographies", "staging.channels", "staging.products") else rows
        for name, rows in found.items()
        if name not in ("ops.ingested_files", "ops.data_quality", "staging.pending_months")
    }


def test_the_same_content_again_changes_nothing(warehouse: Loading) -> None:
    warehouse.put("a.csv", MIXED)
    warehouse.load()
    before, loaded = warehouse.contents(), warehouse.one("select loaded_at from ops.ingested_files")
    [again] = warehouse.load()
    assert again.outcome == "unchanged"
    assert (warehouse.contents(), warehouse.one("select loaded_at from ops.ingested_files")) == (before, loaded)


CORRECTED = export(record(Price="11"), record(ID="9", Quantity="-1", Date_Purchase="2023-02-01"), record(ID="4"))


def test_a_correction_replaces_all_that_its_predecessor_brought(warehouse: Loading) -> None:
    warehouse.put("a.csv", CORRECTED)
    warehouse.load()
    fresh = warehouse.contents()
    forget_delivery(warehouse.connection, SOURCE, "a.csv")
    warehouse.put("a.csv", MIXED)
    warehouse.load()
    warehouse.connection.execute("truncate staging.pending_months, staging.pending_customers")
    warehouse.put("a.csv", CORRECTED)
    [result] = warehouse.load()
    assert result.outcome == "corrected"
    queued = ("staging.pending_months", "staging.pending_customers")
    found = warehouse.contents()
    assert {name: rows for name, rows in found.items() if name not in queued} == {
        name: rows for name, rows in fresh.items() if name not in queued
    }
    assert len(found["staging.pending_customers"]) == 5
    assert found["staging.pending_months"] == ["(2022-12-01)", "(2023-05-01)", "(2023-06-01)"]
    statuses = warehouse.rows("ops.ingested_files", "delivery_status, attempt")
    assert statuses == [("current", 2), ("replaced", 1)]


def test_what_is_forgotten_leaves_only_its_entry(warehouse: Loading) -> None:
    warehouse.put("a.csv", MIXED)
    warehouse.load()
    assert forget_delivery(warehouse.connection, SOURCE, "a.csv") == 1
    empty = {name: rows for name, rows in warehouse.contents().items() if rows}
    assert set(empty) == {"ops.fingerprints", "staging.pending_months", "staging.pending_customers"}
    assert warehouse.rows("ops.ingested_files", "delivery_status") == [("forgotten",)]
    assert forget_delivery(warehouse.connection, SOURCE, "a.csv") == 0
    with pytest.raises(IngestionError, match="has loaded no delivery of this name"):
        forget_delivery(warehouse.connection, SOURCE, "b.csv")
    [again] = warehouse.load()
    assert again.outcome == "loaded"
    assert warehouse.rows("ops.ingested_files", "delivery_status, attempt") == [("current", 2)]


def test_forgetting_one_file_keeps_the_keys_of_the_other(warehouse: Loading) -> None:
    warehouse.put("a.csv", export(record(), record(ID="2")))
    warehouse.put("b.csv", export(record(), record(ID="3", Quantity="0")))
    warehouse.load()
    forget_delivery(warehouse.connection, SOURCE, "a.csv")
    assert warehouse.one("select count(*) from vault.customer_keys") == 2


def test_a_second_file_of_one_name_adds_where_the_source_says_so(database: Settings) -> None:
    with loading(export_source(database, same_name='"append"')) as warehouse:
        warehouse.put("a.csv", export(record()))
        warehouse.load()
        warehouse.put("a.csv", export(record(ID="2")))
        assert [result.outcome for result in warehouse.load()] == ["loaded"]
        assert warehouse.one("select count(*) from staging.sales") == 2
        assert forget_delivery(warehouse.connection, SOURCE, "a.csv") == 2


def test_exact_repeats_are_kept_where_the_source_says_so(database: Settings) -> None:
    with loading(export_source(database, duplicates='"keep"')) as warehouse:
        warehouse.put("a.csv", export(record(), record(), record(Rating="5")))
        warehouse.load()
        assert counts(warehouse, "sales") == (3, 3, 0, 0, 0)
        assert warehouse.one("select count(distinct line_key) from staging.sales") == 1


def test_repeats_that_differ_in_a_comment_are_no_repeats(warehouse: Loading) -> None:
    warehouse.put("a.csv", export(record(), record(Comment="other"), record(CreditCard="1"), record(Price=" 10.50 ")))
    warehouse.load()
    assert counts(warehouse, "sales") == (4, 2, 0, 2, 0)
    assert counts(warehouse, "customers") == (4, 1, 0, 3, 0)


def test_identifiers_that_are_overdue_are_gone_before_anything_is_built(warehouse: Loading) -> None:
    warehouse.put("a.csv", export(record(), record(ID="2", UserLastLoginDate="2023-08-01")))
    warehouse.load(today=date(2026, 6, 1))
    drop_overdue_identities(warehouse.connection, date(2023, 6, 2))
    assert warehouse.rows("vault.identities", "customer_id, full_name, address, last_seen_date") == [
        ("2", "Ann Example", "1 Road", date(2023, 8, 1))
    ]
    assert warehouse.one("select count(*) from staging.customers") == 2


def test_cards_and_comments_arrive_nowhere(warehouse: Loading) -> None:
    toml = '[tables.export]\nfiles = ["*"]\n'
    customers = "select source_line, id as customer_id, card as payment_card, name as full_name from export"
    sales = (
        "select source_line, id as customer_id, day as sold_at, n as quantity, price as unit_price, note as comment"
        " from export"
    )
    settings = own_source(warehouse.settings, "cards", toml, customers=customers, sales=sales)
    other = Loading(settings, warehouse.connection, "cards")
    other.put("a.csv", f"id,card,name,day,n,price,note\n1,{CARD},Ann,2023-01-01,1,5,remark\n,{CARD},,x,0,y,remark\n")
    other.load()
    warehouse.put("a.csv", MIXED)
    warehouse.load()
    for table in STAGED:
        for (text,) in warehouse.connection.execute(f"select t::text from {table} as t".encode()):
            assert CARD not in text
            assert "remark" not in text
    assert warehouse.one("select count(*) from vault.identities where full_name = 'Ann'") == 1


def test_without_a_declared_day_the_day_of_the_first_load_stays(warehouse: Loading) -> None:
    warehouse.put("a.csv", export(record(Date_Purchase="2023-09-01"), record(ID="2", Date_Purchase="2023-09-02")))
    warehouse.load(today=date(2023, 9, 1))
    assert counts(warehouse, "sales") == (2, 1, 1, 0, 0)
    forget_delivery(warehouse.connection, SOURCE, "a.csv")
    warehouse.load(today=date(2023, 12, 1))
    assert counts(warehouse, "sales") == (2, 1, 1, 0, 0)


def test_money_is_exact_in_every_table(warehouse: Loading) -> None:
    kinds = warehouse.connection.execute(
        "select distinct data_type from information_schema.columns where table_schema in ('staging', 'vault', 'ops')"
    ).fetchall()
    assert not {"real", "double precision", "money"} & {kind for (kind,) in kinds}
    warehouse.put("a.csv", export(record(Price="0.1", Quantity="3"), record(ID="2", Price="12345678901.987654321")))
    warehouse.load()
    assert str(warehouse.one("select sum(unit_price) from staging.sales")) == "12345678902.087654321"


def test_a_row_that_the_database_refuses_is_told_without_its_values(warehouse: Loading) -> None:
    """Two observations of one customer on one line, which a source may declare but staging cannot tell apart."""
    toml = '[customers]\nmay_multiply = true\n[tables.export]\nfiles = ["*"]\n'
    select = "select source_line, id as customer_id, a as city from export"
    customers = f"{select} union all {select.replace('a as', 'b as')}"
    settings = own_source(warehouse.settings, "twice", toml, customers=customers)
    other = Loading(settings, warehouse.connection, "twice")
    other.put("a.csv", "id,a,b\n1,Paris,Secretville\n")
    with pytest.raises(IngestionError, match=r"staging.customers refuses a row \(23505, customers_pkey\)") as raised:
        other.load()
    assert "Secretville" not in str(raised.value)
    assert warehouse.one("select count(*) from ops.ingested_files") == 0


def test_a_source_of_sales_alone_with_orders_of_several_lines(warehouse: Loading) -> None:
    toml = 'negative_quantity = "return"\n[tables.export]\nfiles = ["*"]\n'
    sales = (
        "select source_line, who as customer_id, invoice as order_id, day as sold_at, n as quantity,"
        " price as unit_price from export"
    )
    other = Loading(own_source(warehouse.settings, "shop", toml, sales=sales), warehouse.connection, "shop")
    lines = [
        "1,A,2023-05-01,1,5",
        "1,A,2023-05-01,2,6",
        "1,B,2023-05-02,-1,5",
        ",C,2023-05-02,1,5",
        "2,,2023-05-03,1,5",
    ]
    other.put("a.csv", "\n".join(["who,invoice,day,n,price", *lines]) + "\n")
    other.load()
    assert warehouse.one("select count(*) from vault.customer_keys") == 2
    assert warehouse.one("select count(*) from vault.order_keys") == 3
    assert warehouse.rows("vault.orders", "order_id, last_seen_date") == [
        ("A", date(2023, 5, 1)),
        ("B", date(2023, 5, 2)),
    ]
    found = warehouse.rows("staging.sales", "source_line, has_order_id, quantity::int, customer_key > 0")
    assert found == [
        (2, True, 1, True),
        (3, True, 2, True),
        (4, True, -1, True),
        (5, True, 1, False),
        (6, False, 1, True),
    ]
    joined = "select count(*) from staging.sales as s inner join vault.customer_keys as k using (customer_key)"
    assert warehouse.one(joined) == 4
    assert warehouse.one("select count(*) from staging.sales inner join vault.order_keys using (order_key)") == 4
