"""What nobody may do, whatever they send; and what a country manager sees."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse_assets.access.policy import read_policy
from warehouse_assets.database import ConnectionFailed, DatabaseUrls, connect
from warehouse_assets.database.urls import with_login
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import prepare_warehouse
from warehouse_assets_tests.integration.access.logins import GROUPS, Access, prepared_warehouse

NAMES = ("France", "Spain", "Italy", "Côte d'Ivoire", "Unknown")
ROWS = [(date(2023, month, 1), name) for month in (1, 2, 3) for name in NAMES]
REFUSED = (
    "set role warehouse_owner",
    "set role transform",
    "set role ingest",
    "set session authorization warehouse",
    "select pg_read_file('postgresql.conf')",
    "select pg_read_binary_file('postgresql.conf')",
    "select pg_ls_dir('.')",
    "select pg_stat_file('postgresql.conf')",
    "copy (select 1) to program 'id'",
    "copy (select 1) to '/tmp/stolen'",
    "create table mart_sales.mine (a int)",
    "create table public.mine (a int)",
    "create schema mine",
    "create function public.count(text) returns int language sql as 'select 1'",
    "create function mart_sales.sum(text) returns int language sql as 'select 1'",
    "create extension dblink schema mart_sales",
    "create extension postgres_fdw schema mart_sales",
    "create role mine login",
    "create database mine",
    "alter role current_user superuser",
    "alter database {database} set search_path = public",
    "alter table mart_sales.sales_by_country disable row level security",
    "alter system set log_statement = 'all'",
    "select lo_import('postgresql.conf')",
    "select rolpassword from pg_authid",
    "select * from pg_statistic",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres' or usename = 'warehouse'",
    "set session_replication_role = replica",
    "select pg_reload_conf()",
    "grant sales_analyst to current_user",
    "insert into governance.login_countries values (current_user, 'France')",
    "update governance.login_countries set country = 'France'",
)
TEMPORARY = "create temporary table mine (a int)"
OTHERS_STATISTICS = """
select schemaname, tablename from pg_stats
where schemaname in ('vault', 'staging') or (schemaname, tablename) = ('mart_sales', 'sales_by_country')
"""


@pytest.fixture(scope="module")
def access(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    with prepared_warehouse(server, tmp_path_factory.mktemp("home")) as made:
        _fill(made)
        yield made


def _fill(access: Access) -> None:
    with access.administrator() as connection:
        connection.cursor().executemany(
            "insert into mart_sales.sales_by_country (source_name, is_total, month, currency_code, country,"
            " order_count, units_sold, net_revenue_amount, as_of_date)"
            " values ('shop', false, %s, 'EUR', %s, 1, 1, 1, '2023-04-01')",
            ROWS,
        )
        connection.execute("analyze mart_sales.sales_by_country")
        connection.execute(
            "create view mart_sales.country_list with (security_invoker = true) as"
            " select distinct country from mart_sales.sales_by_country"
        )
        connection.execute("grant select on mart_sales.country_list to country_manager, sales_analyst")


@pytest.mark.parametrize("role", GROUPS)
def test_no_way_up(access: Access, role: str) -> None:
    with access.connect(role) as connection:
        connection.autocommit = True  # as some of it runs in no transaction
        for statement in (*REFUSED, TEMPORARY):
            text = statement.replace("{database}", access.url.rpartition("/")[2])
            with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
                connection.execute(text.encode())
            assert refused.value.sqlstate == "42501", statement
        may_read = {"data_engineer", "dpo", "sales_analyst", "bi_sales"}
        assert connection.execute(OTHERS_STATISTICS.encode()).fetchall() == [] or role in may_read


@pytest.mark.parametrize("role", ["ingest", "transform"])
def test_no_way_up_for_the_pipeline_either(access: Access, role: str) -> None:
    """It makes temporary tables, and tables where it builds; nothing else is open to it."""
    other = {"ingest": "transform", "transform": "ingest"}[role]
    with access.connect(role) as connection:
        connection.autocommit = True
        for statement in (*REFUSED, f"set role {other}"):
            if statement == f"set role {role}":
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.replace("{database}", access.url.rpartition("/")[2]).encode())
        connection.execute(TEMPORARY.encode())


def test_a_login_reaches_no_other_warehouse(access: Access, database: Settings) -> None:
    """Two warehouses of one server share the groups; a login is let into its own database only."""
    prepare_warehouse(database)
    here, password = access.login("sales_analyst"), _password(access, "sales_analyst")
    with pytest.raises(ConnectionFailed, match="permission denied"):
        connect(with_login(str(database.database_url), here, password))
    access.connect("sales_analyst").close()


def test_a_wrong_password_is_refused(access: Access) -> None:
    with pytest.raises(ConnectionFailed, match="password"):
        connect(with_login(access.url, access.login("dpo"), "not the password"))


def _password(access: Access, role: str) -> str:
    from warehouse_assets.access.secrets import read_passwords

    return read_passwords(access.settings.secrets_path)[access.login(role)].text


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(countries=st.sets(st.sampled_from((*NAMES, "Atlantis", "france", "%"))))
def test_a_country_manager_sees_exactly_her_countries(access: Access, countries: set[str]) -> None:
    login = access.login("country_manager")
    with access.administrator() as connection:
        connection.execute("delete from governance.login_countries where login_name = %s", [login])
        connection.cursor().executemany(
            "insert into governance.login_countries values (%s, %s)", [(login, name) for name in countries]
        )
    expected = sorted((month, name) for month, name in ROWS if name in countries)
    with access.connect("country_manager") as connection:
        table = connection.execute("select month, country from mart_sales.sales_by_country").fetchall()
        assert sorted(table) == expected
        view = connection.execute("select country from mart_sales.country_list").fetchall()
        assert {name for (name,) in view} == {name for _, name in expected}
        assert [row[1] for row in sorted(_exported(connection))] == [name for _, name in expected]


def _exported(connection: psycopg.Connection[tuple[object, ...]]) -> list[list[str]]:
    with connection.cursor().copy("copy mart_sales.sales_by_country (month, country) to stdout (format csv)") as copy:
        text = b"".join(bytes(part) for part in copy).decode()
    return list(csv.reader(StringIO(text)))


@pytest.mark.parametrize(
    "attempt",
    [
        "select country from mart_sales.sales_by_country where true or country = 'Italy'",
        "select country from mart_sales.sales_by_country where 1 / (case country when 'Italy' then 0 else 1 end) = 1",
        "select country from mart_sales.sales_by_country where country::numeric is null or country in ('France')",
        "select country from only mart_sales.sales_by_country union all select country from mart_sales.country_list",
        "set role country_manager; select country from mart_sales.sales_by_country",
        "set row_security = off; select country from mart_sales.sales_by_country",
        "select unnest(histogram_bounds::text::text[]) from pg_stats where tablename = 'sales_by_country'",
        "select unnest(governance.own_countries())",
    ],
)
def test_whatever_she_sends_she_sees_no_other_country(access: Access, attempt: str) -> None:
    login = access.login("country_manager")
    with access.administrator() as connection:
        connection.execute("delete from governance.login_countries where login_name = %s", [login])
        connection.execute("insert into governance.login_countries values (%s, 'France')", [login])
    with access.connect("country_manager") as connection:
        seen: set[str] = set()
        try:
            for statement in attempt.split("; "):
                cursor = connection.execute(statement.encode())
            seen = {str(row[0]) for row in cursor.fetchall()}
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidTextRepresentation) as error:
            seen = {name for name in NAMES if name in str(error)}
        assert seen <= {"France"}


@pytest.mark.parametrize("role", read_policy().functions["governance.rejected_shares()"])
def test_readers_may_ask_what_share_was_rejected(access: Access, role: str) -> None:
    with access.connect(role) as connection:
        assert connection.execute("select governance.rejected_shares()").fetchone() == ({},)


def test_readers_of_the_whole_mart_see_every_row(access: Access) -> None:
    for role in ("sales_analyst", "bi_sales", "data_engineer", "dpo", "transform"):
        with access.connect(role) as connection:
            row = connection.execute("select count(*) from mart_sales.sales_by_country").fetchone()
        assert row == (len(ROWS),), role
