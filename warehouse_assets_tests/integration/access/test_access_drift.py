"""Whatever differs from the declared policy is reported, and `apply` puts it right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from warehouse_assets import database as server_of
from warehouse_assets.access.apply import Outcome, Target, apply_policy, make_plan
from warehouse_assets.access.policy import PolicyError
from warehouse_assets.access.secrets import read_passwords
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.database.urls import with_login
from warehouse_assets.startup.preparation import find_drift
from warehouse_assets_tests.integration.access.logins import Access, prepared_warehouse

# {sales}, {country}, {transform}: logins; each statement list is one way to differ, named by the fact it breaks.
DRIFTS: list[tuple[str, str]] = [
    ("- grant", "grant select on mart_customers.churn_rates to sales_analyst"),
    ("+ grant", "revoke select on mart_sales.sales_by_month from sales_analyst"),
    ("- grant", "grant select (customer_key) on vault.customer_keys to auditor"),
    ("- grant", "grant select on mart_sales.sales_by_month to public"),
    ("- grant option", "grant select on mart_sales.sales_by_month to sales_analyst with grant option"),
    ("- grant", "grant insert on mart_sales.sales_by_month to {sales}"),
    ("- grant", "grant truncate on mart_sales.sales_by_month to transform"),
    ("- grant", "grant create on schema mart_sales to sales_analyst"),
    ("- grant", "grant usage on schema vault to public"),
    ("+ grant", "revoke usage on schema mart_sales from sales_analyst"),
    ("- grant", "grant usage on schema public to public"),
    ("+ grant", "revoke usage on schema information_schema from public"),
    ("- grant", "grant connect on database {database} to public"),
    ("- grant", "grant temporary on database {database} to public"),
    ("+ grant", "revoke connect on database {database} from {sales}"),
    ("+ grant", "revoke temporary on database {database} from ingest"),
    ("+ owner", "alter table mart_sales.sales_by_month owner to sales_analyst"),
    ("+ owner", "alter schema mart_sales owner to transform"),
    ("+ owner", "alter function governance.own_countries() owner to transform"),
    ("- member", "grant ingest to {sales}"),
    ("+ member", "revoke sales_analyst from {sales}"),
    ("- member", "grant pg_read_all_data to {sales}"),
    ("- member", "grant data_engineer to sales_analyst"),
    ("- admin", "grant sales_analyst to {sales} with admin option"),
    (
        "- default",
        "alter default privileges for role warehouse_owner in schema vault grant select on tables to auditor",
    ),
    ("- default", "alter default privileges for role transform grant execute on functions to public"),
    (
        "+ default",
        "alter default privileges for role transform in schema dw revoke select on tables from data_engineer",
    ),
    ("+ policy", "drop policy country_manager_rows on mart_sales.sales_by_country"),
    ("- policy", "alter policy country_manager_rows on mart_sales.sales_by_country using (true)"),
    ("- policy", "create policy everybody on mart_sales.sales_by_country using (true)"),
    ("- policy", "alter policy all_rows on mart_sales.sales_by_country to public"),
    ("+ rows", "alter table mart_sales.sales_by_country disable row level security"),
    ("- rows", "alter table mart_sales.sales_by_country force row level security"),
    ("- rows", "alter table mart_sales.sales_by_month enable row level security"),
    ("- grant", "grant execute on function governance.own_countries() to public"),
    ("+ function", "alter function governance.own_countries() security invoker"),
    ("+ function", "alter function governance.own_countries() reset search_path"),
    (
        "+ function",
        "create or replace function governance.own_countries() returns text[] language sql as 'select null::text[]'",
    ),
    ("+ function", "alter function governance.own_countries() strict"),
    ("- object", "create function mart_sales.stray() returns int language sql as 'select 1'"),
    ("- object", "create procedure mart_sales.stray() language sql as 'select 1'"),
    ("- object", "create aggregate mart_sales.stray(int) (sfunc = int4pl, stype = int)"),
    ("- object", "create function public.stray() returns int security definer language sql as 'select 1'"),
    ("- grant", "grant select on pg_catalog.pg_authid to sales_analyst"),
    ("+ grant", "revoke select on pg_catalog.pg_tables from public"),
    ("- setting", "alter database {database} set work_mem = '1GB'"),
    ("- setting", "alter role {sales} in database {database} set search_path = vault"),
    ("- attribute", "alter role {sales} superuser"),
    ("- attribute", "alter role sales_analyst createrole"),
    ("- attribute", "alter role {country} bypassrls"),
    ("- attribute", "alter role ingest login"),
    ("+ attribute", "alter role {sales} nologin"),
    ("+ attribute", "alter role {sales} noinherit"),
    ("+ limit", "alter role {sales} connection limit -1"),
    ("+ expiry", "alter role {sales} valid until 'infinity'"),
    ("+ password", "alter role {sales} password 'another password'"),
    ("+ password", "alter role {sales} password null"),
    ("- setting", "alter role {sales} set search_path = vault"),
    ("+ setting", "alter role {transform} reset role"),
    ("+ mark", "comment on role {sales} is null"),
    ("- country", "insert into governance.login_countries values ('{country}', 'Italy')"),
    ("+ country", "delete from governance.login_countries where country = 'Spain'"),
    ("- object", "create view mart_sales.all_countries as select * from mart_sales.sales_by_country"),
]


@pytest.fixture(scope="module")
def access(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    with prepared_warehouse(server, tmp_path_factory.mktemp("home")) as made:
        yield made


@pytest.fixture
def administrator(access: Access) -> Iterator[psycopg.Connection[Any]]:
    with access.administrator() as connection:
        yield connection


def target(access: Access) -> Target:
    return Target(access.settings, date(2026, 1, 1))


def filled_in(access: Access, statement: str) -> str:
    """A statement with the logins' names in it."""
    logins = {"sales": "sales_analyst", "country": "country_manager", "transform": "transform"}
    names = {short: access.login(role) for short, role in logins.items()}
    names["database"] = access.url.rpartition("/")[2]
    for short, name in names.items():
        statement = statement.replace("{" + short + "}", name)
    return statement


