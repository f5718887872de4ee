"""On a server of one's own: what the warehouse's roles can reach beside its database is named, and never touched."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from warehouse_assets import database
from warehouse_assets.access.plan import Change, as_script
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.database.databases import make_database
from warehouse_assets.database.urls import database_name, with_database
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import apply_access, find_drift, plan_access, prepare_warehouse
from warehouse_assets_tests.databases import new_database
from warehouse_assets_tests.integration.access.logins import declare_logins
from warehouse_assets_tests.pipeline.debian import debian_server

# {shop}: a database of somebody else; {sales}: a login of the warehouse. Each with the line that tells of it.
REACHED: list[tuple[str, str]] = [
    ("grant select on public.till to public", "grant table | public.till | SELECT | PUBLIC"),
    ("grant select (name) on public.till to {sales}", "grant table | public.till | SELECT (name) | {sales}"),
    ("grant insert on public.till to sales_analyst with grant option", "grant option table | public.till | INSERT"),
    ("grant usage on sequence public.numbers to public", "grant sequence | public.numbers | USAGE | PUBLIC"),
    ("create function public.say() returns int language sql as 'select 1'", "grant all routines in schema | public"),
    ("grant execute on function public.say() to {sales}", "grant function | public.say() | EXECUTE | {sales}"),
    ("grant create on schema public to {sales}", "grant schema | public | CREATE | {sales}"),
    ("grant usage on schema shelf to public", "grant schema | shelf | USAGE | PUBLIC"),
    ("alter table shelf.stock owner to auditor", "owner table | shelf.stock | auditor"),
    ("grant select on pg_catalog.pg_authid to auditor", "grant table | pg_catalog.pg_authid | SELECT | auditor"),
    ("alter default privileges grant select on tables to public", "default warehouse | tables | SELECT | PUBLIC"),
    ("select lo_create(424242); grant select on large object 424242 to public", "grant large object | 424242"),
]
IN_DAGSTERS: list[tuple[str, str]] = [
    ("create table public.copy (name text)", "object table | public.copy"),
    ("create view public.runs_of_all as select 1 as a", "object view | public.runs_of_all"),
    (
        "create function public.leak() returns int security definer language sql as 'select 1'",
        "object function | public.leak()",
    ),
    ("create table public.runs (a int); grant select on public.runs to public", "grant table | public.runs | SELECT"),
    ("create role a_reader; alter table public.runs owner to a_reader", "owned table | public.runs | a_reader"),
    ("create policy spy on public.runs using (true)", "policy public.runs | spy"),
    ("grant connect on database {dagster} to public", "grant database | {dagster} | CONNECT | PUBLIC"),
    ("alter default privileges grant select on tables to a_reader", "default warehouse | tables | SELECT | a_reader"),
    ("select lo_create(31)", "object large object | 31"),
]


@dataclass(frozen=True)
class Place:
    """A warehouse on a server of its own, beside a database that somebody else uses; Dagster's is on another server."""

    settings: Settings
    shop: str
    dagster: str
    sales: str

    def named(self, text: str) -> str:
        names = {"shop": database_name(self.shop), "sales": self.sales, "dagster": database_name(self.dagster)}
        for word, name in names.items():
            text = text.replace(f"{{{word}}}", name)
        return text

    def run(self, url: str, statements: str) -> None:
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            for statement in self.named(statements).split("; "):
                connection.execute(statement.encode())


@contextmanager
def everybodys_database(server: DatabaseUrls) -> Iterator[str]:
    """A database that everybody may enter, as PostgreSQL makes it."""
    with new_database(server, f"shop_{uuid.uuid4().hex[:8]}") as url:
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            connection.execute(f"grant connect on database {database_name(url)} to public".encode())
            for statement in (
                "create table public.till (name text)",
                "create sequence public.numbers",
                "create schema shelf",
                "create table shelf.stock (a int)",
            ):
                connection.execute(statement.encode())
        yield url


