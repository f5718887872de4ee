"""Retention deletes exactly what is over its time, whatever the dates."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse_assets.ingestion.staging.overdue_identities import drop_overdue_identities
from warehouse_assets.privacy import holdings, retention
from warehouse_assets.privacy.requests import deadline
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion import orders_shop as shop
from warehouse_assets_tests.integration.ingestion.loading import Loading, export, loading, record

TODAY = date(2026, 3, 15)
LIMITS = Settings(home=Path("unused"), vault_retention_days=40, reject_retention_days=20, request_retention_days=30)
days = st.integers(-60, 3).map(lambda number: TODAY + timedelta(days=number))
near = st.sampled_from([20, 30, 40]).flatmap(lambda n: st.integers(-1, 1).map(lambda d: TODAY - timedelta(days=n + d)))
a_day = days | near


@dataclass(frozen=True)
class Case:
    """What stands in the tables, by the days that decide."""

    identities: list[tuple[int, date | None, date]]
    """(person, last seen by this record, day of the export)."""
    observed: dict[int, date | None]
    """Person -> the last login that an observation in staging tells of."""
    orders: list[date]
    rejects: list[date]
    requests: list[date | None]
    certificates: list[date]


cases = st.builds(
    Case,
    st.lists(st.tuples(st.integers(1, 3), st.none() | a_day, a_day), max_size=5),
    st.dictionaries(st.integers(1, 3), st.none() | a_day),
    st.lists(a_day, max_size=3),
    st.lists(a_day, max_size=3),
    st.lists(st.none() | a_day, max_size=3),
    st.lists(a_day, max_size=3),
)


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    limits = replace(LIMITS, home=database.home, database_url=database.database_url)
    with loading(limits) as loaded:
        yield loaded


def expected_identities(case: Case) -> list[tuple[int, date | None]]:
    """A person's identities stay together: as long as any record of him says that he was seen."""
    cutoff = TODAY - timedelta(days=40)
    seen: dict[int, list[date]] = {}
    for person, last, exported in case.identities:
        seen.setdefault(person, []).append(last or exported)
        seen[person] += [day for day in [case.observed.get(person)] if day]
    return sorted(
        ((person, last) for person, last, _ in case.identities if max(seen[person]) >= cutoff),
        key=lambda row: (row[0], str(row[1])),
    )


def fill(warehouse: Loading, case: Case) -> None:
    execute = warehouse.connection.execute
    for name in (
        "vault.identities",
        "vault.orders",
        "staging.customers",
        "staging.rejected_records",
        "governance.requests",
        "governance.certificates",
        "governance.retention_log",
        "ops.ingested_files",
    ):
        execute(f"delete from {name}".encode())
    for number, (person, last, exported) in enumerate(case.identities):
        put_file(warehouse, number, exported_on=exported)
        execute(
            "insert into vault.identities (file_key, customer_key, customer_id, last_seen_date, observed_at)"
            " values (%s, %s, 'x', %s, now())",
            [number, person, last],
        )
    for person, seen in case.observed.items():
        execute(
            "insert into staging.customers (file_key, source_line, customer_key, observed_at, geography_key,"
            " channel_key, last_login_date) values (0, %s, %s, now(), 0, 0, %s)",
            [person, person, seen],
        )
    for number, day in enumerate(case.orders):
        execute("insert into vault.orders values (1, %s, 9, 'x', %s)", [number, day])
    for number, day in enumerate(case.rejects, 100):
        put_file(warehouse, number, loaded_on=day, sales_read=1, sales_rejected=1)
        execute(
            "insert into staging.rejected_records values (%s, 's', 'f', 2, 'sales', '{r}', '{w}', null, '{}')", [number]
        )
    for number, completed in enumerate(case.requests):
        execute(
            "insert into governance.requests values (%s, 'access', 'x', '2000-01-01', '2000-02-01', %s, '')",
            [number, completed],
        )
    for number, day in enumerate(case.certificates):
        execute("insert into governance.certificates values (%s, %s, true, '{}')", [number, noon(day)])


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def put_file(warehouse: Loading, key: int, exported_on: date = TODAY, loaded_on: date = TODAY, **counts: int) -> None:
    values = {
        "file_key": key,
        "source_name": "s",
        "file_name": str(key),
        "checksum": str(key),
        "size_bytes": 1,
        "encoding": "utf-8",
        "exported_on": exported_on,
        "is_exported_on_declared": False,
        "loaded_at": noon(loaded_on),
        "delivery_status": "current",
        "attempt": 1,
        "rows_read": 1,
        **{
            f"{kind}_{what}": 0
            for kind in ("sales", "customers", "reviews")
            for what in ("read", "loaded", "rejected", "duplicate", "suppressed")
        },
        **counts,
    }
    names = ", ".join(values)
    marks = ", ".join(f"%({name})s" for name in values)
    warehouse.connection.execute(f"insert into ops.ingested_files ({names}) values ({marks})".encode(), values)