def test_a_second_apply_executes_nothing(access: Access, administrator: psycopg.Connection[Any]) -> None:
    assert apply_policy(administrator, target(access)) == Outcome()
    count = "select count(*) from governance.access_log"
    before = administrator.execute(count).fetchone()
    assert apply_policy(administrator, target(access)) == Outcome()
    assert administrator.execute(count).fetchone() == before


@pytest.mark.parametrize(("kind", "statement"), DRIFTS, ids=[statement[:60] for _, statement in DRIFTS])
def test_drift_is_reported_and_put_right(
    access: Access, administrator: psycopg.Connection[Any], kind: str, statement: str
) -> None:
    administrator.execute(filled_in(access, statement).encode())
    outcome = apply_policy(administrator, target(access))
    done = [str(change) for change in outcome.done]
    assert any(line.startswith(kind) for line in done), done
    assert outcome.left == []


def test_the_pipelines_own_check_sees_the_same_but_for_passwords(
    access: Access, administrator: psycopg.Connection[Any]
) -> None:
    """A superuser only may read those."""
    for statement in ("alter role {sales} password null", "grant ingest to {sales}", "alter role {sales} noinherit"):
        administrator.execute(filled_in(access, statement).encode())
    found = [str(change) for change in make_plan(administrator, target(access))]
    seen = [str(change) for change in find_drift(access.settings)]
    assert seen == [line for line in found if not line.startswith("+ password")]
    assert len(found) == len(seen) + 1 == 3
    assert apply_policy(administrator, target(access)).left == []


def test_a_relation_that_nobody_declared_is_granted_to_nobody(
    access: Access, administrator: psycopg.Connection[Any]
) -> None:
    """`mart_sales.*` means the declared tables of the mart, not a copy of the vault that somebody puts there."""
    administrator.execute("create table mart_sales.copy_of_vault as table vault.identities")
    administrator.execute("grant select on mart_sales.copy_of_vault to bi_sales")
    administrator.execute("create procedure public.stray() language sql as 'select 1'")
    try:
        outcome = apply_policy(administrator, target(access))
        assert {str(change)[:8] for change in outcome.done} == {"- grant ", "- object"}
        [left] = outcome.left
        assert str(left) == "! object       table | mart_sales.copy_of_vault" and "drop table" in left.reason
        with access.connect("sales_analyst") as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select * from mart_sales.copy_of_vault")
        assert apply_policy(administrator, target(access)) == Outcome([], [left])
    finally:
        administrator.execute("drop table mart_sales.copy_of_vault")


