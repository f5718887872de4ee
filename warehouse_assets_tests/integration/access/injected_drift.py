"""Ways in which somebody can change a server beside its declarations: each with the difference that must be seen.

{login}: a login of sales; {stranger}: a login that nobody declared. Statements run in this order, in one server.
"""

from __future__ import annotations

from typing import NamedTuple


class Drift(NamedTuple):
    """One or more statements, and the beginning of the line that tells of them."""

    statement: str
    line: str
    database: str = ""

    @property
    def is_for_a_person(self) -> bool:
        return self.line.startswith("!")


HIDDEN = "create schema hidden; create table hidden.copy as table vault.identities"
SALES = "mart_sales.sales_by_month"
DRIFTS = [
    # roles, memberships, settings
    Drift("create role {stranger} login", "! role {stranger}"),
    Drift("create role a_group", "! role a_group"),
    Drift("alter role {stranger} superuser", "- attribute {stranger} | superuser"),
    Drift("alter role {stranger} bypassrls", "- attribute {stranger} | bypassrls"),
    Drift("alter role {stranger} createdb", "- attribute {stranger} | createdb"),
    Drift("alter role a_group replication", "- attribute a_group | replication"),
    Drift("select 1", "- attribute {stranger} | login"),
    Drift("grant pg_read_all_data to {stranger}", "- member pg_read_all_data | {stranger}"),
    Drift("grant a_group to {login}", "- member a_group | {login}"),
    Drift("grant pg_write_server_files to pg_monitor", "- member pg_write_server_files | pg_monitor"),
    Drift("grant sales_analyst to {login} with inherit false", "+ membership sales_analyst | {login} | inherit | true"),
    Drift("grant sales_analyst to {login} with set false", "+ membership sales_analyst | {login} | set | true"),
    Drift("grant auditor to {stranger} with admin option", "- admin auditor | {stranger}"),
    Drift(
        "create role a_guest; grant dpo to a_group with admin option;  grant dpo to a_guest granted by a_group",
        "- grantor dpo | a_guest | a_group",
    ),
    Drift("alter role {stranger} set row_security = off", "- setting {stranger} | row_security=off"),
    Drift("alter role all set search_path = hidden", "- setting search_path=hidden"),
    Drift("alter database warehouse set work_mem = '64MB'", "- setting work_mem=64MB | warehouse"),
    Drift("alter database postgres set work_mem = '65MB'", "- setting work_mem=65MB | postgres"),
    Drift("alter role {login} in database warehouse set work_mem = '66MB'", "- setting {login} | work_mem=66MB"),
    Drift("alter system set log_statement = 'all'", "- server setting log_statement | all | postgresql.auto.conf"),
    Drift("alter role {login} valid until 'infinity'", "+ expiry {login}"),
    Drift("alter role {login} connection limit 99", "+ limit {login}"),
    # databases and tablespaces
    Drift("create database stray", "! object database | stray"),
    Drift("grant connect on database postgres to public", "- grant database | postgres | CONNECT | PUBLIC"),
    Drift("grant temporary on database warehouse to {login}", "- grant database | warehouse | TEMPORARY | {login}"),
    Drift("alter database template1 is_template false", "+ database option template1 | is_template | true"),
    Drift("alter database template0 allow_connections true", "+ database option template0 | allow_connections | false"),
    Drift("alter database postgres connection limit 7", "+ database option postgres | connection limit | -1"),
    Drift("alter database template1 owner to {stranger}", "+ owner database | template1"),
    Drift(
        "set allow_in_place_tablespaces = on; create tablespace elsewhere location ''",
        "! object tablespace | elsewhere",
    ),
    Drift("grant create on tablespace pg_default to {login}", "- grant tablespace | pg_default | CREATE | {login}"),
    # copies and what reads them
    Drift(HIDDEN, "! object schema | hidden"),
    Drift("select 1", "! object table | hidden.copy"),
    Drift("grant usage on schema hidden to public", "- grant schema | hidden | USAGE | PUBLIC"),
    Drift("grant select on hidden.copy to {login}", "- grant table | hidden.copy | SELECT | {login}"),
    Drift("grant select (full_name) on hidden.copy to auditor", "- grant table | hidden.copy | SELECT (full_name)"),
    Drift("create table mart_sales.copy as table vault.identities", "! object table | mart_sales.copy"),
    Drift("create view mart_sales.names as select full_name from vault.identities", "- object view | mart_sales.names"),
    Drift(
        "create materialized view mart_sales.kept as table vault.identities",
        "! object materialized view | mart_sales.kept",
    ),
    Drift("create sequence hidden.numbers", "- object sequence | hidden.numbers"),
    Drift(
        "create table hidden.child () inherits (mart_sales.sales_by_month)",
        f"- inheritance hidden.child | {SALES} | child",
    ),
    Drift(
        "create table hidden.part (like dw.fct_sales including all);"
        " alter table dw.fct_sales attach partition hidden.part"
        " for values from ('1990-01-01') to ('1990-02-01')",
        "- inheritance hidden.part | dw.fct_sales | partition",
    ),
    Drift("select lo_create(777777)", "! object large object | 777777"),
    Drift("select lo_create(31)", "! object large object | 31"),
    Drift("grant select on large object 777777 to public", "- grant large object | 777777 | SELECT | PUBLIC"),
    Drift(f"alter table {SALES} alter column month set default now()", f"- object default value | {SALES} month"),
    Drift(
        f"alter table {SALES} add constraint spy check (pg_backend_pid() > 0)",
        f"- object table constraint | spy on {SALES}",
    ),
    Drift("create index spy on vault.identities (lower(full_name))", "- object index | vault.spy"),
    # what runs by itself
    Drift(
        "create function public.leak() returns text security definer language sql as"
        " 'select full_name from vault.identities'",
        "- object function | public.leak()",
    ),
    Drift("create procedure mart_sales.stray() language sql as 'select 1'", "- object procedure | mart_sales.stray()"),
    Drift(
        "create aggregate mart_sales.strange(int) (sfunc = int4pl, stype = int)",
        "- object aggregate | mart_sales.strange(integer)",
    ),
    Drift(
        "create function hidden.spying() returns trigger language plpgsql as 'begin return new;end';"
        " create trigger spy after insert on vault.identities for each row execute function hidden.spying()",
        "- object trigger | spy on vault.identities",
    ),
    Drift(f"create rule spy as on insert to {SALES} do also select 1", f"- object rule | spy on {SALES}"),
    Drift(
        "create function hidden.watching() returns event_trigger language plpgsql as 'begin end';"
        " create event trigger watch on sql_drop execute function hidden.watching()",
        "- object event trigger | watch",
    ),
    Drift("alter function governance.own_countries() leakproof", "+ function governance.own_countries()"),
    # the kinds that are seldom looked at
    Drift("create extension dblink", "- object extension | dblink"),
    Drift("create foreign data wrapper elsewhere", "- object foreign-data wrapper | elsewhere"),
    Drift("create server abroad foreign data wrapper elsewhere", "- object server | abroad"),
    Drift("grant usage on foreign server abroad to {login}", "- grant foreign server | abroad | USAGE | {login}"),
    Drift("grant usage on foreign data wrapper elsewhere to {login}", "- grant foreign data wrapper | elsewhere"),
    Drift("create user mapping for {login} server abroad", "- object user mapping | {login} on server abroad"),
    Drift("create foreign table hidden.far (a int) server abroad", "- object foreign table | hidden.far"),
    Drift("create publication spy for table vault.identities", "- object publication | spy"),
    Drift(
        "create subscription spy connection 'dbname=x' publication p with (connect = false)",
        "! object subscription | spy",
    ),
    Drift("select pg_replication_origin_create('spy')", "- replication origin | spy"),
    Drift("create type hidden.mood as enum ('calm')", "- object type | hidden.mood"),
    Drift("create domain hidden.word as text check (value != '')", "- object type | hidden.word"),
    Drift("create type hidden.pair as (a int, b int)", "- object type | hidden.pair"),
    Drift("grant usage on type hidden.mood to {login}", "- grant type | hidden.mood | USAGE | {login}"),
    Drift(
        "create operator public.=== (leftarg = text, rightarg = text, function = texteq)",
        "- object operator | public.===(pg_catalog.text,pg_catalog.text)",
    ),
    Drift("create operator family hidden.sorted using btree", "- object operator family | hidden.sorted USING btree"),
    Drift(
        "create operator class hidden.other for type int using btree as operator 1 <",
        "- object operator class | hidden.other USING btree",
    ),
    Drift(
        "create function hidden.made(hidden.pair) returns text language sql as 'select ''x''';"
        " create cast (hidden.pair as text) with function hidden.made(hidden.pair) as implicit",
        "- object cast | ",
    ),
    Drift("create collation hidden.plain (locale = 'C')", "- object collation | hidden.plain"),
    Drift(
        "create conversion hidden.turned for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
        "- object conversion | hidden.turned",
    ),
    Drift(
        "create statistics hidden.spy on customer_key, customer_id from vault.identities",
        "- object statistics object | hidden.spy",
    ),
    Drift(
        "create text search configuration hidden.words (copy = simple)",
        "- object text search configuration | hidden.words",
    ),
    Drift(
        "create text search dictionary hidden.words (template = simple)",
        "- object text search dictionary | hidden.words",
    ),
    Drift(
        "create text search template hidden.words (lexize = dsimple_lexize)",
        "- object text search template | hidden.words",
    ),
    Drift(
        "create text search parser hidden.words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,"
        " lextypes = prsd_lextype)",
        "- object text search parser | hidden.words",
    ),
    Drift(
        "create transform for int language sql (from sql with function prsd_lextype(internal),"
        " to sql with function int4recv(internal))",
        "- object transform | for integer language sql",
    ),
    Drift("create language strange handler plpgsql_call_handler", "- object language | strange"),
    Drift("create access method odd type table handler heap_tableam_handler", "- object access method | odd"),
    # privileges
    Drift("grant select on pg_catalog.pg_authid to {login}", "- grant table | pg_catalog.pg_authid | SELECT | {login}"),
    Drift(
        "grant select (subconninfo) on pg_catalog.pg_subscription to public",
        "- grant table | pg_catalog.pg_subscription | SELECT (subconninfo) | PUBLIC",
    ),
    Drift(
        "grant execute on function pg_read_file(text) to {login}", "- grant function | pg_catalog.pg_read_file(text)"
    ),
    Drift("grant execute on function lo_create(oid) to public", "- grant function | pg_catalog.lo_create(oid)"),
    Drift("revoke select on information_schema.tables from public", "+ grant table | information_schema.tables"),
    Drift("grant create on schema pg_catalog to {login}", "- grant schema | pg_catalog | CREATE | {login}"),
    Drift("grant set on parameter log_statement to {login}", "- grant parameter | log_statement | SET | {login}"),
    Drift("grant usage on language sql to {login}", "- grant language | sql | USAGE | {login}"),
    Drift(
        f"grant select on {SALES} to {{login}} with grant option",
        f"- grant option table | {SALES} | SELECT | {{login}}",
    ),
    Drift(f"grant maintain on {SALES} to {{login}}", f"- grant table | {SALES} | MAINTAIN | {{login}}"),
    Drift(
        "alter default privileges for role warehouse grant select on tables to {login}",
        "- default warehouse | tables | SELECT | {login}",
    ),
    Drift(
        "alter default privileges for role {stranger} in schema mart_sales grant execute on functions to public",
        "- default {stranger} | mart_sales | functions | EXECUTE | PUBLIC",
    ),
    Drift(
        "alter default privileges for role warehouse grant usage on schemas to {login}",
        "- default warehouse | schemas | USAGE | {login}",
    ),
    Drift(
        "alter default privileges for role warehouse grant select on large objects to {login}",
        "- default warehouse | large objects | SELECT | {login}",
    ),
    Drift(
        "create policy spy on mart_sales.sales_by_country using (true)", "- policy mart_sales.sales_by_country | spy"
    ),
    Drift("alter table mart_sales.sales_by_country disable row level security", "+ rows mart_sales.sales_by_country"),
    # what PostgreSQL itself made
    Drift("alter function pg_catalog.upper(text) leakproof", "! initial pg_proc | pg_catalog.upper(pg_catalog.text)"),
    Drift(
        "alter function pg_catalog.lower(text) security definer",
        "! initial pg_proc | pg_catalog.lower(pg_catalog.text)",
    ),
    Drift(
        "alter view information_schema.tables set (security_barrier = true)",
        "! initial pg_rewrite | information_schema.tables",
    ),
    Drift("alter operator pg_catalog.= (text, text) owner to {stranger}", "- owned operator | pg_catalog."),
    # what is owned, hidden in an extension, or below a table
    Drift(
        "create type hidden.kept as enum ('x'); alter type hidden.kept owner to {login}", "- owned type | hidden.kept"
    ),
    Drift("alter schema hidden owner to {login}", "- owned schema | hidden | {login}"),
    Drift("alter table mart_sales.copy owner to {stranger}", "- owned table | mart_sales.copy | {stranger}"),
    Drift("alter language plpgsql owner to {stranger}", "- owned language | plpgsql | {stranger}"),
    Drift(
        "alter domain information_schema.yes_or_no owner to {stranger}",
        "- owned type | information_schema.yes_or_no | {stranger}",
    ),
    Drift('alter collation pg_catalog."C" owner to {stranger}', '- owned collation | pg_catalog."C" | {stranger}'),
    Drift(
        "create function hidden.loose() returns int security definer language sql as 'select 1';"
        " alter extension plpgsql add function hidden.loose()",
        "- object function | hidden.loose()",
    ),
    Drift("grant usage on schema pg_toast to {login}", "- grant schema | pg_toast | USAGE | {login}"),
    Drift(
        "grant select on pg_toast.pg_toast_1255 to {login}", "- grant table | pg_toast.pg_toast_1255 | SELECT | {login}"
    ),
    # settings and rights of roles that are seldom looked at
    Drift("alter role {login} createrole", "- attribute {login} | createrole"),
    Drift("alter role {login} set local_preload_libraries = 'x'", "- setting {login} | local_preload_libraries=x"),
    Drift("grant pg_maintain to {login}", "- member pg_maintain | {login}"),
    Drift("grant {login} to {stranger}", "- member {login} | {stranger}"),
    Drift("grant warehouse_owner to warehouse_transform", "- member warehouse_owner | warehouse_transform"),
    Drift("grant alter system on parameter work_mem to {login}", "- grant parameter | work_mem | ALTER SYSTEM"),
    Drift("grant create on database warehouse to {login}", "- grant database | warehouse | CREATE | {login}"),
    Drift("comment on role {login} is 'mine'", "+ mark {login}"),
    Drift(
        "create event trigger at_login on login execute function hidden.watching()", "- object event trigger | at_login"
    ),
    Drift(
        "alter function governance.take_answer(bigint) set role = warehouse",
        "+ function governance.take_answer(request_number bigint)",
    ),
    Drift(
        "alter policy all_rows on mart_sales.sales_by_country with check (false)",
        "- policy mart_sales.sales_by_country",
    ),
    Drift(
        "alter operator class pg_catalog.text_ops using hash owner to {stranger}",
        "- owned operator class | pg_catalog.text_ops USING hash",
    ),
    # other databases
    Drift("create table public.copy (name text)", "! object table | public.copy | in database postgres", "postgres"),
    Drift(
        "create function public.leak() returns int language sql as 'select 1'",
        "- object function | public.leak() | in database template1",
        "template1",
    ),
    Drift(
        "grant create on schema public to {login}", "- grant schema | public | CREATE | {login}", "warehouse_dagster"
    ),
    Drift("create view public.all_runs as select 1 as a", "- object view | public.all_runs", "warehouse_dagster"),
    Drift(
        "grant execute on function pg_ls_dir(text) to public",
        "- grant function | pg_catalog.pg_ls_dir(text) | EXECUTE | PUBLIC | in database postgres",
        "postgres",
    ),
    Drift("alter function pg_catalog.upper(text) leakproof", "! initial pg_proc | pg_catalog.upper", "template1"),
]
