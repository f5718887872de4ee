"""Access without a database: the policy, the list of logins, passwords, and the plan."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from warehouse_assets.access.grants import KINDS, Fact
from warehouse_assets.access.identifiers import literal, quoted
from warehouse_assets.access.logins import DEMONSTRATION_PATH, READING, WORKING, parse_logins
from warehouse_assets.access.plan import plan_changes
from warehouse_assets.access.policy import (
    POLICY_PATH,
    PolicyError,
    parse_function,
    parse_policy,
    read_functions,
    read_policy,
)
from warehouse_assets.access.secrets import ensure_passwords, is_verifier_of, read_passwords, variable_of, verifier
from warehouse_assets.dashboard.report_roles import REPORT_ROLES
from warehouse_assets.schemas import TABLES

TODAY = date(2026, 1, 1)


def test_the_policy_names_tables_and_functions_that_there_are() -> None:
    policy = read_policy()
    named = [name for role in policy.roles.values() for name in role.tables] + [*policy.owners, *policy.rows]
    schemas = {table.schema_name for table in TABLES.values()}
    assert [name for name in named if name not in TABLES and name.partition(".*")[0] not in schemas] == []
    assert set(policy.functions) <= {function.name for function in read_functions()}


def test_marts_and_registers_belong_to_a_role_that_builds_nothing() -> None:
    policy = read_policy()
    for name in TABLES:
        if name.startswith(("mart_", "governance.", "vault.", "ops.")):
            assert policy.owner_of(name) == policy.owner
    assert policy.roles[policy.owner].tables == {}


def test_a_function_that_lends_rights_fixes_its_search_path() -> None:
    for function in read_functions():
        assert function.security == "security invoker" or "search_path=pg_catalog, pg_temp" in function.settings


def test_only_functions_written_as_the_others_are_read() -> None:
    with pytest.raises(PolicyError, match=r"own_countries\.sql"):
        parse_function("create function a() returns int as 'select 1' language sql;")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"dw.*" = "transform"', '"dw.*" = "nobody"', "nobody"),
        ('"vault.*" = "write"', '"vault.*" = "everything"', "everything"),
        ('"vault.*" = "write"', '"vault" = "write"', "vault"),
        ("temporary_tables = true", "superuser = true", "superuser"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(old: str, new: str, message: str) -> None:
    text = POLICY_PATH.read_text(encoding="utf-8")
    with pytest.raises(PolicyError, match=message):
        parse_policy(tomllib.loads(text.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("Anna", 'purpose = "x"\nroles = ["dpo"]', "not a valid login name"),
        ("pg_anna", 'purpose = "x"\nroles = ["dpo"]', "not a valid login name"),
        ("dpo", 'purpose = "x"\nroles = ["dpo"]', "not a valid login name"),
        ("anna", 'roles = ["dpo"]', "purpose"),
        ("anna", 'purpose = "x"', "roles"),
        ("anna", 'purpose = "x"\nroles = ["boss"]', "not in policy.toml"),
        ("anna", 'purpose = "x"\nroles = ["warehouse_owner"]', "cannot be given to a login"),
        ("anna", 'purpose = "x"\nroles = ["ingest"]', "cannot be given to a login"),
        ("anna", 'purpose = "x"\nroles = ["dpo"]\ncountries = ["France"]', "country_manager"),
        ("anna", 'purpose = "x"\nroles = ["country_manager"]\ncountries = "France"', "list"),
        ("anna", 'purpose = "x"\nroles = ["dpo"]\nexpires = "2027"', "2027-06-30"),
        ("anna", 'purpose = "x"\nroles = ["dpo"]\nexpires = 2027-06-30T10:00:00', "2027-06-30"),
        ("anna", 'purpose = "x"\nroles = ["dpo"]\nconnections = -1', "connections"),
        ("anna", 'purpose = "x"\nroles = ["dpo"]\npassword = "secret"', "unknown"),
    ],
)
def test_a_wrong_login_is_refused_by_name(tmp_path: Path, name: str, fields: str, message: str) -> None:
    path = tmp_path / "logins.toml"
    path.write_text(f"[logins.{name}]\n{fields}\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=message) as refused:
        parse_logins(path, read_policy())
    assert f"[logins.{name}]" in str(refused.value)


def test_whoever_reads_for_a_report_has_the_rights_of_its_reader() -> None:
    """Of what the pages show; and the login that writes reports can only read."""
    policy = read_policy()
    stable = {function.name for function in read_functions() if function.volatility == "stable"}
    pages = [name for name in TABLES if name.split(".")[0] in ("mart_customers", "mart_sales", "ops")]
    for reader, taken_on in REPORT_ROLES.items():
        for table in pages:
            assert policy.roles[taken_on].privileges(table) == policy.roles[reader].privileges(table), (reader, table)
    assert set(REPORT_ROLES.values()) == set(READING["reports"])
    for role in {name for groups in READING.values() for name in groups}:
        assert {policy.roles[role].privileges(table) for table in TABLES} <= {(), ("SELECT",)}
        assert {name for name, callers in policy.functions.items() if role in callers} <= stable


def test_the_demonstration_has_a_login_for_each_group_and_no_password() -> None:
    logins = parse_logins(DEMONSTRATION_PATH, read_policy())
    groups = set(read_policy().roles) - {"warehouse_owner", *WORKING}
    assert {role for login in logins for role in login.roles} == groups
    assert "password =" not in DEMONSTRATION_PATH.read_text(encoding="utf-8")


def test_passwords_are_random_private_and_kept(tmp_path: Path) -> None:
    first = ensure_passwords(tmp_path, ["anna", "bob"], TODAY)
    assert first["anna"].text != first["bob"].text and len(first["anna"].text) >= 32
    assert (tmp_path / "logins.json").stat().st_mode & 0o777 == 0o600
    again = ensure_passwords(tmp_path, ["anna", "bob"], date(2026, 2, 1), renew=["bob"])
    assert again["anna"] == first["anna"]
    assert again["bob"].text != first["bob"].text and again["bob"].since == date(2026, 2, 1)
    assert "Password(since=" in repr(again["bob"])


def test_the_environment_gives_a_password_that_is_long_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable_of("anna"), "given by the environment")
    assert ensure_passwords(tmp_path, ["anna"], TODAY)["anna"].text == "given by the environment"
    monkeypatch.setenv(variable_of("anna"), "short")
    with pytest.raises(PolicyError, match="WAREHOUSE_PASSWORD_ANNA"):
        ensure_passwords(tmp_path, ["anna"], TODAY)


def test_a_file_of_passwords_that_others_can_read_is_refused(tmp_path: Path) -> None:
    ensure_passwords(tmp_path, ["anna"], TODAY)
    (tmp_path / "logins.json").chmod(0o644)
    with pytest.raises(PolicyError, match="chmod 600"):
        read_passwords(tmp_path)


def test_a_verifier_is_of_one_password_only() -> None:
    kept = verifier("correct horse battery")
    assert is_verifier_of(kept, "correct horse battery")
    assert not is_verifier_of(kept, "correct horse batterz")
    assert not is_verifier_of(verifier("correct horse battery", iterations=1), "correct horse battery")
    assert not is_verifier_of("md5" + "0" * 32, "correct horse battery")
    assert not is_verifier_of("none", "correct horse battery")


def test_the_plan_makes_roles_first_and_takes_rights_away_before_it_gives_any() -> None:
    role, grant = Fact("role", ("a_role",)), Fact("grant", ("table", "dw.x", "SELECT", "a_role"))
    extra = Fact("grant", ("table", "dw.x", "DELETE", "a_role"))
    assert [str(change)[0] + change.fact.kind for change in plan_changes({grant, role}, {extra})] == [
        "+role",
        "-grant",
        "+grant",
    ]
    assert plan_changes({grant}, {grant}) == []
    assert plan_changes(set(), {Fact("limit", ("a_role", "5"))}) == [], "what is replaced is not taken away"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a_role", "a_role"),
        ("user", '"user"'),
        ('a"b', '"a""b"'),
        ("PUBLIC", "public"),
        ("session_user", '"session_user"'),
    ],
)
def test_names_are_quoted_unless_plain(name: str, text: str) -> None:
    assert quoted(name) == text


def test_texts_are_quoted() -> None:
    assert literal("Côte d'Ivoire") == "'Côte d''Ivoire'"
    assert literal("a\\'b") == "E'a\\\\''b'"


def test_every_kind_of_fact_can_be_made() -> None:
    assert all(kind.make for kind in KINDS.values())