def test_exactly_what_is_over_its_time_goes(warehouse: Loading) -> None:
    warehouse.put("only.csv", export(record()))
    warehouse.load()

    @settings(max_examples=40, deadline=None)
    @given(case=cases)
    def run(case: Case) -> None:
        fill(warehouse, case)
        done = {one.name: one.number for one in retention.run_retention(shop.session(warehouse), TODAY)}
        identities = warehouse.rows("vault.identities", "customer_key, last_seen_date")
        kept = expected_identities(case)
        assert sorted(identities, key=lambda row: (row[0], str(row[1]))) == kept
        assert done["vault.identities"] == len(case.identities) - len(kept)
        orders = sorted(day for day in case.orders if day >= TODAY - timedelta(days=40))
        assert [row[0] for row in warehouse.rows("vault.orders", "last_seen_date")] == orders
        rejects = [day for day in case.rejects if day >= TODAY - timedelta(days=20)]
        assert warehouse.one("select count(*) from staging.rejected_records") == len(rejects)
        suppressed = warehouse.one("select coalesce(sum(sales_suppressed), 0)::int from ops.ingested_files")
        assert suppressed == done["staging.rejected_records"] == len(case.rejects) - len(rejects)
        asked = [day for day in case.requests if day is None or day >= TODAY - timedelta(days=30)]
        assert warehouse.one("select count(*) from governance.requests") == len(asked)
        certified = [day for day in case.certificates if day >= TODAY - timedelta(days=30)]
        assert warehouse.one("select count(*) from governance.certificates") == len(certified)
        assert not any(retention.overdue(warehouse.connection, warehouse.settings, TODAY).values())
        again = retention.run_retention(shop.session(warehouse), TODAY)
        assert not any(one.number for one in again)
        logged = dict(warehouse.rows("governance.retention_log", "retained_name, deleted_count::int"))
        assert logged == done

    run()


def test_what_is_overdue_shows_before_and_not_after(warehouse: Loading) -> None:
    fill(warehouse, Case([(1, date(2020, 1, 1), date(2020, 1, 1))], {}, [date(2020, 1, 1)], [date(2020, 1, 1)], [], []))
    found = retention.overdue(warehouse.connection, warehouse.settings, TODAY)
    assert {name: number for name, number in found.items() if number} == {
        "vault.identities": 1,
        "vault.orders": 1,
        "staging.rejected_records": 1,
    }


def test_original_files_go_when_their_time_is_over(warehouse: Loading) -> None:
    """Their own dates may be those of another machine: what counts is when they came and were loaded."""
    warehouse.put("a.csv", export(record()))
    warehouse.put("b.csv", export(record(ID="2")))
    warehouse.put("never_loaded.txt", "x")
    warehouse.load()
    os.utime(warehouse.folder / "a.csv", (0, 0))
    today = datetime.now(UTC).date()
    for days_later in (0, 29, 30):
        done = retention.run_retention(shop.session(warehouse), today + timedelta(days=days_later))
        assert {one.name: one.number for one in done}[retention.FILES] == 0
    warehouse.connection.execute("update ops.ingested_files set loaded_at = now() + '2 days' where file_name = 'b.csv'")
    after = retention.run_retention(shop.session(warehouse), today + timedelta(days=31))
    assert {one.name: one.number for one in after}[retention.FILES] == 2
    assert [path.name for path in warehouse.folder.iterdir()] == ["b.csv"]
    assert warehouse.one("select count(*) from staging.sales") == 2


def test_identities_that_are_overdue_go_before_anything_is_built_and_those_that_become_so_daily(
    warehouse: Loading,
) -> None:
    """When the loads of a run are done, and at each later day: the vault holds whom retention lets it hold."""
    warehouse.put("a.csv", export(record(ID="1"), record(ID="2", UserLastLoginDate="2023-06-20")))
    warehouse.load(today=date(2023, 6, 20))
    drop_overdue_identities(warehouse.connection, date(2023, 6, 20) - timedelta(days=40))
    assert warehouse.rows("vault.identities", "customer_id") == [("2",)]
    for today, number in ((date(2023, 7, 30), 1), (date(2023, 7, 31), 0)):
        retention.run_retention(shop.session(warehouse), today)
        assert warehouse.one("select count(*) from vault.identities") == number


def test_people_long_gone_become_anonymous_where_a_limit_is_set(database: Settings) -> None:
    limited = replace(shop.shop_settings(database), history_retention_days=100)
    with loading(limited, "shop") as warehouse:
        shop.put_all(warehouse)
        warehouse.load()
        shop.build(warehouse)
        before = shop.totals(warehouse)
        retention.run_retention(shop.session(warehouse), date(2023, 6, 1) + timedelta(days=101))
        shop.build(warehouse)
        session = shop.session(warehouse)
        bob, ann = session.person("shop", "bob"), session.person("shop", "ann77")
        assert set(holdings.held_rows(warehouse.connection, bob.keys, [])) == set()
        assert "staging.customers" in holdings.held_rows(warehouse.connection, ann.keys, [])
        assert shop.totals(warehouse) == before


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 1, 15), date(2026, 2, 15)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 2, 28), date(2026, 3, 28)),
    ],
)
def test_a_request_is_due_in_one_month(received: date, due: date) -> None:
    assert deadline(received) == due