@pytest.fixture(scope="module")
def place(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home, name = tmp_path_factory.mktemp("home"), f"own_{uuid.uuid4().hex[:8]}"
    with debian_server() as other, everybodys_database(server) as shop, new_database(server, name) as url:
        dagster = with_database(other, "records")
        settings = Settings(home=home, database_url=url, dagster_database_url=dagster)
        access = declare_logins(settings)
        assert prepare_warehouse(settings)
        yield Place(settings, shop, dagster, access.login("sales_analyst"))


def lines(changes: list[Change]) -> list[str]:
    return [re.sub(r" +", " ", str(change)) for change in changes]


def told(place: Place, changes: list[Change], expected: str, name: str) -> bool:
    wanted = place.named(f"! {expected}")
    return any(line.startswith(wanted) and line.endswith(f"in database {name}") for line in lines(changes))


def everything_in(url: str) -> list[tuple[object, ...]]:
    """Rights and objects of a database, to compare before and after."""
    query = (
        "select oid::text, relname::text, relacl::text, relowner::text from pg_class where oid > 16383"
        " union all select oid::text, proname, proacl::text, proowner::text from pg_proc where oid > 16383"
        " union all select oid::text, nspname, nspacl::text, nspowner::text from pg_namespace"
        " union all select oid::text, datname, datacl::text, datdba::text from pg_database where datname ="
        " current_database() order by 1"
    )
    with closing(psycopg.connect(url)) as connection:
        return connection.execute(query).fetchall()


def test_a_database_that_offers_nothing_but_itself_is_named_and_an_empty_one_is_not(place: Place) -> None:
    shop = place.named("{shop}")
    found = plan_access(place.settings)
    assert lines(found) == lines(find_drift(place.settings))

    rights = ("CONNECT", "TEMPORARY")
    assert lines(found) == [f"! grant database | {shop} | {right} | PUBLIC | in database {shop}" for right in rights]
    assert "revoke CONNECT" in found[0].reason and "accept" in found[0].reason
    # `postgres` and `template1` of this server let everybody in too.


def test_whatever_the_roles_can_reach_is_named_and_left_alone(place: Place) -> None:
    for statement, _ in REACHED:
        place.run(place.shop, statement)
    before = everything_in(place.shop)
    planned, checked = plan_access(place.settings), find_drift(place.settings)
    outcome = apply_access(place.settings)
    for _, line in REACHED:
        for changes in (planned, checked, outcome.left):
            assert told(place, changes, line, database_name(place.shop)), (line, lines(changes))
    assert outcome.done == [] and everything_in(place.shop) == before
    assert lines(planned) == lines(checked) == lines(outcome.left)
    assert all(change.reason for change in outcome.left)
    assert all(line.startswith("-- ") for line in as_script(planned))


def test_all_of_dagsters_database_on_another_server_is_compared(place: Place) -> None:
    for statement, _ in IN_DAGSTERS:
        place.run(place.dagster, statement)
    before = everything_in(place.dagster)
    outcome = apply_access(place.settings)
    for _, line in IN_DAGSTERS:
        assert told(place, outcome.left, line, "records"), (line, lines(outcome.left))
        assert told(place, find_drift(place.settings), line, "records")
    assert outcome.done == [] and everything_in(place.dagster) == before


def test_a_database_that_nobody_of_the_warehouse_can_enter_is_no_matter(place: Place, server: DatabaseUrls) -> None:
    with new_database(server, "closed_one") as url:
        place.run(url, "create table public.theirs (a int); grant select on public.theirs to public")
        assert "closed_one" not in "".join(lines(plan_access(place.settings)))
        place.run(url, "grant connect on database closed_one to {sales}")
        found = lines(plan_access(place.settings))
        assert place.named("! grant table | public.theirs | SELECT | PUBLIC | in database closed_one") in found
        assert place.named("! grant database | closed_one | CONNECT | {sales} | in database closed_one") in found
        assert "! unseen closed_one | in database closed_one" in lines(find_drift(place.settings))


def test_a_login_that_becomes_a_member_is_seen_and_the_administrators_members_are_named(place: Place) -> None:
    place.run(place.shop, "create role keepers; grant keepers to {sales}; grant warehouse to keepers")
    try:
        found = lines(plan_access(place.settings))
        assert place.named("- member keepers | {sales}") in found
        assert "! member warehouse | keepers" in found
    finally:
        place.run(place.shop, "drop role keepers")


def test_a_slot_and_a_subscription_of_the_warehouses_database_are_named(place: Place) -> None:
    url = str(place.settings.database_url)
    place.run(url, "create subscription spy connection 'dbname=x' publication p with (connect = false)")
    try:
        assert "! object subscription | spy" in lines(plan_access(place.settings))
        assert "! object subscription | spy" in lines(find_drift(place.settings))
    finally:
        place.run(url, "alter subscription spy set (slot_name = none); drop subscription spy")


def test_dagsters_database_that_is_the_warehouses_own_is_compared_once(server: DatabaseUrls, place: Place) -> None:
    with new_database(server, f"both_{uuid.uuid4().hex[:8]}") as url:
        settings = Settings(home=place.settings.home / "both", database_url=url, dagster_database_url=url)
        declare_logins(settings)
        assert prepare_warehouse(settings)
        assert not [line for line in lines(plan_access(settings)) if database_name(url) in line]


def test_a_database_that_the_warehouse_makes_lets_nobody_else_in(place: Place) -> None:
    url = with_database(place.dagster, f"made_{uuid.uuid4().hex[:8]}")
    make_database(url, "WAREHOUSE_DATABASE_URL")
    with database.connect(url) as connection:
        row = connection.execute("select has_database_privilege('public', current_database(), 'connect')").fetchone()
    assert row == (False,)
