"""Deny by default, over everything that the embedded server has: all kinds of drift at once on a server of its own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from warehouse_assets import database
from warehouse_assets.access.apply import Outcome
from warehouse_assets.access.catalogue.coverage import read_coverage
from warehouse_assets.access.catalogue.initial_state import file_of, write
from warehouse_assets.access.catalogue.objects import DAGSTER_TABLES
from warehouse_assets.access.explanation import explained
from warehouse_assets.access.grants import KINDS
from warehouse_assets.access.plan import Change
from warehouse_assets.database.embedded import find
from warehouse_assets.database.urls import with_database
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import apply_access, find_drift, plan_access, prepare_warehouse
from warehouse_assets_tests.conftest import remove_warehouse
from warehouse_assets_tests.integration.access.injected_drift import DRIFTS, Drift

NAMES = {"{login}": "demo_sales", "{stranger}": "a_stranger"}


@dataclass(frozen=True)
class Story:
    """What was seen of all drift, what was done about it, and what was left."""

    settings: Settings
    planned: list[Change]
    checked: list[Change]
    first: Outcome
    second: Outcome
    logged: tuple[int, int]
    """Lines of the log of the first and of the second apply."""


@pytest.fixture(scope="module")
def home() -> Iterator[Settings]:
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="wh-drift-")))
    try:
        prepare_warehouse(settings)
        yield settings
    finally:
        remove_warehouse(settings)


@pytest.fixture(scope="module")
def story(home: Settings) -> Story:
    assert plan_access(home) == []
    assert find_drift(home) == []
    for drift in DRIFTS:
        inject(home, drift)
    write_files(home)
    planned, checked = plan_access(home), find_drift(home)
    counts = [logged(home)]
    outcomes = []
    for _ in range(2):
        outcomes.append(apply_access(home))
        counts.append(logged(home))
    written = (counts[1] - counts[0], counts[2] - counts[1])
    return Story(home, planned, checked, *outcomes, written)


def logged(home: Settings) -> int:
    with database.connect(database.ensure_running(home).warehouse) as connection:
        row = connection.execute("select count(*)::int from governance.access_log").fetchone()
    return row[0] if row else 0


def inject(home: Settings, drift: Drift) -> None:
    url = database.ensure_running(home).warehouse
    with closing(psycopg.connect(with_database(url, drift.database or "warehouse"), autocommit=True)) as connection:
        for statement in named(drift.statement).split("; "):
            connection.execute(statement.encode())


def write_files(home: Settings) -> None:
    """As somebody with the server's account could."""
    data = find(home.home).data
    with (data / "pg_hba.conf").open("a") as file:
        file.write("host all all 0.0.0.0/0 trust\n")
    with (data / "postgresql.conf").open("a") as file:
        file.write("\nlog_lock_waits = on\n")


def named(text: str) -> str:
    for mark, name in NAMES.items():
        text = text.replace(mark, name)
    return text


def lines(changes: list[Change]) -> list[str]:
    return [re.sub(r" +", " ", str(change)) for change in changes]


IN_FILES = [
    Drift("", "! server setting log_lock_waits | on | postgresql.conf"),
    Drift("", "! login rule host | all | all | 0.0.0.0/0.0.0.0 | trust"),
]


@pytest.mark.parametrize("drift", [*DRIFTS, *IN_FILES], ids=lambda drift: drift.line[:50])
def test_all_drift_is_seen_and_undone_or_left_to_a_person(story: Story, drift: Drift) -> None:
    expected = named(drift.line)

    def tells(line: str) -> bool:
        return line.startswith(expected) and (not drift.database or f"in database {drift.database}" in line)

    assert any(map(tells, lines(story.planned))), expected
    assert any(map(tells, lines(story.checked))), "the pipeline's own check"
    left = [change for change, line in zip(story.first.left, lines(story.first.left), strict=True) if tells(line)]
    if drift.is_for_a_person:
        assert left and all(change.reason for change in left)
    else:
        assert not left, [change.reason for change in left]


def test_the_kinds_are_many_and_different() -> None:
    assert len({drift.line for drift in DRIFTS}) == len(DRIFTS) >= 80


def test_plan_check_and_apply_agree(story: Story) -> None:
    assert lines(story.checked) == lines(story.planned)
    decisions = [line for line in lines(story.planned) if line.startswith("!")]
    assert sorted(decisions) == sorted(lines(story.first.left))


def test_a_second_apply_executes_nothing(story: Story) -> None:
    assert story.second.done == []
    assert lines(story.second.left) == lines(story.first.left)
    assert story.logged == (len(story.first.done), 0)


def test_only_what_a_person_must_decide_is_left(story: Story) -> None:
    assert {change.verb for change in story.first.left} == {"decide"}, [
        change.explained() for change in story.first.left if change.verb != "decide"
    ]


def test_the_list_explains_itself(story: Story) -> None:
    told = "\n".join(explained(story.settings, story.first.left))
    assert "pg_statistic " in told and "drop database stray" in told and "SCRAM" not in told


def test_a_column_that_nobody_declared_is_seen(home: Settings, story: Story) -> None:
    """An administrator's command drops and rebuilds a derived table with other columns; the check sees it before."""
    inject(home, Drift("alter table mart_sales.sales_by_month add column note text", ""))
    assert "! table column mart_sales.sales_by_month | note" in lines(find_drift(home))
    assert "! table column mart_sales.sales_by_month | note" not in lines(plan_access(home))


def test_every_catalogue_is_compared_or_says_why_not(home: Settings) -> None:
    query = "select relname::text from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r'"
    with database.connect(database.ensure_running(home).warehouse) as connection:
        there = {name for (name,) in connection.execute(query)}
    listed = {entry.catalogue for entry in read_coverage()}
    assert there - listed == set()
    assert all("A view, not a catalogue" in entry.reason for entry in read_coverage() if entry.catalogue not in there)
    assert {kind for entry in read_coverage() for kind in entry.kinds} <= set(KINDS)


def test_what_postgresql_makes_is_known(server: database.DatabaseUrls) -> None:
    """The file of hashes is that of a fresh database; template1 of the shared server is never changed."""
    with database.connect(with_database(server.warehouse, "template1")) as connection:
        version = connection.info.server_version // 10_000
        if not file_of(version).exists():
            pytest.skip(f"no hashes of PostgreSQL {version}")
        connection.execute("set search_path = ''")
        assert write(connection) == file_of(version).read_text(encoding="ascii")


def test_dagsters_tables_are_known() -> None:
    from dagster._core.storage.event_log import SqlEventLogStorageMetadata
    from dagster._core.storage.runs.schema import RunStorageSqlMetadata
    from dagster._core.storage.schedules.schema import ScheduleStorageSqlMetadata

    made = [SqlEventLogStorageMetadata, RunStorageSqlMetadata, ScheduleStorageSqlMetadata]
    names = {f"public.{name}" for metadata in made for name in metadata.tables}
    assert names | {"public.alembic_version"} == DAGSTER_TABLES