def test_what_is_refused_stops_nothing_else(access: Access, administrator: psycopg.Connection[Any]) -> None:
    """A function that a table of somebody's needs cannot go; all else is put right, and the reason is told."""
    administrator.execute("create function public.needed() returns int language sql as 'select 1'")
    administrator.execute("create table public.needing (a int default public.needed(), check (public.needed() > 0))")
    administrator.execute("create view public.seeing as select public.needed() as a")
    administrator.execute("create materialized view public.kept as select public.needed() as a")
    administrator.execute(filled_in(access, "grant ingest to {sales}").encode())
    try:
        outcome = apply_policy(administrator, target(access))
        assert any(line.startswith("- member") for line in map(str, outcome.done))
        left = {change.fact.parts: change.reason for change in outcome.left}
        assert set(left) == {
            ("function", "public.needed()"),
            ("table", "public.needing"),
            ("materialized view", "public.kept"),
        }
        assert "2BP01" in left["function", "public.needed()"]
        assert apply_policy(administrator, target(access)).done == []
    finally:
        administrator.execute("drop function public.needed() cascade")
        administrator.execute("drop table public.needing")


def test_a_difference_is_accepted_with_a_reason_only(access: Access, administrator: psycopg.Connection[Any]) -> None:
    administrator.execute("create table public.theirs (a int)")
    path = access.settings.home / "access" / "accepted.toml"
    try:
        path.write_text('[accepted]\n"object table | public.theirs" = "the shop\'s own notes"\n')
        assert make_plan(administrator, target(access)) == []
        path.write_text('[accepted]\n"object table | public.theirs" = ""\n')
        with pytest.raises(PolicyError, match="reason"):
            make_plan(administrator, target(access))
    finally:
        path.unlink()
        administrator.execute("drop table public.theirs")


def test_a_weaker_password_rule_is_reported(access: Access, administrator: psycopg.Connection[Any]) -> None:
    administrator.execute("set md5_password_warnings = off" if administrator.info.server_version >= 180000 else "")
    administrator.execute("set password_encryption = 'md5'")
    administrator.execute(filled_in(access, "alter role {sales} password 'weak'").encode())
    assert [str(change)[:10] for change in apply_policy(administrator, target(access)).done] == ["+ password"]
    access.connect("sales_analyst").close()


def test_a_login_that_is_declared_no_longer_is_shut_out(access: Access, administrator: psycopg.Connection[Any]) -> None:
    kept = (path := access.settings.home / "access" / "logins.toml").read_text()
    login = access.login("auditor")
    try:
        path.write_text(
            "\n".join(part for part in kept.split("\n[") if login not in part).replace("\nlogins.", "\n[logins.")
        )
        changes = {str(change) for change in apply_policy(administrator, target(access)).done}
        assert any(line.startswith("- member") and login in line for line in changes)
        assert any(line.startswith("- attribute") and line.endswith("login") for line in changes)
        with pytest.raises(server_of.ConnectionFailed):
            access.connect("auditor")
    finally:
        path.write_text(kept)
        apply_policy(administrator, target(access))
    access.connect("auditor").close()


def test_no_password_and_no_verifier_is_in_log_or_plan(access: Access, administrator: psycopg.Connection[Any]) -> None:
    administrator.execute(filled_in(access, "alter role {sales} password null").encode())
    changes = apply_policy(administrator, target(access)).done
    logged = " ".join(str(row) for row in administrator.execute("select subject from governance.access_log"))
    secrets = (access.settings.secrets_path / "logins.json").read_text()
    assert (access.settings.secrets_path / "logins.json").stat().st_mode & 0o077 == 0
    assert "SCRAM" not in logged + " ".join(map(str, changes)) + secrets
    assert Path(access.settings.secrets_path / "logins.json").exists()


def test_a_renewed_password_replaces_the_former_once(access: Access, administrator: psycopg.Connection[Any]) -> None:
    login = access.login("sales_analyst")
    former = read_passwords(access.settings.secrets_path)[login]
    renewing = Target(access.settings, date(2026, 1, 2), renew=(login,))
    assert [change.fact.kind for change in apply_policy(administrator, renewing).done] == ["expiry", "password"]
    assert read_passwords(access.settings.secrets_path)[login].text != former.text
    access.connect("sales_analyst").close()
    with pytest.raises(server_of.ConnectionFailed):
        server_of.connect(with_login(access.url, login, former.text))
    assert make_plan(administrator, target(access)) == []
